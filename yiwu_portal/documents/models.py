"""Files taken in, and documents the portal issues."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no I, O, 0, 1: a code is typed from paper


def random_name() -> str:
    """A storage name nobody can guess (256 bits)."""
    return secrets.token_urlsafe(32)


class Upload(models.Model):
    """A file made safe (re-encoded image, or PDF without active content), under a random name, outside the web root."""

    class Scan(models.TextChoices):
        PENDING = "pending", _("being checked")
        CLEAN = "clean", _("checked")
        INFECTED = "infected", _("refused")
        UNSCANNED = "unscanned", _("no scanner configured")

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(_("name the person gave"), max_length=200)
    storage_name = models.CharField(max_length=64, unique=True, default=random_name)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField(_("bytes"))
    pages = models.PositiveSmallIntegerField(default=1)
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=12, choices=Scan.choices, default=Scan.PENDING)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("uploaded file")
        verbose_name_plural = _("uploaded files")
        indexes = [models.Index(fields=["by", "sha256"])]

    def __str__(self) -> str:
        return self.name


class IssuedDocument(models.Model):
    """A document the portal issues: numbered, hashed, revocable, verified by QR or typed code.

    The row is written in the transaction that issues it; the PDF is rendered after the commit from `payload`,
    and may be rendered again at any time while `sha256` is empty.
    """

    class Standing(models.TextChoices):
        VALID = "valid", _("valid")
        REVOKED = "revoked", _("revoked")
        SUPERSEDED = "superseded", _("superseded")

    number = models.CharField(_("number"), max_length=40, unique=True)
    code = models.CharField(_("verification code"), max_length=16, unique=True)
    kind = models.CharField(max_length=60)
    organisation = models.ForeignKey("centre.Organisation", models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=8)
    template = models.CharField(max_length=120)
    payload = models.JSONField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    storage_name = models.CharField(max_length=64, default=random_name)
    sha256 = models.CharField(max_length=64, blank=True)
    rendered_at = models.DateTimeField(null=True, blank=True)
    standing = models.CharField(max_length=12, choices=Standing.choices, default=Standing.VALID)
    standing_reason = models.CharField(max_length=300, blank=True)
    standing_changed_at = models.DateTimeField(null=True, blank=True)
    superseded_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="supersedes")

    class Meta:
        verbose_name = _("issued document")
        verbose_name_plural = _("issued documents")
        indexes = [models.Index(fields=["rendered_at"], condition=models.Q(sha256=""), name="document_to_render")]

    def __str__(self) -> str:
        return self.number
