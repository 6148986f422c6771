"""The nouns of the programme, by room: the catalogue, cases, their materials, decisions."""

from approvals.models.bundles import Bundle, BundleItem, BundleText
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
from approvals.models.clocks import Card, Extension, Gap, Recount, Suspension
from approvals.models.decisions import Decision, Letter
from approvals.models.desks import Opinion, Proposal
from approvals.models.materials import CaseMaterial, Correction, CorrectionItem

__all__ = [
    "Bundle",
    "BundleItem",
    "BundleText",
    "Card",
    "Case",
    "CaseMaterial",
    "CaseMatter",
    "Correction",
    "CorrectionItem",
    "Decision",
    "Extension",
    "FrequentQuestion",
    "Gap",
    "LegalBasis",
    "Letter",
    "MaterialRequirement",
    "Matter",
    "MatterEdition",
    "MatterText",
    "Opinion",
    "Proposal",
    "Recount",
    "RouteStep",
    "StandardReason",
    "Suspension",
    "Task",
]
