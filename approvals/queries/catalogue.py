"""Reading the catalogue; what is published is public, so nobody is asked who she is."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Count, F, Max, Q, QuerySet

from approvals.models import Matter, MatterEdition, MatterText
from approvals.rules.catalogue import Known
from approvals.rules.search import terms, tsquery
from yiwu_portal.centre.service import organisations
from yiwu_portal.people.service import evidence_types

State = MatterEdition.State
VISITS: dict[str, tuple[str, int]] = {"none": ("visits", 0), "one": ("visits", 1), "more": ("visits__gte", 2)}


class Lexemes(SearchQuery):
    """A finished tsquery literal, cast as it stands: no parser, so no dependence on the cluster's locale."""

    def __init__(self, literal: str) -> None:
        self.literal = literal
        super().__init__(literal, search_type="raw")

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        """The cast literal; its parameters are a list, which the lookup adds its own to."""
        return "%s::tsquery", [self.literal]


@dataclass(frozen=True)
class ServiceFilter:
    """What a visitor narrowed the list by; unknown values narrow nothing."""

    q: str = ""
    department: str = ""
    audience: str = ""
    visits: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether the whole list is shown."""
        return not (self.q or self.department or self.audience or self.visits)

    def narrowed(self, prefix: str = "") -> Q:
        """The filters as a condition on editions, apart from the words."""
        found = Q()
        if self.department:
            found &= Q(**{f"{prefix}matter__organisation__code": self.department})
        if self.audience:
            found &= Q(**{f"{prefix}audience__in": [self.audience, MatterEdition.Audience.BOTH]})
        if self.visits in VISITS:
            key, value = VISITS[self.visits]
            found &= Q(**{f"{prefix}{key}": value})
        return found


def editions_current() -> "QuerySet[MatterEdition]":
    """The edition in force of every matter; public."""
    return MatterEdition.objects.filter(state=State.PUBLISHED).select_related("matter__organisation")


def edition_published(matter: Matter) -> MatterEdition | None:
    """The edition of a matter in force, if any; public."""
    return MatterEdition.objects.filter(matter=matter, state=State.PUBLISHED).first()


def services_listed(wanted: ServiceFilter) -> "QuerySet[MatterEdition]":
    """The editions in force that fit the filters, by code; public."""
    return editions_current().filter(wanted.narrowed()).order_by("matter__code")


def services_found(wanted: ServiceFilter) -> tuple[list[int], bool]:
    """Ids of the editions that fit words and filters, best first; whether every word was found (else: any of them).

    The words may be in any of the languages. Public.
    """
    found = terms(wanted.q)
    if not found:
        return [], True
    for every in (True, False):
        ids = _ranked(wanted, tsquery(found, every=every))
        if ids or len(found) == 1:
            return ids, every
    return [], True


def _ranked(wanted: ServiceFilter, literal: str) -> list[int]:
    query = Lexemes(literal)
    rows = (
        MatterText.objects.filter(wanted.narrowed("edition__"), vector=query, edition__state=State.PUBLISHED)
        .values("edition_id")
        .annotate(rank=Max(SearchRank(F("vector"), query, weights=[0.1, 0.2, 0.5, 1.0])))
        .order_by("-rank", "edition_id")
    )
    return [row["edition_id"] for row in rows[:500]]


def editions_by_ids(ids: list[int]) -> list[MatterEdition]:
    """These editions in the order given; public."""
    rows = editions_current().in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]


def departments_offering() -> list[dict[str, Any]]:
    """The departments with services in force, each with their number; public."""
    counts = dict(
        MatterEdition.objects.filter(state=State.PUBLISHED)
        .values_list("matter__organisation_id")
        .annotate(number=Count("id"))
    )
    return [{"organisation": row, "number": counts[row.pk]} for row in organisations().filter(pk__in=counts)]


def services_count() -> dict[str, int]:
    """How many services are in force, and how many of them need no visit (R15, R34); public."""
    return MatterEdition.objects.filter(state=State.PUBLISHED).aggregate(
        published=Count("id"), without_visit=Count("id", filter=Q(visits=0))
    )


def edition_guide(code: str, number: int | None = None) -> MatterEdition | None:
    """The edition in force, or the numbered one that is or was, with all its guide shows (7 statements); public."""
    shown = (
        Q(state=State.PUBLISHED) if number is None else Q(number=number, state__in=[State.PUBLISHED, State.SUPERSEDED])
    )
    return (
        MatterEdition.objects.filter(shown, matter__code=code.upper())
        .select_related("matter__organisation")
        .prefetch_related("materials__evidence_type", "steps__organisation", "legal_bases", "questions")
        .first()
    )


def codes_known(*, today: date) -> Known:
    """The codes a file of the catalogue may name, with their ids."""
    return Known(
        departments=dict(organisations().order_by().values_list("code", "pk")),
        evidence_types=dict(evidence_types().order_by().values_list("code", "pk")),
        today=today,
    )


def editions_shown(code: str) -> "QuerySet[MatterEdition]":
    """Every edition of a matter that is or was in force, the newest first; public."""
    shown = [State.PUBLISHED, State.SUPERSEDED]
    return MatterEdition.objects.filter(matter__code=code.upper(), state__in=shown).order_by("-number")
