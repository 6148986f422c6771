"""The door of notifications: tell somebody something, once, in her language."""

from yiwu_portal.notifications.actions import (
    addresses_forget,
    deliveries_sweep,
    delivery_resend,
    delivery_send,
    notice_read,
    notices_erase,
    notify,
    notify_address,
)
from yiwu_portal.notifications.channels import Channel, NoAddress, channel_register, delivery_id
from yiwu_portal.notifications.queries import notices_export, unread_count

__all__ = [
    "Channel",
    "NoAddress",
    "addresses_forget",
    "channel_register",
    "deliveries_sweep",
    "delivery_id",
    "delivery_resend",
    "delivery_send",
    "notice_read",
    "notices_erase",
    "notices_export",
    "notify",
    "notify_address",
    "unread_count",
]
