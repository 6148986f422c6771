"""Configuration of the catalogue; editions have a life of their own and are shown only."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from approvals.models import LegalBasis, MaterialRequirement, Matter, MatterEdition, RouteStep, StandardReason


class ShownOnly:
    """Rows are looked at here and changed elsewhere: by loading the catalogue, by an action."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False


class MaterialInline(ShownOnly, admin.TabularInline):
    """The papers of an edition."""

    model = MaterialRequirement
    fields = ("order", "name", "evidence_type", "necessity", "form", "source", "copies")


class StepInline(ShownOnly, admin.TabularInline):
    """The route of an edition."""

    model = RouteStep
    fields = ("order", "code", "name", "organisation", "kind", "days")


class LegalBasisInline(ShownOnly, admin.TabularInline):
    """The legal bases of an edition."""

    model = LegalBasis
    fields = ("order", "law", "article", "is_checked")


@admin.register(Matter)
class MatterAdmin(admin.ModelAdmin):
    """A matter: only its official codes and its provenance are configuration; the rest comes from its file."""

    list_display = ("code", "organisation", "catalog_code", "is_reconstruction")
    list_select_related = ("organisation",)
    search_fields = ("code", "catalog_code", "task_code")
    readonly_fields = ("code", "organisation")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A matter begins with its file."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Matter | None = None) -> bool:
        """Its editions stay, so it stays."""
        return False


@admin.register(MatterEdition)
class MatterEditionAdmin(ShownOnly, admin.ModelAdmin):
    """The editions, shown."""

    list_display = ("matter", "number", "name", "state", "effective_on", "published_at")
    list_select_related = ("matter",)
    list_filter = ("state",)
    search_fields = ("matter__code", "name")
    inlines = (MaterialInline, StepInline, LegalBasisInline)


@admin.register(StandardReason)
class StandardReasonAdmin(ShownOnly, admin.ModelAdmin):
    """The standard reasons, shown: their file is checked in every language, a text typed here would not be."""

    list_display = ("code", "use", "order", "text", "is_active")
    list_filter = ("use", "is_active")
    search_fields = ("code", "text")
