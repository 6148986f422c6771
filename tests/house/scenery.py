"""Amira's things, one of each that an address may name, and everyone who may ask for them."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.signals import got_request_exception
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from approvals.models import Card, Extension, Gap, Opinion
from approvals.queries.bundles import case_form
from approvals.queries.cases import requirements_asked
from approvals.rules.links import link_make
from tests.approvals.states import People, asked
from tests.approvals.world import COM, PSE, TRADE, World
from tests.people import sign_in_as
from yiwu_portal.api.actions import token_make
from yiwu_portal.notifications.models import Notice
from yiwu_portal.people.service import evidence_of, mandate_give, person_ensure, person_of

ROLES = (
    "anonymous",
    "owner",
    "other applicant",
    "clerk",
    "clerk elsewhere",
    "officer",
    "officer elsewhere",
    "publisher",
    "supervisor",
    "administrator",
    "head",
    "manager",
)
CLOCKS = ("task_suspend", "task_resume", "extension_ask", "extension_approve", "extension_refuse")


class Asker(Client):
    """A browser without the test client's copies of every template's context: the matrix asks thousands of times."""

    def request(self, **request: Any) -> Any:
        """The bare answer; an error in a view is raised here."""
        got_request_exception.connect(self.store_exc_info, dispatch_uid="asker")
        try:
            response = self.handler(self._base_environ(**request))
            self.check_exception(response)
        finally:
            got_request_exception.disconnect(dispatch_uid="asker")
        return response


@dataclass
class Scenery:
    """Where Amira's things are: by converter name, or by address and converter name."""

    world: World
    names: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        amira = self.world.cast.amira
        submitted, correcting = self.world.checked(amira), self.world.correcting(amira)
        accepted, granted = asked(self.world, amira), self.world.granted(amira)
        draft = self.world.draft(amira, PSE)
        paper = submitted.materials.filter(is_current=True).first()
        letter = granted.letters.first().document
        self.names = {
            "code": COM.lower(),
            "number": 1,
            "key": draft.key,
            "token": link_make(draft.key),
            "step": case_form(draft)["steps"][0]["key"],
            "requirement": requirements_asked(draft)[0].pk,
            "reference": submitted.reference,
            "who": "boris",
            "notice_id": Notice.objects.filter(user=amira).first().pk,
            "person_id": submitted.applicant_id,
            "task_show.pk": self.world.task(accepted).pk,
            "material": accepted.materials.filter(is_current=True).first().pk,
            "result_hand_over.pk": granted.matters.get().decision.pk,
            "case_correct.reference": correcting.reference,
            "material_replace.reference": correcting.reference,
            "material_replace.requirement": correcting.correction.items.first().requirement_id,
            "case_letter.reference": granted.reference,
            "case_letter.number": letter.number,
            "window_letter.reference": granted.reference,
            "window_letter.number": letter.number,
            "material_show.pk": paper.pk,
            "window_material.pk": paper.pk,
            "mandate_revoke.pk": self._mandate().pk,
            "evidence_get.pk": evidence_of(submitted.applicant).first().pk,
            "document_verify.code": letter.code,
            "bundle": TRADE,
            "task_id": self.world.task(accepted).pk,
            "token_id": token_make(by=amira, name="hers", scopes=["cases:read"])[0].pk,
            "webhook_id": 1,
            "call_id": 1,
            "api_case_material.material": paper.pk,
            "api_case_correct.reference": correcting.reference,
            "api_material_replace.reference": correcting.reference,
            "object_id": amira.pk,
            "content_type_id": 1,
            "app_label": "centre",
            "mfa_edit_webauthn.pk": 1,
            "mfa_remove_webauthn.pk": 1,
        }
        self._desks(accepted)
        for verb in ("bundle_show", "bundle_start"):
            self.names[f"{verb}.code"] = TRADE
        self.names["evidence_remove.pk"] = self.names["evidence_get.pk"]

    def _desks(self, accepted: Any) -> None:
        """What the desks' addresses name: one task, its opinion, gap, card and decision."""
        verbs = ("claim", "release", "grant", "refuse", "propose", "sign", "send_back", "hand_over", "reassign")
        every = (*(f"task_{verb}" for verb in (*verbs, "lease_break")), "desk_material", "opinion_ask", *CLOCKS)
        for verb in every:
            self.names[f"{verb}.pk"] = self.names["task_show.pk"]
        for verb in ("opinion_answer", "opinion_revoke"):
            self.names[f"{verb}.pk"] = Opinion.objects.get(task=self.names["task_show.pk"]).pk
        self.names["decision_correct.pk"] = self.names["result_hand_over.pk"]
        self._extension(accepted)
        gap, card = self._gap(accepted), self._card(accepted)
        for verb in ("gap_fill", "gap_check"):
            self.names |= {f"{verb}.pk": gap.pk, f"{verb}.reference": accepted.reference}
        for verb in ("card_explain", "card_appeal", "card_answer"):
            self.names[f"{verb}.pk"] = card.pk

    def _extension(self, case: Any) -> Extension:
        """An extension that waits for the head (tests/approvals/test_extensions.py reaches one by verbs)."""
        task, lin = self.world.task(case), self.world.cast.lin
        about = {"days": 3, "reason": "It is hard.", "reason_language": "en", "asked_at": timezone.now()}
        return Extension.objects.create(case_matter=task.case_matter, task=task, asked_by=lin, **about)

    def _gap(self, case: Any) -> Gap:
        """A paper of an accepted case that may follow (tests/approvals/test_gaps.py reaches one by verbs)."""
        requirement, today = case.materials.filter(is_current=True).first().requirement, timezone.localdate()
        return Gap.objects.create(case=case, requirement=requirement, due_on=today, due_computation={})

    def _card(self, case: Any) -> Card:
        """A card of the department (tests/approvals/test_cards.py reaches one by the clock)."""
        task, now = self.world.task(case), timezone.now()
        return Card.objects.create(
            case=case,
            task=task,
            organisation=task.organisation,
            level="yellow",
            due_on=now.date(),
            raised_on=now.date(),
            raised_at=now,
        )

    def _mandate(self) -> Any:
        """Amira's, to somebody who plays no other part here."""
        cast, today = self.world.cast, timezone.localdate()
        agent = person_ensure(user=cast.hassan)
        return mandate_give(by=cast.amira, agent=agent, person=person_of(cast.amira), starts_on=today, ends_on=today)

    def address(self, name: str, parts: list[str]) -> str:
        """The address of Amira's thing."""
        found = {}
        for part in parts:
            found[part] = self.names.get(f"{name}.{part}", self.names.get(part))
            if part == "object_id" and name != "admin:view_on_site":
                model = apps.get_model(*name.removeprefix("admin:").split("_")[:2])
                found[part] = getattr(model._default_manager.order_by("pk").first(), "pk", 1)
        return reverse(name, kwargs=found)

    def clients(self) -> dict[str, Client]:
        """Everyone signed in with a verified address, staff with their second factor."""
        cast = self.world.cast
        chief = get_user_model().objects.create_superuser("chief@yiwu.example", name="Chief", language="zh-hans")
        head = People(self.world).appointed("head@yiwu.example", "head")
        users = (
            cast.amira,
            cast.boris,
            cast.chen,
            cast.wei,
            cast.lin,
            cast.gao,
            cast.guo,
            cast.ines,
            chief,
            head,
            cast.zhao,
        )
        for user in users:
            EmailAddress.objects.update_or_create(
                user=user, email=user.email, defaults={"verified": True, "primary": True}
            )
        signed_in = {role: sign_in_as(user, Asker()) for role, user in zip(ROLES[1:], users, strict=True)}
        return {"anonymous": Asker()} | signed_in


def addresses() -> dict[str, tuple[str, list[str]]]:
    """Every named address of the portal: its key in the table of rights, its name and the names of its parts."""

    def walk(resolver: Any, space: str, parts: list[str]) -> Any:
        for pattern in resolver.url_patterns:
            inner = [*parts, *pattern.pattern.regex.groupindex]
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space, inner)
            elif pattern.name or space != "admin:":  # Django's admin alone has addresses without a name: redirects
                yield f"{space}{pattern.name}", inner

    found = list(walk(get_resolver(), "", []))
    often = Counter(name for name, _parts in found)
    return {"/".join([name, *(parts if often[name] > 1 else [])]): (name, parts) for name, parts in found}
