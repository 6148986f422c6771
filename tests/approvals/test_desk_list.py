"""The work list: state tags, by clock, its filters in the address, the same cost however long."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from approvals.models import Task
from tests.approvals.states import People, claimed_at_desk, proposed
from tests.approvals.world import COM, PSE


def listed(client, query=""):
    return [task.pk for task in client.get(f"{reverse('desk_list')}{query}").context["tasks"]]


def test_the_views_of_the_list_stand_in_the_address(world, cast, sign_in):
    late, mine = world.task(world.accepted(cast.amira)), world.task(claimed_at_desk(world, cast.amira))
    waiting = world.task(proposed(world, cast.amira))
    elsewhere = Task.objects.get(case_matter__case=world.accepted(cast.amira, PSE))
    Task.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - timedelta(days=3))
    lin = sign_in(cast.lin)
    assert listed(lin) == [late.pk, mine.pk, waiting.pk], "the earliest due first"
    assert listed(lin, "?view=mine") == [mine.pk]
    assert listed(lin, "?view=proposed") == [waiting.pk]
    assert listed(lin, "?view=suspended") == []
    assert listed(lin, "?view=late") == [late.pk]
    assert listed(lin, "?view=nonsense&matter=&q=") == [late.pk, mine.pk, waiting.pk]
    assert listed(lin, f"?matter={COM}") == [late.pk, mine.pk, waiting.pk]
    assert listed(lin, f"?matter={PSE}") == []
    assert elsewhere.pk not in listed(lin)
    counts = lin.get(reverse("desk_list")).context["counts"]
    assert {name: counts[name] for name in ("waiting", "mine", "proposed", "suspended", "late")} == {
        "waiting": 3,
        "mine": 1,
        "proposed": 1,
        "suspended": 0,
        "late": 1,
    }


def test_a_search_finds_what_is_done_as_well_and_nothing_of_other_departments(world, cast, sign_in):
    done, other = world.granted(cast.amira), world.granted(cast.amira, PSE)
    lin = sign_in(cast.lin)
    assert listed(lin) == []
    assert listed(lin, f"?q={done.reference}") == [world.task(done).pk]
    assert listed(lin, "?q=haddad") == [world.task(done).pk]
    assert listed(lin, f"?q={other.reference}") == []


def test_the_pages_of_a_filtered_list_keep_the_filter(world, cast, sign_in, monkeypatch):
    from approvals.views import desks

    for _ in range(3):
        world.accepted(cast.amira)
    paginate = desks.paginate
    monkeypatch.setattr(desks, "paginate", lambda request, rows, _number: paginate(request, rows, 2))
    page = sign_in(cast.lin).get(f"{reverse('desk_list')}?matter={COM}&view=all").content.decode()
    assert f"?matter={COM}&amp;view=all&amp;page=2" in page


def test_a_heads_list_begins_with_what_she_signs(world, cast, sign_in):
    world.accepted(cast.amira)
    waiting = world.task(proposed(world, cast.amira))
    head = sign_in(People(world).appointed("head@yiwu.example", "head"))
    assert listed(head) == [waiting.pk]
    assert len(listed(head, "?view=all")) == 2
    page = head.get(reverse("desk_list")).content.decode()
    assert 'name="task"' not in page, "she ticks nothing"
    mine = head.get(reverse("portal_mine")).content.decode()
    assert reverse("desk_list") in mine
