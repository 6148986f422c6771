"""A round of a periodic job: one transaction a case; a case somebody holds is left alone, a failure stops no other."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from approvals.models import Case

log = logging.getLogger(__name__)

BATCH = 200
SECONDS = 20.0  # a job takes under 30; what is left waits for its next tick


class RoundFailed(RuntimeError):
    """Some cases of a round could not be done; the others were. The next tick tries them again."""


@dataclass
class Round:
    """What became of a round: cases something was done to, cases that failed, where it stopped, whether at the end."""

    done: int = 0
    failed: int = 0
    last: int = 0
    is_over: bool = False

    def checked(self) -> int:
        """How many were done; raises `RoundFailed` when any failed, so that the job's tick says so."""
        if self.failed:
            raise RoundFailed(f"{self.failed} cases failed, {self.done} were done")
        return self.done


def each_case(
    *, cases: "QuerySet[Case]", act: Callable[[Case], bool], after: int = 0, seconds: float = SECONDS
) -> Round:
    """Do `act` to each case of the queryset behind the id `after`, held locked and found in it still.

    A case somebody holds is skipped, one that fails is counted; `act` says whether it did anything.
    """
    end, result = time.monotonic() + seconds, Round(last=after)
    while time.monotonic() < end:
        keys = list(cases.filter(pk__gt=result.last).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not keys:
            result.is_over = True
            break
        for key in keys:
            if time.monotonic() > end:
                break
            try:
                result.done += _one(cases, key, act)
            except Exception:
                log.exception("case %s could not be done", key)
                result.failed += 1
            result.last = key
    return result


def _one(cases: "QuerySet[Case]", key: int, act: Callable[[Case], bool]) -> bool:
    with transaction.atomic():
        rows = cases.select_related("applicant", "organisation", "bundle", "submitted_by")
        case = rows.select_for_update(of=("self",), skip_locked=True).filter(pk=key).first()
        return case is not None and act(case)
