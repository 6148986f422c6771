"""The nouns of the programme, by room: the catalogue, cases, their materials, decisions."""

from approvals.models.cases import Case, CaseMatter, Task
from approvals.models.catalogue import (
    FrequentQuestion,
    LegalBasis,
    MaterialRequirement,
    Matter,
    MatterEdition,
    MatterText,
    RouteStep,
    StandardReason,
)
from approvals.models.decisions import Decision, Letter
from approvals.models.materials import CaseMaterial, Correction, CorrectionItem

__all__ = [
    "Case",
    "CaseMaterial",
    "CaseMatter",
    "Correction",
    "CorrectionItem",
    "Decision",
    "FrequentQuestion",
    "LegalBasis",
    "Letter",
    "MaterialRequirement",
    "Matter",
    "MatterEdition",
    "MatterText",
    "RouteStep",
    "StandardReason",
    "Task",
]
