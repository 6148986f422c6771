"""Files taken in, and documents the portal issues."""

import secrets
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition


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
    sha256 = models.CharField(_("SHA-256 of what is stored"), max_length=64)
    received_sha256 = models.CharField(_("SHA-256 of what was received"), max_length=64, blank=True)
    received_size = models.PositiveIntegerField(_("bytes received"), default=0)
    warnings = models.JSONField(_("why it may be hard to read"), default=list, blank=True)
    scan = FSMField(max_length=12, choices=Scan.choices, default=Scan.PENDING, protected=True)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("uploaded file")
        verbose_name_plural = _("uploaded files")
        constraints = [
            models.UniqueConstraint(
                fields=["by", "received_sha256"],
                condition=~models.Q(received_sha256=""),
                name="upload_same_file_once",
            )
        ]
        indexes = [
            models.Index(fields=["by", "received_at"], name="upload_of_user"),
            models.Index(fields=["id"], condition=models.Q(scan="pending"), name="upload_to_scan"),
        ]
        triggers: ClassVar = [
            pgtrigger.FSM(
                name="upload_scan_moves",
                field="scan",
                transitions=[
                    ("pending", "clean"),
                    ("pending", "infected"),
                    ("unscanned", "clean"),
                    ("unscanned", "infected"),
                ],
            )
        ]

    def __str__(self) -> str:
        return self.name

    @transition(scan, [Scan.PENDING, Scan.UNSCANNED], Scan.CLEAN)
    def scan_pass(self) -> None:
        """The scanner found nothing."""

    @transition(scan, [Scan.PENDING, Scan.UNSCANNED], Scan.INFECTED)
    def scan_fail(self) -> None:
        """The scanner found something: the file is never served again."""


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
    storage_name = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    rendered_at = models.DateTimeField(null=True, blank=True)
    render_attempts = models.PositiveIntegerField(default=0)
    standing = FSMField(max_length=12, choices=Standing.choices, default=Standing.VALID, protected=True)
    standing_reason = models.CharField(max_length=300, blank=True)
    standing_changed_at = models.DateTimeField(null=True, blank=True)
    superseded_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="supersedes")

    class Meta:
        verbose_name = _("issued document")
        verbose_name_plural = _("issued documents")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(standing="superseded") ^ models.Q(superseded_by__isnull=True),
                name="document_superseded_by_another",
            )
        ]
        indexes = [
            models.Index(fields=["render_attempts", "id"], condition=models.Q(sha256=""), name="document_to_render"),
            models.Index(fields=["storage_name"], condition=~models.Q(storage_name=""), name="document_stored"),
        ]
        triggers: ClassVar = [
            pgtrigger.FSM(
                name="document_standing_moves",
                field="standing",
                transitions=[("valid", "revoked"), ("valid", "superseded")],
            ),
            # what stands on paper in somebody's hand can't be changed or unmade here
            pgtrigger.ReadOnly(
                name="document_stays_itself", fields=["number", "code", "kind", "organisation", "person", "issued_at"]
            ),
            pgtrigger.Protect(name="document_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.number

    @transition(standing, [Standing.VALID], Standing.REVOKED)
    def revoke(self) -> None:
        """It no longer says the truth; nothing takes its place."""

    @transition(standing, [Standing.VALID], Standing.SUPERSEDED)
    def supersede(self) -> None:
        """Another document takes its place."""
