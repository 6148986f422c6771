"""What moves a clock or warns about it: suspensions, extensions, gaps that may follow later, cards."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.models.cases import Case, CaseMatter, Task
from approvals.models.catalogue import MaterialRequirement


class Suspension(models.Model):
    """Days that do not count (不计时): a ground of the law, told in writing (Administrative Licensing Law art. 45)."""

    class Ground(models.TextChoices):
        HEARING = "hearing", _("a hearing")
        INSPECTION = "inspection", _("an inspection on site")
        TEST = "test", _("a test or quarantine")
        EXPERT = "expert", _("a review by experts")

    task = models.ForeignKey(Task, models.CASCADE, related_name="suspensions")
    ground = models.CharField(_("ground"), max_length=16, choices=Ground.choices)
    note = models.TextField(_("note in the officer's own words"), blank=True)
    note_language = models.CharField(max_length=8, blank=True)
    first_on = models.DateField(_("first day that does not count"))
    expected_on = models.DateField(_("last day expected"))
    ended_on = models.DateField(_("last day that did not count"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["task"], condition=models.Q(ended_on__isnull=True), name="suspension_one_running"
            ),
            models.CheckConstraint(
                condition=models.Q(expected_on__gte=models.F("first_on")), name="suspension_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ground} from {self.first_on}"


class Extension(models.Model):
    """The one extension of a matter's limit (延期), asked by the officer, approved by the head (ALL art. 42)."""

    case_matter = models.OneToOneField(CaseMatter, models.CASCADE, related_name="extension")
    task = models.ForeignKey(Task, models.CASCADE, related_name="+")
    days = models.PositiveSmallIntegerField(_("working days more"))
    reason = models.TextField(_("reason, told to the applicant"))
    reason_language = models.CharField(max_length=8)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    is_approved = models.BooleanField(_("approved"), null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints = [
            models.CheckConstraint(condition=models.Q(days__gte=1, days__lte=10), name="extension_of_ten_days_at_most"),
            models.CheckConstraint(
                condition=models.Q(is_approved__isnull=True)
                | (models.Q(answered_by__isnull=False) & ~models.Q(answered_by=models.F("asked_by"))),
                name="extension_answered_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"+{self.days} on {self.case_matter_id}"


class Gap(models.Model):
    """A paper that may follow later (容缺后补): accepted without it, due on a day; overdue, acceptance is revoked."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="gaps")
    requirement = models.ForeignKey(MaterialRequirement, models.PROTECT, related_name="+")
    due_on = models.DateField(_("to be there by"))
    due_computation = models.JSONField()
    filled_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(_("found in order"), null=True, blank=True)

    class Meta:
        verbose_name = _("paper to follow")
        verbose_name_plural = _("papers to follow")
        ordering = ["due_on", "id"]
        constraints = [models.UniqueConstraint(fields=["case", "requirement"], name="gap_once")]
        indexes = [
            models.Index(fields=["due_on"], condition=models.Q(checked_at__isnull=True), name="gap_open"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.requirement_id}"


class Card(models.Model):
    """A card of the e-supervision (红黄牌): raised by the clock alone, never taken back except on appeal."""

    class Level(models.TextChoices):
        NOTICE = "notice", _("one day left")
        YELLOW = "yellow", _("yellow card")
        RED = "red", _("red card")

    class Appeal(models.TextChoices):
        NONE = "", _("no appeal")
        ASKED = "asked", _("appeal waits for an answer")
        UPHELD = "upheld", _("the card stays")
        LIFTED = "lifted", _("the card was lifted")

    case = models.ForeignKey(Case, models.CASCADE, related_name="cards")
    task = models.ForeignKey(Task, models.CASCADE, null=True, blank=True, related_name="cards")
    organisation = models.ForeignKey("centre.Organisation", models.PROTECT, related_name="+")
    level = models.CharField(max_length=8, choices=Level.choices)
    due_on = models.DateField(_("was due"))
    raised_on = models.DateField(_("raised"))
    raised_at = models.DateTimeField()
    why = models.TextField(_("why are we late"), blank=True)
    why_language = models.CharField(max_length=8, blank=True)
    why_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    why_at = models.DateTimeField(null=True, blank=True)
    appeal = models.CharField(max_length=8, choices=Appeal.choices, default=Appeal.NONE, blank=True)
    appeal_reason = models.TextField(blank=True)
    appeal_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    appeal_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("card")
        verbose_name_plural = _("cards")
        ordering = ["-raised_at", "-id"]
        constraints = [
            # the window's clock has no task; a card is of one clock, one due date and one level
            models.UniqueConstraint(
                fields=["case", "task", "due_on", "level"], nulls_distinct=False, name="card_once_a_level"
            ),
            models.CheckConstraint(
                condition=~models.Q(appeal__in=["upheld", "lifted"])
                | (models.Q(answered_by__isnull=False) & ~models.Q(answered_by=models.F("appeal_by"))),
                name="card_appeal_answered_by_another",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-raised_at"], name="card_of_department")]
        triggers = [
            pgtrigger.Protect(name="card_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="card_stays",
                fields=["case", "task", "organisation", "level", "due_on", "raised_on", "raised_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} of {self.case_id}"


class Recount(models.Model):
    """One calendar, and how far the dates of the open cases have been counted anew by it.

    It goes over them twice: the second time finds whoever was busy, or still counted by the old one, at the first.
    """

    version = models.PositiveBigIntegerField(_("number of the calendar"), unique=True)
    last_case = models.BigIntegerField(default=0)
    first_done_at = models.DateTimeField(null=True, blank=True)
    second_done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("recount")
        verbose_name_plural = _("recounts")

    def __str__(self) -> str:
        return f"calendar {self.version}"
