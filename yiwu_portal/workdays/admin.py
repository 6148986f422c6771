"""The calendar in the administration: to be read; it is changed by importing a year (`calendar_load`)."""

from django.contrib import admin
from django.http import HttpRequest

from yiwu_portal.workdays.models import CalendarDay, CalendarImport


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows, and changes nothing."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds rows by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        """Nobody edits a row."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        """Nobody deletes a row."""
        return False


@admin.register(CalendarDay)
class CalendarDayAdmin(ReadOnlyAdmin):
    """Exceptional days."""

    list_display = ("date", "is_working", "holiday", "is_local")
    list_filter = ("is_local", "is_working")
    date_hierarchy = "date"


@admin.register(CalendarImport)
class CalendarImportAdmin(ReadOnlyAdmin):
    """What was imported, when and from where."""

    list_display = ("year", "is_local", "days", "source", "imported_at")
