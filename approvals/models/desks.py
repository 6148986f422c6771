"""What officers do together on a task: proposals to be signed, opinions asked of other departments."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.models.cases import Task
from approvals.models.catalogue import StandardReason
from approvals.models.decisions import Decision


class Proposal(models.Model):
    """A decision one officer proposes and another signs, where the matter asks for two signatures (双签)."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="proposals")
    outcome = models.CharField(max_length=12, choices=Decision.Outcome.choices)
    reason = models.ForeignKey(StandardReason, models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    results = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    is_signed = models.BooleanField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("why it was sent back"), blank=True)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["task"], condition=models.Q(is_signed__isnull=True), name="proposal_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(is_signed__isnull=True)
                | (models.Q(answered_by__isnull=False) & ~models.Q(answered_by=models.F("by"))),
                name="proposal_signed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} proposed on {self.task_id}"


class Opinion(models.Model):
    """An opinion (意见) one department asks of another while it works; it never stops the clock by itself."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="opinions")
    organisation = models.ForeignKey("centre.Organisation", models.PROTECT, related_name="+")
    question = models.TextField(_("question"))
    is_confidential = models.BooleanField(_("only for the two departments"), default=False)
    due_on = models.DateField(_("asked for by"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("opinion")
        verbose_name_plural = _("opinions")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "organisation"],
                condition=models.Q(revoked_at__isnull=True, answered_at__isnull=True),
                name="opinion_asked_once",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True)
                | models.Q(answered_by__isnull=False, revoked_at__isnull=True),
                name="opinion_answered_or_revoked",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "due_on"],
                condition=models.Q(revoked_at__isnull=True, answered_at__isnull=True),
                name="opinion_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} on {self.task_id}"
