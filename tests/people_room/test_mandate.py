from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.people_room.conftest import upload_made, user_made
from yiwu_portal.history.models import Entry
from yiwu_portal.lifecycle.service import NotYours, Refused
from yiwu_portal.people.models import Mandate
from yiwu_portal.people.service import (
    CreditCodeProblem,
    enterprise_ensure,
    evidence_add,
    mandate_active,
    mandate_give,
    mandate_revoke,
    person_ensure,
    person_update,
    persons_actable,
)

CODE = "91110000600037341L"


@pytest.fixture
def agent(db):
    return person_ensure(user=user_made("Agent"))


@pytest.fixture
def mandate(amira, agent, today):
    return mandate_give(by=amira.user, agent=agent, person=amira, starts_on=today, ends_on=today + timedelta(days=10))


@pytest.mark.parametrize(("day", "is_active"), [(-1, False), (0, True), (10, True), (11, False)])
def test_a_mandate_works_from_its_first_to_its_last_day(mandate, amira, agent, today, day, is_active):
    assert mandate_active(agent, amira, today + timedelta(days=day)) is is_active


def test_under_a_mandate_the_agent_acts_for_her_and_she_not_for_the_agent(mandate, amira, agent, types):
    assert set(persons_actable(agent.user)) == {agent, amira}
    assert set(persons_actable(amira.user)) == {amira}
    person_update(by=agent.user, person=amira, address="Chouzhou Road 1")
    evidence_add(by=agent.user, person=amira, type_code="lease", upload=upload_made(agent.user))
    with pytest.raises(NotYours):
        person_update(by=amira.user, person=agent, address="x")


def test_a_revoked_mandate_denies_at_once_and_twice_is_once(mandate, amira, agent, today):
    mandate_revoke(by=amira.user, mandate=mandate)
    mandate_revoke(by=amira.user, mandate=mandate)
    assert not mandate_active(agent, amira, today)
    assert list(persons_actable(agent.user)) == [agent]
    with pytest.raises(NotYours):
        person_update(by=agent.user, person=amira, address="x")
    assert Entry.objects.filter(verb="mandate_revoke").count() == 1


def test_an_expired_mandate_denies(amira, agent, today, types):
    mandate_give(
        by=amira.user,
        agent=agent,
        person=amira,
        starts_on=today - timedelta(days=9),
        ends_on=today - timedelta(days=1),
    )
    with pytest.raises(NotYours):
        evidence_add(by=agent.user, person=amira, type_code="lease", upload=upload_made(agent.user))


def test_an_agent_locked_out_of_signing_in_acts_no_more(mandate, amira, agent):
    agent.user.is_active = False
    agent.user.save()
    with pytest.raises(NotYours):
        person_update(by=agent.user, person=amira, address="x")


def test_nobody_takes_or_ends_a_mandate_that_is_not_theirs(mandate, amira, boris, agent, today):
    dates = {"starts_on": today, "ends_on": today}
    for taker in (boris, agent):
        with pytest.raises(NotYours):
            mandate_give(by=taker.user, agent=boris, person=amira, **dates)
    with pytest.raises(NotYours):
        mandate_revoke(by=boris.user, mandate=mandate)
    assert mandate_active(agent, amira, today)


def test_the_agent_may_lay_it_down(mandate, amira, agent, today):
    mandate_revoke(by=agent.user, mandate=mandate)
    assert not mandate_active(agent, amira, today)


def test_the_same_mandate_twice_is_once(mandate, amira, agent, today):
    again = mandate_give(by=amira.user, agent=agent, person=amira, starts_on=today, ends_on=today + timedelta(days=10))
    assert again == mandate
    assert Entry.objects.filter(verb="mandate_give").count() == 1


def test_dates_the_wrong_way_round_and_a_mandate_for_oneself_are_refused(amira, agent, today):
    with pytest.raises(Refused, match="before the first"):
        mandate_give(by=amira.user, agent=agent, person=amira, starts_on=today, ends_on=today - timedelta(days=1))
    with pytest.raises(Refused, match="Nobody needs"):
        mandate_give(by=amira.user, agent=amira, person=amira, starts_on=today, ends_on=today)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mandate.objects.create(agent=amira, person=amira, starts_on=today, ends_on=today)


def test_recording_an_enterprise_gives_no_right_over_it(amira, agent, clerk, boris, today):
    enterprise = enterprise_ensure(by=amira.user, credit_code=CODE.lower(), name="Amira Trading")
    assert enterprise_ensure(by=boris.user, credit_code=CODE, name="Other").name == "Amira Trading"
    dates = {"starts_on": today, "ends_on": today}
    with pytest.raises(NotYours):
        mandate_give(by=amira.user, agent=amira, enterprise=enterprise, **dates)
    mandate_give(by=clerk, agent=amira, enterprise=enterprise, **dates)
    passed_on = mandate_give(by=amira.user, agent=agent, enterprise=enterprise, **dates)
    with pytest.raises(NotYours):
        mandate_revoke(by=boris.user, mandate=passed_on)
    mandate_revoke(by=amira.user, mandate=passed_on)
    assert Entry.objects.filter(stream=f"enterprise:{enterprise.pk}").count() == 4


def test_a_wrong_credit_code_records_nothing(amira):
    with pytest.raises(CreditCodeProblem):
        enterprise_ensure(by=amira.user, credit_code="91110000600037342L", name="x")
