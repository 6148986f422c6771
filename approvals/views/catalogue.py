"""The public catalogue: find a service, read its guide. The same bytes for every visitor."""

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from approvals.models import MatterEdition
from approvals.queries.bundles import bundle_guide, bundles_found
from approvals.queries.catalogue import (
    VISITS,
    ServiceFilter,
    departments_offering,
    edition_guide,
    editions_by_ids,
    services_found,
    services_listed,
)
from approvals.queries.pictures import bundle_promise
from yiwu_portal.web.service import page, public_page

PAGE_SIZE = 20
QUERY_MAX = 200  # characters


@require_safe
@public_page
def service_list(request: HttpRequest) -> HttpResponse:
    """Find a service, in any of the languages."""
    departments = departments_offering()
    wanted = _wanted(request, {row["organisation"].code for row in departments})
    shown, all_words = _page_of(request, wanted)
    context = {
        "wanted": wanted,
        "page": shown,
        "bundles": bundles_found(wanted) if shown.number == 1 else [],
        "all_words": all_words,
        "departments": departments,
        "audiences": [
            (MatterEdition.Audience.PERSON.value, _("For persons")),
            (MatterEdition.Audience.ENTERPRISE.value, _("For enterprises")),
        ],
        "visits": [("none", _("No visit")), ("one", _("One visit")), ("more", _("More visits"))],
    }
    return page(request, "approvals/service_list.html", context)


@require_safe
@public_page
def service_show(request: HttpRequest, code: str) -> HttpResponse:
    """The guide of a service, in its edition in force."""
    return _guide(request, code, None, "service_show")


@require_safe
@public_page
def service_edition(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The permanent address of one edition; a superseded one says so."""
    return _guide(request, code, number, "service_edition")


@require_safe
@public_page
def bundle_show(request: HttpRequest, code: str) -> HttpResponse:
    """The guide of a bundle (一件事): its matters in their order, its papers counted once."""
    guide = bundle_guide(code)
    if guide is None:
        raise Http404(_("There is no service with this code. You may find it by its name."))
    context = {"guide": guide, "bundle": guide.bundle, "promise": bundle_promise(guide.parts)}
    return page(request, "approvals/bundle_show.html", context)


def _guide(request: HttpRequest, code: str, number: int | None, name: str) -> HttpResponse:
    if code != code.lower():
        arguments = [code.lower()] if number is None else [code.lower(), number]
        return HttpResponsePermanentRedirect(reverse(name, args=arguments))
    edition = edition_guide(code, number)
    if edition is None:
        raise Http404(_("There is no service with this code. You may find it by its name."))
    is_superseded = edition.state == MatterEdition.State.SUPERSEDED
    context = {"edition": edition, "code": code, "is_superseded": is_superseded}
    return page(request, "approvals/service_show.html", context)


def _wanted(request: HttpRequest, departments: set[str]) -> ServiceFilter:
    """What the address asks for; values nobody offers are left out, so that a mistyped filter hides nothing."""
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "department", "audience", "visits")}
    return ServiceFilter(
        q=asked["q"].replace("\x00", "")[:QUERY_MAX],
        department=asked["department"] if asked["department"] in departments else "",
        audience=asked["audience"] if asked["audience"] in MatterEdition.Audience.values else "",
        visits=asked["visits"] if asked["visits"] in VISITS else "",
    )


def _page_of(request: HttpRequest, wanted: ServiceFilter) -> tuple[Page, bool]:
    """One page of results, and whether every word was found."""
    number = request.GET.get("page", "1")
    if not wanted.q:
        return Paginator(services_listed(wanted), PAGE_SIZE).get_page(number), True
    ids, all_words = services_found(wanted)
    ranked = Paginator(ids, PAGE_SIZE)
    shown = ranked.get_page(number)
    return Page(editions_by_ids(list(shown.object_list)), shown.number, ranked), all_words
