"""The doorbell: what the portal knows of approvals."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yiwu_portal.programmes.service import MenuItem, Programme, programme_register

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
        "lead": translate("%(services)s; %(without_visit)s.")
        % {"services": some % numbers[0], "without_visit": none % numbers[1]},
        "often": [
            {"text": edition.name, "url": reverse("service_show", args=[edition.matter.code.lower()])}
            for edition in services_listed(ServiceFilter())[:OFTEN]
        ],
        "figures": [
            {"value": counts["published"], "label": translate("services described"), "url": address},
            {
                "value": counts["without_visit"],
                "label": translate("services without a visit"),
                "url": f"{address}?visits=none",
            },
        ],
    }


programme_register(
    Programme(
        slug="approvals",
        title=_("Services"),
        urls="approvals.urls",
        menu=(
            MenuItem(
                url_name="service_list",
                text=_("Services"),
                public=True,
                order=10,
                description=_("Find what you need to do, what it asks for and how long it takes."),
            ),
        ),
        front=front,
    )
)
