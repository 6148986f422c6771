"""Django's name for this room; it brings the sweeper and an audit."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """The portal's notifications."""

    name = "yiwu_portal.notifications"
    label = "notifications"

    def ready(self) -> None:
        """Register the sweeper that makes the broker disposable."""
        from yiwu_portal.notifications.queries import deliveries_audit
        from yiwu_portal.notifications.service import deliveries_sweep
        from yiwu_portal.programmes.service import Job, audit_register, job_register

        job_register(Job("notifications.sweep", 30, deliveries_sweep))
        audit_register("notifications", deliveries_audit)
