"""What could not be delivered, for administrators: read it, resend it. The words of a notice are not shown."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from yiwu_portal.notifications.actions import delivery_resend
from yiwu_portal.notifications.models import Delivery


@admin.register(Delivery)
class DeliveryAdmin(admin.ModelAdmin):
    """The outbox, with its dead letters."""

    list_display = ("id", "kind", "channel", "state", "attempts", "due_at", "last_error")
    list_filter = ("state", "channel")
    fields = ("kind", "channel", "state", "attempts", "due_at", "sent_at", "last_error")
    list_select_related = ("notice",)
    show_full_result_count = False
    ordering = ("-id",)
    actions = ["resend"]

    @admin.display(description=gettext_lazy("kind"))
    def kind(self, delivery: Delivery) -> str:
        """The kind of notice, never its words."""
        return delivery.notice.kind

    @admin.action(description=gettext_lazy("Send again what was given up"))
    def resend(self, request: HttpRequest, queryset: "QuerySet[Delivery]") -> None:
        """Put the chosen dead letters back into the outbox."""
        if not request.user.is_superuser:
            self.message_user(request, _("Only administrators may do this. Nothing was sent."), messages.ERROR)
            return
        done = sum(delivery_resend(by=request.user, delivery_id=pk) for pk in queryset.values_list("pk", flat=True))
        self.message_user(
            request, ngettext("%(count)s is sent again.", "%(count)s are sent again.", done) % {"count": done}
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Deliveries are written by acts."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Delivery | None = None) -> bool:
        """Deliveries are changed by their sending."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Delivery | None = None) -> bool:
        """The outbox is kept."""
        return False
