"""Django's name for this room; it brings the sweeper and an audit."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """The portal's notifications."""

    name = "yiwu_portal.notifications"
    label = "notifications"

    def ready(self) -> None:
        """Show the inbox beside everyone's name; register the sweeper that makes the broker disposable."""
        from yiwu_portal.notifications.queries import deliveries_audit
        from yiwu_portal.notifications.service import addresses_forget, deliveries_sweep, unread_count
        from yiwu_portal.programmes.service import Badge, Job, audit_register, badge_register, job_register

        badge_register(Badge("notice_list", _("Inbox"), unread_count))
        job_register(Job("notifications.sweep", 30, deliveries_sweep))
        job_register(Job("notifications.forget", 3600, addresses_forget))
        audit_register("notifications", deliveries_audit)
