"""Every page of an application, for its applicant, clerk and officer: accessible and fitting in three languages."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from approvals.actions.cards import card_appeal, cards_raise
from approvals.models import Card, Case, Gap
from tests.approvals.world import LATER, PSE, World, upload_of
from tests.browser.test_pages import LANGUAGES, LOOKS, WIDTHS
from tests.people import sign_in_as
from yiwu_portal.people.service import evidence_add, mandate_give, person_ensure

pytestmark = pytest.mark.django_db(transaction=True)


PUBLIC = [
    "/services/",
    "/services/?q=visa",
    "/services/?q=zzzz",
    "/services/com-04/",
    "/services/pse-05/",
    "/services/msa-01/",
    "/services/com-04/start/",
    "/bundles/foreign-trade-company/",
    "/bundles/foreign-trade-company/start/",
    "/drafts/resume/nothing/",
    "/status/",
    "/status/nothing/",
    "/calendar/",
    "/account/login/",
    "/account/signup/",
]


HER_OWN = [
    "/account/",
    "/account/me/",
    "/applications/",
    "/me/",
    "/me/details/",
    "/me/passport/",
    "/me/looks/",
    "/papers/",
    "/papers/add/",
    "/notices/",
]


def mandate_of(giver, holder, person):
    """From today on."""
    agent, today = person_ensure(user=holder), timezone.localdate()
    return mandate_give(by=giver, agent=agent, person=person, starts_on=today, ends_on=LATER)


def pages_of(world, cast):
    """(who, path) of every page, with the case it needs."""
    amira = cast.amira
    granted, correcting = world.granted(amira, PSE), world.correcting(amira)
    founded, together = world.founded(amira), world.bundle_draft(amira)
    refused, draft = world.refused(cast.boris), world.draft(amira, PSE)
    lease = upload_of(amira, "lease.jpg")
    evidence = evidence_add(by=amira, person=draft.applicant, type_code="lease", upload=lease, expires_on=LATER)
    mandate = mandate_of(amira, cast.boris, draft.applicant)
    waiting, accepted = world.checked(cast.boris, PSE), world.accepted(cast.hassan)
    task, requirement = world.task(accepted), draft.materials.first().requirement_id
    document = granted.matters.get().decision.document
    applicant = [
        *(f"/applications/{case.reference}/" for case in (granted, correcting, founded)),
        f"/drafts/{together.key}/",
        f"/applications/{granted.reference}/receipt/",
        f"/applications/{correcting.reference}/correct/",
        f"/applications/{correcting.reference}/correct/{correcting.correction.items.first().requirement_id}/",
        f"/applications/{correcting.reference}/withdraw/",
        f"/drafts/{draft.key}/",
        f"/drafts/{draft.key}/questions/work/",
        f"/drafts/{draft.key}/you/",
        f"/drafts/{draft.key}/papers/{requirement}/",
        f"/drafts/{draft.key}/check/",
        f"/drafts/{draft.key}/discard/",
        *HER_OWN,
        *("/me/mandates/", "/me/mandates/give/", f"/me/mandates/{mandate.pk}/end/"),
        f"/papers/{evidence.pk}/remove/",
    ]
    clerk = [
        "/window/",
        "/window/?q=nothing",
        f"/window/{waiting.reference}/",
        f"/window/{correcting.reference}/",
        f"/window/{waiting.reference}/correction/",
        f"/window/{waiting.reference}/refuse/",
        "/window/results/",
    ]
    officer = ["/desk/", "/desk/?view=mine", f"/desk/{task.pk}/", f"/desk/{task.pk}/grant/", f"/desk/{task.pk}/refuse/"]
    clocks = clock_pages(cast, task, accepted)
    return {
        **{user: clocks[user] for user in (cast.hassan, cast.ines)},
        None: [
            *PUBLIC,
            f"/status/{granted.reference}/",
            f"!/verify/{document.code}/",
            "!/verify/",
            "!/verify/ABCDE-FGHJK/",
        ],
        amira: applicant,
        cast.boris: [f"/applications/{refused.reference}/"],
        cast.chen: [*clerk, f"/window/{waiting.reference}/accept/", *clocks[cast.chen]],
        cast.lin: officer + clocks[cast.lin],
    }


def clock_pages(cast, task, case):
    """The pages of clocks, papers that follow, and cards."""
    kind = case.materials.first().requirement
    gap = Gap.objects.create(case=case, requirement=kind, due_on=task.due_on, due_computation=task.due_computation)
    with time_machine.travel(timezone.now() + timedelta(days=40), tick=False):
        cards_raise()
    card = Card.objects.filter(task=task).first()
    card_appeal(by=cast.lin, card_id=card.pk, reason="停电")
    explained = [f"/cards/{card.pk}/{verb}/" for verb in ("explain", "appeal")]
    return {
        cast.hassan: [f"/applications/{case.reference}/", f"/applications/{case.reference}/follow/{gap.pk}/"],
        cast.ines: ["/cards/", f"/cards/{card.pk}/answer/"],
        cast.chen: [f"/window/{case.reference}/", f"/window/{case.reference}/follow/{gap.pk}/"],
        cast.lin: [f"/desk/{task.pk}/suspend/", f"/desk/{task.pk}/extension/", "/cards/", *explained],
    }


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_page_of_a_case_is_accessible_and_fits(browser_of, world: World, cast, code):
    assert Case.objects.count() == 0
    wrong = {}
    for user, paths in pages_of(world, cast).items():
        visit = browser_of(user)
        for path in paths:
            address = f"{path[1:]}?lang={code}" if path.startswith("!") else f"/{code}{path}"
            if found := visit(address):
                wrong[address] = found
    assert not wrong


@pytest.fixture
def browser_of(open_page, live_server):
    """`browser_of(user)` gives a function that loads an address and says what is wrong there."""

    def of(user):
        cookies = []
        if user is not None:
            client = sign_in_as(user)
            cookies = [{"name": name, "value": morsel.value} for name, morsel in client.cookies.items()]
        seen = open_page("/healthz", cookies=cookies)

        def visit(path):
            seen.noticed.clear()
            status = seen.page.goto(live_server.url + path, wait_until="load").status
            found = [str(status)] if status not in (200, 404) else []
            found += seen.noticed
            # in English all four looks; the other languages differ in words and direction, not in colour
            for look in LOOKS if "en" in path[:4] or "lang=en" in path else LOOKS[::2]:
                found += [f"{look}: {line}" for line in seen.looked_at(*look).violations()]
            found += [
                f"{width}: {over} px too wide" for width in WIDTHS if (over := seen.looked_at(width).overflow()) > 0
            ]
            return found

        return visit

    return of
