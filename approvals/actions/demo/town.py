"""The cases of the invented town, in every state: each reached by the verbs of the house, told at its own day."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone

from approvals.actions import applicants, decisions, desks, drafts, window
from approvals.actions.catalogue import catalogue_load
from approvals.actions.demo.companies import COMPANIES, OFFICERS, company_begin, company_decide, company_propose
from approvals.actions.demo.merchants import TOWN, Merchant, merchants_load
from approvals.models import Case, CaseMaterial, Decision, StandardReason
from approvals.queries.cases import edition_in_force, requirements_asked
from approvals.queries.desks import desk_tasks, results_at_window
from yiwu_portal.accounts.models import User
from yiwu_portal.accounts.service import demo_cast_load
from yiwu_portal.history.service import history_seal
from yiwu_portal.lifecycle.service import told_at
from yiwu_portal.workdays import service as workdays

OK, DEFICIENT = CaseMaterial.Verdict.OK, CaseMaterial.Verdict.DEFICIENT


def demo_load() -> None:
    """Load the catalogue and the town into an empty demonstration; where it was loaded before, do nothing."""
    cast = demo_cast_load()
    catalogue_load()
    if Case.objects.filter(is_demo=True).exists():
        return
    days = Days(workdays.today())
    people = merchants_load(cast=cast, today=days.today, began_at=days.at(45))
    town = _Town(days, cast)
    # the oldest first, so that reference numbers follow the days
    plans = [(merchant, told.split()) for merchant in people for told in merchant.cases]
    for merchant, (code, story, ago) in sorted(plans, key=lambda plan: -int(plan[1][2])):
        town.tell(merchant, code, story, int(ago))
    # the town's past is old at its first minute: seal it now, not when the worker first runs
    transaction.on_commit(lambda: history_seal(patience=2.0), robust=True)


class Days:
    """The working days before today; within one case a moment never comes before the one before it."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._opening, self._last = 0, datetime.min.replace(tzinfo=UTC)
        self._days = [day for back in range(130) if workdays.is_working(day := today - timedelta(days=back))]

    def another(self) -> None:
        """The next case begins at another minute of the day."""
        self._opening, self._last = (self._opening + 17) % 360, datetime.min.replace(tzinfo=UTC)

    def at(self, ago: int) -> datetime:
        """A moment so many working days ago (0: today, or the last one), never later than now."""
        day = self._days[max(ago, 0) if self._days[0] == self.today else max(ago, 1) - 1]
        opening = datetime.combine(day, time(9), tzinfo=workdays.YIWU) + timedelta(minutes=self._opening)
        self._last = min(max(opening, self._last + timedelta(minutes=9)), timezone.now())
        return self._last


