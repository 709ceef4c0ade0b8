"""Light, dark and high contrast, normal and large text: chosen, kept, forgotten, and they fit."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from itertools import product

import pytest

from lockerd.core import visit as visits
from lockerd.core.messages import Activity, Intent
from lockerd.core.now import Now
from lockerd.core.site import LANGUAGES, Appearance
from lockerd.core.visit import Visit
from support.demo_site import demo_site
from support.facts import FakeLook, at
from support.languages import PANELS, collisions, cut, scenes_of
from support.scenes import scenes
from ui.backend import Phase
from ui.backend.headless import Headless
from ui.fits import SHARES, enlarged, fits
from ui.frame import Frame
from ui.geometry import Rect
from ui.kiosk import Kiosk
from ui.lang import language
from ui.screens import build
from ui.splash import splash
from ui.text import Typesetter
from ui.theme import LARGE, LIGHT, PALETTES, PANEL_7_INCH, Panel, Theme, theme_of
from ui.widgets import Label, Screen

IDS = ("a" * 16, "b" * 16, "c" * 16)
SIZES = ("normal", "large")
PHASES: tuple[Phase, ...] = ("down", "up")
LOOKS = [Appearance(theme, size) for theme, size in product(PALETTES, SIZES)]  # type: ignore[arg-type]  # names of palettes are those of themes
RECIPIENT = ("home", "scan", "code", "opening", "open", "receipt", "refused_unproven", "help")


@cache
def large(panel: Panel, rtl: bool) -> Typesetter:
    return Typesetter(Theme(panel, large=LARGE, rtl=rtl))


def large_screen(code: str, size: str, name: str) -> tuple[Screen, float]:
    """A scene's screen with large text, and how much of the enlargement it has room for."""
    type = large(PANELS[size][0], language(code).rtl)
    screen = build(scenes_of(size)[name].but(language=code), type).arrange(type)
    return screen, type.theme.large


# -- it fits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("size", PANELS)
def test_every_screen_fits_with_large_text(size: str, code: str) -> None:
    found = []
    for name in scenes_of(size):
        screen, _ = large_screen(code, size, name)
        found += [f"{name}: {text}" for text in (*cut(screen), *collisions(screen))]
        off = [one for one in screen.flat() if one.rect.clip(screen.rect) != one.rect]
        found += [f"{name}: {one} is not on the panel" for one in off]
    assert found == []


@pytest.mark.parametrize("size", PANELS)
@pytest.mark.parametrize("name", RECIPIENT)
def test_what_a_recipient_reads_is_really_larger(size: str, name: str) -> None:
    screen, share = large_screen("en", size, name)
    assert share >= 0.5
    plain = Theme(PANELS[size][0])
    for one in screen.flat():
        if isinstance(one, Label) and one.style.cap_mm < 3.8:
            assert one._fit.cap_px >= round(0.8 * plain.cap_px(one.style)), one.text_shown()


def test_large_text_is_tall_on_the_larger_panel() -> None:
    shares = [large_screen("en", "1280x800", name)[1] for name in scenes_of("1280x800")]
    assert shares.count(1.0) >= 0.95 * len(shares)


def _two(words: str, height: int) -> Screen:
    """Two labels, one below the other, in a place of some height."""
    first = Label(words).place(Rect(0, 0, 400, height))
    return Screen("two", [first, Label("below").place(Rect(0, height, 400, 60))])


def test_what_does_not_fit_is_found() -> None:
    """The twin: words that are cut, that lie on others, or that leave the panel."""
    type = Typesetter(Theme(large=LARGE))
    assert fits(_two("short", 60).arrange(type), type.theme)
    assert not fits(_two("words " * 40, 60).arrange(type), type.theme)
    over = Label("below").place(Rect(0, 40, 400, 60))
    assert not fits(
        Screen("over", [*_two("short", 60).widgets[:1], over]).arrange(type), type.theme
    )
    gone = Label("gone").place(Rect(700, 0, 400, 60))
    assert not fits(Screen("gone", [gone]).arrange(type), type.theme)


