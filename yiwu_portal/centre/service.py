"""The door of the centre: organisations, windows, and who serves where today."""

from yiwu_portal.centre.actions import appointment_change, appointment_end, appointment_make, centre_load
from yiwu_portal.centre.models import Role
from yiwu_portal.centre.queries import (
    appointment_of,
    appointments_today,
    departments,
    has_role,
    is_staff_member,
    live_appointments,
    live_posts,
    organisation_by_code,
    organisation_ids,
    organisations,
    served_organisation_ids,
    serves_comprehensive,
    staff_ids,
    staff_of,
    windows,
)
from yiwu_portal.centre.rules import BadData

__all__ = [
    "BadData",
    "Role",
    "appointment_change",
    "appointment_end",
    "appointment_make",
    "appointment_of",
    "appointments_today",
    "centre_load",
    "departments",
    "has_role",
    "is_staff_member",
    "live_appointments",
    "live_posts",
    "organisation_by_code",
    "organisation_ids",
    "organisations",
    "served_organisation_ids",
    "serves_comprehensive",
    "staff_ids",
    "staff_of",
    "windows",
]
