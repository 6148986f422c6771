"""The four contracts import-linter checks, told once for all programmes.

import-linter's own kinds want the programmes listed in each contract. Here every contract takes them from
`root_packages` in `.importlinter`, so that a new programme is one line.
"""

from typing import Any

from grimp import ImportGraph
from importlinter.application import contract_utils, output
from importlinter.application.contract_utils import AlertLevel
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.independence import IndependenceContract
from importlinter.contracts.layers import LayersContract
from importlinter.domain import fields
from importlinter.domain.contract import Contract, ContractCheck

PORTAL = "yiwu_portal"


def programmes(session_options: dict[str, Any]) -> list[str]:
    """Every root package but the portal."""
    return [name for name in session_options["root_packages"] if name != PORTAL]


class PortalContract(ForbiddenContract):
    """The portal imports no programme, not even through a third module."""

    def __init__(self, name: str, session_options: dict[str, Any], contract_options: dict[str, Any]) -> None:
        who = {"source_modules": [PORTAL], "forbidden_modules": programmes(session_options)}
        super().__init__(name, session_options, {**contract_options, **who})


class StrangersContract(IndependenceContract):
    """No programme imports another."""

    def __init__(self, name: str, session_options: dict[str, Any], contract_options: dict[str, Any]) -> None:
        super().__init__(name, session_options, {**contract_options, "modules": programmes(session_options)})


class RoomsContract(LayersContract):
    """Inside each programme imports go downstairs; a room the list does not know is a mistake."""

    def __init__(self, name: str, session_options: dict[str, Any], contract_options: dict[str, Any]) -> None:
        super().__init__(name, session_options, {**contract_options, "containers": programmes(session_options)})


class DoorsContract(Contract):
    """Whoever stands outside a shared service (a package of the portal) imports its door and nothing behind it."""

    type_name = "doors"
    door = fields.StringField()
    ignore_imports = fields.SetField(subfield=fields.ImportExpressionField(), required=False)
    unmatched_ignore_imports_alerting = fields.EnumField(AlertLevel, default=AlertLevel.ERROR)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Find every import that enters a service elsewhere than by its door."""
        removed = contract_utils.remove_ignored_imports_and_report(
            graph=graph,
            ignore_imports=self.ignore_imports,  # type: ignore[arg-type]
            unmatched_alerting=self.unmatched_ignore_imports_alerting,  # type: ignore[arg-type]
        )
        services = [name for name in graph.find_children(PORTAL) if graph.find_children(name)]
        broken = sorted(
            (importer, private)
            for service in services
            for private in graph.find_descendants(service)
            if private != f"{service}.{self.door}"
            for importer in graph.find_modules_that_directly_import(private)
            if importer != service and not importer.startswith(service + ".")
        )
        return ContractCheck(
            kept=not broken,
            warnings=list(removed.warnings),
            ignored_import_count=removed.ignored_import_count,
            metadata={"broken": broken},
        )

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line an import."""
        for importer, private in check.metadata["broken"]:
            service = ".".join(private.split(".")[:2])
            output.print_error(f"{importer} imports {private}: enter by {service}.{self.door}", bold=False)
