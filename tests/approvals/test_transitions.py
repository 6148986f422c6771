"""The whole table: every situation of a case × every verb × everyone who may try; and each noun's own moves."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django_fsm import can_proceed

from approvals.actions import (
    applicants,
    board,
    clocks,
    decisions,
    desks,
    drafts,
    errata,
    extensions,
    opinions,
    together,
    window,
)
from approvals.actions.catalogue import catalogue_load
from approvals.models import Case, CaseMatter, Decision, MatterEdition, Opinion, StandardReason, Task
from approvals.queries.cases import requirements_asked
from tests.approvals.states import SITUATIONS, People, print_of_rows, soon, two_steps
from tests.approvals.world import ANSWERS, COM, World, upload_of
from yiwu_portal.centre.service import organisation_by_code
from yiwu_portal.lifecycle.service import NotYours, Refused, Stale, move

APPLICANT, CLERK, AT_WINDOW = "applicant", "clerk", "colleague at the window"
OFFICER, AT_DESK = "officer", "colleague at the desk"
WINDOW, DESK = (CLERK, AT_WINDOW), (OFFICER, AT_DESK)
HEAD, ELSEWHERE, MANAGER = "head of the department", "officer elsewhere", "manager"


@dataclass
class Scene:
    """A case in its situation, and what the verbs need to be tried on it."""

    case: Case
    task: Task | None
    uploads: dict[str, Any] = field(default_factory=dict)

    @property
    def reference(self) -> str:
        return self.case.reference or "YW-2026-000000-0"

    @property
    def task_id(self) -> int:
        return self.task.pk if self.task else 0

    @cached_property
    def decision_id(self) -> int:
        decision = Decision.objects.filter(case_matter__case=self.case).first()
        return decision.pk if decision else 0

    @cached_property
    def opinion_id(self) -> int:
        opinion = Opinion.objects.filter(task=self.task).first() if self.task else None
        return opinion.pk if opinion else 0

    @cached_property
    def partner(self) -> Any:
        """The colleague at the desk, to whom a task is handed."""
        return get_user_model().objects.get(email="partner@yiwu.example")

    @cached_property
    def colleague(self) -> Any:
        """The colleague at the window, to whom a case is handed."""
        return get_user_model().objects.get(email="colleague@yiwu.example")

    @cached_property
    def asked_ids(self) -> list[int]:
        return [organisation_by_code("MSA").pk]

    @cached_property
    def material_id(self) -> int:
        return self.case.materials.filter(is_current=True).first().pk

    @cached_property
    def requirement(self) -> Any:
        if hasattr(self.case, "correction"):
            return self.case.correction.items.first().requirement
        return requirements_asked(self.case)[0]


def reason(use: str) -> StandardReason:
    return StandardReason.objects.filter(use=use).first()


VERBS: dict[str, Callable[[Scene, str, Any], Any]] = {
    "case_answer": lambda s, _r, u: drafts.case_answer(user=u, keys=[], key=s.case.key, answers=ANSWERS[COM]),
    "material_attach": lambda s, r, u: drafts.material_attach(
        by=u, keys=[], key=s.case.key, requirement=s.requirement, upload=s.uploads[r]
    ),
    "case_discard": lambda s, _r, u: drafts.case_discard(user=u, keys=[], key=s.case.key),
    "case_submit": lambda s, _r, u: drafts.case_submit(by=u, key=s.case.key),
    "material_replace": lambda s, r, u: applicants.material_replace(
        by=u, reference=s.reference, requirement=s.requirement, upload=s.uploads[r]
    ),
    "case_correct": lambda s, _r, u: applicants.case_correct(by=u, reference=s.reference),
    "case_withdraw": lambda s, _r, u: applicants.case_withdraw(by=u, reference=s.reference),
    "case_claim": lambda s, _r, u: window.case_claim(by=u, reference=s.reference),
    "case_release": lambda s, _r, u: window.case_release(by=u, reference=s.reference),
    "material_check": lambda s, _r, u: window.material_check(
        by=u, reference=s.reference, material_id=s.material_id, verdict="ok", reason=None
    ),
    "case_accept": lambda s, _r, u: window.case_accept(by=u, reference=s.reference),
    "case_request_correction": lambda s, _r, u: window.case_request_correction(
        by=u, reference=s.reference, missing={s.requirement: reason("correction")}
    ),
    "case_refuse_acceptance": lambda s, _r, u: window.case_refuse_acceptance(
        by=u, reference=s.reference, reason=reason("not_accepted")
    ),
    "result_hand_over": lambda s, _r, u: window.result_hand_over(by=u, decision_id=s.decision_id),
    "task_claim": lambda s, _r, u: desks.task_claim(by=u, task_id=s.task_id),
    "task_release": lambda s, _r, u: desks.task_release(by=u, task_id=s.task_id),
    "task_grant": lambda s, _r, u: decisions.task_grant(by=u, task_id=s.task_id, reason=reason("granted")),
    "task_refuse": lambda s, _r, u: decisions.task_refuse(by=u, task_id=s.task_id, reason=reason("refused")),
    "task_propose": lambda s, _r, u: decisions.task_propose(
        by=u, task_id=s.task_id, outcome="granted", reason=reason("granted")
    ),
    "task_suspend": lambda s, _r, u: clocks.task_suspend(
        by=u, task_id=s.task_id, ground="hearing", expected_on=timezone.localdate() + timedelta(days=5)
    ),
    "task_resume": lambda s, _r, u: clocks.task_resume(by=u, task_id=s.task_id),
    "extension_ask": lambda s, _r, u: extensions.extension_ask(by=u, task_id=s.task_id, days=5, reason="It is hard."),
    "extension_approve": lambda s, _r, u: extensions.extension_approve(by=u, task_id=s.task_id),
    "extension_refuse": lambda s, _r, u: extensions.extension_refuse(by=u, task_id=s.task_id),
    "task_sign": lambda s, _r, u: decisions.task_sign(by=u, task_id=s.task_id),
    "task_send_back": lambda s, _r, u: decisions.task_send_back(by=u, task_id=s.task_id, answer="Which contract?"),
    "task_hand_over": lambda s, _r, u: desks.task_hand_over(by=u, task_id=s.task_id, to=s.partner),
    "tasks_grant_together": lambda s, _r, u: together.tasks_grant_together(
        by=u, task_ids=[s.task_id], reason=reason("granted")
    ),
    "opinion_ask": lambda s, _r, u: opinions.opinion_ask(
        by=u, task_id=s.task_id, organisation_ids=s.asked_ids, question="Why?", is_confidential=True, due_on=soon()
    ),
    "opinion_revoke": lambda s, _r, u: opinions.opinion_revoke(by=u, opinion_id=s.opinion_id),
    "opinion_answer": lambda s, _r, u: opinions.opinion_answer(by=u, opinion_id=s.opinion_id, answer="Yes."),
    "decision_correct": lambda s, _r, u: errata.decision_correct(by=u, decision_id=s.decision_id, note="Yiwu"),
    "task_reassign": lambda s, _r, u: board.task_reassign(by=u, task_id=s.task_id, to=s.partner),
    "task_lease_break": lambda s, _r, u: board.task_lease_break(by=u, task_id=s.task_id),
    "case_reassign": lambda s, _r, u: board.case_reassign(by=u, reference=s.reference, to=s.colleague),
    "case_lease_break": lambda s, _r, u: board.case_lease_break(by=u, reference=s.reference),
}

# by situation: who does what (`verb: roles`), and who is answered that it is done already (`verb~: roles`);
# everything that is not here is refused and changes nothing
ANSWERED = {"case_submit~": (APPLICANT,), "case_release~": WINDOW, "case_lease_break~": (MANAGER,)}
HELD = {"case_submit~": (APPLICANT,), "case_release": (CLERK,), "case_release~": (AT_WINDOW,)}
HELD |= {"case_lease_break": (MANAGER,)}
AT_THE_WINDOW = ("case_claim", "material_check", "case_request_correction", "case_refuse_acceptance")
TAKEN = ("task_claim", "task_grant", "task_refuse", "task_propose", "tasks_grant_together", "opinion_ask")
TAKEN += ("task_suspend", "extension_ask")
AT_THE_DESK = dict.fromkeys(TAKEN, DESK) | {"task_reassign": (MANAGER,)}
AT_THE_DESK |= {"task_release~": DESK, "task_lease_break~": (MANAGER,)}
OVER = ANSWERED | {"task_release~": DESK, "task_lease_break~": (MANAGER,)}
DECIDED = OVER | {"decision_correct": DESK}
TABLE: dict[str, dict[str, tuple[str, ...]]] = {
    "draft": dict.fromkeys(("case_answer", "material_attach", "case_discard", "case_submit"), (APPLICANT,)),
    "submitted": ANSWERED
    | {"case_withdraw": (APPLICANT,), "case_reassign": (MANAGER,)}
    | dict.fromkeys(AT_THE_WINDOW, WINDOW),
    "checked": HELD
    | {"case_withdraw": (APPLICANT,), "case_reassign": (MANAGER,)}
    | dict.fromkeys((*AT_THE_WINDOW, "case_accept"), (CLERK,)),
    "correcting": HELD | dict.fromkeys(("material_replace", "case_withdraw"), (APPLICANT,)),
    "correcting with papers": HELD | dict.fromkeys(("material_replace", "case_correct", "case_withdraw"), (APPLICANT,)),
    "corrected": ANSWERED
    | {"case_correct~": (APPLICANT,), "case_withdraw": (APPLICANT,), "case_reassign": (MANAGER,)}
    | dict.fromkeys(("case_claim", "material_check", "case_refuse_acceptance"), WINDOW),
    "accepted": ANSWERED | {"case_withdraw": (APPLICANT,)} | AT_THE_DESK,
    "claimed at the desk": ANSWERED
    | {"case_withdraw": (APPLICANT,), "task_release~": (AT_DESK,)}
    | dict.fromkeys(("task_reassign", "task_lease_break"), (MANAGER,))
    | dict.fromkeys((*TAKEN, "task_release", "task_hand_over"), (OFFICER,)),
    "suspended": OVER
    | {"case_withdraw": (APPLICANT,), "task_resume": DESK, "extension_ask": DESK, "opinion_ask": DESK},
    "deemed accepted": ANSWERED | {"case_withdraw": (APPLICANT,)} | AT_THE_DESK,
    "extension asked": ANSWERED
    | {"case_withdraw": (APPLICANT,), "task_release~": (AT_DESK,)}
    | dict.fromkeys(("task_reassign", "task_lease_break"), (MANAGER,))
    | dict.fromkeys(
        [*(verb for verb in TAKEN if verb != "extension_ask"), "task_release", "task_hand_over"], (OFFICER,)
    )
    | {"extension_approve": (HEAD,), "extension_refuse": (HEAD,)},
    "proposed": OVER | {"case_withdraw": (APPLICANT,), "task_sign": (HEAD,), "task_send_back": (HEAD,)},
    "asked": ANSWERED
    | {"case_withdraw": (APPLICANT,), "opinion_revoke": DESK, "opinion_answer": (ELSEWHERE,)}
    | AT_THE_DESK,
    "answered": ANSWERED | {"case_withdraw": (APPLICANT,)} | AT_THE_DESK,
    "not accepted": ANSWERED,
    "withdrawn": ANSWERED | {"case_withdraw~": (APPLICANT,)},
    "withdrawn late": OVER | {"case_withdraw~": (APPLICANT,)},
    "lapsed": ANSWERED,
    "granted": DECIDED | {"result_hand_over": WINDOW},
    "refused": DECIDED | {"result_hand_over": WINDOW},
    "handed over": DECIDED | {"result_hand_over~": WINDOW},
}
# whoever is not named here is told that there is no such thing, whatever its state
MAY_SEE = {
    **dict.fromkeys(list(VERBS)[:7], (APPLICANT,)),
    **dict.fromkeys(list(VERBS)[7:14], WINDOW),
    **dict.fromkeys(("task_claim", "task_release", "task_grant", "task_refuse", "task_propose"), DESK),
    **dict.fromkeys(("task_suspend", "task_resume", "extension_ask"), DESK),
    **dict.fromkeys(("extension_approve", "extension_refuse", "task_sign", "task_send_back"), (HEAD,)),
    **dict.fromkeys(("task_hand_over", "tasks_grant_together", "opinion_ask", "opinion_revoke"), DESK),
    "opinion_answer": (ELSEWHERE,),
    "decision_correct": DESK,
    **dict.fromkeys(("task_reassign", "task_lease_break", "case_reassign", "case_lease_break"), (MANAGER,)),
}

STATES = {
    "draft": ("draft", "waiting", None),
    "submitted": ("submitted", "waiting", None),
    "checked": ("submitted", "waiting", None),
    "correcting": ("correcting", "waiting", None),
    "correcting with papers": ("correcting", "waiting", None),
    "corrected": ("submitted", "waiting", None),
    "accepted": ("accepted", "running", "open"),
    "claimed at the desk": ("accepted", "running", "open"),
    "proposed": ("accepted", "running", "proposed"),
    "asked": ("accepted", "running", "open"),
    "answered": ("accepted", "running", "open"),
    "not accepted": ("not_accepted", "stopped", None),
    "withdrawn": ("withdrawn", "stopped", None),
    "withdrawn late": ("withdrawn", "stopped", "stopped"),
    "lapsed": ("lapsed", "stopped", None),
    "deemed accepted": ("accepted", "running", "open"),
    "suspended": ("accepted", "running", "suspended"),
    "extension asked": ("accepted", "running", "open"),
    "granted": ("closed", "granted", "decided"),
    "refused": ("closed", "refused", "decided"),
    "handed over": ("closed", "granted", "decided"),
}

MOVES: dict[type, dict[str, set[str]]] = {
    Case: {
        "draft": {"submit"},
        "submitted": {"accept", "request_correction", "refuse_acceptance", "withdraw"},
        "correcting": {"correct", "withdraw", "lapse"},
        "accepted": {"withdraw", "close", "lapse"},
        "not_accepted": set(),
        "withdrawn": set(),
        "lapsed": set(),
        "closed": set(),
    },
    CaseMatter: {
        "waiting": {"run", "stop"},
        "running": {"grant", "refuse", "stop"},
        "granted": set(),
        "refused": set(),
        "stopped": set(),
    },
    Task: {
        "waiting": {"open", "stop"},
        "open": {"decide", "stop", "suspend", "propose"},
        "suspended": {"resume", "stop"},
        "proposed": {"decide", "send_back", "stop"},
        "decided": set(),
        "stopped": set(),
    },
    MatterEdition: {
        "concept": {"review"},
        "reviewed": {"publish"},
        "published": {"supersede"},
        "superseded": set(),
    },
}


def test_the_table_names_every_situation_verb_and_state():
    assert set(TABLE) == set(SITUATIONS) == set(STATES)
    assert {verb.rstrip("~") for row in TABLE.values() for verb in row} <= set(VERBS) == set(MAY_SEE)
    for noun, moves in MOVES.items():
        assert set(moves) == set(noun.State.values)
    reached = {state for states in STATES.values() for state in states}
    assert set(Case.State.values) | set(CaseMatter.State.values) <= reached


def test_every_writing_verb_of_the_rooms_is_tried():
    rooms = (applicants, board, clocks, decisions, desks, drafts, errata, extensions, opinions, together, window)
    nouns = ("case", "extension", "material", "task", "tasks", "opinion", "decision")
    there = {name for room in rooms for name in vars(room) if name.partition("_")[0] in nouns}
    # steps of other verbs, within their lock; and what begins a draft, tried below
    inner = {"case_start", "case_stop", "case_parts", "case_form", "case_route", "material_put", "materials_current"}
    inner |= {"task_cases", "task_held", "tasks_stop", "opinion_cases", "decision_cases", "decision_issue"}
    inner |= {"extension_issue"}
    assert there - inner == set(VERBS) - {"result_hand_over"}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_only_what_the_table_allows_happens(situation, world, cast):
    scene = scene_of(world, SITUATIONS[situation](world, cast.amira))
    matter = scene.case.matters.get()
    task = scene.task.state if scene.task else None
    assert (scene.case.state, matter.state, task) == STATES[situation]
    people = People(world).everyone()
    uploads(scene, people)
    wrong = [*tried(situation, TABLE[situation], scene, people), *moved(scene.case), *moved(matter)]
    if scene.task:
        wrong += moved(scene.task)
    assert not wrong, "\n".join(wrong)


def scene_of(world: World, case: Case, step: str | None = None) -> Scene:
    case = Case.objects.get(pk=case.pk)
    tasks = Task.objects.filter(case_matter__case=case).order_by("id")
    return Scene(case, tasks.filter(step__code=step).first() if step else tasks.first())


def uploads(scene: Scene, people: dict[str, Any]) -> None:
    """A file of each person's own; whoever has not signed in tries with the applicant's."""
    for role, user in people.items():
        owner = user if user.is_authenticated else people[APPLICANT]
        scene.uploads[role] = upload_of(owner, f"{role}.jpg")


def tried(situation: str, row: dict[str, tuple[str, ...]], scene: Scene, people: dict[str, Any]) -> list[str]:
    """Everyone tries every verb; what differed from the table."""
    before, wrong = print_of_rows(), []
    for verb in VERBS:
        for role, user in people.items():
            expected = "refused"
            if role in row.get(verb, ()):
                expected = "done"
            elif role in row.get(f"{verb}~", ()):
                expected = "done already"
            found = attempt(verb, scene, role, user, before)
            if found != expected and not (expected == "refused" and found == "not there"):
                wrong.append(f"{situation}: {verb} by {role}: expected {expected}, was {found}")
            if role not in MAY_SEE[verb] and found != "not there":
                wrong.append(f"{situation}: {verb} by {role}: {found} tells that it exists")
        if print_of_rows() != before:
            wrong.append(f"{situation}: {verb}: a refusal changed rows")
            break
    return wrong


def attempt(verb: str, scene: Scene, role: str, user: Any, before: str) -> str:
    """Try; what went through is taken back, what was refused is left as it is, to be compared."""
    with transaction.atomic():
        try:
            VERBS[verb](scene, role, user)
        except NotYours:
            return "not there"
        except Refused as refusal:
            return "refused" if str(refusal) else "refused without a word"
        changed = print_of_rows() != before
        transaction.set_rollback(True)
    return "done" if changed else "done already"


def moved(row: Any) -> list[str]:
    """What differs from the noun's table of moves; a move that is not in it is stale and changes nothing."""
    wrong, noun = [], type(row)
    names = {move.name for move in noun._meta.get_field("state").get_all_transitions(noun)}
    allowed = {name for name in names if can_proceed(getattr(noun.objects.get(pk=row.pk), name))}
    if allowed != MOVES[noun][row.state]:
        wrong.append(f"{noun.__name__} {row.state}: {allowed} instead of {MOVES[noun][row.state]}")
    before = print_of_rows()
    for name in sorted(names - allowed):
        with transaction.atomic(), pytest.raises(Stale):
            move(noun.objects.get(pk=row.pk), name)
    if print_of_rows() != before:
        wrong.append(f"{noun.__name__} {row.state}: a refused move changed rows")
    return wrong


