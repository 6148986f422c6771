"""Configuration of the centre in Django's administration; every change of an appointment is recorded."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from modeltranslation.admin import TranslationAdmin

from yiwu_portal.centre.actions import appointment_change, appointment_make
from yiwu_portal.centre.models import Appointment, Organisation, Window


@admin.register(Organisation)
class OrganisationAdmin(TranslationAdmin):
    """Departments and other bodies, their names in every language."""

    list_display = ("code", "name", "kind", "is_stationed", "is_vertical")
    list_filter = ("kind", "is_stationed", "is_vertical")
    search_fields = ("code", "name")


@admin.register(Window)
class WindowAdmin(admin.ModelAdmin):
    """The windows of the centre."""

    list_display = ("number", "organisation", "is_comprehensive")
    list_filter = ("is_comprehensive", "organisation")
    list_select_related = ("organisation",)


@admin.register(Appointment)
class AppointmentAdmin(admin.ModelAdmin):
    """Who serves where under which role; an appointment is ended by its last day, never deleted."""

    list_display = ("user", "role", "organisation", "window", "starts_on", "ends_on")
    list_filter = ("role", "organisation")
    list_select_related = ("user", "organisation", "window__organisation")
    search_fields = ("user__name", "user__email")
    autocomplete_fields = ("user",)

    def has_delete_permission(self, request: HttpRequest, obj: Appointment | None = None) -> bool:
        """Never: the history of who held which power stays."""
        return False

    def save_model(self, request: HttpRequest, obj: Appointment, form: Any, change: bool) -> None:
        """Through the actions, so that it is recorded."""
        if change:
            appointment_change(by=request.user, appointment=obj)
            return
        made = appointment_make(
            by=request.user,
            user=obj.user,
            organisation=obj.organisation,
            role=obj.role,
            window=obj.window,
            starts_on=obj.starts_on,
            ends_on=obj.ends_on,
        )
        obj.pk = made.pk
