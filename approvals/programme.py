"""The doorbell: what the portal knows of approvals."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from approvals import tasks
from yiwu_portal.centre.service import Role, has_role
from yiwu_portal.programmes.service import Job, MenuItem, NoticeKind, Programme, programme_register

OFTEN = 4  # services named on the start page


def front() -> dict[str, Any]:
    """The public start page's part, counted in the catalogue as it stands (R15, R34)."""
    from approvals.queries.catalogue import ServiceFilter, services_count, services_listed  # models load later

    counts = services_count()
    if not counts["published"]:
        return {}
    address = reverse("service_list")
    some = ngettext(
        "%(number)d service is described here", "%(number)d services are described here", counts["published"]
    )
    none = ngettext("%(number)d of them needs no visit", "%(number)d of them need no visit", counts["without_visit"])
    numbers = [{"number": counts["published"]}, {"number": counts["without_visit"]}]
    return {
        "lead": gettext("%(services)s; %(without_visit)s.")
        % {"services": some % numbers[0], "without_visit": none % numbers[1]},
        "often": [
            {"text": edition.name, "url": reverse("service_show", args=[edition.matter.code.lower()])}
            for edition in services_listed(ServiceFilter())[:OFTEN]
        ],
        "figures": [
            {"value": counts["published"], "label": gettext("services described"), "url": address},
            {
                "value": counts["without_visit"],
                "label": gettext("services without a visit"),
                "url": f"{address}?visits=none",
            },
        ],
    }


def mine(user: Any) -> list[dict[str, Any]]:
    """A user's open business: her drafts and cases, the counts at the desks she serves."""
    from approvals.queries.mine import business  # models load later

    return business(user)


def demo_load() -> None:
    """The invented town, for an empty demonstration."""
    from approvals.actions.demo import demo_load as load

    load()


def simulate(*, cases: int, progress: Any) -> None:
    """So many invented cases, for a measurement."""
    from approvals.actions.demo import simulate as run

    run(cases=cases, progress=progress)


def _clerk(user: Any) -> bool:
    return has_role(user, Role.CLERK)


def _officer(user: Any) -> bool:
    return has_role(user, Role.OFFICER)


def _carded(user: Any) -> bool:
    return has_role(user, Role.CLERK, Role.OFFICER, Role.HEAD, Role.SUPERVISOR, Role.MANAGER)


def _at_desk(user: Any) -> bool:
    return has_role(user, Role.OFFICER, Role.HEAD)


def _manager(user: Any) -> bool:
    return has_role(user, Role.MANAGER)


def _applicant(user: Any) -> bool:
    return not (_clerk(user) or _officer(user))


programme_register(
    Programme(
        slug="approvals",
        title=_("Services"),
        urls="approvals.urls",
        api="approvals.api.urls",
        menu=(
            MenuItem(
                "service_list",
                _("Services"),
                public=True,
                order=10,
                description=_("Find what you need to do, what it asks for and how long it takes."),
            ),
            MenuItem(
                "case_status",
                _("Follow an application"),
                public=True,
                order=20,
                description=_("With your reference number; no sign-in needed."),
            ),
            MenuItem("case_list", _("My applications"), shown_to=_applicant, order=15),
            MenuItem("window_list", _("Window inbox"), shown_to=_clerk, order=11),
            MenuItem("result_list", _("Results at the counter"), shown_to=_clerk, order=12),
            MenuItem("desk_list", _("Department desk"), shown_to=_at_desk, order=13),
            MenuItem("card_list", _("Cards"), shown_to=_carded, order=14),
            MenuItem("board_show", _("The board"), shown_to=_manager, order=14),
        ),
        notices=tuple(
            NoticeKind(name, title)
            for name, title in (
                ("draft_link", _("A link to go on with a draft")),
                ("case_submitted", _("An application was handed in")),
                ("case_corrected", _("A correction was handed in")),
                ("case_correction_requested", _("A correction is asked for")),
                ("case_accepted", _("An application was accepted")),
                ("case_not_accepted", _("An application was not accepted")),
                ("case_withdrawn", _("An application was withdrawn")),
                ("matter_granted", _("A matter was granted")),
                ("matter_refused", _("A matter was refused")),
                ("task_suspended", _("A clock stands still")),
                ("task_resumed", _("A clock goes on")),
                ("matter_extended", _("A limit was extended")),
                ("gap_accepted", _("A paper that followed is in order")),
                ("gap_deficient", _("A paper that followed is not in order")),
                ("case_lapsed", _("An application lapsed")),
                ("card_explained", _("Why an application is late")),
                ("case_recomputed", _("A date moved because the calendar changed")),
                ("decision_corrected", _("A document was corrected")),
                ("opinion_asked", _("An opinion is asked")),
                ("opinion_due", _("An opinion is due")),
                ("opinion_answered", _("An opinion was given")),
                ("opinion_revoked", _("A question was taken back")),
                ("work_handed", _("Work was handed to me")),
            )
        )
        + tuple(
            NoticeKind(name, title, is_optional=True)
            for name, title in (
                ("desk_task_resumed", _("A task's clock goes on")),
                ("extension_asked", _("An extension waits for your approval")),
                ("extension_answered", _("An extension was answered")),
                ("card_raised", _("A card was raised")),
                ("card_answered", _("An appeal against a card was answered")),
            )
        ),
        jobs=(
            Job("approvals.suspensions_end", 300, tasks.suspensions_end),
            Job("approvals.cases_deem", 300, tasks.cases_deem),
            Job("approvals.corrections_lapse", 300, tasks.corrections_lapse),
            Job("approvals.gaps_lapse", 300, tasks.gaps_lapse),
            Job("approvals.cards_raise", 300, tasks.cards_raise),
            Job("approvals.clocks_recompute", 60, tasks.clocks_recompute),
            Job("approvals.opinions_remind", 900, tasks.opinions_remind),
        ),
        search_url_name="service_list",
        front=front,
        mine=mine,
        demo_load=demo_load,
        simulate=simulate,
    )
)