def test_a_step_behind_another_waits_opens_and_stops_with_it(world, cast, folder):
    """The two steps belong to different departments, each deaf to the other's officers."""
    two_steps(folder)
    people = People(world).everyone() | {AT_DESK: cast.gao, ELSEWHERE: cast.lin}
    people[OFFICER] = cast.gao
    case = world.accepted(cast.amira)

    waiting = scene_of(world, case, "confirm")
    uploads(waiting, people)
    assert waiting.task.state == Task.State.WAITING
    row = OVER | {"case_withdraw": (APPLICANT,)}
    wrong = [*tried("waiting", row, waiting, people), *moved(waiting.task)]

    decisions.task_grant(by=cast.lin, task_id=scene_of(world, case, "register").task_id, reason=reason("granted"))
    opened = scene_of(world, case, "confirm")
    assert (opened.task.state, case.matters.get().state) == (Task.State.OPEN, CaseMatter.State.RUNNING)
    opened.uploads = waiting.uploads
    row = ANSWERED | {"case_withdraw": (APPLICANT,)} | AT_THE_DESK
    del row["task_reassign"]  # the colleague serves in another department
    wrong += [*tried("opened", row, opened, people), *moved(opened.task)]
    assert not wrong, "\n".join(wrong)

    decisions.task_grant(by=cast.gao, task_id=opened.task_id, reason=reason("granted"))
    assert Case.objects.get(pk=case.pk).state == Case.State.CLOSED


