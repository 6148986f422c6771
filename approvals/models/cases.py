"""Cases (办件), the matters within them, and the departments' tasks."""

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from approvals.models.catalogue import MatterEdition, RouteStep
from yiwu_portal.lifecycle.service import DeclaredMoves, moment


def draft_key() -> str:
    """The address of a case before it has a reference: 128 random bits."""
    return secrets.token_urlsafe(16)


class Lease(models.Model):
    """A claim that expires: who works on it, until when."""

    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_held(self) -> bool:
        """Whether somebody's claim runs at this moment."""
        return self.claimed_until is not None and self.claimed_until > timezone.now()


class Case(Lease):
    """One application of one person, whatever the number of matters in it (办件)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        CORRECTING = "correcting", _("waiting for your correction")
        ACCEPTED = "accepted", _("accepted")
        NOT_ACCEPTED = "not_accepted", _("not accepted")
        WITHDRAWN = "withdrawn", _("withdrawn")
        LAPSED = "lapsed", _("lapsed")
        CLOSED = "closed", _("decided")

    OPEN_STATES = (State.SUBMITTED, State.CORRECTING, State.ACCEPTED)

    key = models.CharField(max_length=32, unique=True, default=draft_key, editable=False)
    reference = models.CharField(_("reference number (办件编号)"), max_length=20, unique=True, null=True, blank=True)
    state = FSMField(_("state"), choices=State.choices, default=State.DRAFT, protected=True)
    applicant = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="+")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    travel_document = models.ForeignKey(
        "people.TravelDocument", models.PROTECT, null=True, blank=True, related_name="+"
    )
    organisation = models.ForeignKey("centre.Organisation", models.PROTECT, related_name="+")
    bundle = models.ForeignKey("approvals.Bundle", models.PROTECT, null=True, blank=True, related_name="cases")
    language = models.CharField(_("language of the applicant"), max_length=8)
    answers = models.JSONField(_("answers"), default=dict)
    is_demo = models.BooleanField(default=False)
    is_deemed = models.BooleanField(_("deemed accepted: nobody answered in time"), default=False)
    created_at = models.DateTimeField(default=moment, editable=False)
    changed_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    acceptance_due_on = models.DateField(_("answer about acceptance due"), null=True, blank=True)
    acceptance_computation = models.JSONField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="draft")
                | models.Q(
                    applicant__isnull=False,
                    reference__isnull=False,
                    submitted_at__isnull=False,
                    acceptance_due_on__isnull=False,
                ),
                name="case_submitted_is_whole",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["accepted", "closed"]) | models.Q(accepted_at__isnull=False),
                name="case_accepted_has_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "acceptance_due_on", "id"],
                condition=models.Q(state="submitted"),
                name="case_window_inbox",
            ),
            models.Index(fields=["applicant", "-id"], name="case_of_applicant"),
        ]
        triggers = [DeclaredMoves(name="case_state_moves")]

    def __str__(self) -> str:
        return self.reference or self.key

    @property
    def stream(self) -> str:
        """The stream of history it writes."""
        return f"case:{self.pk}"

    @property
    def title(self) -> str:
        """What was applied for, in the language in force: the bundle's name, or the matters'."""
        if self.bundle is not None:
            return self.bundle.name
        return "; ".join(matter.edition.name for matter in self.matters.all())

    @property
    def owner(self) -> Any:
        """The applicant of a case that has one: every case handed in, and every draft of somebody signed in."""
        if self.applicant is None:
            raise ValueError("a draft of nobody yet")
        return self.applicant

    @transition(field=state, source=State.DRAFT, target=State.SUBMITTED)
    def submit(self) -> None:
        """Handed in (提交)."""

    @transition(field=state, source=State.SUBMITTED, target=State.ACCEPTED)
    def accept(self) -> None:
        """Accepted (受理): the departments' clocks begin."""

    @transition(field=state, source=State.SUBMITTED, target=State.CORRECTING)
    def request_correction(self) -> None:
        """All deficiencies told at once (一次性告知)."""

    @transition(field=state, source=State.CORRECTING, target=State.SUBMITTED)
    def correct(self) -> None:
        """Corrected and handed in again."""

    @transition(field=state, source=State.SUBMITTED, target=State.NOT_ACCEPTED)
    def refuse_acceptance(self) -> None:
        """Not accepted (不予受理), with written reasons."""

    @transition(field=state, source=[State.SUBMITTED, State.CORRECTING, State.ACCEPTED], target=State.WITHDRAWN)
    def withdraw(self) -> None:
        """Taken back by the applicant (撤回)."""

    @transition(field=state, source=[State.CORRECTING, State.ACCEPTED], target=State.LAPSED)
    def lapse(self) -> None:
        """The correction, or a paper that was to follow (容缺后补), never came."""

    @transition(field=state, source=State.ACCEPTED, target=State.CLOSED)
    def close(self) -> None:
        """Every matter in it is decided (办结)."""


