"""Where the three formats of ICAO 9303 keep their fields (parts 4, 5 and 6), and what each check digit covers."""

from dataclasses import dataclass

Span = tuple[int, int, int]  # line, first, one past last: all from 0


@dataclass(frozen=True)
class Layout:
    """Where a format keeps its fields, and what each check digit covers."""

    kind: str
    width: int
    lines: int
    spans: dict[str, Span]
    checks: dict[str, tuple[tuple[Span, ...], Span]]
    has_long_numbers: bool = False


TD3 = Layout(
    "TD3",
    44,
    2,
    {
        **{
            "type": (0, 0, 2),
            "issuer": (0, 2, 5),
            "names": (0, 5, 44),
            "number": (1, 0, 9),
            "nationality": (1, 10, 13),
        },
        **{"birth": (1, 13, 19), "sex": (1, 20, 21), "expiry": (1, 21, 27), "optional": (1, 28, 42)},
    },
    {
        "number": (((1, 0, 9),), (1, 9, 10)),
        "birth": (((1, 13, 19),), (1, 19, 20)),
        "expiry": (((1, 21, 27),), (1, 27, 28)),
        "optional": (((1, 28, 42),), (1, 42, 43)),
        "whole": (((1, 0, 10), (1, 13, 20), (1, 21, 43)), (1, 43, 44)),
    },
)
TD2 = Layout(
    "TD2",
    36,
    2,
    {**TD3.spans, "names": (0, 5, 36), "optional": (1, 28, 35)},
    {
        **{name: TD3.checks[name] for name in ("number", "birth", "expiry")},
        "whole": (((1, 0, 10), (1, 13, 20), (1, 21, 35)), (1, 35, 36)),
    },
    has_long_numbers=True,
)
TD1 = Layout(
    "TD1",
    30,
    3,
    {
        **{"type": (0, 0, 2), "issuer": (0, 2, 5), "number": (0, 5, 14), "optional": (0, 15, 30), "birth": (1, 0, 6)},
        **{"sex": (1, 7, 8), "expiry": (1, 8, 14), "nationality": (1, 15, 18), "optional_2": (1, 18, 29)},
        "names": (2, 0, 30),
    },
    {
        "number": (((0, 5, 14),), (0, 14, 15)),
        "birth": (((1, 0, 6),), (1, 6, 7)),
        "expiry": (((1, 8, 14),), (1, 14, 15)),
        "whole": (((0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29)), (1, 29, 30)),
    },
    has_long_numbers=True,
)
LAYOUTS = {layout.kind: layout for layout in (TD3, TD2, TD1)}

# what each field can hold at all
PATTERNS = {
    "type": "[A-Z][A-Z0-9<]",
    "issuer": "[A-Z]+<*",
    "nationality": "[A-Z]+<*",
    "names": "[A-Z][A-Z<]*",
    "sex": "[MF<X]",
    "birth": "[0-9]{6}|[0-9]{4}<<|[0-9]{2}<<<<|<{6}",
    "expiry": "[0-9]{6}|<{6}",
}
