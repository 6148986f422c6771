"""Who may see and change a person's file: herself, an agent under a live mandate; staff look through `person_look`."""

from typing import Any

import rules
from django.utils import timezone
from django.utils.translation import gettext as _

from yiwu_portal.centre.service import Role, has_role, live_posts
from yiwu_portal.lifecycle.service import NotYours
from yiwu_portal.people.models import Enterprise, Mandate, Person


@rules.predicate
def is_herself(user: Any, person: Person | None) -> bool:
    """The person is the one who signed in."""
    return bool(user.is_authenticated and user.is_active and person and person.user_id == user.pk)


@rules.predicate
def acts_for(user: Any, person: Person | None) -> bool:
    """The user's person holds a live mandate of this person."""
    if not (user.is_authenticated and user.is_active and person):
        return False
    return Mandate.objects.live(timezone.localdate()).filter(agent__user_id=user.pk, person_id=person.pk).exists()


@rules.predicate
def speaks_for(user: Any, enterprise: Enterprise | None) -> bool:
    """The user's person holds a live mandate of this enterprise."""
    if not (user.is_authenticated and user.is_active and enterprise):
        return False
    live = Mandate.objects.live(timezone.localdate())
    return live.filter(agent__user_id=user.pk, enterprise_id=enterprise.pk).exists()


@rules.predicate
def serves(user: Any) -> bool:
    """The user holds an appointment today, in whatever role: only such users look at other people's files."""
    return bool(live_posts(user))


@rules.predicate
def serves_at_window(user: Any) -> bool:
    """The user is a window clerk today: she has seen the enterprise's papers when she records who speaks for it."""
    return has_role(user, Role.CLERK)


@rules.predicate
def is_mandate_party(user: Any, mandate: Mandate | None) -> bool:
    """The mandate is the user's own, given or held; one of an enterprise also belongs to whoever speaks for it."""
    if not (user.is_authenticated and user.is_active and mandate):
        return False
    if mandate.agent.user_id == user.pk:
        return True
    if mandate.person is not None:
        return bool(is_herself(user, mandate.person))
    return bool(speaks_for(user, mandate.enterprise) or serves_at_window(user))


rules.add_perm("people.person_read", is_herself | acts_for)
rules.add_perm("people.person_update", is_herself | acts_for)
rules.add_perm("people.person_export", is_herself)
rules.add_perm("people.person_look", serves)
rules.add_perm("people.travel_document_add", is_herself | acts_for)
rules.add_perm("people.evidence_add", is_herself | acts_for)
rules.add_perm("people.evidence_remove", is_herself | acts_for)
rules.add_perm("people.mandate_give", is_herself)
rules.add_perm("people.enterprise_mandate_give", speaks_for | serves_at_window)
rules.add_perm("people.mandate_revoke", is_mandate_party)


def require(user: Any, permission: str, about: Any = None) -> None:
    """Go on only with the right; raises `NotYours`. Asks django-rules alone, so that no superuser slips through."""
    if not rules.has_perm(permission, user, about):
        raise NotYours(_("This page does not exist, or is not yours to see."))
