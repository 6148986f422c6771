"""What a bundle asks: every question once, every kind of paper once, and nothing that an earlier matter gives (R46)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from approvals.rules.catalogue import Known
from approvals.rules.sources import Source

STRICTNESS = ("needed", "conditional", "later")  # of two necessities of one kind of paper the stricter holds

P = TypeVar("P")


@dataclass(frozen=True)
class Place:
    """A matter's place in its case: what it comes after, what its refusal does, how it stands."""

    key: int
    after: frozenset[int] = frozenset()
    on_refusal: str = "stop_after"
    state: str = "waiting"


@dataclass(frozen=True)
class Merged(Generic[P]):
    """The papers asked for, one of a kind, and how many the matters would ask for one by one."""

    papers: tuple[P, ...]
    separately: int

    @property
    def saved(self) -> int:
        """Papers nobody has to give because the matters share them, or give them to one another."""
        return self.separately - len(self.papers)


def earlier(places: Mapping[int, Place], key: int) -> set[int]:
    """Everything a matter comes after, however far back."""
    found: set[int] = set()
    rest = list(places[key].after)
    while rest:
        one = rest.pop()
        if one not in found:
            found.add(one)
            rest += places[one].after
    return found


def form_merged(forms: Iterable[tuple[Mapping[str, Any], frozenset[str]]]) -> dict[str, Any]:
    """One form out of several, each with the questions it need not ask; steps of one key become one step.

    A question is asked in the place where it comes first; it is asked if any of the matters asks it.
    """
    steps: dict[str, dict[str, Any]] = {}
    fields: dict[str, dict[str, Any]] = {}
    for form, given in forms:
        for step in form.get("steps", []):
            for field in step["fields"]:
                if field["key"] in given:
                    continue
                if field["key"] in fields:
                    _widen(fields[field["key"]], field)
                    continue
                fields[field["key"]] = dict(field)
                place = steps.setdefault(step["key"], {**step, "fields": []})
                place["fields"].append(fields[field["key"]])
    return {"steps": list(steps.values())}


def _widen(kept: dict[str, Any], other: Mapping[str, Any]) -> None:
    """Let a question be asked wherever either of its two askers asks it."""
    if other.get("required", True):
        kept["required"] = True
    if "when" not in other:
        kept.pop("when", None)
    elif "when" in kept and kept["when"] != other["when"]:
        kept["when"] = {"any": [*kept["when"].get("any", [kept["when"]]), other["when"]]}


def papers_merged(papers: Sequence[P], *, kind: Any, necessity: Any, given: Any) -> Merged[P]:
    """One paper of each kind, the strictest of its askers standing for all; `given(paper)` is told but not asked."""
    chosen: dict[Any, P] = {}
    for paper in papers:
        if given(paper):
            continue
        kept = chosen.get(kind(paper))
        if kept is None or STRICTNESS.index(necessity(paper)) < STRICTNESS.index(necessity(kept)):
            chosen[kind(paper)] = paper
    return Merged(tuple(chosen.values()), len(papers))


def bundle_check(source: Source, known: Known, matters: Sequence[Source]) -> None:
    """Note every broken rule in a bundle's file: unknown codes, a matter twice, one that waits for a later one."""
    data = source.data
    if data["lead"] not in known.departments:
        source.fault(("lead",), f"unknown department {data['lead']!r}")
    offered = {matter.data["code"] for matter in matters if isinstance(matter.data, dict) and "code" in matter.data}
    seen: list[str] = []
    for number, item in enumerate(data["items"]):
        if item["matter"] not in offered:
            source.fault(("items", number, "matter"), f"no file describes {item['matter']}")
        if item["matter"] in seen:
            source.fault(("items", number, "matter"), f"{item['matter']} stands here twice")
        for place, before in enumerate(item["after"]):
            if before not in seen:  # so that no circle can be written
                source.fault(("items", number, "after", place), f"{before!r} does not stand before it")
        seen.append(item["matter"])