def test_a_refusal_at_the_first_step_stops_the_one_behind_it(world, cast, folder):
    two_steps(folder)
    case = world.accepted(cast.amira)
    decisions.task_refuse(by=cast.lin, task_id=scene_of(world, case, "register").task_id, reason=reason("refused"))
    stopped = scene_of(world, case, "confirm")
    assert (stopped.task.state, stopped.case.state) == (Task.State.STOPPED, Case.State.CLOSED)
    before = print_of_rows()
    with pytest.raises(Stale):
        decisions.task_grant(by=cast.gao, task_id=stopped.task_id, reason=reason("granted"))
    assert print_of_rows() == before


def test_nobody_handles_her_own_application_at_window_or_desk(world, cast):
    world.clerk = People(world).everyone()[AT_WINDOW]
    for user, verbs in ((cast.chen, list(VERBS)[7:14]), (cast.lin, list(VERBS)[14:])):
        world.person(user, number=f"C{user.pk:08d}")
        scene = scene_of(world, world.accepted(user))
        before = print_of_rows()
        for verb in verbs:
            with pytest.raises(NotYours):
                VERBS[verb](scene, CLERK, user)
        assert print_of_rows() == before


def test_a_draft_begun_twice_is_one_and_another_persons_is_never_adopted(world, cast):
    case = world.draft(cast.amira)
    again = drafts.case_start(user=cast.amira, keys=[], edition=case.matters.get().edition, language="ar")
    assert again.pk == case.pk
    assert drafts.drafts_adopt(user=cast.boris, keys=[case.key]) == 0
    assert Case.objects.get(pk=case.pk).applicant == case.applicant


