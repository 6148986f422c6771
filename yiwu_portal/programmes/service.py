"""The door of the registry programmes plug into; the portal composes them and names none."""

from yiwu_portal.programmes.registry import (
    Job,
    MenuItem,
    NoticeKind,
    Programme,
    Unknown,
    fact_receivers,
    job_register,
    notice_kind,
    periodic_jobs,
    programme_register,
    programmes,
)

__all__ = [
    "Job",
    "MenuItem",
    "NoticeKind",
    "Programme",
    "Unknown",
    "fact_receivers",
    "job_register",
    "notice_kind",
    "periodic_jobs",
    "programme_register",
    "programmes",
]
