"""Decisions (决定): one a matter, for or against, with its reason and its document."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.models.cases import Case, CaseMatter
from approvals.models.catalogue import StandardReason


class Letter(models.Model):
    """A document issued in a case: receipt, notice or decision."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("Receipt")
        ACCEPTANCE = "acceptance", _("Notice of acceptance")
        CORRECTION = "correction", _("Notice of corrections")
        NOT_ACCEPTED = "not_accepted", _("Notice of refusal to accept")
        DECISION = "decision", _("Decision")
        SUSPENSION = "suspension", _("Notice of suspension")
        EXTENSION = "extension", _("Notice of extension")
        LAPSE = "lapse", _("Notice of lapse")

    case = models.ForeignKey(Case, models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    document = models.OneToOneField("documents.IssuedDocument", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.case_id}"


class Decision(models.Model):
    """The decision on one matter of a case; both a grant and a refusal are documents."""

    class Outcome(models.TextChoices):
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")

    case_matter = models.OneToOneField(CaseMatter, models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    reason = models.ForeignKey(StandardReason, models.PROTECT, related_name="+")
    note = models.TextField(_("note in the officer's own words"), blank=True)
    correction = models.TextField(_("what its document corrects (更正)"), blank=True)
    results = models.JSONField(_("what the result says, for later matters"), default=dict, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("second signature"),
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    organisation = models.ForeignKey("centre.Organisation", models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    document = models.OneToOneField("documents.IssuedDocument", models.PROTECT, related_name="+")
    valid_until = models.DateField(null=True, blank=True)
    collected_at = models.DateTimeField(_("collected at the counter (窗口领取)"), null=True, blank=True)
    handed_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")

    def __str__(self) -> str:
        return f"{self.outcome} on {self.case_matter_id}"