def test_an_edition_goes_from_concept_to_superseded_and_never_back(world, cast, folder):
    first = MatterEdition.objects.get(matter__code=COM, state="published")
    two_steps(folder)
    first = MatterEdition.objects.get(pk=first.pk)
    second = MatterEdition.objects.get(matter__code=COM, state="published")
    assert (first.state, second.number) == ("superseded", first.number + 1)
    wrong = [*moved(first), *moved(second)]
    same = {f.attname: getattr(second, f.attname) for f in second._meta.concrete_fields}
    third = MatterEdition(**{key: value for key, value in same.items() if key not in ("id", "state", "number")})
    third.number = 90
    third.save()
    wrong += moved(third)
    move(third, "review")
    wrong += moved(third)
    third.delete()
    assert not wrong, "\n".join(wrong)
    before = print_of_rows()
    assert not catalogue_load(folder=folder).published
    assert print_of_rows() == before


def test_control_without_the_check_of_rights_the_table_is_broken(world, cast, monkeypatch):
    scene = scene_of(world, world.accepted(cast.amira))
    assert People(world).everyone()
    people = {"officer elsewhere": cast.gao}
    uploads(scene, people | {APPLICANT: cast.amira})
    assert not tried("accepted", TABLE["accepted"], scene, people)
    monkeypatch.setattr(decisions, "desk_tasks", lambda user: Task.objects.all())
    monkeypatch.setattr(decisions, "require", lambda *_: None)
    wrong = tried("accepted", TABLE["accepted"], scene, people)
    assert any("task_grant by officer elsewhere: expected refused, was done" in line for line in wrong)


def test_control_a_refusal_that_had_written_is_noticed(world, cast, monkeypatch):
    scene = scene_of(world, world.accepted(cast.amira))
    assert People(world).everyone()
    people = {OFFICER: cast.lin}
    uploads(scene, people | {APPLICANT: cast.amira})

    def half(*, by, task_id):
        Task.objects.filter(pk=task_id).update(claimed_by=by)
        raise Stale("too late")

    monkeypatch.setattr(desks, "task_claim", half)
    wrong = tried("accepted", {"task_release": (OFFICER,)} | AT_THE_DESK, scene, people)
    assert any("a refusal changed rows" in line for line in wrong)
