"""How a document's standing moves: every move of the table, twice is once, and what history says."""

import pytest
from django.db import InternalError, connection, transaction

from yiwu_portal.documents.models import IssuedDocument
from yiwu_portal.documents.service import document_revoke, document_supersede
from yiwu_portal.history.service import stream_entries
from yiwu_portal.lifecycle.service import Stale

pytestmark = pytest.mark.django_db


def verbs(document):
    return [entry.verb for entry in stream_entries(f"document:{document.pk}")]


def test_a_document_is_revoked_once_however_often_it_is_asked(issue, ding):
    document = issue()
    first = document_revoke(by=ding, document=document, reason="issued in error")
    again = document_revoke(by=ding, document=document, reason="another reason")
    assert (again.standing, again.standing_reason) == ("revoked", "issued in error")
    assert again.standing_changed_at == first.standing_changed_at
    assert verbs(document) == ["document_issue", "document_revoke"]


def test_a_document_is_superseded_once_however_often_it_is_asked(issue, ding):
    old, new = issue(), issue()
    document_supersede(by=ding, old=old, new=new, reason="clerical error")
    row = document_supersede(by=ding, old=old, new=new, reason="again")
    assert (row.standing, row.superseded_by, row.standing_reason) == ("superseded", new, "clerical error")
    assert verbs(old) == ["document_issue", "document_supersede"]


def test_what_was_replaced_is_not_revoked_and_what_was_revoked_not_replaced(issue, ding):
    first, second, third = issue(), issue(), issue()
    document_supersede(by=ding, old=first, new=second, reason="new")
    with pytest.raises(Stale):
        document_revoke(by=ding, document=first, reason="x")
    with pytest.raises(Stale):
        document_supersede(by=ding, old=first, new=third, reason="x")
    document_revoke(by=ding, document=second, reason="x")
    with pytest.raises(Stale):
        document_supersede(by=ding, old=second, new=third, reason="x")
    assert verbs(first) == ["document_issue", "document_supersede"]
    with pytest.raises(ValueError, match="own place"):
        document_supersede(by=ding, old=third, new=third, reason="x")


@pytest.mark.parametrize("start", ["valid", "revoked", "superseded"])
@pytest.mark.parametrize("end", ["valid", "revoked", "superseded"])
def test_the_database_itself_knows_the_table(issue, ding, start, end):
    document, other = issue(), issue()
    if start == "revoked":
        document_revoke(by=ding, document=document, reason="x")
    if start == "superseded":
        document_supersede(by=ding, old=document, new=other, reason="x")
    replaced = other.pk if end == "superseded" else None

    def move():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE documents_issueddocument SET standing = %s, superseded_by_id = %s WHERE id = %s",
                [end, replaced, document.pk],
            )

    if start in ("valid", end):
        move()
    else:
        with pytest.raises(InternalError, match="Invalid transition"):
            move()


def test_a_standing_is_never_set_by_hand(issue):
    document = IssuedDocument.objects.get(pk=issue().pk)
    with pytest.raises(AttributeError):
        document.standing = "revoked"