class CaseMatter(models.Model):
    """One matter within a case, on the edition in force when the case began.

    While it waits for another matter of its bundle its dates are expected ones, counted from the other's.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("in review")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")
        STOPPED = "stopped", _("stopped")

    case = models.ForeignKey(Case, models.CASCADE, related_name="matters")
    edition = models.ForeignKey(MatterEdition, models.PROTECT, related_name="case_matters")
    item = models.ForeignKey("approvals.BundleItem", models.PROTECT, null=True, blank=True, related_name="+")
    state = FSMField(_("state"), choices=State.choices, default=State.WAITING, protected=True)
    promised_due_on = models.DateField(_("promised for"), null=True, blank=True)
    promised_computation = models.JSONField(null=True, blank=True)
    statutory_due_on = models.DateField(_("due by law"), null=True, blank=True)
    statutory_computation = models.JSONField(null=True, blank=True)
    started_at = models.DateTimeField(_("its clock began"), null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("matter of a case")
        verbose_name_plural = _("matters of cases")
        constraints = [models.UniqueConstraint(fields=["case", "edition"], name="case_matter_once")]
        triggers = [DeclaredMoves(name="case_matter_state_moves")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.edition_id}"

    @transition(field=state, source=State.WAITING, target=State.RUNNING)
    def run(self) -> None:
        """The case was accepted, and what it comes after was granted: its steps begin."""

    @transition(field=state, source=State.RUNNING, target=State.GRANTED)
    def grant(self) -> None:
        """Granted (准予)."""

    @transition(field=state, source=State.RUNNING, target=State.REFUSED)
    def refuse(self) -> None:
        """Refused (不予许可)."""

    @transition(field=state, source=[State.WAITING, State.RUNNING], target=State.STOPPED)
    def stop(self) -> None:
        """Ended without a decision."""


class Task(Lease):
    """A department's work on one step of one matter."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for another step")
        OPEN = "open", _("open")
        SUSPENDED = "suspended", _("suspended")
        PROPOSED = "proposed", _("proposed, to be signed")
        DECIDED = "decided", _("decided")
        STOPPED = "stopped", _("stopped")

    AT_WORK = (State.OPEN, State.SUSPENDED, State.PROPOSED)

    case_matter = models.ForeignKey(CaseMatter, models.CASCADE, related_name="tasks")
    step = models.ForeignKey(RouteStep, models.PROTECT, related_name="+")
    organisation = models.ForeignKey("centre.Organisation", models.PROTECT, related_name="+")
    state = FSMField(_("state"), choices=State.choices, default=State.WAITING, protected=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    due_computation = models.JSONField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.UniqueConstraint(fields=["case_matter", "step"], name="task_once_a_step"),
            models.CheckConstraint(
                condition=~models.Q(state="decided") | models.Q(decided_at__isnull=False, decided_by__isnull=False),
                name="task_decided_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "due_on", "id"],
                condition=models.Q(state__in=["open", "suspended", "proposed"]),
                name="task_inbox",
            )
        ]
        triggers = [DeclaredMoves(name="task_state_moves")]

    def __str__(self) -> str:
        return f"{self.case_matter_id}/{self.step_id}"

    @transition(field=state, source=State.WAITING, target=State.OPEN)
    def open(self) -> None:
        """Its prerequisites are met."""

    @transition(field=state, source=State.OPEN, target=State.SUSPENDED)
    def suspend(self) -> None:
        """The clock stands still on a ground of the law (不计时)."""

    @transition(field=state, source=State.SUSPENDED, target=State.OPEN)
    def resume(self) -> None:
        """The clock goes on."""

    @transition(field=state, source=State.OPEN, target=State.PROPOSED)
    def propose(self) -> None:
        """A decision waits for the second signature."""

    @transition(field=state, source=State.PROPOSED, target=State.OPEN)
    def send_back(self) -> None:
        """The second signature was not given, or the proposal was taken back."""

    @transition(field=state, source=[State.OPEN, State.PROPOSED], target=State.DECIDED)
    def decide(self) -> None:
        """The department's work on it is done."""

    @transition(field=state, source=[State.WAITING, State.OPEN, State.SUSPENDED, State.PROPOSED], target=State.STOPPED)
    def stop(self) -> None:
        """No longer needed: the case ended another way."""
