"""What the people behind the counters are told: each in her own language, once for each (kind, key)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils import translation

from yiwu_portal.accounts.models import User
from yiwu_portal.notifications.service import notify


def staff_tell(
    *, users: Iterable[User], kind: str, key: str, path: str, words: Mapping[str, Callable[[], Any]]
) -> None:
    """Tell these users; `words` are computed in the language of each."""
    for user in users:
        with translation.override(user.language):
            context = {name: word() for name, word in words.items()}
        notify(kind=f"approvals.{kind}", user=user, key=key, context=context, path=path)
