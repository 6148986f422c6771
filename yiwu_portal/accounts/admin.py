"""Users in Django's administration: who may sign in and who may open it. Passwords are nobody's business but hers."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yiwu_portal.accounts.actions import user_change
from yiwu_portal.accounts.models import User

admin.site.site_header = _("Yiwu Portal: administration")
admin.site.site_title = _("Yiwu Portal")
admin.site.index_title = _("Configuration")
# second factors and addresses belong to their owner, who proves them; rights come from appointments, not from groups
admin.site.unregister([Authenticator, EmailAddress, Group])


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Users; disabled, never deleted."""

    list_display = ("email", "name", "language", "is_active", "is_staff", "joined_at")
    list_filter = ("is_active", "is_staff", "is_demo", "is_system", "language")
    search_fields = ("email", "name")
    fields = ("email", "name", "language", "is_active", "is_staff", "is_superuser", "is_demo", "is_system", "joined_at")
    readonly_fields = ("is_demo", "is_system", "joined_at")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """An address is changed by its owner, who proves it; only a superuser makes one."""
        fixed = list(self.readonly_fields) + (["email"] if obj else [])
        return fixed if getattr(request.user, "is_superuser", False) else [*fixed, "is_staff", "is_superuser"]

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Never: the history names her."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Through the action, so that it is recorded and a disabled user's sessions end."""
        user_change(by=request.user, user=obj)  # type: ignore[arg-type]
