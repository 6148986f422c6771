"""What to tell whom, and the outbox from which it leaves (F4, F5)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """One thing told to one user, in her language, kept in her inbox whatever becomes of the channels.

    Or to a bare e-mail address somebody without an account gave: then nobody has it in an inbox, and it is forgotten
    after a day.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices", null=True, blank=True)
    address = models.EmailField(_("address of somebody without an account"), blank=True)
    kind = models.CharField(max_length=60)
    key = models.CharField(_("event it tells of; told once"), max_length=120)
    language = models.CharField(max_length=8)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    path = models.CharField(_("page it leads to, without language"), max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "key"], name="notice_told_once"),
            models.UniqueConstraint(
                fields=["address", "kind", "key"],
                condition=models.Q(user=None),
                name="notice_told_once_an_address",
            ),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, address="") | models.Q(user=None) & ~models.Q(address=""),
                name="notice_to_one",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_inbox"),
            models.Index(fields=["user"], condition=models.Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def email(self) -> str:
        """Where it goes by e-mail; empty when nowhere."""
        user: Any = self.user
        return self.address if user is None else user.email


class Delivery(models.Model):
    """An outbox row: one notice over one channel, sent at least once, deduplicated by (notice, channel)."""

    class State(models.TextChoices):
        CREATED = "created", _("waiting")
        SENT = "sent", _("sent")
        DROPPED = "dropped", _("no longer wanted")
        DEAD = "dead", _("given up")

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=16)
    state = models.CharField(max_length=12, choices=State.choices, default=State.CREATED)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="delivery_once_a_channel")]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="created"), name="delivery_due"),
            models.Index(fields=["id"], condition=models.Q(state="dead"), name="delivery_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} by {self.channel}: {self.state}"


class NoticePreference(models.Model):
    """A kind of notice a user does not want over a channel; she still finds it in her inbox."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=16)

    class Meta:
        verbose_name = _("notice preference")
        verbose_name_plural = _("notice preferences")
        constraints = [models.UniqueConstraint(fields=["user", "kind", "channel"], name="notice_preference_once")]

    def __str__(self) -> str:
        return f"{self.user_id} does not want {self.kind} by {self.channel}"
