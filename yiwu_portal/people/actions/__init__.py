"""The verbs of people, by noun."""

from yiwu_portal.people.actions.files import (
    DETAILS,
    EVIDENCE_TYPES,
    EvidenceTypesProblem,
    client_look,
    demo_persons_make,
    enterprise_ensure,
    evidence_add,
    evidence_issued,
    evidence_remove,
    evidence_types_load,
    person_ensure,
    person_export_record,
    person_held,
    person_look,
    person_update,
    travel_document_add,
)
from yiwu_portal.people.actions.mandates import mandate_give, mandate_give_to_address, mandate_revoke

__all__ = [
    "DETAILS",
    "EVIDENCE_TYPES",
    "EvidenceTypesProblem",
    "client_look",
    "demo_persons_make",
    "enterprise_ensure",
    "evidence_add",
    "evidence_issued",
    "evidence_remove",
    "evidence_types_load",
    "mandate_give",
    "mandate_give_to_address",
    "mandate_revoke",
    "person_ensure",
    "person_export_record",
    "person_held",
    "person_look",
    "person_update",
    "travel_document_add",
]
