"""Reading the clockwork: which jobs there are, and which of them stand still."""

from collections.abc import Iterator
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db.models import Max
from django.utils import timezone

from yiwu_portal.programmes.models import Tick
from yiwu_portal.programmes.registry import Counted, Job, periodic_jobs


def job_named(name: str) -> Job | None:
    """The registered job of this name."""
    return next((job for job in periodic_jobs() if job.name == name), None)


def is_anybody_here() -> bool:
    """Whether the database has users, so that invented ones must not be mixed in."""
    return get_user_model()._default_manager.exists()


def jobs_audit() -> Iterator[str]:
    """Broken when a job that has run before has not come to its end for five of its periods (ten minutes at least)."""
    done = dict(Tick.objects.filter(finished_at__isnull=False).values_list("job").annotate(Max("finished_at")))
    known = periodic_jobs()
    yield Counted(f"jobs: {len(known)} registered, {len(done)} have run")
    for job in known:
        patience = timedelta(seconds=max(5 * job.every_seconds, 600))
        if job.name in done and done[job.name] < timezone.now() - patience:
            error = (
                Tick.objects.filter(job=job.name).exclude(last_error="").order_by("-slot").values_list("last_error")
            ).first()
            reason = f": {error[0]}" if error else ""
            yield f"jobs: {job.name} last ended at {done[job.name]:%Y-%m-%d %H:%M}{reason}"
