"""A batch of simulated cases as rows: the cases, all that hangs on them, their letters, their history."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any

from django.utils import timezone

from approvals.actions.demo.companies import COMPANIES
from approvals.actions.demo.letters import Letters
from approvals.actions.demo.merchants import TOWN
from approvals.actions.demo.plans import Plan
from approvals.models import (
    Case,
    CaseMaterial,
    CaseMatter,
    Correction,
    CorrectionItem,
    Decision,
    Letter,
    MatterEdition,
    StandardReason,
    Task,
)
from approvals.queries.cases import edition_in_force, serials_next
from approvals.rules.answers import material_is_asked
from approvals.rules.references import reference_make
from approvals.rules.routing import ACCEPTANCE_WORKING_DAYS, CORRECTION_WORKING_DAYS
from yiwu_portal.accounts.models import User
from yiwu_portal.documents.service import documents_issue_many
from yiwu_portal.history.service import record_many
from yiwu_portal.workdays import service as workdays

CASE_STATES = {
    **{"draft": "draft", "submitted": "submitted", "correcting": "correcting", "corrected": "submitted"},
    **{"accepted": "accepted", "granted": "closed", "refused": "closed"},
    **{"not_accepted": "not_accepted", "withdrawn": "withdrawn"},
}
MATTER_STATES = {
    **{"accepted": "running", "granted": "granted", "refused": "refused"},
    **{"not_accepted": "stopped", "withdrawn": "stopped"},
}
OFFICERS = {"COM": "lin", "PSE": "gao"}


class Ground:
    """What all simulated cases stand on, read once: editions, reasons, staff, computations."""

    def __init__(self, cast: dict[str, User]) -> None:
        self.cast, self.clerk = cast, cast["chen"]
        self.letters = Letters()
        self.reasons: dict[str, list[StandardReason]] = defaultdict(list)
        for reason in StandardReason.objects.filter(is_active=True):
            self.reasons[reason.use].append(reason)
        self.editions = {code: self._edition(code) for code in TOWN["answers"] if code not in COMPANIES}
        self._dues: dict[tuple[date, int, str], Any] = {}

    @staticmethod
    def _edition(code: str) -> MatterEdition:
        edition = edition_in_force(code)
        if edition is None:
            raise LookupError(f"the catalogue has no {code}")
        return edition

    @cached_property
    def steps(self) -> dict[int, list[Any]]:
        """The steps of each edition in order."""
        return {
            edition.pk: list(edition.steps.select_related("organisation").prefetch_related("depends_on"))
            for edition in self.editions.values()
        }

    def officer(self, edition: MatterEdition) -> User:
        """Who decides the matter."""
        return self.cast[OFFICERS[edition.matter.code.partition("-")[0]]]

    def due(self, start: datetime, amount: int, unit: str = "working_day") -> Any:
        """`workdays.due`, computed once for each day."""
        key = (timezone.localdate(start), amount, unit)
        if key not in self._dues:
            self._dues[key] = workdays.due(key[0], workdays.Limit(amount, workdays.Unit(unit)))
        return self._dues[key]


class Batch:
    """Some plans and the rows they become; `save()` inside a transaction."""

    def __init__(self, ground: Ground, chance: Random, plans: Sequence[Plan], crowd: Sequence[Any]) -> None:
        self.ground, self.chance = ground, chance
        # the oldest first, so that reference numbers follow the days
        self.plans = sorted(plans, key=lambda plan: plan.submitted)
        self.persons = [chance.choice(crowd) for _plan in self.plans]
        self.acts: list[dict[str, Any]] = []
        self.letters: list[tuple[Case, str, dict[str, Any]]] = []

    def save(self) -> None:
        """Insert everything, in the order of the foreign keys."""
        self._cases_save()
        self._materials_save()
        self._corrections_save()
        self._tasks_save()
        self._letters_save()
        self._acts_save()

    def _rows(self) -> Iterable[tuple[Plan, Any, Case, MatterEdition]]:
        for plan, person, case in zip(self.plans, self.persons, self.cases, strict=True):
            yield plan, person, case, self.ground.editions[plan.code]

    def _cases_save(self) -> None:
        serials = iter(serials_next(len(self.plans)))
        rows = [self._case(plan, person, next(serials)) for plan, person in zip(self.plans, self.persons, strict=True)]
        self.cases = Case.objects.bulk_create(rows)
        self.matters = CaseMatter.objects.bulk_create(
            self._matter(plan, case, edition) for plan, _person, case, edition in self._rows()
        )

    def _case(self, plan: Plan, person: Any, serial: int) -> Case:
        edition = self.ground.editions[plan.code]
        case = Case(
            state=CASE_STATES[plan.story],
            applicant=person,
            organisation_id=edition.matter.organisation_id,
            language=person.user.language,
            answers=self._answers(plan, person),
            is_demo=True,
            created_at=plan.submitted,
        )
        if plan.story != "draft":
            due = self.ground.due(plan.corrected or plan.submitted, ACCEPTANCE_WORKING_DAYS)
            case.reference = reference_make(timezone.localdate(plan.submitted).year, serial)
            case.submitted_by, case.submitted_at = person.user, plan.submitted
            case.travel_document = person.passport
            case.acceptance_due_on, case.acceptance_computation = due.end, due.as_dict()
            case.accepted_at, case.closed_at = plan.accepted, plan.closed
        return case

    def _answers(self, plan: Plan, person: Any) -> dict[str, Any]:
        day = timezone.localdate(plan.submitted)
        answers = {}
        for key, values in TOWN["answers"][plan.code].items():
            value = self.chance.choice(values)
            words = value.split()
            if words[0] == "in":
                value = (day + timedelta(days=int(words[1]))).isoformat()
            elif words[-1] == "ago":
                value = (day - timedelta(days=int(words[0]))).isoformat()
            answers[key] = value
        if plan.code == "COM-04":
            answers["destination"] = str(person.nationality)
        return answers

    def _matter(self, plan: Plan, case: Case, edition: MatterEdition) -> CaseMatter:
        matter = CaseMatter(case=case, edition=edition, state=MATTER_STATES.get(plan.story, "waiting"))
        if plan.accepted:
            promised = self.ground.due(plan.accepted, edition.promised_amount, edition.promised_unit)
            matter.promised_due_on, matter.promised_computation = promised.end, promised.as_dict()
            if edition.statutory_amount is not None:
                by_law = self.ground.due(plan.accepted, edition.statutory_amount, edition.statutory_unit)
                matter.statutory_due_on, matter.statutory_computation = by_law.end, by_law.as_dict()
            matter.decided_at = plan.closed
        return matter

    def _materials_save(self) -> None:
        rows = []
        for plan, person, case, edition in self._rows():
            self._act("case_start", person.user, case, plan.submitted, edition=str(edition))
            asked = [row for row in edition.materials.all() if material_is_asked(row.when, case.answers)]
            for place, requirement in enumerate(asked):
                is_deficient = bool(plan.asked) and place == 0
                code = requirement.evidence_type.code
                checked = OK if plan.accepted or plan.asked else CaseMaterial.Verdict.UNCHECKED
                rows.append(
                    CaseMaterial(
                        case=case,
                        requirement=requirement,
                        evidence_id=person.papers[code],
                        was_reused=True,
                        verdict=CaseMaterial.Verdict.DEFICIENT if is_deficient else checked,
                        reason=self._reason("correction") if is_deficient else None,
                        is_current=not (is_deficient and plan.corrected),
                        checked_by=self.ground.clerk if plan.accepted or plan.asked else None,
                        added_at=plan.submitted,
                    )
                )
                if is_deficient and plan.corrected:
                    paper = person.papers[code]
                    rows.append(
                        CaseMaterial(
                            case=case,
                            requirement=requirement,
                            evidence_id=paper,
                            was_reused=True,
                            added_at=plan.corrected,
                        )
                    )
        self.materials: dict[int, list[CaseMaterial]] = defaultdict(list)
        for row in CaseMaterial.objects.bulk_create(rows, batch_size=1000):
            self.materials[row.case_id].append(row)
        for plan, person, case, _edition in self._rows():
            for row in self.materials[case.pk]:
                if row.added_at == plan.submitted:
                    self._act("material_attach", person.user, case, plan.submitted, subject=row, reused=True)
            if plan.story != "draft":
                self._act("case_submit", person.user, case, plan.submitted, reference=case.reference)
                facts = {"submitted": plan.submitted, "acceptance_due": case.acceptance_due_on}
                self._letter(case, "receipt", plan.submitted, facts)

    def _corrections_save(self) -> None:
        clerk, asked = self.ground.clerk, [row for row in self._rows() if row[0].asked]
        corrections = []
        for plan, _person, case, _edition in asked:
            due = self.ground.due(plan.asked, CORRECTION_WORKING_DAYS)  # type: ignore[arg-type]
            corrections.append(
                Correction(
                    case=case,
                    requested_by=clerk,
                    requested_at=plan.asked,  # type: ignore[misc]
                    due_on=due.end,
                    due_computation=due.as_dict(),
                    answered_at=plan.corrected,
                )
            )
            self._checked(case, plan.asked)  # type: ignore[arg-type]
            self._act("case_request_correction", clerk, case, plan.asked)
            self._letter(case, "correction", plan.asked, {"answer_by": due.end})  # type: ignore[arg-type]
        Correction.objects.bulk_create(corrections)
        items = []
        for correction, (plan, person, case, _edition) in zip(corrections, asked, strict=True):
            wrong = next(row for row in self.materials[case.pk] if row.reason_id)
            items.append(CorrectionItem(correction=correction, requirement=wrong.requirement, reason=wrong.reason))
            if plan.corrected:
                self._act("material_attach", person.user, case, plan.corrected, reused=True)
                self._act("case_correct", person.user, case, plan.corrected)
        CorrectionItem.objects.bulk_create(items)

    def _tasks_save(self) -> None:
        tasks: list[Task] = []
        self.deciders: list[tuple[Plan, Any, Case, MatterEdition, CaseMatter]] = []
        for (plan, person, case, edition), matter in zip(self._rows(), self.matters, strict=True):
            clerk = self.ground.clerk
            if plan.story == "not_accepted":
                self._act("case_claim", clerk, case, plan.closed)
                reason = self._reason("not_accepted")
                self._act("case_refuse_acceptance", clerk, case, plan.closed, reason=reason.code)
                self._letter(case, "not_accepted", plan.closed, {"reason": reason})  # type: ignore[arg-type]
            elif plan.story == "withdrawn":
                self._act("case_withdraw", person.user, case, plan.closed)
            elif plan.accepted:
                self._checked(case, plan.accepted)
                self._act("case_accept", clerk, case, plan.accepted)
                facts = {"accepted": plan.accepted, "promised": matter.promised_due_on}
                self._letter(case, "acceptance", plan.accepted, facts)
                tasks += [self._task(plan, matter, step) for step in self.ground.steps[edition.pk]]
                if plan.closed:
                    self.deciders.append((plan, person, case, edition, matter))
        self.tasks: dict[int, list[Task]] = defaultdict(list)
        for task in Task.objects.bulk_create(tasks):
            self.tasks[task.case_matter_id].append(task)
        for plan, _person, case, edition, matter in self.deciders:
            self._decided(plan, case, edition, matter)

    def _task(self, plan: Plan, matter: CaseMatter, step: Any) -> Task:
        values: dict[str, Any] = {"state": Task.State.WAITING}
        if plan.accepted and (plan.closed or not step.depends_on.all()):
            values = {"state": Task.State.OPEN, "opened_at": plan.accepted}
            values["due_on"] = self.ground.due(plan.accepted, step.days).end
        if plan.closed:
            values |= {"state": Task.State.DECIDED, "decided_at": plan.closed}
            values["decided_by"] = self.ground.officer(matter.edition)
        return Task(case_matter=matter, step=step, organisation=step.organisation, **values)

    def _decided(self, plan: Plan, case: Case, edition: MatterEdition, matter: CaseMatter) -> None:
        officer, verb = self.ground.officer(edition), "grant" if plan.story == "granted" else "refuse"
        reason = self._reason(plan.story)
        for task in self.tasks[matter.pk]:
            self._act(f"task_{verb}", officer, case, plan.closed, subject=task, reason=reason.code)
        self._act(f"matter_{verb}", officer, case, plan.closed, subject=matter)
        self._act("case_close", officer, case, plan.closed)
        facts: dict[str, Any] = {"reason": reason, "decided": plan.closed}
        self._letter(case, plan.story, plan.closed, facts, by=officer)  # type: ignore[arg-type]

    def _letters_save(self) -> None:
        plans = {case.pk: (plan, person, edition) for plan, person, case, edition in self._rows()}
        rows = []
        for case, kind, told in self.letters:
            _plan, person, edition = plans[case.pk]
            is_decision = kind in ("granted", "refused")
            payload = self.ground.letters.payload(
                case=case, edition=edition, kind=kind, number=person.passport.number, facts=told["facts"]
            )
            rows.append(
                {
                    "kind": "approvals.decision" if is_decision else f"approvals.{kind}",
                    "template": "documents/pdf/letter.html",
                    "organisation": edition.matter.organisation,
                    "person": person,
                    "language": case.language,
                    "payload": payload,
                    "by": told["by"],
                    "prefix": edition.result_prefix if is_decision else "YW",
                    "at": told["at"],
                }
            )
        documents = documents_issue_many(rows=rows)
        letters, decided = [], {}
        for (case, kind, told), document in zip(self.letters, documents, strict=True):
            is_decision = kind in ("granted", "refused")
            letters.append(Letter(case=case, kind="decision" if is_decision else kind, document=document))
            if is_decision:
                decided[case.pk] = (document, told["facts"]["reason"])
        Letter.objects.bulk_create(letters, batch_size=1000)
        self._decisions_save(decided)

    def _decisions_save(self, decided: dict[int, tuple[Any, StandardReason]]) -> None:
        rows = []
        for plan, _person, case, edition, matter in self.deciders:
            document, reason = decided[case.pk]
            days = edition.result_validity_days if plan.story == "granted" else None
            rows.append(
                Decision(
                    case_matter=matter,
                    outcome=plan.story,
                    reason=reason,
                    by=self.ground.officer(edition),
                    organisation=edition.matter.organisation,
                    decided_at=plan.closed,  # type: ignore[misc]
                    document=document,
                    valid_until=timezone.localdate(plan.closed) + timedelta(days=days) if days else None,
                    collected_at=plan.collected,
                    handed_over_by=self.ground.clerk if plan.collected else None,
                )
            )
        plans = {case.pk: (plan, case) for plan, _person, case, _edition, _matter in self.deciders}
        for decision in Decision.objects.bulk_create(rows):
            plan, case = plans[decision.case_matter.case_id]
            if plan.collected:
                self._act("result_hand_over", self.ground.clerk, case, plan.collected, subject=decision)

    def _acts_save(self) -> None:
        record_many(acts=sorted(self.acts, key=lambda act: act["at"]))  # stable: of one moment, as they were told

    def _checked(self, case: Case, at: datetime) -> None:
        self._act("case_claim", self.ground.clerk, case, at)
        for row in self.materials[case.pk]:
            if row.checked_by_id:
                self._act("material_check", self.ground.clerk, case, at, subject=row, verdict=str(row.verdict))

    def _act(self, verb: str, by: User, case: Case, at: datetime | None, *, subject: Any = None, **data: Any) -> None:
        act = {"verb": verb, "by": by, "stream": case.stream, "subject": subject, "data": data, "at": at}
        self.acts.append({**act, "person_id": case.applicant_id})

    def _letter(self, case: Case, kind: str, at: datetime, facts: dict[str, Any], by: User | None = None) -> None:
        self.letters.append((case, kind, {"at": at, "facts": facts, "by": by or self.ground.clerk}))

    def _reason(self, use: str) -> StandardReason:
        return self.chance.choice(self.ground.reasons[use])


OK = CaseMaterial.Verdict.OK
