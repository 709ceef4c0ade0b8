"""A language is chosen on the first screen, lasts for the visit, and is forgotten with it."""

from __future__ import annotations

import json

import pytest

from lockerd.core import visit as visits
from lockerd.core.messages import Activity, Intent
from lockerd.core.now import Now
from lockerd.core.site import LANGUAGES
from lockerd.core.visit import Visit
from support.demo_site import PANEL_7, PANEL_10, demo_site
from support.facts import FakeLook, at
from support.scenes import scenes
from ui.backend.headless import Headless
from ui.kiosk import Kiosk
from ui.screens import build
from ui.splash import splash
from ui.text import Typesetter
from ui.theme import Theme, theme_of

SCENE = scenes()["home"]
IDS = ("a" * 16, "b" * 16, "c" * 16)


class Stand:
    """A kiosk with a core behind it, and a clock."""

    def __init__(self, languages: tuple[str, ...] = LANGUAGES) -> None:
        self.site = SCENE.site.but(languages=languages)
        self.now, self.visit = SCENE.now, SCENE.visit
        self.intents: list[Intent] = []
        self.backend = Headless((800, 480))
        self.kiosk = Kiosk(self.site, self.backend, lambda: self.now.up_ms, self.take, lambda: IDS)
        self.show()

    def take(self, intent: Intent) -> None:
        self.intents.append(intent)
        self.visit = visits.intend(self.site, SCENE.state, self.visit, intent, self.now).visit
        self.show()

    def show(self, visit: Visit | None = None) -> None:
        self.visit = visit or self.visit
        self.kiosk.show(SCENE.state, self.visit, SCENE.look, self.now)

    def later(self, by_ms: int) -> None:
        now = self.now
        hi = None if now.hi is None else now.hi + by_ms
        self.now = Now(now.boot, now.up_ms + by_ms, now.lo + by_ms, hi, now.source)
        self.kiosk.tick(self.now)

    def tap(self, action: str) -> None:
        screen = self.kiosk._frame.screen
        assert screen is not None
        rect = next(one.rect for one in screen.flat() if one.action == action)
        self.touch(rect.cx, rect.cy)

    def touch(self, x: int, y: int) -> None:
        for phase in ("down", "up"):
            self.kiosk.touch(x, y, phase, self.now.up_ms)  # type: ignore[arg-type]

    @property
    def words(self) -> str:
        return json.dumps(self.kiosk.trace(), ensure_ascii=False)

    @property
    def german(self) -> bool:
        return "Hilfe" in self.words or "Zurück" in self.words or "Abbrechen" in self.words


def test_each_language_is_a_large_button_with_its_own_name() -> None:
    stand = Stand()
    shown = stand.words
    for own in ("English", "Deutsch", "Français", "\u4e2d\u6587"):
        assert f'"text": "{own}"' in shown
    screen = build(SCENE.view(), Typesetter(Theme()))
    rects = [one.rect for one in screen.widgets if one.action.startswith("speak:")]
    assert len(rects) == 6 and all(rect.w >= 78 and rect.h >= 84 for rect in rects)


def test_a_chosen_language_stays_for_the_visit() -> None:
    stand = Stand()
    stand.tap("speak:de")
    assert stand.german and isinstance(stand.intents[-1], Activity)
    stand.tap("scan")
    assert stand.german
    stand.tap("home")
    assert stand.german  # a change of mind


def test_it_is_chosen_again_even_after_a_long_silence() -> None:
    stand = Stand()
    stand.later(10 * 60_000)
    stand.touch(400, 240)  # the screen that rests has no buttons: this wakes it
    stand.tap("speak:de")
    assert stand.german


def test_the_idle_screen_forgets_it() -> None:
    stand = Stand()
    stand.tap("speak:de")
    due = stand.kiosk.next_frame_due(stand.now)
    assert due is not None and due <= stand.now.up_ms + 45_000
    stand.later(44_000)
    assert stand.german
    stand.later(1_000)
    assert not stand.german
    assert stand.kiosk._session.language == ""


@pytest.mark.parametrize("step", ["receipt", "open", "staff_menu", "deposit_done"])
def test_the_end_of_a_visit_forgets_it(step: str) -> None:
    stand = Stand()
    stand.tap("speak:de")
    held = scenes()[{"deposit_done": "deposit_done_shown"}.get(step, _scene(step))]
    stand.kiosk.show(held.state, held.visit, held.look, stand.now)
    assert stand.kiosk._session.language == "de"
    stand.show(at("home"))
    assert not stand.german


def _scene(step: str) -> str:
    return "staff_menu_technician" if step == "staff_menu" else step


def test_arabic_turns_the_screen_and_english_turns_it_back() -> None:
    stand, fresh = Stand(), Stand()
    stand.tap("speak:ar")
    assert stand.kiosk._frame.theme.rtl
    stand.tap("speak:en")
    assert not stand.kiosk._frame.theme.rtl
    stand.tap("speak:ar")
    stand.later(45_000)
    fresh.later(45_000)
    assert stand.backend.shown.get_buffer().raw == fresh.backend.shown.get_buffer().raw


def test_the_first_of_the_site_is_spoken_until_another_is_chosen() -> None:
    assert Stand(("de", "en")).german
    only = Stand(("de",))
    assert only.german and "speak:" not in only.words


def test_a_redacted_picture_keeps_the_language() -> None:
    stand = Stand()
    stand.tap("speak:de")
    assert "Hilfe" in json.dumps(stand.kiosk.trace(redact=True), ensure_ascii=False)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("panel", [PANEL_7, PANEL_10], ids=["7", "10"])
def test_the_first_picture_is_the_same_in_every_language(code: str, panel: object) -> None:
    assert panel in (PANEL_7, PANEL_10)
    site = demo_site(PANEL_7 if panel == PANEL_7 else PANEL_10).but(languages=(code,))
    size = (site.screen.width_px, site.screen.height_px)
    first, shown = Headless(size), Headless(size)
    splash(first, theme_of(site, first), site.name, code)
    kiosk = Kiosk(site, shown, lambda: 0, lambda intent: None, lambda: IDS)
    starting = scenes()["starting"]
    kiosk.show(starting.state, Visit(), FakeLook({}), Now("b", 0, 0, None, "floor"))
    assert kiosk.trace()["screen"] == "starting"
    assert first.shown.get_buffer().raw == shown.shown.get_buffer().raw
