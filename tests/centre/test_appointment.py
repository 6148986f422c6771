from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from yiwu_portal.accounts.actions import user_disable
from yiwu_portal.accounts.models import User
from yiwu_portal.centre.models import Appointment
from yiwu_portal.centre.service import (
    appointment_change,
    appointment_end,
    appointment_make,
    appointment_of,
    has_role,
    is_staff_member,
    live_appointments,
    organisation_ids,
    served_organisation_ids,
    staff_ids,
)
from yiwu_portal.history.service import stream_entries


def test_a_clerk_is_a_clerk_of_her_own_organisation_only(cast):
    com, pse = cast.organisation("COM"), cast.organisation("PSE")
    assert has_role(cast.chen, "clerk")
    assert has_role(cast.chen, "officer", "clerk", organisation_id=com.pk)
    assert not has_role(cast.chen, "clerk", organisation_id=pse.pk)
    assert not has_role(cast.chen, "officer")
    assert organisation_ids(cast.chen, "clerk") == {com.pk}
    assert organisation_ids(cast.chen, "officer") == set()
    assert appointment_of(cast.chen).window.is_comprehensive


def test_a_merchant_has_no_role(cast):
    assert not is_staff_member(cast.amira)
    assert appointment_of(cast.amira) is None


def test_an_appointment_works_from_its_first_to_its_last_day(cast):
    today = timezone.localdate()
    com = cast.organisation("COM")
    appointment_make(
        by=cast.zhao,
        user=cast.boris,
        organisation=com,
        role="officer",
        starts_on=today + timedelta(1),
        ends_on=today + timedelta(2),
    )
    assert not is_staff_member(cast.boris)
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        assert has_role(cast.boris, "officer")
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
        assert not has_role(cast.boris, "officer")


def test_the_day_is_the_local_day_not_utc(cast):
    com = cast.organisation("COM")
    with time_machine.travel("2026-03-01T17:00:00Z", tick=False):  # already the 2nd in Yiwu
        day = timezone.localdate()
        assert day.day == 2
        appointment_make(by=cast.zhao, user=cast.boris, organisation=com, role="head", starts_on=day)
        assert has_role(cast.boris, "head")


def test_ended_today_with_yesterday_as_last_day_it_is_over_at_once(cast):
    row = appointment_of(cast.lin)
    appointment_end(by=cast.zhao, appointment=row, ends_on=timezone.localdate() - timedelta(1))
    assert not is_staff_member(cast.lin)


def test_a_disabled_user_has_no_role(cast):
    user_disable(by=cast.zhao, user=cast.ding)
    assert not has_role(User.objects.get(pk=cast.ding.pk), "officer")


def test_staff_of_a_department_are_found_for_its_notices(cast):
    com = cast.organisation("COM")
    assert staff_ids(com.pk, "officer") == {cast.lin.pk}
    assert staff_ids(com.pk, "officer", "clerk") == {cast.lin.pk, cast.chen.pk}


def test_every_change_is_recorded_with_what_was_and_what_is(cast):
    row = appointment_of(cast.lin)
    row.role = "head"
    appointment_change(by=cast.zhao, appointment=row)
    entry = stream_entries(f"organisation:{row.organisation_id}").last()
    assert (entry.verb, entry.by_id) == ("appointment_change", cast.zhao.pk)
    assert (entry.data["from"]["role"], entry.data["to"]["role"]) == ("officer", "head")


def test_an_appointment_that_ends_before_it_begins_is_refused_and_nothing_is_recorded(cast):
    com = cast.organisation("COM")
    before = stream_entries(f"organisation:{com.pk}").count()
    today = timezone.localdate()
    with pytest.raises(ValidationError):
        appointment_make(
            by=cast.zhao, user=cast.boris, organisation=com, role="head", starts_on=today, ends_on=today - timedelta(1)
        )
    assert stream_entries(f"organisation:{com.pk}").count() == before
    assert not Appointment.objects.filter(user=cast.boris).exists()


def test_within_one_request_the_appointments_cost_one_query(cast, django_assert_num_queries):
    user = User.objects.get(pk=cast.chen.pk)
    user.keeps_appointments = True
    with django_assert_num_queries(1):
        assert has_role(user, "clerk")
        assert is_staff_member(user)
        assert served_organisation_ids(user)
    assert str(live_appointments(user)[0].window) == "W-18-COM"


def test_outside_of_a_request_nothing_is_kept(cast, django_assert_num_queries):
    user = User.objects.get(pk=cast.chen.pk)
    with django_assert_num_queries(2):
        assert has_role(user, "clerk")
        assert is_staff_member(user)


def test_the_cast_made_twice_is_made_once(cast):
    from yiwu_portal.accounts.actions import demo_cast_load

    assert cast.amira
    users, rows = User.objects.count(), Appointment.objects.count()
    demo_cast_load()
    assert (User.objects.count(), Appointment.objects.count()) == (users, rows) == (15, 12)
