"""The Celery application; its clockwork is composed from what services and programmes register."""

import os
from typing import Any

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwu_portal.settings")
app = Celery("yiwu_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_finalize.connect
def schedule_jobs(sender: Celery, **_: Any) -> None:
    """Give beat every registered job; a tick that comes twice is settled by its (job, slot) row."""
    from yiwu_portal.programmes.service import periodic_jobs

    for job in periodic_jobs():
        sender.conf.beat_schedule[job.name] = {
            "task": "programmes.job_run",
            "schedule": job.every_seconds,
            "args": [job.name],
        }
