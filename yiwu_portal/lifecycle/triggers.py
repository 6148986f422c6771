"""The moves of a noun, held by the database too: read from its declared transitions, never typed a second time."""

from typing import Any

import pgtrigger
from django.apps import apps
from django.db import models
from django_fsm import ANY_OTHER_STATE, ANY_STATE


def moves_of(model: type[models.Model], field: str = "state") -> list[tuple[str, str]]:
    """Every (from, to) the `@transition`s of a model allow, in the order of its states.

    Raises `ValueError` for a target that is computed: the database could not know it.
    """
    column: Any = model._meta.get_field(field)
    states = [str(value) for value, _label in column.choices]
    moves = set()
    for transition in column.get_all_transitions(model):
        if transition.target is None:  # it moves nothing
            continue
        if not isinstance(transition.target, str):
            raise ValueError(f"{model.__name__}.{transition.name}: the state it leads to is not declared")
        for target in (transition.target, transition.on_error):
            moves |= {(source, str(target)) for source in _sources(transition, states) if target}
    order = {state: number for number, state in enumerate(states)}
    return sorted(moves, key=lambda move: (order[move[0]], order[move[1]]))


def _sources(transition: Any, states: list[str]) -> list[str]:
    if transition.source == ANY_STATE:
        return states
    if transition.source == ANY_OTHER_STATE:
        return [state for state in states if state != transition.target]
    return [str(transition.source)]


class DeclaredMoves(pgtrigger.FSM):
    """Refuse, in the database itself, any change of a state that no `@transition` of the model declares.

    What is declared is read when migrations are made: a new transition without its migration fails
    `makemigrations --check`.
    """

    def __init__(self, *, name: str, field: str = "state") -> None:
        super().__init__(name=name, field=field, transitions=[("", "")])

    def get_func(self, model: Any) -> str:
        """The trigger's body for the moves declared now.

        The maker of migrations shows a copy of the model that has its fields but no methods, so the real one is asked.
        """
        self.transitions = moves_of(apps.get_model(model._meta.label), self.field)
        return super().get_func(model)
