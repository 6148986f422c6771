"""The verbs of notifications, by noun."""

from yiwu_portal.notifications.actions.deliveries import deliveries_sweep, delivery_resend, delivery_send
from yiwu_portal.notifications.actions.notices import notice_prefer, notice_read, notice_read_all, notices_erase, notify

__all__ = [
    "deliveries_sweep",
    "delivery_resend",
    "delivery_send",
    "notice_prefer",
    "notice_read",
    "notice_read_all",
    "notices_erase",
    "notify",
]
