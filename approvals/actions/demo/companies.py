"""Companies of the invented town: bundles at the window, with the departments, and finished."""

from typing import Any

from approvals.actions import decisions, drafts
from approvals.actions.demo.merchants import TOWN, Merchant
from approvals.models import Case, Decision, StandardReason, Task
from approvals.queries.bundles import bundles_current, case_form
from approvals.queries.desks import desk_tasks
from approvals.rules.questions import fields_of, is_asked
from yiwu_portal.accounts.models import User

COMPANIES = ("foreign-trade-company",)
OFFICERS = {"COM": "lin", "PSE": "gao", "MSA": "ding", "CUS": "fang", "FEX": "jin", "TAX": "tan"}
HEADS = {"FEX": "qiu"}
CREDIT_CODES = ("91330782MA28D0QW12",)


def company_begin(*, merchant: Merchant, code: str, answer: Any) -> Case:
    """A draft of a bundle with every question answered; `answer` turns what the town's file says into an answer."""
    user = merchant.user
    bundle = bundles_current().get(code=code)
    case = drafts.bundle_start(user=user, keys=[], bundle=bundle, language=user.language)
    return drafts.case_answer(user=user, keys=[], key=case.key, answers=_answers(merchant, code, case, answer))


def company_decide(*, cast: dict[str, User], case: Case, matters: set[str], reason: StandardReason) -> None:
    """Let the departments grant these matters of a company, step after step, with the signatures they ask for."""
    open_tasks = Task.objects.filter(case_matter__case=case, state=Task.State.OPEN).select_related(
        "organisation", "step"
    )
    while task := open_tasks.filter(case_matter__edition__matter__code__in=matters).first():
        by = cast[OFFICERS[task.organisation.code]]
        act: dict[str, Any] = {"by": by, "task_id": task.pk, "reason": reason}
        act["results"] = {"credit_code": CREDIT_CODES[0]}
        if task.step.signatures > 1:
            decisions.task_propose(**act, outcome=Decision.Outcome.GRANTED)
            decisions.task_sign(by=cast[HEADS[task.organisation.code]], task_id=task.pk)
        else:
            decisions.task_grant(**act)


def company_propose(*, cast: dict[str, User], case: Case, reason: StandardReason) -> None:
    """Leave a proposal of foreign exchange for the second signature."""
    task = desk_tasks(cast["jin"]).get(case_matter__case=case, state=Task.State.OPEN)
    decisions.task_propose(by=cast["jin"], task_id=task.pk, outcome=Decision.Outcome.GRANTED, reason=reason)


def _answers(merchant: Merchant, code: str, case: Case, answer: Any) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for field in fields_of(case_form(case)):
        key = field["key"]
        if not is_asked(field, answers) or key not in TOWN["answers"][code]:
            continue
        values = TOWN["answers"][code][key]
        value = values[merchant.person.pk % len(values)]
        if value == "first":
            answers[key] = field["choices"][0]["value"]
        elif value == "same":
            answers[key] = str(merchant.person.nationality if field["type"] == "country" else merchant.person)
        else:
            answers[key] = int(value) if field["type"] == "number" else answer(value)
    return answers
