"""The admin shows the catalogue and changes none of what was published."""

import pytest
from django.contrib import admin
from django.test import RequestFactory

from approvals.models import Matter, MatterEdition, StandardReason

pytestmark = pytest.mark.django_db


class Everything:
    """A user whom no permission stops."""

    is_active = is_staff = is_superuser = True

    def has_perm(self, *args):
        return True

    has_module_perms = has_perm


@pytest.fixture
def request_of_all():
    request = RequestFactory().get("/")
    request.user = Everything()
    return request


@pytest.mark.parametrize("model", [MatterEdition, StandardReason])
def test_what_was_published_is_shown_only(catalogue, request_of_all, model):
    room = admin.site._registry[model]
    row = model.objects.first()
    assert room.has_view_permission(request_of_all, row)
    assert not room.has_add_permission(request_of_all)
    assert not room.has_change_permission(request_of_all, row)
    assert not room.has_delete_permission(request_of_all, row)


def test_an_edition_opens_with_all_its_parts(catalogue, request_of_all):
    edition = MatterEdition.objects.first()
    answer = admin.site._registry[MatterEdition].change_view(request_of_all, str(edition.pk))
    assert answer.status_code == 200
    assert str(edition.materials.first()) in answer.render().content.decode()


def test_of_a_matter_only_its_official_codes_are_configuration(catalogue, request_of_all):
    form = admin.site._registry[Matter].get_form(request_of_all, Matter.objects.first())
    assert set(form.base_fields) == {"catalog_code", "task_code", "is_reconstruction"}
