"""Every situation a case can be in, each reached by the verbs; and a print of all rows, to see that nothing changed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import time_machine
import yaml
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone

from approvals.actions import applicants, decisions, desks, drafts, opinions, window
from approvals.actions.catalogue import catalogue_load
from approvals.actions.clocks import task_suspend
from approvals.actions.extensions import extension_ask
from approvals.actions.lapses import cases_deem, corrections_lapse
from approvals.models import (
    Card,
    Case,
    CaseMaterial,
    CaseMatter,
    Correction,
    CorrectionItem,
    Decision,
    Extension,
    Gap,
    Letter,
    MatterEdition,
    Opinion,
    Proposal,
    Suspension,
    Task,
)
from approvals.queries.cases import requirements_asked
from tests.approvals.world import COM, PSE, World, upload_of
from yiwu_portal.centre import actions as centre
from yiwu_portal.documents.models import IssuedDocument
from yiwu_portal.history.models import Entry
from yiwu_portal.notifications.models import Delivery, Notice
from yiwu_portal.workdays import service as workdays

LIVING = (Case, CaseMatter, Task, CaseMaterial, Correction, CorrectionItem, Letter, Decision, Proposal, Opinion)
LIVING += (Suspension, Extension, Gap, Card)
WRITTEN = (*LIVING, MatterEdition, IssuedDocument, Notice, Delivery, Entry)


def print_of_rows() -> str:
    """A fingerprint of every row an act could touch, in one statement."""
    parts = [
        f"SELECT '{model._meta.db_table}' AS name, count(*) AS number,"
        f" md5(coalesce(string_agg(t::text, '|' ORDER BY t.id), '')) AS print FROM {model._meta.db_table} t"
        for model in WRITTEN
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts) + " ORDER BY 1")
        return "\n".join(f"{name} {number} {digest}" for name, number, digest in cursor.fetchall())


@dataclass
class People:
    """One of each class of people who may try; Amira owns the case."""

    world: World

    def everyone(self) -> dict[str, Any]:
        """By role class; the colleagues serve at the same window and in the same department."""
        cast = self.world.cast
        return {
            "applicant": cast.amira,
            "another merchant": cast.boris,
            "clerk": cast.chen,
            "colleague at the window": self.appointed("colleague@yiwu.example", "clerk"),
            "clerk elsewhere": cast.wei,
            "officer": cast.lin,
            "colleague at the desk": self.appointed("partner@yiwu.example", "officer"),
            "officer elsewhere": cast.gao,
            "head of the department": self.appointed("head@yiwu.example", "head"),
            "publisher": cast.guo,
            "supervisor": cast.ines,
            "manager": cast.zhao,
            "anonymous": AnonymousUser(),
        }

    def appointed(self, email: str, role: str) -> Any:
        """A second clerk or officer of commerce."""
        user = get_user_model().objects.filter(email=email).first()
        if user is None:
            user = get_user_model().objects.create_user(email, name=email.split("@", maxsplit=1)[0], language="zh-hans")
            centre.appointment_make(
                by=None,
                user=user,
                organisation=self.world.cast.organisation("COM"),
                role=role,
                starts_on=timezone.localdate(),
            )
        return user


def lapsed(world: World, user: Any) -> Case:
    """A correction nobody answered: the job the day after."""
    case = world.correcting(user)
    with time_machine.travel(workdays.closes_at(case.correction.due_on) + timedelta(days=1), tick=False):
        assert corrections_lapse() == 1
    return Case.objects.get(pk=case.pk)


def deemed(world: World, user: Any) -> Case:
    """Five days without an answer of the window."""
    case = world.submitted(user)
    with time_machine.travel(workdays.closes_at(case.acceptance_due_on) + timedelta(days=1), tick=False):
        assert cases_deem() == 1
    return Case.objects.get(pk=case.pk)


def suspended(world: World, user: Any) -> Case:
    case = world.accepted(user)
    until = timezone.localdate() + timedelta(days=9)
    task_suspend(by=world.officer(COM), task_id=world.task(case).pk, ground="expert", expected_on=until)
    return case


def extension_asked(world: World, user: Any) -> Case:
    case = world.accepted(user)
    extension_ask(by=world.officer(COM), task_id=world.task(case).pk, days=3, reason="Two experts are ill.")
    return case


def claimed_at_desk(world: World, user: Any) -> Case:
    case = world.accepted(user)
    desks.task_claim(by=world.officer(COM), task_id=world.task(case).pk)
    return case


def proposed(world: World, user: Any) -> Case:
    case = world.accepted(user)
    decisions.task_propose(
        by=world.officer(COM), task_id=world.task(case).pk, outcome="granted", reason=world.reason("granted")
    )
    return case


def asked(world: World, user: Any, **terms: Any) -> Case:
    """The exit-entry administration is asked for an opinion."""
    case = world.accepted(user)
    asking = {"question": "Is the visa of a kind that allows it?", "is_confidential": False, "due_on": soon()} | terms
    organisation_ids = asking.pop("organisation_ids", [world.cast.organisation("PSE").pk])
    task_id = world.task(case).pk
    opinions.opinion_ask(by=world.officer(COM), task_id=task_id, organisation_ids=organisation_ids, **asking)
    return case


def soon(days: int = 5) -> date:
    """A working day to come."""
    return workdays.due(workdays.today(), workdays.Limit(days, workdays.Unit.WORKING_DAY)).end


def answered(world: World, user: Any) -> Case:
    case = asked(world, user)
    opinion = Opinion.objects.get(task__case_matter__case=case)
    opinions.opinion_answer(by=world.cast.gao, opinion_id=opinion.pk, answer="It is.")
    return case


def correcting_with_papers(world: World, user: Any) -> Case:
    case = world.correcting(user)
    world.replaced(case, user)
    return case


def withdrawn_late(world: World, user: Any) -> Case:
    return applicants.case_withdraw(by=user, reference=world.accepted(user).reference)


def handed_over(world: World, user: Any) -> Case:
    case = world.granted(user)
    window.result_hand_over(by=world.clerk, decision_id=case.matters.get().decision.pk)
    return case


SITUATIONS: dict[str, Callable[[World, Any], Case]] = {
    "draft": World.draft,
    "submitted": World.submitted,
    "checked": World.checked,
    "correcting": World.correcting,
    "correcting with papers": correcting_with_papers,
    "corrected": World.corrected,
    "accepted": World.accepted,
    "claimed at the desk": claimed_at_desk,
    "proposed": proposed,
    "asked": asked,
    "answered": answered,
    "not accepted": World.not_accepted,
    "withdrawn": World.withdrawn,
    "withdrawn late": withdrawn_late,
    "lapsed": lapsed,
    "deemed accepted": deemed,
    "suspended": suspended,
    "extension asked": extension_asked,
    "granted": World.granted,
    "refused": World.refused,
    "handed over": handed_over,
}


def two_steps(folder: Path) -> None:
    """Load the catalogue with a second step, of another department, behind the first of COM-04."""
    path = folder / "matters" / f"{COM}.yaml"
    data = yaml.safe_load(path.read_text())
    second = {**data["steps"][0], "code": "confirm", "department": "PSE", "depends_on": ["register"]}
    data["steps"].append(second)
    data["promised"] = {"amount": 2, "unit": "working_day"}
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False))
    catalogue_load(folder=folder)


def later(folder: Path, code: str = PSE, paper: int = 1) -> None:
    """Load the catalogue with one paper of a matter that may follow later."""
    path = folder / "matters" / f"{code}.yaml"
    data = yaml.safe_load(path.read_text())
    data["materials"][paper]["necessity"] = "later"
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False))
    catalogue_load(folder=folder)


def accepted_with_gap(world: World, user: Any) -> Case:
    """A residence permit accepted without the one paper that may follow (see `later`)."""
    case = world.draft(user, PSE, papers=False)
    papers = requirements_asked(case)
    for paper in papers:
        if paper.necessity != "later":
            upload = upload_of(user, f"{case.pk}-{paper.pk}.jpg")
            drafts.material_attach(by=user, keys=[], key=case.key, requirement=paper, upload=upload)
    case = drafts.case_submit(by=user, key=case.key)
    world.check(case)
    gaps = [paper for paper in papers if paper.necessity == "later"]
    return window.case_accept(by=world.clerk, reference=case.reference, gaps=gaps)
