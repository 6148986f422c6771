"""Django's name for this room; a new database gets the calendar with its tables."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class WorkdaysConfig(AppConfig):
    """The portal's workdays."""

    name = "yiwu_portal.workdays"
    label = "workdays"

    def ready(self) -> None:
        """Load the calendar once the tables are there, and say so when it runs out."""
        from yiwu_portal.programmes.service import audit_register, demo_register
        from yiwu_portal.workdays.actions import calendar_load_all
        from yiwu_portal.workdays.queries import calendar_audit

        post_migrate.connect(_load_when_empty, sender=self)
        audit_register("workdays", calendar_audit)
        demo_register("workdays", calendar_load_all)


def _load_when_empty(**_: Any) -> None:
    """Without a calendar every date would silently ignore the holidays."""
    from django.db import connection

    from yiwu_portal.workdays.actions import calendar_load_all
    from yiwu_portal.workdays.queries import is_empty

    tables = connection.introspection.table_names()
    if {"workdays_calendarimport", "history_entry"} <= set(tables) and is_empty():
        calendar_load_all()
