"""The one task beat calls: run a job once in its slot, whoever else ticks."""

import logging
from typing import Any

from celery import shared_task

from yiwu_portal.programmes.actions import tick_fail, tick_finish, tick_take
from yiwu_portal.programmes.queries import job_named

log = logging.getLogger(__name__)


@shared_task(name="programmes.job_run", bind=True)
def job_run(self: Any, name: str) -> None:
    """Run the job unless its slot was run, or is being run, by another; a run that died is taken up again."""
    job = job_named(name)
    if job is None:
        log.error("nobody registered the job %s", name)
        return
    tick = tick_take(job=job, is_redelivered=bool((self.request.delivery_info or {}).get("redelivered")))
    if tick is None:
        return
    try:
        job.run()
    except BaseException as error:  # a soft time limit too: the reason is kept, then it goes on its way
        tick_fail(tick=tick, error=error)
        raise
    tick_finish(tick=tick)
