"""Mandates on the pages: given by the address of an account, seen and laid down by who holds it, ended at once."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from tests.people_room.conftest import user_made
from yiwu_portal.history.models import Entry
from yiwu_portal.notifications.models import Notice
from yiwu_portal.people.models import Mandate
from yiwu_portal.people.service import mandate_active, mandate_give, person_ensure, persons_actable


@pytest.fixture
def agent(db):
    return person_ensure(user=user_made("Agent"))


@pytest.fixture
def proven(agent):
    """The agent has proven her address."""
    EmailAddress.objects.create(user=agent.user, email=agent.user.email, verified=True, primary=True)
    return agent.user.email


@pytest.fixture
def pages(client):
    """`pages(user)` is a browser in which the user is signed in."""

    def of(user):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return of


@pytest.fixture
def mandate(amira, agent, today):
    return mandate_give(by=amira.user, agent=agent, person=amira, starts_on=today, ends_on=today + timedelta(days=9))


def typed(email, today, first=0, last=9):
    return {"email": email, "starts_on": today + timedelta(days=first), "ends_on": today + timedelta(days=last)}


def test_she_gives_it_by_the_address_and_both_see_it(pages, amira, agent, proven, today):
    answer = pages(amira.user).post(reverse("mandate_give"), typed(proven.upper(), today))
    assert answer.status_code == 302
    assert mandate_active(agent, amira, today)
    assert agent.user.name in pages(amira.user).get(reverse("mandate_list")).content.decode()
    assert amira.user.name in pages(agent.user).get(reverse("mandate_list")).content.decode()
    notice = Notice.objects.get(user=agent.user)
    assert (notice.kind, notice.path) == ("people.mandate_given", "me/mandates/")
    assert amira.user.name in notice.body
    assert Entry.objects.filter(verb="mandate_give", by=amira.user, person_id=amira.pk).count() == 1


def test_giving_it_twice_is_once(pages, amira, agent, proven, today):
    for _again in range(2):
        pages(amira.user).post(reverse("mandate_give"), typed(proven, today))
    assert Mandate.objects.count() == Notice.objects.filter(user=agent.user).count() == 1


def test_unknown_unproven_and_locked_out_addresses_are_one_answer(pages, amira, agent, proven, today):
    claimed = user_made("Claimer")
    EmailAddress.objects.create(user=claimed, email="firm@example.org", verified=False)
    agent.user.is_active = False
    agent.user.save()
    words = set()
    for email in ("nobody@example.org", "firm@example.org", proven):
        answer = pages(amira.user).post(reverse("mandate_give"), typed(email, today))
        assert answer.status_code == 422
        words.add(answer.content.decode().count("Nobody signs in here with this address"))
    assert len(words) == 1
    assert words != {0}
    assert not Mandate.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [(-1, 9, "today at the earliest"), (3, 2, "before the first"), (0, 2000, "three years")],
)
def test_days_out_of_order_are_told_and_give_nothing(pages, amira, proven, today, first, last, said):
    answer = pages(amira.user).post(reverse("mandate_give"), typed(proven, today, first, last))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Mandate.objects.exists()


def test_she_cannot_give_one_to_herself(pages, amira, today):
    EmailAddress.objects.create(user=amira.user, email=amira.user.email, verified=True)
    answer = pages(amira.user).post(reverse("mandate_give"), typed(amira.user.email, today))
    assert answer.status_code == 422


def test_who_tries_many_addresses_is_stopped(pages, amira, today):
    answers = [
        pages(amira.user).post(reverse("mandate_give"), typed(f"n{n}@example.org", today)).status_code for n in range(7)
    ]
    assert answers[:5] == [422] * 5
    assert answers[5:] == [429] * 2


@pytest.mark.parametrize("side", ["giver", "agent"])
def test_either_side_ends_it_at_once_and_the_other_is_told(pages, mandate, amira, agent, side, today):
    by, other = (amira.user, agent.user) if side == "giver" else (agent.user, amira.user)
    url = reverse("mandate_revoke", args=[mandate.pk])
    assert pages(by).get(url).status_code == 200
    assert mandate_active(agent, amira, today)
    for _again in range(2):
        assert pages(by).post(url).status_code == 302
    assert not mandate_active(agent, amira, today)
    assert list(persons_actable(agent.user)) == [agent]
    assert Entry.objects.filter(verb="mandate_revoke", by=by).count() == 1
    assert Notice.objects.filter(user=other, kind="people.mandate_ended").count() == 1


def test_boris_sees_and_ends_nothing_of_hers(pages, mandate, amira, agent, boris, today):
    page = pages(boris.user).get(reverse("mandate_list")).content.decode()
    assert amira.user.name not in page
    assert agent.user.name not in page
    url = reverse("mandate_revoke", args=[mandate.pk])
    assert pages(boris.user).get(url).status_code == 404
    assert pages(boris.user).post(url).status_code == 404
    assert mandate_active(agent, amira, today)
    assert not Notice.objects.filter(user=boris.user).exists()


def test_the_papers_of_the_one_who_ended_it_are_closed_to_the_agent(pages, mandate, amira, agent):
    papers = reverse("evidence_list", args=[amira.pk])
    assert pages(agent.user).get(papers).status_code == 200
    pages(amira.user).post(reverse("mandate_revoke", args=[mandate.pk]))
    assert pages(agent.user).get(papers).status_code == 404
