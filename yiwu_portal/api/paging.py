"""Lists by cursor: a page costs the same wherever it lies, and nothing is shown twice when rows come in between."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

PAGE, MOST = 50, 100


class Cursors(CursorPagination):
    """Pages of rows in an order of their own; `ranked` for ids that a search has put in order."""

    page_size = PAGE
    max_page_size = MOST
    page_size_query_param = "limit"

    def rows(self, request: Request, rows: Any, ordering: tuple[str, ...]) -> list[Any]:
        """One page of a queryset."""
        self.ordering = ordering
        return list(self.paginate_queryset(rows, request) or [])

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        """The order the operation names."""
        return self.ordering  # type: ignore[return-value]

    def _get_position_from_instance(self, instance: Any, ordering: Any) -> Any:
        """What the order goes by, also where it stands in a row beside this one."""
        value = instance
        for part in ordering[0].lstrip("-").split("__"):
            value = getattr(value, part)
        return None if value is None else str(value)

    def ranked(self, request: Request, ids: list[int]) -> list[int]:
        """One page of ids in the order of a search."""
        self.base_url = request.build_absolute_uri()
        size = self.get_page_size(request) or PAGE
        cursor = self.decode_cursor(request)
        start = cursor.offset if cursor else 0
        self.has_next, self.has_previous = start + size < len(ids), start > 0
        self.steps = (start + size, max(0, start - size))
        return ids[start : start + size]

    def get_next_link(self) -> str | None:
        """The address of the next page."""
        if hasattr(self, "steps"):
            return self.encode_cursor(Cursor(self.steps[0], False, None)) if self.has_next else None
        return super().get_next_link()

    def get_previous_link(self) -> str | None:
        """The address of the page before."""
        if hasattr(self, "steps"):
            return self.encode_cursor(Cursor(self.steps[1], False, None)) if self.has_previous else None
        return super().get_previous_link()

    def decode_cursor(self, request: Request) -> Any:
        """Where to begin; a cursor that is none of ours names a page that is not there."""
        try:
            return super().decode_cursor(request)
        except Exception as error:
            raise NotFound(_("There is no such page. Begin without a cursor.")) from error
