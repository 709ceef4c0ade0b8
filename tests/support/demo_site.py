"""The demonstration cabinet as a value: 23 doors around a screen, as `config/demo.toml` describes.

Rules.  Tests of the screens use this and not the file, so that they stand without a parser.
"""

from __future__ import annotations

from lockerd.core.site import (
    ClockSource,
    Column,
    Compartment,
    Contact,
    Profile,
    Screen,
    Site,
    Strike,
)

PANEL_7 = Screen(800, 480, 154.08, 85.92)
PANEL_10 = Screen(1280, 800, 216.96, 135.6)
PANEL_STANDING = Screen(720, 1280, 88.0, 155.0)

_COLUMNS: tuple[tuple[tuple[str, str, int], ...], ...] = (
    (("1", "S", 1), ("2", "S", 1), ("3", "S", 1), ("4", "S", 1), ("5", "M", 2), ("6", "L", 2)),
    (("7", "M", 2), ("8", "M", 2), ("9", "S", 1), ("10", "S", 1), ("11", "L", 2)),
    (),
    (
        ("12", "S", 1),
        ("13", "S", 1),
        ("14", "S", 1),
        ("15", "S", 1),
        ("16", "S", 1),
        ("17", "S", 1),
        ("18", "L", 2),
    ),
    (("19", "M", 2), ("20", "S", 1), ("21", "S", 1), ("22", "M", 2), ("23", "L", 2)),
)
"""(unit, size, height) of each door, from the left and from the top; the third column has none."""


def _compartments() -> tuple[Compartment, ...]:
    made: list[Compartment] = []
    for place, doors in enumerate(_COLUMNS):
        top = 0
        for unit, size, height in doors:
            pin = 2 * len(made)
            made.append(Compartment(unit, size, place, top, height, Strike(pin), Contact(pin + 1)))
            top += height
    return tuple(made)


def demo_site(screen: Screen = PANEL_7) -> Site:
    """Riverside Legal, on a panel of 7 inches unless another one is given."""
    return Site(
        name="Riverside Legal",
        fleet="lockerd.example",
        device="rl-07",
        help_phone="020 7946 0188",
        help_hours="Mon to Fri, 08:00 to 18:00",
        time_zone="Europe/London",
        driver="sim",
        board="cm",
        compartments=_compartments(),
        columns=tuple(Column("doors" if doors else "screen") for doors in _COLUMNS),
        profiles=(
            Profile("documents", title="Documents", show_code=True),
            Profile("keys", title="Keys", window_h=24, straddle="release-and-flag", show_code=True),
            Profile("evidence", title="Evidence", window_h=168, straddle="ask-operator"),
        ),
        screen=screen,
        clock=ClockSource(battery_backed=True),
    )


def long_site(screen: Screen = PANEL_7) -> Site:
    """The same cabinet with names as long as people really have them."""
    return demo_site(screen).but(
        name="Bundesanstalt für Liegenschaften, Nebenstelle Charlottenburg",
        device="charlottenburg-07",
        help_phone="+49 30 90293 4711 extension 26",
        help_hours="Montag bis Donnerstag 08:00 bis 16:30, Freitag bis 14:00",
        profiles=(
            Profile("documents", title="Court documents and notarial instruments", show_code=True),
            Profile("keys", title="Keys, access cards and other credentials"),
            Profile("repairs", title="Repairs and replacements, with a deposit"),
            Profile("evidence", title="Evidence, exhibits and forensic samples"),
        ),
    )
