"""The door of notifications: tell somebody something, once, in her language."""

from yiwu_portal.notifications.actions import (
    deliveries_sweep,
    delivery_resend,
    delivery_send,
    notice_read,
    notices_erase,
    notify,
)
from yiwu_portal.notifications.channels import Channel, NoAddress, channel_register, delivery_id
from yiwu_portal.notifications.queries import notices_export, unread_count

__all__ = [
    "Channel",
    "NoAddress",
    "channel_register",
    "deliveries_sweep",
    "delivery_id",
    "delivery_resend",
    "delivery_send",
    "notice_read",
    "notices_erase",
    "notices_export",
    "notify",
    "unread_count",
]
