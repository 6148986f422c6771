"""The portal's settings with the hand-written pages beside its own, for script/bench alone."""

from pathlib import Path

from yiwu_portal.settings import *  # noqa: F403 - the same settings, that is the point
from yiwu_portal.settings import TEMPLATES

ROOT_URLCONF = "bench_baselines.urls"
TEMPLATES[0]["DIRS"] = [*TEMPLATES[0]["DIRS"], Path(__file__).parent / "templates"]  # type: ignore[list-item,misc]
CELERY_TASK_DEFAULT_QUEUE = "bench"  # no worker of anybody takes what is told here
