"""Every screen at all sizes: nothing is cut, nothing overlaps, everything to press is large."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest

from lockerd.core.attention import RISK
from support.demo_site import PANEL_7, PANEL_10, PANEL_STANDING, demo_site, long_site
from support.goldens import golden, stored
from support.scenes import Scene, scenes
from ui.screens import build
from ui.screens.attention import ICONS
from ui.text import Typesetter
from ui.theme import PANEL_7_INCH, PANEL_10_INCH, PANEL_TALL, Panel, Theme
from ui.widgets import (
    Banner,
    Button,
    CabinetMap,
    Dialog,
    Header,
    Label,
    PadKey,
    Row,
    Screen,
    TextKey,
    Widget,
)
from ui.words import TEXT

ROOT = Path(__file__).resolve().parents[2]
PANELS = {
    "7": (PANEL_7_INCH, PANEL_7),
    "10": (PANEL_10_INCH, PANEL_10),
    "tall": (PANEL_TALL, PANEL_STANDING),
}
LONG_NAME = "Wilhelmina Bartholomäus-Featherstonehaugh von Hohenzollern"
LONG_ITEM = "Certified copy of the amended articles of association"
LONG_NAMES = {one: {"name": LONG_NAME} for one in (1, 2, 3)} | {
    one: {"recipient": LONG_NAME, "item": LONG_ITEM} for one in range(100, 105)
}
TARGET_MM = 14.9
EVERY = [(size, name) for size in PANELS for name in scenes()]


@cache
def typesetter(panel: Panel) -> Typesetter:
    return Typesetter(Theme(panel))


@cache
def demo(size: str) -> dict[str, Scene]:
    return scenes(demo_site(PANELS[size][1]))


@cache
def long(size: str) -> dict[str, Scene]:
    return scenes(long_site(PANELS[size][1]), LONG_NAMES)


def screen_of(scene: Scene, size: str) -> Screen:
    type = typesetter(PANELS[size][0])
    return build(scene.view(), type).arrange(type)


def clipped(screen: Screen) -> list[Widget]:
    return [one for one in screen.flat() if one.trace().get("clipped")]


@pytest.mark.parametrize(("size", "name"), EVERY)
def test_nothing_is_cut(size: str, name: str) -> None:
    assert [one.text_shown() for one in clipped(screen_of(demo(size)[name], size))] == []


@pytest.mark.parametrize(("size", "name"), EVERY)
def test_only_names_end_in_an_ellipsis_when_they_are_very_long(size: str, name: str) -> None:
    """A name that nobody could fit may be shortened; a word of ours never is."""
    carriers = (LONG_NAME[:20], LONG_ITEM[:20], "Bundesanstalt", "Court documents")
    for one in clipped(screen_of(long(size)[name], size)):
        assert isinstance(one, Banner | Row | Header | Label), one
        assert any(part in one.text_shown() for part in carriers), one.text_shown()


@pytest.mark.parametrize(("size", "name"), EVERY)
@pytest.mark.parametrize("site", ["demo", "long"])
def test_everything_lies_on_the_panel_and_has_its_height(size: str, name: str, site: str) -> None:
    screen = screen_of((demo if site == "demo" else long)(size)[name], size)
    type = typesetter(PANELS[size][0])
    for one in screen.flat():
        rect = one.rect
        assert rect.clip(screen.rect) == rect and not rect.empty, one
        if isinstance(one, Label) and not one.middle:
            lines = len(one._fit.lines)
            assert lines * round(one._fit.cap_px * one.style.leading) <= rect.h + 2, one
        if isinstance(one, Label):
            for line in one._fit.lines:
                assert type.width(line, one.style, one._fit.cap_px) <= rect.w, one


def leaves(screen: Screen) -> list[Widget]:
    """What carries words or can be pressed, above the topmost dialog, without containers."""
    flat = list(screen.flat())
    start = max((place + 1 for place, one in enumerate(flat) if one.modal), default=0)
    skip = (Dialog, CabinetMap)
    return [
        one
        for one in flat[start:]
        if (one.text_shown() or one.action) and not isinstance(one, skip) and one.kind != "door"
    ]


@pytest.mark.parametrize(("size", "name"), EVERY)
@pytest.mark.parametrize("site", ["demo", "long"])
def test_nothing_overlaps(size: str, name: str, site: str) -> None:
    shown = leaves(screen_of((demo if site == "demo" else long)(size)[name], size))
    for place, one in enumerate(shown):
        for other in shown[place + 1 :]:
            inside = one.rect.clip(other.rect) in (one.rect, other.rect)
            if inside and (isinstance(one, Button | Row) or isinstance(other, Button | Row)):
                continue  # words on a button, a chip in its row
            assert not one.rect.meets(other.rect), (one, other)


@pytest.mark.parametrize(("size", "name"), EVERY)
def test_what_can_be_pressed_is_large_enough(size: str, name: str) -> None:
    theme = Theme(PANELS[size][0])
    for one in screen_of(demo(size)[name], size).flat():
        if not one.action or isinstance(one, TextKey) or one.kind == "door":
            continue  # neither a full keyboard nor the map of 23 doors has 15 mm for each of them
        least = 18.0 if isinstance(one, PadKey) and not theme.tall else TARGET_MM
        short = min(theme.width_mm(one.rect.w), theme.height_mm(one.rect.h))
        assert short >= least, (one, short)


@pytest.mark.parametrize(("size", "name"), EVERY)
def test_there_is_one_primary_button_at_most(size: str, name: str) -> None:
    shown = leaves(screen_of(demo(size)[name], size))
    primary = [one for one in shown if isinstance(one, Button) and one.look == "primary"]
    chosen = 1 if name in ("form_size_chosen", "form_size_declined") else 0
    assert len(primary) <= 1 + chosen


def words_of(screen: Screen) -> str:
    return "\n".join(one.text_shown() for one in screen.flat())


@pytest.mark.parametrize("name", sorted(scenes()))
def test_only_a_collection_is_called_one(name: str) -> None:
    """What is merely opening or open is never called collected."""
    said = re.search(r"\bcollect(ed|ion)\b", words_of(screen_of(demo("7")[name], "7")), re.I)
    allowed = name.startswith(("receipt", "refused_collected", "queue"))
    assert not said or allowed, said


def test_a_receipt_does_say_collected() -> None:
    assert "Collection recorded" in words_of(screen_of(demo("7")["receipt"], "7"))


@pytest.mark.parametrize("name", sorted(n for n in scenes() if n.startswith("refused")))
def test_a_refusal_says_whom_to_call_and_what_to_quote(name: str) -> None:
    said = words_of(screen_of(demo("7")[name], "7"))
    assert "Call 020\u00a07946\u00a00188" in said
    assert "Quote RL" in said


def test_the_code_is_never_shown_while_it_is_typed() -> None:
    trace = json.dumps(screen_of(demo("7")["code_full"], "7").trace())
    assert "417" not in trace and "902" not in trace


def test_the_map_marks_one_door_and_says_nothing_of_the_others() -> None:
    screen = screen_of(demo("7")["open"], "7")
    doors = [one.trace() for one in screen.flat() if one.kind == "door"]
    assert len(doors) == 23
    marked = {one["door"]: one["state"] for one in doors if one["state"] != "plain"}
    assert marked == {"14": "open"}


def test_every_word_is_used() -> None:
    """Keys stand in the screens as literals, or begin with a literal and end computed."""
    sources = [*(ROOT / "ui").glob("*.py"), *(ROOT / "ui" / "screens").glob("*.py")]
    sources += (ROOT / "ui" / "view").glob("*.py")
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    code = re.sub(r"(?s)TEXT: Final.*?\n}\n", "", code)
    whole = set(re.findall(r'"([a-z_]+(?:\.[a-z_-]+)*)"', code))
    begun = tuple(re.findall(r'f"([a-z_.]+)\{', code))
    counted = {f"{one}.{n}" for one in whole for n in ("one", "more")}
    chosen = {f"{one}.{end}" for one in whole for end in ("title", "length", "hidden", "body")}
    unused = [
        key
        for key in TEXT
        if key not in whole | counted | chosen and not key.startswith((*begun, "told."))
    ]
    assert unused == []


def test_every_rule_of_the_queue_has_its_words() -> None:
    for rule in (*RISK, "gone"):
        assert {f"rule.{rule}", f"rule.{rule}.next"} <= set(TEXT), rule
        assert rule in ICONS


@pytest.mark.parametrize("name", sorted(scenes()))
def test_the_screen_is_as_it_was(name: str) -> None:
    """After a wanted change `python -m support.goldens` stores the new one."""
    assert golden(demo("7")[name], typesetter(PANEL_7_INCH)) == stored()[name]


def test_no_screen_was_forgotten() -> None:
    assert set(stored()) == set(scenes())
