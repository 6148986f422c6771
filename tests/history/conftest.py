"""Each test seals into a folder of its own, never into the one of the database one works with."""

import pytest


@pytest.fixture(autouse=True)
def checkpoints(settings, tmp_path):
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"
    return settings.CHECKPOINT_DIR
