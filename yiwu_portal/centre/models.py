"""The centre: organisations, windows, and who serves where under which role (R15-R18, R23, R32)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Organisation(models.Model):
    """A department (部门) or another body of the house: court, intermediary, association, committee (R18, R128)."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("department")
        INTERMEDIARY = "intermediary", _("intermediary")
        SOCIAL = "social", _("social organisation")
        COMMITTEE = "committee", _("committee")
        OTHER = "other", _("other body")

    code = models.CharField(_("code"), max_length=16, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.DEPARTMENT)
    name = models.CharField(_("name"), max_length=200)
    is_vertical = models.BooleanField(_("vertically managed (垂直管理)"), default=False)
    is_stationed = models.BooleanField(_("has windows in the centre (进驻)"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects: ClassVar[models.Manager["Organisation"]] = models.Manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name


class Window(models.Model):
    """A window (窗口) of the centre, run by one department; comprehensive windows take bundles (R15, R41)."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="windows")
    is_comprehensive = models.BooleanField(_("comprehensive window (综合窗口)"), default=False)

    class Meta:
        verbose_name = _("window")
        verbose_name_plural = _("windows")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"W-{self.number:02d}-{self.organisation.code}"


class Role(models.TextChoices):
    """What somebody does for an organisation."""

    CLERK = "clerk", _("window clerk")
    OFFICER = "officer", _("department officer")
    HEAD = "head", _("department head")
    EDITOR = "editor", _("catalogue editor")
    PUBLISHER = "publisher", _("catalogue publisher")
    MANAGER = "manager", _("centre manager")
    SUPERVISOR = "supervisor", _("supervisor")
    AGENT = "agent", _("intermediary's agent")
    ADMINISTRATOR = "administrator", _("administrator")


class Appointment(models.Model):
    """A user's dated role in an organisation; it works from its first to its last day, both included."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="appointments")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="appointments")
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    window = models.ForeignKey(Window, models.PROTECT, null=True, blank=True, related_name="appointments")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="appointment_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.organisation.code}"
