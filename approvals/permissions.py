"""Who may do what, as predicates over appointments and mandates; the table of rights is this file."""

import rules

from approvals.models import Card, Case, Decision, Opinion, Task
from yiwu_portal.accounts.models import User
from yiwu_portal.centre.service import Role, has_role, organisation_ids, served_organisation_ids, serves_comprehensive
from yiwu_portal.people.service import persons_actable


@rules.predicate
def is_applicant(user: User, case: Case) -> bool:
    """The applicant herself, or somebody with her live mandate."""
    return case.applicant_id is not None and persons_actable(user).filter(pk=case.applicant_id).exists()


@rules.predicate
def serves_window(user: User, case: Case) -> bool:
    """A clerk whose window takes this department's cases; bundles only at a comprehensive window."""
    if case.bundle_id is not None and not serves_comprehensive(user):
        return False
    return case.organisation_id in served_organisation_ids(user)


@rules.predicate
def is_officer(user: User, task: Task) -> bool:
    """An officer of the department the task belongs to."""
    return task.organisation_id in organisation_ids(user, Role.OFFICER)


@rules.predicate
def is_head(user: User, task: Task) -> bool:
    """The head of the department the task belongs to, who gives second signatures and approves extensions."""
    return task.organisation_id in organisation_ids(user, Role.HEAD)


@rules.predicate
def is_not_own_case(user: User, case: Case) -> bool:
    """Nobody handles her own application."""
    return not is_applicant(user, case)


@rules.predicate
def is_not_own_task(user: User, task: Task) -> bool:
    """Nobody decides her own application."""
    return not is_applicant(user, task.case_matter.case)


@rules.predicate
def owns_card(user: User, card: Card) -> bool:
    """Whoever works on the clock the card belongs to: its department, or the window before acceptance."""
    if card.task_id is None:
        return serves_window(user, card.case)
    return card.organisation_id in organisation_ids(user, Role.OFFICER) | organisation_ids(user, Role.HEAD)


@rules.predicate
def judges_cards(user: User, card: Card) -> bool:
    """A supervisor or the manager of the centre; whether she appealed herself the verb asks."""
    return has_role(user, Role.SUPERVISOR, Role.MANAGER)


@rules.predicate
def is_not_own_card(user: User, card: Card) -> bool:
    """Nobody speaks on a card about her own application."""
    return not is_applicant(user, card.case)


@rules.predicate
def is_asked(user: User, opinion: Opinion) -> bool:
    """An officer of the department whose opinion is asked."""
    return opinion.organisation_id in organisation_ids(user, Role.OFFICER)


@rules.predicate
def is_not_own_opinion(user: User, opinion: Opinion) -> bool:
    """Nobody gives an opinion on her own application."""
    return not is_applicant(user, opinion.task.case_matter.case)


@rules.predicate
def has_asked(user: User, opinion: Opinion) -> bool:
    """An officer of the department that asked."""
    return is_officer(user, opinion.task)


@rules.predicate
def has_decided(user: User, decision: Decision) -> bool:
    """An officer of the department that decided, and not on her own application."""
    mine = decision.organisation_id in organisation_ids(user, Role.OFFICER)
    return mine and not is_applicant(user, decision.case_matter.case)


@rules.predicate
def is_manager(user: User) -> bool:
    """Whoever manages the centre: sees how the work lies, and who holds it."""
    return has_role(user, Role.MANAGER)


at_window = serves_window & is_not_own_case
at_desk = is_officer & is_not_own_task
as_head = is_head & is_not_own_task

for verb in (
    "case_answer",
    "material_attach",
    "case_submit",
    "case_discard",
    "case_correct",
    "case_withdraw",
    "gap_fill",
):
    rules.add_perm(f"approvals.{verb}", is_applicant)
for verb in (
    "case_claim",
    "case_release",
    "material_check",
    "case_accept",
    "case_request_correction",
    "case_refuse_acceptance",
    "gap_check",
    "result_hand_over",
):
    rules.add_perm(f"approvals.{verb}", at_window)
for verb in ("task_claim", "task_release", "task_grant", "task_refuse", "task_propose", "task_suspend", "task_resume"):
    rules.add_perm(f"approvals.{verb}", at_desk)
rules.add_perm("approvals.extension_ask", at_desk)
for verb in ("task_sign", "task_send_back", "extension_approve", "extension_refuse"):
    rules.add_perm(f"approvals.{verb}", as_head)
for verb in ("card_explain", "card_appeal"):
    rules.add_perm(f"approvals.{verb}", owns_card & is_not_own_card)
rules.add_perm("approvals.card_answer", judges_cards & is_not_own_card)
for verb in ("opinion_ask", "task_hand_over"):
    rules.add_perm(f"approvals.{verb}", at_desk)
rules.add_perm("approvals.opinion_answer", is_asked & is_not_own_opinion)
rules.add_perm("approvals.opinion_revoke", has_asked & is_not_own_opinion)
rules.add_perm("approvals.decision_correct", has_decided)
for verb in ("task_reassign", "task_lease_break"):
    rules.add_perm(f"approvals.{verb}", is_manager & is_not_own_task)
for verb in ("case_reassign", "case_lease_break"):
    rules.add_perm(f"approvals.{verb}", is_manager & is_not_own_case)
