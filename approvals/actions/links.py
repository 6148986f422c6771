"""A draft that moves to another device: the link to it is mailed, and whoever opens it has the draft in her browser."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from approvals.models import Case
from approvals.queries.cases import drafts_of
from approvals.rules.links import LINK_DAYS, link_make
from yiwu_portal.history.service import record
from yiwu_portal.lifecycle.service import Refused, locked
from yiwu_portal.notifications.service import notify_address
from yiwu_portal.workdays import service as workdays

QUIET_SECONDS = 600  # a second press within it sends no second mail


def draft_send_link(*, user: Any, keys: Iterable[str], key: str, email: str) -> Case:
    """Mail the link of a draft of nobody yet, in the draft's language; once in ten minutes to one address.

    The address is no part of the draft and is forgotten within a day. Raises `Refused` once the draft is somebody's.
    """
    with locked(drafts_of(user, keys), key=key) as case:
        if case.applicant_id is not None:
            raise Refused(_("This draft is kept with your account: sign in on the other device and go on there."))
        now = timezone.now()
        with translation.override(case.language):
            notify_address(
                kind="approvals.draft_link",
                address=email,
                language=case.language,
                key=f"draft:{case.pk}:{int(now.timestamp()) // QUIET_SECONDS}",
                context={
                    "matter": case.title,
                    "until": workdays.date_words(timezone.localdate(now + timedelta(days=LINK_DAYS)), year=True),
                },
                path=f"/drafts/resume/{link_make(case.key)}/",
            )
        record(verb="draft_send_link", by=None, stream=case.stream)
    return case
