"""The ticks of periodic jobs: one row for each (job, slot), so that two beats do no harm."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tick(models.Model):
    """One run of one periodic job; the slot is the moment divided by the job's period."""

    job = models.CharField(max_length=80)
    slot = models.BigIntegerField()
    attempts = models.PositiveSmallIntegerField(default=1)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("tick")
        verbose_name_plural = _("ticks")
        constraints = [models.UniqueConstraint(fields=["job", "slot"], name="tick_once_a_slot")]

    def __str__(self) -> str:
        return f"{self.job}@{self.slot}"
