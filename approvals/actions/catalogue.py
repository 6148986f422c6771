"""The catalogue's verbs: load it from its files; each changed file becomes a new edition (R31)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone, translation

from approvals.actions.bundles import bundle_load, bundles_withdraw
from approvals.models import (
    Bundle,
    FrequentQuestion,
    LegalBasis,
    MaterialRequirement,
    Matter,
    MatterEdition,
    MatterText,
    RouteStep,
    StandardReason,
)
from approvals.queries.catalogue import codes_known, edition_published
from approvals.rules.bundles import bundle_check
from approvals.rules.catalogue import (
    Known,
    codes_check,
    matter_check,
    reasons_check,
    result_gives,
    shared_check,
)
from approvals.rules.questions import LANGUAGES
from approvals.rules.search import vector
from approvals.rules.sources import Problem, Source, columns_of, source_read
from yiwu_portal.accounts.models import User
from yiwu_portal.history.service import record
from yiwu_portal.lifecycle.service import move

CATALOGUE = Path(__file__).resolve().parent.parent / "catalogue"
EDITION_TEXTS = (
    "name",
    "summary",
    "conditions",
    "process",
    "visit_reason",
    "fee_note",
    "place",
    "remedies",
    "keywords",
)


class CatalogueError(ValueError):
    """The files have mistakes; nothing was loaded. `problems` holds all of them."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


@dataclass
class Loaded:
    """What a load did."""

    published: list[MatterEdition] = field(default_factory=list)
    unchanged: int = 0
    reasons: int = 0
    bundles: list[Bundle] = field(default_factory=list)


def catalogue_load(*, by: User | None = None, folder: Path = CATALOGUE) -> Loaded:
    """Publish what changed in the files; twice is once. Raises `CatalogueError` and then loads nothing."""
    # the columns without a language mirror the language at hand: one language, or a saved edition would look changed
    with translation.override(settings.MODELTRANSLATION_DEFAULT_LANGUAGE), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('approvals.catalogue_load', 7))")
        known = codes_known(today=timezone.localdate())
        matters, reasons, bundles = _read(folder, known)
        loaded = Loaded(reasons=_reasons_load(reasons))
        for source in matters:
            edition = _matter_load(source, known, by=by)
            if edition is None:
                loaded.unchanged += 1
            else:
                loaded.published.append(edition)
        loaded.bundles = [made for source in bundles if (made := bundle_load(source=source, known=known, by=by))]
        bundles_withdraw(codes=[source.data["code"] for source in bundles])
    return loaded


def _read(folder: Path, known: Known) -> tuple[list[Source], Source, list[Source]]:
    matters = [
        source_read(path.read_bytes(), f"matters/{path.name}", "matter")
        for path in sorted((folder / "matters").glob("*.yaml"))
    ]
    path = folder / "reasons.yaml"
    if path.exists():
        reasons = source_read(path.read_bytes(), "reasons.yaml", "reasons")
    else:
        reasons = Source("reasons.yaml", problems=[Problem("reasons.yaml", 1, "", "the file is missing")])
    for source in matters:
        if not source.problems:
            matter_check(source, known)
    codes_check(matters)
    shared_check(matters)
    if not reasons.problems:
        reasons_check(reasons)
    bundles = [
        source_read(path.read_bytes(), f"bundles/{path.name}", "bundle")
        for path in sorted((folder / "bundles").glob("*.yaml"))
    ]
    for source in bundles:
        if not source.problems:
            bundle_check(source, known, matters)
    problems = sorted(problem for source in (*matters, reasons, *bundles) for problem in source.problems)
    if problems:
        raise CatalogueError(problems)
    return matters, reasons, bundles


def _reasons_load(source: Source) -> int:
    orders: dict[str, int] = {}
    rows = {row.code: row for row in StandardReason.objects.all()}
    added: list[StandardReason] = []
    for reason in source.data["reasons"]:
        orders[reason["use"]] = orders.get(reason["use"], 0) + 1
        values = {"use": reason["use"], "order": orders[reason["use"]], "is_active": True}
        values |= columns_of("text", reason["text"])
        row = rows.get(reason["code"]) or StandardReason(code=reason["code"])
        if row.pk is None or any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            if row.pk is None:
                added.append(row)
            else:
                row.save()
    StandardReason.objects.bulk_create(added)
    codes = [reason["code"] for reason in source.data["reasons"]]
    StandardReason.objects.exclude(code__in=codes).filter(is_active=True).update(is_active=False)
    return len(codes)


