"""The verbs of the centre: loading its departments and windows, appointing staff. Each change of rights is recorded."""

from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from yiwu_portal.centre.models import Appointment, Organisation, Window
from yiwu_portal.centre.rules import LANGUAGES, data_parse, window_numbers
from yiwu_portal.history.service import record

DATA = Path(__file__).parent / "data"


def centre_load(*, folder: Path = DATA) -> dict[str, int]:
    """Load organisations and windows from the YAML files of a folder; doing it again changes nothing (R15, R29).

    Returns how many rows were made or changed. Raises `BadData` before anything is touched.
    """
    files = [data_parse(path.read_text("utf-8"), file=path.name) for path in sorted(folder.glob("*.yaml"))]
    counts = {"organisations": 0, "windows": 0}
    with transaction.atomic():
        for data in files:
            rows = data["organisations"]
            counts["organisations"] += _save(
                Organisation, "code", [_organisation(row, i) for i, row in enumerate(rows)]
            )
            by_code = dict(Organisation.objects.values_list("code", "pk"))
            comprehensive = set(data.get("comprehensive_windows", ()))
            wanted = [
                {"number": n, "organisation_id": by_code[row["code"]], "is_comprehensive": n in comprehensive}
                for row in rows
                for n in window_numbers(row.get("windows", "1-0"))
            ]
            counts["windows"] += _save(Window, "number", wanted)
    return counts


def appointment_make(
    *,
    by: Any,
    user: Any,
    organisation: Organisation,
    role: str,
    starts_on: date,
    ends_on: date | None = None,
    window: Window | None = None,
) -> Appointment:
    """Appoint a user to a role from a first to a last day, both included (ASVS 8.3.2: it works at once)."""
    with transaction.atomic():
        _lock(organisation.pk)
        row = Appointment(
            user=user, organisation=organisation, role=role, window=window, starts_on=starts_on, ends_on=ends_on
        )
        row.full_clean()
        row.save()
        _record("appointment_make", by, row, _facts(row))
    return row


def appointment_change(*, by: Any, appointment: Appointment) -> Appointment:
    """Save a changed appointment; the history keeps both what was and what is."""
    with transaction.atomic():
        before = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
        _lock(before.organisation_id)
        appointment.full_clean()
        appointment.save()
        _record("appointment_change", by, before, {"from": _facts(before), "to": _facts(appointment)})
    return appointment


def appointment_end(*, by: Any, appointment: Appointment, ends_on: date) -> Appointment:
    """End an appointment with its last day; a day before today ends it at once."""
    appointment.ends_on = max(ends_on, appointment.starts_on)
    return appointment_change(by=by, appointment=appointment)


def _lock(organisation_id: int) -> None:
    # the head of the organisation's stream of history
    Organisation.objects.select_for_update().get(pk=organisation_id)


def _record(verb: str, by: Any, row: Appointment, data: dict[str, Any]) -> None:
    record(verb=verb, by=by, stream=f"organisation:{row.organisation_id}", subject=row, data=data)


def _facts(row: Appointment) -> dict[str, Any]:
    return {
        "user": row.user_id,
        "organisation": row.organisation_id,
        "role": str(row.role),
        "window": row.window_id,
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat() if row.ends_on else None,
    }


def _organisation(row: dict[str, Any], order: int) -> dict[str, Any]:
    return {
        "code": row["code"],
        "kind": row.get("kind", "department"),
        "is_vertical": row.get("vertical", False),
        "is_stationed": "windows" in row,
        "order": order + 1,
        **{f"name_{language}": row["name"][language] for language in LANGUAGES},
    }


def _save(model: Any, key: str, wanted: list[dict[str, Any]]) -> int:
    """Make what is missing and change what differs, in two statements; returns how many rows."""
    there = {getattr(row, key): row for row in model.objects.all()}
    new = [model(**values) for values in wanted if values[key] not in there]
    changed = []
    for values in wanted:
        row = there.get(values[key])
        if row is not None and any(getattr(row, field) != value for field, value in values.items()):
            for field, value in values.items():
                setattr(row, field, value)
            changed.append(row)
    model.objects.bulk_create(new)
    if changed:
        model.objects.bulk_update(changed, [field for field in wanted[0] if field != key])
    return len(new) + len(changed)
