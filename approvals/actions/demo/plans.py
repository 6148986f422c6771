"""What becomes of simulated cases: pure chance over the days of a year, weighted as a window's year goes."""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

# how the cases stand that were handed in so many working days ago (at least): weights of the stories
STORIES: tuple[tuple[int, dict[str, int]], ...] = (
    (0, {"submitted": 70, "draft": 15, "correcting": 10, "withdrawn": 5}),
    (2, {"submitted": 25, "draft": 5, "correcting": 15, "corrected": 10, "accepted": 30, "granted": 15}),
    (6, {"submitted": 1, "draft": 3, "correcting": 6, "accepted": 30, "granted": 50, "refused": 5, "not_accepted": 5}),
    (12, {"draft": 1, "granted": 84, "refused": 6, "not_accepted": 5, "withdrawn": 4}),
)
CODES = {"COM-04": 60, "PSE-05": 40}


@dataclass(frozen=True)
class Plan:
    """One case to be: its matter, how it stands, and when what happened; None for what did not."""

    code: str
    story: str
    submitted: datetime
    asked: datetime | None = None  # for a correction
    corrected: datetime | None = None
    accepted: datetime | None = None
    closed: datetime | None = None
    collected: datetime | None = None


def plan_make(*, chance: Random, days: Sequence[date], now: datetime, zone: ZoneInfo) -> Plan:
    """A case by chance; `days` are the working days of the time simulated, the latest first."""
    ago = chance.randrange(len(days))
    weights = STORIES[bisect([first for first, _weights in STORIES], ago) - 1][1]
    story = chance.choices(list(weights), list(weights.values()))[0]
    code = chance.choices(list(CODES), list(CODES.values()))[0]

    def after(moment: datetime, wait: int) -> datetime:
        """A moment so many working days later, in office hours, never in the future."""
        at = max(days.index(moment.astimezone(zone).date(), 0, ago + 1) - wait, 0)
        opening = datetime.combine(days[at], time(9), tzinfo=zone)
        return min(max(opening + timedelta(minutes=chance.randrange(480)), moment + timedelta(minutes=10)), now)

    submitted = min(datetime.combine(days[ago], time(chance.randrange(8, 17), chance.randrange(60)), tzinfo=zone), now)
    if story in ("draft", "submitted"):
        return Plan(code, story, submitted)
    answered = after(submitted, chance.randrange(3))
    if story == "correcting":
        return Plan(code, story, submitted, asked=answered)
    if story == "corrected":
        return Plan(code, story, submitted, asked=answered, corrected=after(answered, 1))
    if story in ("not_accepted", "withdrawn"):
        return Plan(code, story, submitted, closed=answered)
    if story == "accepted":
        return Plan(code, story, submitted, accepted=answered)
    closed = after(answered, chance.choice((0, 1, 1, 1, 2) if code == "COM-04" else (3, 4, 5, 6, 7, 8)))
    is_fetched = story == "granted" and ago > 15 and chance.random() < 0.9
    return Plan(
        code, story, submitted, accepted=answered, closed=closed, collected=after(closed, 2) if is_fetched else None
    )
