"""The Chinese working calendar as dated data: holidays, and the weekends worked to make up for them (调休)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarImport(models.Model):
    """One taking-in of a year, kept for ever; the newest id is the version of the whole calendar."""

    year = models.PositiveSmallIntegerField(_("year"))
    is_local = models.BooleanField(_("the city's own closings"), default=False)
    source = models.CharField(_("source"), max_length=300)
    days = models.PositiveSmallIntegerField(_("days that are not what their weekday says"))
    imported_at = models.DateTimeField(_("imported"), auto_now_add=True)

    class Meta:
        verbose_name = _("calendar import")
        verbose_name_plural = _("calendar imports")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.year}: {self.source}"


class CalendarYear(models.Model):
    """A year whose calendar has been announced; dates in a year without one are provisional (暂定)."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    source = models.CharField(_("source"), max_length=300)
    imported_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day of a holiday, or a weekend day worked; the city's own days win over the national ones."""

    date = models.DateField(_("date"))
    is_local = models.BooleanField(_("the city's own"), default=False)
    is_working = models.BooleanField(_("is worked"))
    holiday = models.CharField(_("holiday it belongs to"), max_length=80)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["date", "is_local"], name="calendar_day_once")]

    def __str__(self) -> str:
        return f"{self.date}: {'worked' if self.is_working else 'off'}"
