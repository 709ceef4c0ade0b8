"""The walk of the audit: every screen, in every language, theme, text size and panel.

    scripts/audit [--all]

Theory of operation.  A `Case` is one theme on one panel in one language; `walk` judges each scene
in it.  Places and sizes do not depend on colours, so the tests measure every language without
painting, letters that touch included, and paint every palette in English.  What that leaves is a
text that only in another language comes to stand on another ground; `--all` paints the whole
product, each screen laid out once for all palettes, on all cores.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from typing import NamedTuple

from support.languages import PANELS, scenes_of
from ui.audit import Finding, Witness, judge, judge_colours, large_share, strays
from ui.backend.headless import Headless
from ui.lang import LANGUAGES, language
from ui.screens import build
from ui.text import Typesetter
from ui.theme import PALETTES, Theme
from ui.widgets import Screen

CODES = tuple(one.code for one in LANGUAGES)
FACTS = (
    "Amara Osei Jonas Lindqvist Priya Nair Helena Marsh Tomasz Wieczorek Grace Adeyemi Daniel Ruiz",
    "Mei Tan Ingrid Solberg Completion bundle Passport, sealed Signed lease, two copies",
    "Office keys Exhibit 12 Riverside Legal lockerd.example Mon to Fri Mon Tue Wed Thu Fri Sat",
    "Sun Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec English Deutsch Français QR PIN OK ABC",
    "documents evidence Documents Keys Evidence",
    "no current was drawn; night shift; seal broken; its card is full, replace it; salvaged",
    "its spring is broken; nobody else on the night shift; looked inside; smoke in the lobby",
    "door 12 waits for its lock; No free compartment fits size M; ask an operator",
    "The disk is almost full; free some space; Europe/London; week",
    "Hotel Victor Echo Mike Kilo X-ray Sierra Whiskey Eight",
)
"""What the scenes are about, what people wrote in them, and what no language translates."""

REMEDIES = ("cannot_start", "journal_broken", "out_of_service")
"""Screens for whoever mends the cabinet, with lines of the log, which is in English."""


class Case(NamedTuple):
    """One way to see the screens; `paint` says whether colours are judged too."""

    size: str
    palette: str = "light"
    large: bool = False
    code: str = "en"
    paint: bool = False

    @property
    def name(self) -> str:
        large = "large" if self.large else "normal"
        return f"{self.size}-{self.palette}-{large}-{self.code}"


def measured() -> list[Case]:
    """Every language, text size and panel, unpainted."""
    return [
        Case(size, large=large, code=code)
        for size, large, code in product(PANELS, (False, True), CODES)
    ]


def painted() -> list[Case]:
    """Every palette, text size and panel, in English."""
    return [
        Case(size, palette, large, paint=True)
        for size, palette, large in product(PANELS, PALETTES, (False, True))
    ]


def every() -> list[Case]:
    """The whole product, painted."""
    return [
        Case(size, palette, large, code, True)
        for size, palette, large, code in product(PANELS, PALETTES, (False, True), CODES)
    ]


def _type(case: Case) -> Typesetter:
    theme = Theme(PANELS[case.size][0], PALETTES[case.palette], large=case.large)
    return Typesetter(theme.but(rtl=language(case.code).rtl))


def walk(case: Case, seen: dict[str, Screen] | None = None) -> Iterator[tuple[str, Finding]]:
    """(scene, finding) of every scene that has any; all screens are put into `seen`."""
    type = _type(case)
    witness = Witness(Headless(type.theme.size), type, case.paint)
    for name, view in scenes_of(case.size).items():
        screen = build(view.but(language=case.code), type).arrange(type)
        if seen is not None:
            seen[name] = screen
        for one in judge(screen, witness):
            yield name, one


def walk_colours(case: Case) -> list[tuple[str, str, Finding]]:
    """(case, scene, finding) of a painted case, in its palette and then in all others."""
    type = _type(case)
    witness = Witness(Headless(type.theme.size), type, True)
    found = []
    for name, view in scenes_of(case.size).items():
        screen = build(view.but(language=case.code), type).arrange(type)
        found += [(case.name, name, one) for one in judge(screen, witness)]
        theme = type.theme
        for palette in PALETTES.values():
            if palette != theme.palette:
                type.theme = theme.but(palette=palette)
                other = case._replace(palette=palette.name).name
                found += [(other, name, one) for one in judge_colours(screen, witness)]
        type.theme = theme
    return found


def _walked(case: Case) -> list[tuple[str, str, Finding]]:
    return [(case.name, name, one) for name, one in walk(case)]


def share(case: Case) -> tuple[int, int]:
    """(texts that are large, all texts) of all scenes."""
    type = _type(case)
    backend = Headless(type.theme.size)
    large = texts = 0
    for view in scenes_of(case.size).values():
        witness = Witness(backend, type, False)
        witness.look_at(build(view.but(language=case.code), type).arrange(type))
        some, of = large_share(witness)
        large, texts = large + some, texts + of
    return large, texts


def words(size: str) -> Iterator[tuple[str, Finding]]:
    """Words that did not come through the catalogue."""
    type = _type(Case(size, code="en-XA"))
    for name, view in scenes_of(size).items():
        if name.startswith(REMEDIES):
            continue
        screen = build(view.but(language="en-XA"), type).arrange(type)
        for one in strays(screen, FACTS):
            yield name, one


def main(arguments: list[str]) -> int:
    """Print every finding, and how many screens were judged; 1 when there is any."""
    if arguments not in ([], ["--all"]):
        print("usage: scripts/audit [--all]", file=sys.stderr)
        return 2
    cases = every() if arguments else [*measured(), *painted()]
    found = Counter[str]()
    with ProcessPoolExecutor() as cores:
        if arguments:
            made = cores.map(walk_colours, [one for one in cases if one.palette == "light"])
        else:
            made = cores.map(_walked, cases)
        for case, name, one in (row for rows in made for row in rows):
            found[one.rule] += 1
            print(f"{case} {name}: {one.rule}: {one.kind}: {one.said}")
    screens = sum(len(scenes_of(case.size)) for case in cases)
    print(f"{screens} screens in {len(cases)} cases; findings: {dict(found) or 'none'}")
    for size in PANELS:
        some, of = share(Case(size, large=True))
        print(f"large text on {size}: {some} of {of} texts are at least 4.8 mm high")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
