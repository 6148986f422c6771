"""The verbs of notifications, by noun."""

from yiwu_portal.notifications.actions.deliveries import deliveries_sweep, delivery_resend, delivery_send
from yiwu_portal.notifications.actions.notices import (
    addresses_forget,
    notice_prefer,
    notice_read,
    notice_read_all,
    notices_erase,
    notify,
    notify_address,
)

__all__ = [
    "addresses_forget",
    "deliveries_sweep",
    "delivery_resend",
    "delivery_send",
    "notice_prefer",
    "notice_read",
    "notice_read_all",
    "notices_erase",
    "notify",
    "notify_address",
]
