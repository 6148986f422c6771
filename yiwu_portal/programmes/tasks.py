"""The one task beat calls: run a job once in its slot, whoever else ticks."""

import logging
import time

from celery import shared_task
from django.utils import timezone

from yiwu_portal.programmes.models import Tick
from yiwu_portal.programmes.registry import periodic_jobs

log = logging.getLogger(__name__)


@shared_task(name="programmes.job_run")
def job_run(name: str) -> None:
    """Run the job unless its current slot was already taken; a slot whose run died is taken again by the next one."""
    job = next(job for job in periodic_jobs() if job.name == name)
    slot = int(time.time() // job.every_seconds)
    _, taken = Tick.objects.get_or_create(job=name, slot=slot)
    if not taken:
        return
    job.run()
    Tick.objects.filter(job=name, slot=slot).update(finished_at=timezone.now())
    Tick.objects.filter(job=name, slot__lt=slot - 100).delete()
