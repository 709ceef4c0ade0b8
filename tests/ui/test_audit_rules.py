"""Each rule of the audit finds what was planted for it, and nothing on a screen that is right."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ui.audit import RULES, Finding, Witness, judge, strays
from ui.backend.headless import Headless
from ui.geometry import Rect
from ui.paint import Painter
from ui.text import Typesetter
from ui.theme import CAPTION, PANEL_7_INCH, Theme
from ui.widgets import (
    Button,
    CabinetMap,
    Column,
    Dialog,
    Door,
    DoorLook,
    Label,
    QrCode,
    Screen,
    StatusChip,
    Widget,
)

TYPE = Typesetter(Theme(PANEL_7_INCH))
LARGE = Rect(40, 40, 240, 90)
LOW = Rect(40, 300, 240, 90)
WORD = Rect(400, 60, 300, 40)


def found(*widgets: Widget, pixels: bool = True) -> list[Finding]:
    """What the audit says of a screen of these widgets."""
    screen = Screen("planted", widgets).arrange(TYPE)
    return judge(screen, Witness(Headless(TYPE.theme.size), TYPE, pixels))


class Pale(Button):
    """A button with an edge that is hardly there."""

    def draw(self, painter: Painter) -> None:
        painter.box(self.rect, 18, "surface", "line", 1)


class Shouted(Label):
    """A label that draws beyond its own rectangle."""

    def draw(self, painter: Painter) -> None:
        painter.text(self.rect.right - 10, self.rect.y, self.text, self.style)


class Tiny(Label):
    """A label of a height that nobody can read."""

    def draw(self, painter: Painter) -> None:
        painter.text(self.rect.x, self.rect.y, self.text, self.style, cap_px=8)


def button(text: str = "Collect", action: str = "collect", rect: Rect = LARGE) -> Button:
    return Button(text, action=action).place(rect)


def doors(*looks: DoorLook) -> CabinetMap:
    made = tuple(Door(str(at), str(at), look=look) for at, look in enumerate(looks))
    return CabinetMap((Column(made),), speech="The doors").place(Rect(40, 40, 300, 400))


PLANTS: dict[str, Sequence[Widget]] = {
    "target": [button(rect=Rect(40, 40, 240, 40))],
    "reach": [button(), button("Other", "other", LARGE.inset(-2))],
    "type": [Tiny("Hard to read").place(WORD)],
    "cut": [button("A button that says far too much for its width", rect=Rect(40, 40, 160, 90))],
    "overflow": [Shouted("Out of its place").place(WORD)],
    "collision": [
        Label("One thing").place(WORD),
        Label("Another thing").place(WORD.move(8, 6)),
    ],
    "contrast": [Label("Pale", colour="line").place(WORD)],
    "edge": [Pale("Pale", action="pale").place(LARGE)],
    "speech": [Button("", icon="arrow-left", action="back").place(LARGE)],
    "name": [button("Next", "a"), button("Next", "b", LOW)],
    "colour": [doors("plain", "free")],
    "order": [button("Lower", "lower", LOW), button("Upper", "upper")],
}
RIGHT: dict[str, Sequence[Widget]] = {
    "target": [button()],
    "reach": [button(), button("Other", "other", LOW)],
    "type": [Label("Easy to read", CAPTION).place(WORD)],
    "cut": [button()],
    "overflow": [Label("In its place").place(WORD)],
    "collision": [Label("One thing").place(WORD), Label("Another").place(WORD.move(0, 60))],
    "contrast": [Label("Dark").place(WORD)],
    "edge": [button()],
    "speech": [Button("", icon="arrow-left", action="back", speech="Back").place(LARGE)],
    "name": [button("Next", "a"), button("Last", "b", LOW)],
    "colour": [doors("plain", "occupied", "out", "unknown", "attention", "target", "open")],
    "order": [button("Upper", "upper"), button("Lower", "lower", LOW)],
}


@pytest.mark.parametrize("rule", PLANTS)
def test_a_rule_finds_what_was_planted(rule: str) -> None:
    assert rule in {one.rule for one in found(*PLANTS[rule])}


@pytest.mark.parametrize("rule", RIGHT)
def test_a_rule_finds_nothing_where_all_is_right(rule: str) -> None:
    """The twin."""
    assert found(*RIGHT[rule]) == []


def test_every_rule_has_its_plant() -> None:
    assert {*PLANTS, "word"} == set(RULES)


def test_a_word_outside_the_catalogue_is_found() -> None:
    screen = Screen("planted", [Label("Çôllëçť RL07-9WN9 for Mei Tan").place(WORD)]).arrange(TYPE)
    assert [one.said.split("'")[1] for one in strays(screen, ["Mei Tan"])] == ["for"]
    assert strays(screen, ["Mei Tan for"]) == []


def test_what_is_spoken_says_what_is_read() -> None:
    wrong = Button("Collect", action="a", speech="Press here").place(LARGE)
    longer = Button("Collect", action="a", speech="Collect your item").place(LARGE)
    assert [one.rule for one in found(wrong)] == ["name"]
    assert found(longer) == []


def test_a_tone_needs_words_and_a_symbol_a_speech() -> None:
    chip = StatusChip("", "danger").place(WORD)
    code = QrCode([[True] * 21] * 21).place(Rect(40, 40, 200, 200))
    assert {one.rule for one in found(chip, code)} >= {"colour", "speech"}


def test_letters_that_hang_into_the_line_below_are_found() -> None:
    """Their capitals are apart; the twin is the same place without such letters."""
    low = Label("ill", middle=True).place(Rect(400, 92, 300, 22))
    hang = Label("jjg", middle=True).place(Rect(400, 70, 300, 22))
    stand = Label("ill", middle=True).place(Rect(400, 70, 300, 22))
    assert [one.rule for one in found(hang, low, pixels=False)] == ["collision"]
    assert found(stand, low, pixels=False) == []


def test_what_stands_under_a_dialog_is_not_judged() -> None:
    under = button(rect=Rect(40, 40, 30, 30))
    over = Dialog("More time?", "You have a moment.", [Button("Yes", "primary", action="yes")])
    assert found(under, over.place(Rect(0, 0, *TYPE.theme.size))) == []
    assert found(under) != []


def test_measuring_finds_the_same_places_as_painting() -> None:
    for rule, widgets in PLANTS.items():
        if rule not in ("contrast", "edge"):
            assert found(*widgets, pixels=False) == [
                one for one in found(*widgets) if one.rule not in ("contrast", "edge")
            ]


def test_what_is_switched_off_need_not_have_contrast() -> None:
    off = Pale("Pale", action="pale", enabled=False).place(LARGE)
    assert [one for one in found(off) if one.rule == "edge"] == []
