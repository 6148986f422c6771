"""The door of the registry programmes plug into; the portal composes them and names none."""

from yiwu_portal.programmes.registry import (
    Badge,
    Job,
    MenuItem,
    NoticeKind,
    Programme,
    Unknown,
    badge_register,
    badges,
    fact_receivers,
    job_register,
    menu_items,
    menu_register,
    notice_kind,
    periodic_jobs,
    programme_register,
    programmes,
)

__all__ = [
    "Badge",
    "Job",
    "MenuItem",
    "NoticeKind",
    "Programme",
    "Unknown",
    "badge_register",
    "badges",
    "fact_receivers",
    "job_register",
    "menu_items",
    "menu_register",
    "notice_kind",
    "periodic_jobs",
    "programme_register",
    "programmes",
]
