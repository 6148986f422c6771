"""The raw baseline of a submission: the same rows by hand, one psycopg2 transaction, a connection a client.

Two of them. `whole`: every row of the case, as somebody would insert it who had everything at hand. `handed_in`: the
rows the last request writes, the draft being there already; it is what our request does without asking anything.
"""

import secrets
from collections.abc import Callable
from typing import Any

import psycopg2
from psycopg2 import sql
from psycopg2.extras import Json, execute_values

Row = dict[str, Any]
REFERENCE_CHANGES = ("reference", "submitted_by_id", "submitted_at", "travel_document_id", "state", "changed_at")
DUE_CHANGES = ("acceptance_due_on", "acceptance_computation")


def template(address: str, case_id: int) -> dict[str, list[Row]]:
    """All rows of one case that was handed in, by table."""
    link = psycopg2.connect(address)
    with link.cursor() as cursor:

        def rows(table: str, where: str, *values: Any) -> list[Row]:
            cursor.execute(f"SELECT * FROM {table} WHERE {where} ORDER BY id", values)  # words of ours # nosec B608
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

        letters = rows("approvals_letter", "case_id = %s", case_id)
        documents = rows("documents_issueddocument", "id = %s", letters[0]["document_id"])
        notices = rows("notifications_notice", "key LIKE %s", f"case:{case_id}:%")
        found = {
            "case": rows("approvals_case", "id = %s", case_id),
            "matter": rows("approvals_casematter", "case_id = %s", case_id),
            "material": rows("approvals_casematerial", "case_id = %s", case_id),
            "letter": letters,
            "document": documents,
            "notice": notices,
            "delivery": rows("notifications_delivery", "notice_id = %s", notices[0]["id"]),
            "history": rows("history_entry", "stream = %s", f"case:{case_id}"),
            "issued": rows("history_entry", "stream = %s", f"document:{documents[0]['id']}"),
        }
    link.close()
    return found


def inserting(address: str, rows: dict[str, list[Row]], *, whole: bool) -> Callable[[], Callable[[Any], None]]:
    """A worker that writes one case a call; the argument is the id of a draft, which `whole` leaves alone."""

    def start() -> Callable[[Any], None]:
        link = psycopg2.connect(address)

        def act(draft: Any) -> None:
            with link, link.cursor() as cursor:
                _case(cursor, rows, None if whole else draft)

        return act

    return start


def _case(cursor: Any, rows: dict[str, list[Row]], draft: int | None) -> None:
    mark = secrets.token_hex(6)
    if draft is None:
        case = _insert(cursor, "approvals_case", rows["case"], key=mark + "k", reference=f"R{mark}")[0]
        _insert(cursor, "approvals_casematter", rows["matter"], case_id=case)
        _insert(cursor, "approvals_casematerial", rows["material"], case_id=case)
        entries = rows["history"]
    else:
        case, row = draft, rows["case"][0] | {"reference": f"R{mark}"}
        names = [*REFERENCE_CHANGES, *DUE_CHANGES]
        changes = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in names)
        cursor.execute(
            sql.SQL("UPDATE approvals_case SET {} WHERE id = %s").format(changes),
            [*(_value(row[name]) for name in names), case],
        )
        entries = rows["history"][-1:]
    document = _insert(cursor, "documents_issueddocument", rows["document"], number=mark, code=mark[:10])[0]
    _insert(cursor, "approvals_letter", rows["letter"], case_id=case, document_id=document)
    notice = _insert(cursor, "notifications_notice", rows["notice"], key=mark)[0]
    _insert(cursor, "notifications_delivery", rows["delivery"], notice_id=notice)
    _insert(cursor, "history_entry", [*entries, *({**row, "seq": 99} for row in rows["issued"])], stream=f"raw:{mark}")


def _insert(cursor: Any, table: str, rows: list[Row], **changes: Any) -> list[int]:
    names = [name for name in rows[0] if name != "id"]
    statement = sql.SQL("INSERT INTO {} ({}) VALUES %s RETURNING id").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    values = [[_value({**row, **changes}[name]) for name in names] for row in rows]
    return [row[0] for row in execute_values(cursor, statement.as_string(cursor), values, fetch=True)]


def _value(value: Any) -> Any:
    return Json(value) if isinstance(value, (dict, list)) else value
