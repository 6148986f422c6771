"""Bundles: several matters a person means as one thing (一件事), applied for once."""

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.models.catalogue import Matter


class Bundle(models.Model):
    """One dated version of a bundle; a case stays on the version it began with, a changed file makes a new one."""

    code = models.SlugField(_("code"), max_length=60)
    number = models.PositiveSmallIntegerField(_("version"))
    is_current = models.BooleanField(_("offered to new applicants"), default=True)
    organisation = models.ForeignKey(
        "centre.Organisation", models.PROTECT, related_name="+", verbose_name=_("lead department (牵头部门)")
    )
    digest = models.CharField(_("fingerprint of the source file"), max_length=64, blank=True)
    published_at = models.DateTimeField()

    # translated
    name = models.CharField(_("name"), max_length=200)
    summary = models.TextField(_("summary"))
    who = models.TextField(_("for whom"), blank=True)
    process = models.TextField(_("what happens, one step a line"), blank=True)
    keywords = models.TextField(_("other words people use"), blank=True)

    class Meta:
        verbose_name = _("bundle")
        verbose_name_plural = _("bundles")
        ordering = ["code", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="bundle_number"),
            models.UniqueConstraint(fields=["code"], condition=models.Q(is_current=True), name="bundle_one_current"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="bundle_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "to_jsonb(OLD) - 'is_current' IS DISTINCT FROM to_jsonb(NEW) - 'is_current'"
                ),
            ),
            pgtrigger.Protect(name="bundle_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.name


class BundleItem(models.Model):
    """A matter of a bundle: which others it comes after, and what its refusal does to the rest."""

    class OnRefusal(models.TextChoices):
        STOP_ALL = "stop_all", _("everything still undecided stops")
        STOP_AFTER = "stop_after", _("what was to follow it stops")
        GO_ON = "go_on", _("the rest goes on")

    bundle = models.ForeignKey(Bundle, models.CASCADE, related_name="items")
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)
    after = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="before")
    on_refusal = models.CharField(
        _("when it is refused"), max_length=12, choices=OnRefusal.choices, default=OnRefusal.STOP_AFTER
    )

    class Meta:
        verbose_name = _("matter of a bundle")
        verbose_name_plural = _("matters of bundles")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["bundle", "matter"], name="bundle_matter_once")]
        triggers = [pgtrigger.Protect(name="bundle_item_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.bundle_id}: {self.matter_id}"


class BundleText(models.Model):
    """The searchable words of a bundle in one language, as those of matters are kept."""

    bundle = models.ForeignKey(Bundle, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=8)
    vector = SearchVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bundle", "language"], name="bundle_text_language")]
        indexes = [GinIndex(fields=["vector"], name="bundle_text_vector")]

    def __str__(self) -> str:
        return f"{self.bundle_id} {self.language}"