def test_less_is_tried_until_it_fits_and_then_none() -> None:
    type = Typesetter(Theme(large=LARGE))
    tried: list[float] = []

    def make() -> Screen:
        tried.append(type.theme.large)
        return _two("words " * 400, 60)

    enlarged(make, type)
    assert tried[0] == SHARES[0] and tried[-2:] == [SHARES[-1], 0.0] and type.theme.large == 0.0
    assert tried == sorted(tried, reverse=True) and set(tried) <= {*SHARES, 0.0}


@pytest.mark.parametrize("room", range(30, 90, 4))
def test_the_largest_that_fits_is_taken(room: int) -> None:
    """Not every share is tried, and yet none that was left out is larger and fits."""
    type = Typesetter(Theme(large=LARGE))
    shown = enlarged(lambda: _two("short words", room), type)
    taken = type.theme.large
    fitting = []
    for share in SHARES:
        type.enlarge(share)
        if fits(_two("short words", room).arrange(type), type.theme):
            fitting.append(share)
    assert taken == max(fitting, default=0.0)
    assert shown.flat() != []


def test_a_line_shrinks_to_its_ordinary_size_before_it_is_cut() -> None:
    type, plain = Typesetter(Theme(large=LARGE)), Typesetter(Theme())
    one = Label("Ordinary").style
    whole = "As long as it may be"
    room = plain.width(whole, one)
    assert type.width(whole, one) > room
    fit = type.fit(whole, one, room)
    assert not fit.clipped and fit.cap_px >= round(0.9 * plain.theme.cap_px(one))


# -- it is painted ---------------------------------------------------------------------------------


@pytest.mark.parametrize("look", LOOKS, ids=lambda one: f"{one.theme}-{one.text_size}")
def test_every_screen_is_drawn_in_its_colours(look: Appearance) -> None:
    backend = Headless((800, 480))
    palette = PALETTES[look.theme]
    frame = Frame(backend, Theme(PANEL_7_INCH, palette, LARGE if look.text_size == "large" else 0))
    for name, view in scenes_of("800x480").items():
        screen = build(view.but(ask=None), frame.type)
        frame.show(screen)
        if any(one.modal for one in screen.flat()):
            continue  # it takes light away from all of it
        edge = {tuple(backend.shown.get_at((x, y)))[:3] for x in (1, 798) for y in range(60, 479)}
        assert palette.bg in edge, name


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("look", LOOKS, ids=lambda one: f"{one.theme}-{one.text_size}")
@pytest.mark.parametrize("size", PANELS)
def test_the_first_picture_is_in_the_look_of_the_site(
    size: str, look: Appearance, code: str
) -> None:
    site = demo_site(PANELS[size][1]).but(languages=(code,), kiosk=look)
    pixels = site.screen.width_px, site.screen.height_px
    first, shown = Headless(pixels), Headless(pixels)
    splash(first, theme_of(site, first), site.name, code)
    kiosk = Kiosk(site, shown, lambda: 0, lambda intent: None, lambda: IDS)
    starting = scenes()["starting"]
    kiosk.show(starting.state, Visit(), FakeLook({}), Now("b", 0, 0, None, "floor"))
    assert kiosk.trace()["screen"] == "starting"
    assert first.shown.get_buffer().raw == shown.shown.get_buffer().raw


# -- it is chosen ----------------------------------------------------------------------------------

SCENE = scenes()["home"]


class Stand:
    """A kiosk with a core behind it, and a clock."""

    def __init__(self, look: Appearance | None = None) -> None:
        self.site = SCENE.site.but(kiosk=look or Appearance())
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

    def tap(self, *actions: str) -> None:
        for action in actions:
            screen = self.kiosk._frame.screen
            assert screen is not None
            rect = next(one.rect for one in screen.flat() if one.action == action)
            for phase in PHASES:
                self.kiosk.touch(rect.cx, rect.cy, phase, self.now.up_ms)

    @property
    def theme(self) -> Theme:
        return self.kiosk._frame.theme

    @property
    def pixels(self) -> bytes:
        raw: bytes = self.backend.shown.get_buffer().raw
        return raw

    @property
    def words(self) -> str:
        return json.dumps(self.kiosk.trace())


def test_the_site_says_how_it_looks_at_first() -> None:
    stand = Stand(Appearance("dark", "large"))
    assert (stand.theme.palette.name, stand.theme.large) == ("dark", LARGE)
    assert Stand().theme.palette is LIGHT and Stand().theme.large == 0.0


