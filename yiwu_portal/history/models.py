"""Who did what, in chains that show any tampering (F15)."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

# the truncation guard makes way in a test's own database, whose tables are emptied between tests
TRUNCATE_GUARD = """
    IF left(current_database(), 5) = 'test_' THEN RETURN NULL; END IF;
    RAISE EXCEPTION 'pgtrigger: history is never emptied';
"""


class Entry(models.Model):
    """One act of one person in one stream (a case, a person's file); append-only, hash-chained within its stream.

    Holds no foreign key into what it describes, and nothing holds one into it: it can be partitioned by year.
    Personal values stand in `data` only as salted commitments, so that erasing them never breaks the chain.
    """

    stream = models.CharField(_("stream"), max_length=80)
    seq = models.PositiveIntegerField(_("number within the stream"))
    verb = models.CharField(_("verb"), max_length=60)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    subject = models.CharField(_("what it was done to"), max_length=80)
    person_id = models.BigIntegerField(_("whose data"), null=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(_("when"))
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("history entry")
        verbose_name_plural = _("history entries")
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="history_entry_in_order")]
        indexes = [
            models.Index(fields=["person_id", "-at"], name="history_entry_by_person"),
            models.Index(fields=["by", "-at"], name="history_entry_by_user"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="never_emptied",
                operation=pgtrigger.Truncate,
                when=pgtrigger.Before,
                level=pgtrigger.Statement,
                func=TRUNCATE_GUARD,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq} {self.verb}"


class Checkpoint(models.Model):
    """A signed seal over the entries since the one before it; the same line stands in a file outside the database."""

    number = models.PositiveBigIntegerField(unique=True)
    upto = models.BigIntegerField(_("last entry sealed"))
    sealed_at = models.DateTimeField()
    line = models.TextField(_("signed line"))

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"checkpoint {self.number} up to {self.upto}"


class Salt(models.Model):
    """The key to a commitment: erase it, and what the history holds of the value can no longer be guessed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person_id = models.BigIntegerField(_("whose data"), db_index=True)
    salt = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("salt")
        verbose_name_plural = _("salts")

    def __str__(self) -> str:
        return str(self.pk)
