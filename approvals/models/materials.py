"""The papers of a case, and the one round of corrections (一次性补正告知)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.models.cases import Case
from approvals.models.catalogue import MaterialRequirement, StandardReason
from yiwu_portal.lifecycle.service import moment


class CaseMaterial(models.Model):
    """A paper given for a requirement; a correction adds a new row and the old one stays as it was."""

    class Verdict(models.TextChoices):
        UNCHECKED = "unchecked", _("not checked yet")
        OK = "ok", _("in order")
        DEFICIENT = "deficient", _("deficient")

    case = models.ForeignKey(Case, models.CASCADE, related_name="materials")
    requirement = models.ForeignKey(MaterialRequirement, models.PROTECT, related_name="+")
    evidence = models.ForeignKey("people.Evidence", models.PROTECT, related_name="+")
    was_reused = models.BooleanField(_("taken from the library, not uploaded anew"), default=False)
    is_current = models.BooleanField(default=True)
    verdict = models.CharField(max_length=12, choices=Verdict.choices, default=Verdict.UNCHECKED)
    reason = models.ForeignKey(StandardReason, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("note in the clerk's own words"), max_length=500, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField(default=moment, editable=False)

    class Meta:
        verbose_name = _("material of a case")
        verbose_name_plural = _("materials of cases")
        ordering = ["requirement__order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "requirement"], condition=models.Q(is_current=True), name="case_material_one_current"
            ),
            models.CheckConstraint(
                condition=~models.Q(verdict="deficient") | models.Q(reason__isnull=False),
                name="case_material_deficient_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.requirement_id}"


class Correction(models.Model):
    """The one request for correction of a case, with everything that is missing and a day to answer by."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="correction")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    due_on = models.DateField(_("answer by"))
    due_computation = models.JSONField(null=True)
    note = models.TextField(_("note in the clerk's own words"), blank=True)
    note_language = models.CharField(max_length=8, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("correction request")
        verbose_name_plural = _("correction requests")

    def __str__(self) -> str:
        return f"correction of {self.case_id}"


class CorrectionItem(models.Model):
    """One deficiency: a material that is missing or not in order, and why."""

    correction = models.ForeignKey(Correction, models.CASCADE, related_name="items")
    requirement = models.ForeignKey(MaterialRequirement, models.PROTECT, related_name="+")
    reason = models.ForeignKey(StandardReason, models.PROTECT, related_name="+")
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("deficiency")
        verbose_name_plural = _("deficiencies")
        ordering = ["requirement__order"]
        constraints = [models.UniqueConstraint(fields=["correction", "requirement"], name="correction_item_once")]

    def __str__(self) -> str:
        return f"{self.correction_id}: {self.requirement_id}"