@pytest.mark.parametrize("name", PALETTES)
def test_colours_are_chosen_for_the_visit(name: str) -> None:
    stand = Stand()
    stand.tap("display:on", f"theme:{name}")
    assert stand.theme.palette.name == name and isinstance(stand.intents[-1], Activity)
    stand.tap("display:off", "scan")
    assert stand.theme.palette.name == name
    stand.tap("home")
    assert stand.theme.palette.name == name  # a change of mind


def test_large_text_is_chosen_and_taken_back() -> None:
    stand = Stand()
    stand.tap("display:on")
    before = stand.pixels
    stand.tap("text-size:large")
    assert stand.theme.large == LARGE and stand.pixels != before
    stand.tap("text-size:normal")
    assert stand.theme.large == 0.0 and stand.pixels == before


def test_the_idle_screen_forgets_all_of_it() -> None:
    stand, fresh = Stand(), Stand()
    stand.tap("display:on", "theme:high-contrast", "text-size:large")
    due = stand.kiosk.next_frame_due(stand.now)
    assert due is not None and due <= stand.now.up_ms + 45_000
    for one in (stand, fresh):
        one.later(44_000)
    assert stand.theme.large and "Large text" in stand.words
    for one in (stand, fresh):
        one.later(1_000)
    assert stand.theme == fresh.theme and stand.pixels == fresh.pixels


def test_the_end_of_a_visit_forgets_it() -> None:
    stand, receipt = Stand(), scenes()["receipt"]
    stand.tap("display:on", "theme:dark", "text-size:large")
    stand.kiosk.show(receipt.state, receipt.visit, receipt.look, stand.now)
    assert stand.theme.palette.name == "dark" and stand.theme.large
    stand.show(at("home"))
    assert stand.theme.palette is LIGHT and not stand.theme.large


def test_a_code_can_be_typed_while_the_choice_is_open() -> None:
    stand = Stand()
    stand.tap("display:on", "text-size:large")
    stand.kiosk.key("4", stand.now.up_ms)
    assert stand.visit.step == "code" and stand.kiosk._session.digits == "4"
    assert stand.theme.large


def test_the_cancel_key_leaves_the_choice() -> None:
    stand = Stand()
    stand.tap("display:on")
    assert stand.kiosk._session.display
    stand.kiosk.key("cancel", stand.now.up_ms)
    assert not stand.kiosk._session.display


def test_what_is_in_effect_carries_a_tick_and_not_a_colour_alone() -> None:
    stand = Stand(Appearance("dark", "normal"))
    stand.tap("display:on")
    screen = stand.kiosk._frame.screen
    assert screen is not None
    ticked = {one.action for one in screen.flat() if one.trace().get("icon") == "check"}
    assert ticked == {"theme:dark", "text-size:normal"}


def test_a_redacted_picture_does_not_disturb_the_one_on_the_glass() -> None:
    stand = Stand(Appearance("light", "large"))
    held = scenes()["deposit_done_shown"]
    stand.kiosk.show(held.state, held.visit, held.look, held.now)
    before, theme = stand.kiosk.trace(), stand.kiosk._frame.type.theme
    stand.kiosk.trace(redact=True)
    assert stand.kiosk._frame.type.theme is theme and stand.kiosk.trace() == before


def test_one_part_repainted_is_the_same_as_all_of_it() -> None:
    """Large text and what of it has room change with the screen: nothing of the last one stays."""
    shown, made = Headless((800, 480)), scenes()
    frame = Frame(shown, Theme(PANEL_7_INCH, large=LARGE))
    for name in ("deposit_done_sent", "home", "open", "staff_menu_operator", "receipt", "code"):
        view = made[name].view()
        frame.show(build(view, frame.type))
        fresh = Frame(Headless((800, 480)), frame.theme)
        fresh.show(build(view, fresh.type))
        again: bytes = fresh.backend.surface.get_buffer().raw
        assert shown.shown.get_buffer().raw == again, name


def test_a_choice_is_part_of_a_session_and_ends_with_it() -> None:
    session = SCENE.session
    chose = replace(session, theme="dark", text_size="large", display=True)
    assert chose.chose and not session.chose
    assert chose.forgotten() == session
