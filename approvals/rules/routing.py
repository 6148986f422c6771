"""Which steps and matters may start, which stop, and in what order dates are counted (R41-R43)."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from approvals.rules.bundles import Place, earlier

LEASE = timedelta(minutes=30)  # how long a claim holds without a new act
ACCEPTANCE_WORKING_DAYS = 5  # Administrative Licensing Law art. 32(4): all deficiencies told within five days
CORRECTION_WORKING_DAYS = 10  # the house's own term for an answer; it stands in the notice
UNDECIDED = ("waiting", "running")


def steps_ready(prerequisites: Mapping[int, Iterable[int]], decided: set[int], opened: set[int]) -> list[int]:
    """Steps not yet opened whose prerequisites are all decided, in ascending order."""
    return sorted(step for step, needed in prerequisites.items() if step not in opened and set(needed) <= decided)


def matters_ready(places: Mapping[int, Place]) -> list[int]:
    """Waiting matters after which nothing is open: each earlier one was granted, or its refusal lets the rest go on."""
    return sorted(
        place.key
        for place in places.values()
        if place.state == "waiting" and all(_is_passed(places[one]) for one in place.after)
    )


def matters_stopping(places: Mapping[int, Place], refused: int) -> list[int]:
    """Undecided matters that stop because one was refused, by the bundle's own rule."""
    rule = places[refused].on_refusal
    if rule == "go_on":
        return []
    return sorted(
        place.key
        for place in places.values()
        if place.state in UNDECIDED and (rule == "stop_all" or refused in earlier(places, place.key))
    )


def in_order(places: Mapping[int, Place]) -> list[int]:
    """Every matter after those it comes after; raises `ValueError` for a circle."""
    done: list[int] = []
    while len(done) < len(places):
        ready = [key for key in sorted(places) if key not in done and places[key].after <= set(done)]
        if not ready:
            raise ValueError("matters wait for one another in a circle")
        done += ready
    return done


def _is_passed(place: Place) -> bool:
    return place.state == "granted" or (place.state == "refused" and place.on_refusal == "go_on")
