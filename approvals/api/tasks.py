"""A department's tasks for its systems: list, see, claim, release, grant, refuse, propose."""

from typing import Any

from django.http import HttpResponse

from approvals.actions import decisions
from approvals.actions import desks as actions
from approvals.api import case_outputs as outputs
from approvals.api.inputs import GrantIn, ProposeIn, RefuseIn, TaskQuery
from approvals.models import Task
from approvals.queries.cases import material_of
from approvals.queries.desks import desk_inbox, reasons_for, task_materials, task_whole
from yiwu_portal.api.service import Listing, Nothing, Read, Write
from yiwu_portal.centre.service import Role, has_role
from yiwu_portal.documents.service import paper_response
from yiwu_portal.people.service import person_look


class TaskList(Listing):
    """The tasks of your department that are at work, the earliest due first."""

    verb, tag, scope, item = "task_list", "tasks", "tasks:read", outputs.TaskOut
    query, ordering = TaskQuery, ("due_on", "id")

    def rows(self, asked: dict[str, Any], **where: Any) -> Any:
        """Those of the departments the caller serves."""
        tasks = desk_inbox(self.request.user)  # type: ignore[arg-type]
        if "state" in asked:
            tasks = tasks.filter(state=asked["state"])
        if "service" in asked:
            tasks = tasks.filter(case_matter__edition__matter__code=asked["service"].replace("\x00", ""))
        return tasks.filter(due_on__lt=asked["due_before"]) if "due_before" in asked else tasks


class TaskShow(Read):
    """One task with the papers its step needs, and no others; the look is recorded."""

    verb, tag, scope, output = "task_show", "tasks", "tasks:read", outputs.TaskWholeOut

    def fetch(self, asked: dict[str, Any], **where: Any) -> Any:
        """Of the caller's department."""
        task = task_whole(self.request.user, where["task_id"])  # type: ignore[arg-type]
        if task is None:
            return None
        person_look(by=self.request.user, person_id=task.case_matter.case.owner.pk, task="task_review")
        return task_shown(task)


class TaskMaterial(Read):
    """The file of a paper that a task needs; the look is recorded."""

    verb, tag, scope = "task_material", "tasks", "tasks:read"
    media_types = ("application/pdf", "image/jpeg")

    def fetch(self, asked: dict[str, Any], **where: Any) -> HttpResponse | None:
        """Of the caller's department."""
        task = task_whole(self.request.user, where["task_id"])  # type: ignore[arg-type]
        paper = material_of(task_materials(task), where["material"]) if task else None
        if paper is None:
            return None
        person_look(by=self.request.user, person_id=paper.evidence.person_id, task="task_review")
        return paper_response(paper.evidence.upload, paper.evidence.document)


class _OfTask(Write):
    """An operation on a task of the caller's department."""

    tag, scope, output = "tasks", "tasks:decide", outputs.TaskOut

    def fetch(self, **where: Any) -> Any:
        """Of the department the caller is an officer of; its head reads over the API, and signs on pages."""
        task = task_whole(self.request.user, where["task_id"])  # type: ignore[arg-type]
        return (
            task if task and has_role(self.request.user, Role.OFFICER, organisation_id=task.organisation_id) else None
        )

    def act(self, subject: Task, given: dict[str, Any]) -> Any:
        """Call the action of the same name."""
        self.verb_of_desk(by=self.request.user, task_id=subject.pk, **given)
        return task_whole(self.request.user, subject.pk)  # type: ignore[arg-type]

    @property
    def verb_of_desk(self) -> Any:
        """The action."""
        return getattr(actions, self.verb, None) or getattr(decisions, self.verb)


class TaskClaim(_OfTask):
    """Take a task for half an hour; every act on it renews the claim."""

    verb, input = "task_claim", Nothing


class TaskRelease(_OfTask):
    """Give a claim back."""

    verb, input = "task_release", Nothing


class TaskGrant(_OfTask):
    """Grant, as far as your department is concerned; the last step grants the matter."""

    verb, input = "task_grant", GrantIn


class TaskRefuse(_OfTask):
    """Refuse with a standard reason; the matter is refused."""

    verb, input = "task_refuse", RefuseIn


class TaskPropose(_OfTask):
    """Propose a decision that the head of the department signs, where two signatures are asked for."""

    verb, input = "task_propose", ProposeIn


def task_shown(task: Task) -> Task:
    """A task with its papers, the reasons it may be decided with, and the numbers its grant carries."""
    task.materials = list(task_materials(task))  # type: ignore[attr-defined]
    task.reasons = [*reasons_for("granted"), *reasons_for("refused")]  # type: ignore[attr-defined]
    task.results = list(task.case_matter.edition.gives.get("answers", {}))  # type: ignore[attr-defined]
    return task
