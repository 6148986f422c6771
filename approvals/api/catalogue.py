"""The public catalogue for programs: services, editions, bundles, departments, the status of a case."""

from typing import Any

from approvals.api import outputs
from approvals.models import MatterEdition
from approvals.queries.bundles import bundles_current
from approvals.queries.cases import case_by_reference
from approvals.queries.catalogue import (
    VISITS,
    ServiceFilter,
    departments_offering,
    edition_guide,
    editions_by_ids,
    editions_shown,
    services_found,
    services_listed,
)
from approvals.rules.references import reference_read
from yiwu_portal.accounts.service import limit
from yiwu_portal.api.service import Choice, Cursors, Listing, PageQuery, PublicRead, Read, Text

QUERY_MAX = 200  # characters
LOOKS_A_MINUTE = 30  # together with the page


class ServiceQuery(PageQuery):
    """What the list is narrowed by."""

    q = Text(required=False, max_length=QUERY_MAX, help_text="Words, in any of the languages.")
    department = Text(required=False, max_length=16, help_text="Code of a department.")
    audience = Choice(required=False, choices=MatterEdition.Audience.values)
    visits = Choice(required=False, choices=list(VISITS), help_text="Visits in person.")


class ServiceList(PublicRead, Listing):
    """Find services, by words or by department.

    With `q` the best come first; else they are in the order of their codes.
    """

    verb, tag, item = "service_list", "catalogue", outputs.ServiceOut
    query, ordering = ServiceQuery, ("matter__code",)

    def rows_page(self, pages: Cursors, asked: dict[str, Any], **where: Any) -> list[Any]:
        """One page, ranked where words are searched for."""
        wanted = ServiceFilter(**{name: asked.get(name, "") for name in ("q", "department", "audience", "visits")})
        if not wanted.q.strip():
            return pages.rows(self.request, services_listed(wanted), self.ordering)
        ids, _every_word = services_found(wanted)
        return editions_by_ids(pages.ranked(self.request, ids))


class ServiceShow(PublicRead, Read):
    """The guide of a service, in the edition in force."""

    verb, tag, output = "service_show", "catalogue", outputs.ServiceGuideOut

    def fetch(self, asked: dict[str, Any], **where: Any) -> Any:
        """The edition in force."""
        return edition_guide(where["code"])


class ServiceEditions(PublicRead, Read):
    """Every edition of a service that is or was in force."""

    verb, tag, output = "service_editions", "catalogue", outputs.EditionsOut

    def fetch(self, asked: dict[str, Any], **where: Any) -> Any:
        """The newest first."""
        rows = list(editions_shown(where["code"]))
        return {"results": rows} if rows else None


class ServiceEdition(PublicRead, Read):
    """The guide of a service in one edition, superseded ones included."""

    verb, tag, output = "service_edition", "catalogue", outputs.ServiceGuideOut

    def fetch(self, asked: dict[str, Any], **where: Any) -> Any:
        """The numbered edition."""
        return edition_guide(where["code"], where["number"])


class DepartmentList(PublicRead, Read):
    """The departments with services, and how many."""

    verb, tag, output = "department_list", "catalogue", outputs.DepartmentsOut

    def fetch(self, asked: dict[str, Any], **where: Any) -> Any:
        """All of them."""
        return {"results": departments_offering()}


class BundleList(PublicRead, Read):
    """The bundles offered now: several services meant as one thing."""

    verb, tag, output = "bundle_list", "catalogue", outputs.BundlesOut

    def fetch(self, asked: dict[str, Any], **where: Any) -> Any:
        """All of them."""
        return {"results": list(bundles_current())}


class BundleShow(PublicRead, Read):
    """A bundle with its services, their order, and the papers it asks for once."""

    verb, tag, output = "bundle_show", "catalogue", outputs.BundleGuideOut

    def fetch(self, asked: dict[str, Any], **where: Any) -> Any:
        """The one offered now."""
        return bundles_current().filter(code=where["bundle"]).first()


class CaseStatus(Read):
    """How a case stands, for whoever holds its reference; nothing personal."""

    verb, tag, output = "case_status_show", "catalogue", outputs.StatusOut
    throttle_classes: Any = ()  # counted in the database instead, so that nobody guesses references (S10)

    def fetch(self, asked: dict[str, Any], **where: Any) -> Any:
        """By reference, typed in any way."""
        if stopped := limit(self.request, "case_status", per_minute=LOOKS_A_MINUTE):
            return stopped
        reference = reference_read(where["reference"])
        return case_by_reference(reference) if reference else None