def _matter_load(source: Source, known: Known, *, by: User | None) -> MatterEdition | None:
    """The new edition of a matter whose file changed; None when the one in force says the same."""
    data = source.data
    organisation_id = known.departments[data["department"]]
    Matter.objects.get_or_create(code=data["code"], defaults={"organisation_id": organisation_id})
    matter = Matter.objects.select_for_update().get(code=data["code"])
    current = edition_published(matter)
    if current is not None and current.digest == source.digest:
        return None
    _matter_save(matter, data, organisation_id)
    edition = _edition_write(matter, source, known)
    stream = f"matter:{matter.code}"
    if current is not None:
        move(current, "supersede")
        current.texts.all().delete()
        record(verb="edition_supersede", by=by, stream=stream, subject=current, data={"number": current.number})
    move(edition, "review")
    edition.published_at = timezone.now()
    move(edition, "publish")
    data_recorded = {"number": edition.number, "digest": edition.digest}
    record(verb="edition_publish", by=by, stream=stream, subject=edition, data=data_recorded)
    return edition


def _matter_save(matter: Matter, data: Mapping[str, Any], organisation_id: int) -> None:
    matter.organisation_id = organisation_id
    matter.catalog_code = data.get("catalog_code", matter.catalog_code)  # official codes may be given in the admin
    matter.task_code = data.get("task_code", matter.task_code)
    matter.is_reconstruction = data["is_reconstruction"]
    matter.save()


def _edition_write(matter: Matter, source: Source, known: Known) -> MatterEdition:
    data = source.data
    last = matter.editions.order_by("-number").values_list("number", flat=True).first() or 0
    statutory = data["statutory"] or {"amount": None, "unit": ""}
    texts: dict[str, str] = {}
    for name in EDITION_TEXTS:
        texts |= columns_of(name, data.get(name, {}))
    edition = MatterEdition.objects.create(
        matter=matter,
        number=last + 1,
        effective_on=data["effective_on"],
        digest=source.digest,
        type=data["type"],
        audience=data["audience"],
        statutory_amount=statutory["amount"],
        statutory_unit=statutory["unit"],
        promised_amount=data["promised"]["amount"],
        promised_unit=data["promised"]["unit"],
        visits=data["visits"],
        is_online=data["is_online"],
        is_express=data["is_express"],
        fee_fen=data["fee_fen"],
        result_prefix=data["result"]["prefix"],
        result_validity_days=data["result"].get("validity_days"),
        gives=result_gives(data["result"]),
        form=data["form"],
        **data["contact"],
        **texts,
        **columns_of("result_name", data["result"]["name"]),
    )
    materials = _materials_write(edition, data, known)
    _steps_write(edition, data, materials, known)
    _bases_write(edition, data)
    FrequentQuestion.objects.bulk_create(
        FrequentQuestion(
            edition=edition,
            order=order,
            **columns_of("question", asked["question"]),
            **columns_of("answer", asked["answer"]),
        )
        for order, asked in enumerate(data["questions"], 1)
    )
    _texts_write(edition, data)
    return edition


def _bases_write(edition: MatterEdition, data: Mapping[str, Any]) -> None:
    LegalBasis.objects.bulk_create(
        LegalBasis(
            edition=edition,
            order=order,
            is_checked=basis["is_checked"],
            **columns_of("law", basis["law"]),
            **columns_of("article", basis["article"]),
            **columns_of("gist", basis["gist"]),
        )
        for order, basis in enumerate(data["legal_bases"], 1)
    )


def _materials_write(edition: MatterEdition, data: Mapping[str, Any], known: Known) -> dict[str, MaterialRequirement]:
    written: dict[str, MaterialRequirement] = {}
    for order, material in enumerate(data["materials"], 1):
        columns: dict[str, str] = {}
        for name in ("name", "guidance", "acceptance_standard"):
            columns |= columns_of(name, material[name])
        plain = {name: material[name] for name in ("necessity", "form", "source", "copies")}
        written[material["evidence_type"]] = MaterialRequirement.objects.create(
            edition=edition,
            evidence_type_id=known.evidence_types[material["evidence_type"]],
            order=order,
            when=material.get("when"),
            **plain,
            **columns,
        )
    return written


def _steps_write(
    edition: MatterEdition, data: Mapping[str, Any], materials: dict[str, MaterialRequirement], known: Known
) -> None:
    written: dict[str, RouteStep] = {}
    for order, step in enumerate(data["steps"], 1):
        written[step["code"]] = RouteStep.objects.create(
            edition=edition,
            organisation_id=known.departments[step["department"]],
            code=step["code"],
            order=order,
            kind=step["kind"],
            days=step["days"],
            signatures=step.get("signatures", 1),
            **columns_of("name", step["name"]),
        )
        written[step["code"]].materials.set([materials[code] for code in step.get("materials", [])])
    for step in data["steps"]:
        written[step["code"]].depends_on.set([written[code] for code in step.get("depends_on", [])])


def _texts_write(edition: MatterEdition, data: Mapping[str, Any]) -> None:
    """The searchable words of each language: name before other words people use before the summary."""
    MatterText.objects.bulk_create(
        MatterText(
            edition=edition,
            language=language,
            vector=vector(
                [
                    (f"{data['name'][language]} {edition.matter.code}", "A"),
                    (f"{data['keywords'][language]} {data['result']['name'][language]}", "B"),
                    (data["summary"][language], "C"),
                ]
            ),
        )
        for language in LANGUAGES
    )
