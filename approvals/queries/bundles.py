"""Bundles as they are offered, and what the bundle of a case means for its form, its papers and its order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from approvals.models import Bundle, BundleItem, BundleText, Case, MaterialRequirement, MatterEdition
from approvals.queries.catalogue import Lexemes, ServiceFilter, editions_current
from approvals.rules.answers import material_is_asked
from approvals.rules.bundles import Merged, Place, earlier, form_merged, papers_merged
from approvals.rules.questions import fields_of
from approvals.rules.search import terms, tsquery


@dataclass(frozen=True)
class Part:
    """A matter of a bundle on an edition: an item of the offer, or a matter of a case."""

    place: Place
    edition: MatterEdition
    gives: Mapping[str, Any]


def bundles_current() -> "QuerySet[Bundle]":
    """The bundles offered now; public."""
    return Bundle.objects.filter(is_current=True).select_related("organisation").order_by("code")


def bundles_found(wanted: ServiceFilter) -> list[Bundle]:
    """The bundles that fit the words and hold a service that fits the filters, by code; public."""
    fitting = editions_current().filter(wanted.narrowed()).values("matter_id")
    found = bundles_current().filter(Exists(BundleItem.objects.filter(bundle=OuterRef("pk"), matter__in=fitting)))
    words = terms(wanted.q)
    if not words:
        return [] if wanted.q else list(found)
    texts = BundleText.objects.filter(bundle=OuterRef("pk"), vector=Lexemes(tsquery(words, every=True)))
    return list(found.filter(Exists(texts)))


def bundle_parts(bundle: Bundle) -> list[Part]:
    """The matters of a bundle on their editions in force, in their order; empty when one of them is not offered."""
    items = list(BundleItem.objects.filter(bundle=bundle).prefetch_related("after"))
    editions = {
        edition.matter_id: edition
        for edition in editions_current()
        .filter(matter_id__in=[item.matter_id for item in items])
        .prefetch_related("materials__evidence_type", "steps__organisation")
    }
    if len(editions) < len(items):
        return []
    return [
        Part(
            Place(item.pk, frozenset(one.pk for one in item.after.all()), item.on_refusal),
            editions[item.matter_id],
            editions[item.matter_id].gives,
        )
        for item in items
    ]


def case_parts(case: Case) -> list[Part]:
    """The matters of a case, in order, each with its place; a case of one matter asks the database nothing more."""
    matters = list(case.matters.all())
    if case.bundle_id is None:
        return [Part(Place(matter.pk, state=matter.state), matter.edition, {}) for matter in matters]
    by_item = {matter.item_id: matter for matter in matters if matter.item_id}
    items = BundleItem.objects.filter(pk__in=by_item).prefetch_related("after")
    return [
        Part(
            Place(
                by_item[item.pk].pk,
                frozenset(by_item[one.pk].pk for one in item.after.all() if one.pk in by_item),
                item.on_refusal,
                by_item[item.pk].state,
            ),
            by_item[item.pk].edition,
            by_item[item.pk].edition.gives,
        )
        for item in items
    ]


def places_of(parts: Iterable[Part]) -> dict[int, Place]:
    """The places of the parts by key."""
    return {part.place.key: part.place for part in parts}


def form_of(parts: list[Part]) -> dict[str, Any]:
    """The one form of the parts: nothing asked twice, nothing asked that an earlier matter answers."""
    if len(parts) == 1:
        return parts[0].edition.form
    return form_merged((part.edition.form, frozenset(_given(parts, part, "answers"))) for part in parts)


def papers_of(parts: list[Part], answers: Mapping[str, Any] | None) -> "Merged[MaterialRequirement]":
    """The papers of the parts after these answers, one of a kind; without answers all that may be asked for."""
    numbers = {part.edition.pk: part for part in parts}
    if len(parts) == 1:
        rows = MaterialRequirement.objects.filter(edition_id=parts[0].edition.pk).select_related("evidence_type")
        listed = list(rows.order_by("order", "id"))
    else:
        rows = MaterialRequirement.objects.filter(edition_id__in=numbers).select_related("evidence_type")
        order = {part.edition.pk: number for number, part in enumerate(parts)}
        listed = sorted(rows, key=lambda row: (order[row.edition_id], row.order, row.pk))
    asked = [
        paper
        for paper in listed
        if paper.source != MaterialRequirement.Source.SHARED
        and (answers is None or material_is_asked(paper.when, answers))
    ]
    given = given_kinds(parts)
    return papers_merged(
        asked,
        kind=lambda paper: paper.evidence_type_id,
        necessity=lambda paper: paper.necessity,
        given=lambda paper: paper.evidence_type.code in given[paper.edition_id],
    )


def given_kinds(parts: list[Part]) -> dict[int, set[str]]:
    """The kinds of evidence each edition need not ask for, because a matter before it gives them."""
    return {part.edition.pk: _given(parts, part, "evidence_type") for part in parts}


def _given(parts: list[Part], part: Part, what: str) -> set[str]:
    """What the matters before this one give it: kinds of evidence, or answers."""
    if len(parts) == 1:
        return set()
    before = earlier(places_of(parts), part.place.key)
    found: set[str] = set()
    for other in parts:
        if other.place.key in before:
            gives = other.gives.get(what) or ()
            found |= {gives} if isinstance(gives, str) else set(gives)
    return found


def case_form(case: Case) -> dict[str, Any]:
    """The one form of a case."""
    return form_of(case_parts(case))


@dataclass(frozen=True)
class Guide:
    """A bundle as the public reads of it before applying."""

    bundle: Bundle
    parts: list[Part]
    papers: "Merged[MaterialRequirement]"
    questions: int
    questions_separately: int

    @property
    def visits(self) -> int:
        """Visits in person: what several matters need a visit for is done in one."""
        return max(part.edition.visits for part in self.parts)

    @property
    def fee_fen(self) -> int:
        """The fees of all matters together, in fen."""
        return sum(part.edition.fee_fen for part in self.parts)


def bundle_guide(code: str) -> Guide | None:
    """A bundle offered now, with its matters and all it may ask for; public."""
    bundle = bundles_current().filter(code=code).first()
    parts = bundle_parts(bundle) if bundle else []
    if bundle is None or not parts:
        return None
    papers = papers_of(parts, None)
    apart = sum(len(fields_of(part.edition.form)) for part in parts)
    return Guide(bundle, parts, papers, len(fields_of(form_of(parts))), apart)