class _Town:
    """Tells the story of one case after another; a story's name says where the case stands now."""

    def __init__(self, days: Days, cast: dict[str, User]) -> None:
        self.days, self.cast = days, cast
        for user in cast.values():
            user.keeps_appointments = True  # type: ignore[attr-defined] # as a request does: nobody is dismissed meanwhile
        self.number = count()

    def tell(self, merchant: Merchant, code: str, story: str, ago: int) -> None:
        """Bring one case into the state the story ends in."""
        stories: dict[str, Callable[[Merchant, str, int], Any]] = {
            "draft_begun": lambda *told: self.draft(*told, answers=False, papers=False),
            "draft_answered": lambda *told: self.draft(*told, papers=False),
            "draft_whole": self.draft,
            "submitted": self.submitted,
            "claimed": self.claimed,
            "correcting": self.correcting,
            "corrected": self.corrected,
            "accepted": self.accepted,
            "accepted_claimed": self.accepted_claimed,
            "late": self.accepted,
            "founded": self.founded,
            "finished": self.finished,
            "granted": self.granted,
            "granted_collected": self.granted_collected,
            "refused": self.refused,
            "not_accepted": self.not_accepted,
            "withdrawn": self.withdrawn,
            "withdrawn_accepted": self.withdrawn_accepted,
        }
        self.days.another()
        stories[story](merchant, code, ago)

    def draft(self, merchant: Merchant, code: str, ago: int, *, answers: bool = True, papers: bool = True) -> Case:
        user = merchant.user
        with told_at(self.days.at(ago)):
            if code in COMPANIES:
                case = company_begin(merchant=merchant, code=code, answer=self._answer)
            else:
                case = self._begin(merchant, code, answers=answers)
            for requirement in requirements_asked(case) if papers else []:
                drafts.material_attach(
                    by=user,
                    keys=[],
                    key=case.key,
                    requirement=requirement,
                    evidence=merchant.paper(requirement.evidence_type.code),
                )
        return case

    def _begin(self, merchant: Merchant, code: str, *, answers: bool) -> Case:
        edition, user = edition_in_force(code), merchant.user
        if edition is None:
            raise LookupError(f"the catalogue has no {code}")
        case = drafts.case_start(user=user, keys=[], edition=edition, language=user.language)
        if answers:
            case = drafts.case_answer(user=user, keys=[], key=case.key, answers=self._answers(merchant, code))
        return case

    def founded(self, merchant: Merchant, code: str, ago: int) -> Case:
        """The licence granted, four departments at work, one of them waiting for its second signature."""
        case = self.accepted(merchant, code, ago)
        with told_at(self.days.at(ago - 3)):
            reason = self._reason(Decision.Outcome.GRANTED)
            company_decide(cast=self.cast, case=case, matters={"MSA-01"}, reason=reason)
            company_propose(cast=self.cast, case=case, reason=reason)
        return case

    def finished(self, merchant: Merchant, code: str, ago: int) -> Case:
        """Every department of a company has decided."""
        case = self.accepted(merchant, code, ago)
        for days, matters in ((3, {"MSA-01"}), (4, {"COM-03", "CUS-01", "TAX-01"}), (5, {"FEX-01"})):
            with told_at(self.days.at(ago - days)):
                reason = self._reason(Decision.Outcome.GRANTED)
                company_decide(cast=self.cast, case=case, matters=matters, reason=reason)
        return case

    def submitted(self, merchant: Merchant, code: str, ago: int) -> Case:
        case = self.draft(merchant, code, ago)
        with told_at(self.days.at(ago)):
            return drafts.case_submit(by=merchant.user, key=case.key)

    def claimed(self, merchant: Merchant, code: str, ago: int) -> Case:
        case = self.submitted(merchant, code, ago)
        self._check(case, OK, leave=1)
        return case

    def correcting(self, merchant: Merchant, code: str, ago: int) -> Case:
        case = self.submitted(merchant, code, ago)
        with told_at(self.days.at(ago - 2)):
            self._check(case, OK)
            self._check(case, DEFICIENT, leave=len(requirements_asked(case)) - 1)
            return window.case_request_correction(by=self.clerk, reference=str(case.reference), missing={})

    def corrected(self, merchant: Merchant, code: str, ago: int) -> Case:
        case = self.correcting(merchant, code, ago)
        with told_at(self.days.at(ago - 4)):
            for item in case.correction.items.all():
                paper = merchant.paper(item.requirement.evidence_type.code)
                applicants.material_replace(
                    by=merchant.user, reference=str(case.reference), requirement=item.requirement, evidence=paper
                )
            return applicants.case_correct(by=merchant.user, reference=str(case.reference))

    def accepted(self, merchant: Merchant, code: str, ago: int) -> Case:
        case = self.submitted(merchant, code, ago)
        with told_at(self.days.at(ago - 1)):
            self._check(case, OK)
            return window.case_accept(by=self.clerk, reference=str(case.reference))

    def accepted_claimed(self, merchant: Merchant, code: str, ago: int) -> Case:
        case = self.accepted(merchant, code, ago)
        desks.task_claim(by=self._officer(code), task_id=self._task(case, code))
        return case

    def granted(self, merchant: Merchant, code: str, ago: int) -> Case:
        case = self.accepted(merchant, code, ago)
        with told_at(self.days.at(ago - (2 if code == "COM-04" else 6))):
            decisions.task_grant(
                by=self._officer(code), task_id=self._task(case, code), reason=self._reason(Decision.Outcome.GRANTED)
            )
        return case

    def granted_collected(self, merchant: Merchant, code: str, ago: int) -> Case:
        case = self.granted(merchant, code, ago)
        with told_at(self.days.at(ago - 9)):
            for decision in results_at_window(self.clerk).filter(case_matter__case=case):
                window.result_hand_over(by=self.clerk, decision_id=decision.pk)
        return case

    def refused(self, merchant: Merchant, code: str, ago: int) -> Case:
        case = self.accepted(merchant, code, ago)
        with told_at(self.days.at(ago - 5)):
            decisions.task_refuse(
                by=self._officer(code), task_id=self._task(case, code), reason=self._reason(Decision.Outcome.REFUSED)
            )
        return case

    def not_accepted(self, merchant: Merchant, code: str, ago: int) -> Case:
        case = self.submitted(merchant, code, ago)
        with told_at(self.days.at(ago - 2)):
            reason = self._reason(StandardReason.Use.NOT_ACCEPTED)
            return window.case_refuse_acceptance(by=self.clerk, reference=str(case.reference), reason=reason)

    def withdrawn(self, merchant: Merchant, code: str, ago: int) -> Case:
        case = self.submitted(merchant, code, ago)
        with told_at(self.days.at(ago - 1)):
            return applicants.case_withdraw(by=merchant.user, reference=str(case.reference))

    def withdrawn_accepted(self, merchant: Merchant, code: str, ago: int) -> Case:
        case = self.accepted(merchant, code, ago)
        with told_at(self.days.at(ago - 3)):
            return applicants.case_withdraw(by=merchant.user, reference=str(case.reference))

    @property
    def clerk(self) -> User:
        """Whoever serves the comprehensive window."""
        return self.cast["chen"]

    def _officer(self, code: str) -> User:
        return self.cast[OFFICERS[code.partition("-")[0]]]

    def _task(self, case: Case, code: str) -> int:
        return desk_tasks(self._officer(code)).filter(case_matter__case=case).values_list("pk", flat=True)[0]

    def _check(self, case: Case, verdict: str, *, leave: int = 0) -> None:
        """Claim the case and mark its papers, but for the last `leave` of them."""
        window.case_claim(by=self.clerk, reference=str(case.reference))
        papers = list(case.materials.filter(is_current=True).order_by("pk").values_list("pk", flat=True))
        reason = self._reason(StandardReason.Use.CORRECTION) if verdict == DEFICIENT else None
        for pk in papers[: len(papers) - leave]:
            window.material_check(
                by=self.clerk, reference=str(case.reference), material_id=pk, verdict=verdict, reason=reason
            )

    def _reason(self, use: str) -> StandardReason:
        """The standard reasons of a use, one after another."""
        rows = list(StandardReason.objects.filter(use=use, is_active=True))
        return rows[next(self.number) % len(rows)]

    def _answers(self, merchant: Merchant, code: str) -> dict[str, Any]:
        at = next(self.number)
        answers = {key: self._answer(values[at % len(values)]) for key, values in TOWN["answers"][code].items()}
        if code == "COM-04":
            answers["destination"] = str(merchant.person.nationality)
        return answers

    def _answer(self, value: str) -> str:
        """An answer as typed; `in 3 days` and `3 days ago` become dates."""
        words = value.split()
        if words[0] == "in" and words[-1] == "days":
            return (self.days.today + timedelta(days=int(words[1]))).isoformat()
        if words[-1] == "ago":
            return (self.days.today - timedelta(days=int(words[0]))).isoformat()
        return value
