"""Django's name for this room."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """The portal's people."""

    name = "yiwu_portal.people"
    label = "people"

    def ready(self) -> None:
        """Put one's own pages into the menu; bring the kinds of paper to a demonstration."""
        from yiwu_portal.centre.service import is_staff_member
        from yiwu_portal.people.actions import evidence_types_load
        from yiwu_portal.programmes.service import (
            MenuItem,
            NoticeKind,
            demo_register,
            menu_register,
            notice_register,
        )

        def for_merchants(user: Any) -> bool:
            return not is_staff_member(user)

        menu_register(MenuItem("evidence_list", _("My papers"), shown_to=for_merchants, order=16))
        menu_register(MenuItem("person_me", _("My details"), shown_to=for_merchants, order=17))
        notice_register(
            "people",
            NoticeKind("mandate_given", _("Somebody lets you act for them")),
            NoticeKind("mandate_ended", _("A mandate was ended")),
        )
        demo_register("people", evidence_types_load)
