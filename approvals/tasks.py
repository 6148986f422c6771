"""The periodic jobs: each thin, repeatable, done when it is late; `programme.py` says how often.

The actions are imported when a job runs: whoever only starts Django does not wait for them.
"""


def suspensions_end() -> int:
    """Clocks go on whose day has come."""
    from approvals.actions import clocks

    return clocks.suspensions_end()


def cases_deem() -> int:
    """What the window left unanswered counts as accepted."""
    from approvals.actions import lapses

    return lapses.cases_deem()


def corrections_lapse() -> int:
    """Corrections that never came."""
    from approvals.actions import lapses

    return lapses.corrections_lapse()


def gaps_lapse() -> int:
    """Papers that never followed."""
    from approvals.actions import lapses

    return lapses.gaps_lapse()


def cards_raise() -> int:
    """Notice, yellow, red."""
    from approvals.actions import cards

    return cards.cards_raise()


def clocks_recompute() -> int:
    """Dates by the newest calendar."""
    from approvals.actions import recounts

    return recounts.clocks_recompute()


def opinions_remind() -> int:
    """Opinions that are due tomorrow."""
    from approvals.actions import opinions

    return opinions.opinions_remind()
