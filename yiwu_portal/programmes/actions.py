"""Taking a tick and keeping its outcome."""

import time
from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Now

from yiwu_portal.programmes.models import Tick
from yiwu_portal.programmes.registry import Job

TIME_LIMIT = 30  # seconds; a run that started longer ago was killed (CELERY_TASK_TIME_LIMIT)
MOST_ATTEMPTS = 3  # a job that kills its worker every time is left until its next slot
YIWU_OFFSET = 8 * 3600  # seconds: slots of a day begin at midnight in Yiwu
KEPT_SLOTS = 100


def slot_now(*, job: Job) -> int:
    """The number of the period the present moment lies in."""
    return int((time.time() + YIWU_OFFSET) // job.every_seconds)


def tick_take(*, job: Job, is_redelivered: bool = False) -> Tick | None:
    """The tick of the present slot if it is ours to run: nobody took it, or whoever did was killed.

    A message the broker delivers anew says that its first worker is dead; otherwise a run is dead past the time limit.
    """
    slot = slot_now(job=job)
    tick, is_new = Tick.objects.get_or_create(job=job.name, slot=slot, defaults={"started_at": Now()})
    if is_new:
        return tick
    dead = Tick.objects.filter(pk=tick.pk, finished_at=None, attempts__lt=MOST_ATTEMPTS)
    if not is_redelivered:
        dead = dead.filter(started_at__lt=Now() - timedelta(seconds=TIME_LIMIT + 5))
    # the attempts seen make this update a claim: of two takers one finds its row changed
    if dead.filter(attempts=tick.attempts).update(attempts=F("attempts") + 1, started_at=Now()):
        return tick
    return None


def tick_finish(*, tick: Tick) -> None:
    """The job ran to its end; old ticks of it go."""
    Tick.objects.filter(pk=tick.pk).update(finished_at=Now(), last_error="")
    Tick.objects.filter(job=tick.job, slot__lt=tick.slot - KEPT_SLOTS).delete()


def tick_fail(*, tick: Tick, error: BaseException) -> None:
    """Keep why the job stopped; the tick stays open and is taken again."""
    Tick.objects.filter(pk=tick.pk).update(last_error=f"{type(error).__name__}: {error}"[:300])
