"""catalogue_load: a good file is published once, a changed one makes a new edition."""

from approvals.actions.catalogue import catalogue_load
from approvals.models import MatterEdition


def test_loading_publishes(catalogue):
    assert MatterEdition.objects.filter(state="published").count() >= 1
    again = catalogue_load()
    assert not again.published
