"""The Chinese working calendar as dated data: holidays, and the weekends worked to make up for them (调休)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarYear(models.Model):
    """A year whose calendar has been announced; dates in a year without one are provisional (暂定)."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    source = models.CharField(_("source"), max_length=200)
    imported_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day that is not what its weekday says: a weekday off, or a weekend day worked."""

    date = models.DateField(_("date"), unique=True)
    is_working = models.BooleanField(_("is worked"))
    holiday = models.CharField(_("holiday it belongs to"), max_length=40)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date}: {'worked' if self.is_working else 'off'}"
