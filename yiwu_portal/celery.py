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
    """Give beat every registered job; a tick that comes twice is settled by its (job, slot) row.

    Rare jobs are asked for every minute too: their slot still lets them run once, and neither a restarted beat nor a
    killed worker can make them wait for another day.
    """
    from yiwu_portal.programmes.service import periodic_jobs

    for job in periodic_jobs():
        sender.conf.beat_schedule[job.name] = {
            "task": "programmes.job_run",
            "schedule": min(job.every_seconds, 60),
            "args": [job.name],
            "options": {"expires": 60},  # seconds; ticks that queued up while no worker ran are of no use
        }
