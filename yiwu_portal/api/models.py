"""Kept answers of writes, the systems that may call, and the tokens they and people call with."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from encrypted_fields.fields import EncryptedCharField

from yiwu_portal.api.rules import EVENTS, SYSTEM_SCOPES
from yiwu_portal.lifecycle.service import moment


class KeptAnswer(models.Model):
    """What a write answered, kept 24 hours for whoever did not hear it: written in the transaction of the act (F3)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    endpoint = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(_("fingerprint of what was asked"), max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField(null=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=moment)

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        constraints = [models.UniqueConstraint(fields=["user", "endpoint", "key"], name="kept_answer_once")]
        indexes = [models.Index(fields=["created_at"], name="kept_answer_age")]

    def __str__(self) -> str:
        return f"{self.endpoint} {self.status}"


class Client(models.Model):
    """A department's system (OAuth2 client): acts as its own user, for one organisation, within its scopes."""

    client_id = models.CharField(_("client id"), max_length=40, unique=True)
    secret_digest = models.CharField(max_length=64)
    name = models.CharField(_("name"), max_length=120)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    organisation = models.ForeignKey("centre.Organisation", models.PROTECT, related_name="+")
    scopes = ArrayField(models.CharField(max_length=20), verbose_name=_("scopes"))
    is_active = models.BooleanField(_("may call"), default=True)
    created_at = models.DateTimeField(default=moment, editable=False)

    class Meta:
        verbose_name = _("system that may call")
        verbose_name_plural = _("systems that may call")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scopes__contained_by=list(SYSTEM_SCOPES)), name="client_scopes_are_known"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Token(models.Model):
    """A bearer token, of a system or of a person; only its digest is kept, so nobody can read one out of here."""

    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    client = models.ForeignKey(Client, models.CASCADE, null=True, blank=True, related_name="tokens")
    name = models.CharField(_("name"), max_length=80, blank=True)
    scopes = ArrayField(models.CharField(max_length=20), verbose_name=_("scopes"))
    created_at = models.DateTimeField(default=moment, editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        indexes = [
            models.Index(fields=["user", "-id"], name="token_of_user"),
            models.Index(fields=["expires_at"], name="token_age"),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.pk}"


class Subscription(models.Model):
    """What a system wants to be told of, and where; what it is sent is signed with its secret."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="subscriptions")
    url = models.URLField(_("address"), max_length=300)
    events = ArrayField(models.CharField(max_length=20), verbose_name=_("events"))
    secret = EncryptedCharField(max_length=80)
    is_active = models.BooleanField(_("is told"), default=True)
    created_at = models.DateTimeField(default=moment, editable=False)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(events__contained_by=list(EVENTS)), name="subscription_events_are_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.pk}"


class Call(models.Model):
    """An outbox row: one event for one webhook, sent at least once, under an id that never changes."""

    class State(models.TextChoices):
        CREATED = "created", _("waiting")
        SENT = "sent", _("sent")
        DEAD = "dead", _("given up")

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="calls")
    event = models.CharField(max_length=20)
    key = models.CharField(_("what happened; told once"), max_length=80)
    body = models.JSONField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.CREATED)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=moment)
    due_at = models.DateTimeField(default=moment)
    last_error = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        constraints = [models.UniqueConstraint(fields=["subscription", "event", "key"], name="call_once_an_event")]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(state="created"), name="call_due")]

    def __str__(self) -> str:
        return f"{self.event} {self.key}: {self.state}"
