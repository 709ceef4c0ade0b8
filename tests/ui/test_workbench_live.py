"""The workbench on a real simulated cabinet in virtual time: three tours, clicks, power, pixels."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.physics import DoorState
from lockerd import config
from lockerd.core.site import Site
from lockerd.loop import Deadline
from lockerd.simulation.populate import populate
from support.workbench import WALL_MS, Desk
from ui.backend import Key, Quit, Touch
from ui.backend.headless import Headless
from ui.backend.lean import load
from ui.geometry import Rect
from ui.workbench import pages
from ui.workbench.bench import WindowTooSmall, Workbench
from ui.workbench.parts import BLACK

pygame = load()
MakeDesk = Callable[..., Desk]


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest) -> Site:
    found, _ = config.check(request.config.rootpath / "config" / "demo.toml")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def lived(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cabinet that has lived through its two days."""
    made = tmp_path_factory.mktemp("lived")
    populate(site, made, WALL_MS, seed=7)
    return made


@pytest.fixture
def make(site: Site, lived: Path, tmp_path: Path) -> Iterator[MakeDesk]:
    desks: list[Desk] = []

    def made(size: tuple[int, int] = (1366, 768)) -> Desk:
        where = tmp_path / f"cabinet{len(desks)}"
        shutil.copytree(lived, where)
        desks.append(Desk(site, where, size))
        return desks[-1]

    yield made
    for desk in desks:
        desk.world.stop()


@pytest.fixture
def desk(make: MakeDesk) -> Desk:
    return make()


def page(desk: Desk) -> pages.Page:
    return pages.page(desk.bench.guide, desk.bench.bench)


def done(desk: Desk) -> bool:
    return page(desk).tone == "done" and all(one.state == "done" for one in page(desk).steps)


def glass(desk: Desk) -> Rect:
    screen = desk.bench.frame.screen
    assert screen is not None
    return next(one for one in screen.flat() if one.kind == "glass").rect


def shown(desk: Desk) -> bytes:
    """The pixels of the kiosk's place in the window."""
    return bytes(pygame.image.tobytes(desk.window.shown.subsurface(glass(desk)), "RGB"))


def painted(desk: Desk) -> bytes:
    """The kiosk's own pixels."""
    return bytes(pygame.image.tobytes(desk.pane.surface, "RGB"))


def collect(desk: Desk) -> None:
    """Use the tour's message by its QR code, and push the door shut."""
    guide = desk.bench.guide
    desk.click(f"scan:{guide.ho}", 2_000)
    desk.click(f"door:{guide.unit}", 1_000)


# -- the tours ------------------------------------------------------------------------------------


def test_collect_with_the_keyboard(desk: Desk) -> None:
    desk.click("path:collect")
    desk.press("enter-code")
    desk.keys(desk.ready.pin, 2_000)
    assert desk.world.physics.state()[desk.ready.unit].is_open
    desk.click(f"door:{desk.ready.unit}", 1_000)
    assert done(desk) and desk.ready.reference in page(desk).hint
    message = desk.bench.bench.message(desk.ready.ho)
    assert message is not None and message.status == "collected"


def test_collect_with_the_qr_code(desk: Desk) -> None:
    desk.click("path:collect")
    collect(desk)
    assert done(desk)


def test_a_collection_that_was_not_finished_is_not_done(desk: Desk) -> None:
    desk.click("path:collect")
    desk.click(f"scan:{desk.ready.ho}", 2_000)
    assert not done(desk)


def test_deposit_and_collect_what_was_deposited(desk: Desk) -> None:
    desk.click("path:deposit")
    desk.press("staff")
    desk.click("badge:2")
    note = page(desk).note
    assert note is not None
    desk.keys(note.pin)
    desk.press("deposit")
    trace = desk.front.kiosk.trace()["widgets"]
    assert isinstance(trace, list)
    pick = next(one["action"] for one in trace if one["action"].startswith("pick:"))
    desk.press(pick, 2_000)
    unit = desk.bench.guide.unit
    assert desk.world.physics.state()[unit].is_open
    desk.click(f"door:{unit}", 1_000)
    before = len(desk.bench.bench.messages)
    desk.press("confirm", 300)
    assert done(desk)
    assert len(desk.bench.bench.messages) == before + 1
    assert desk.bench.clicked.opened == desk.bench.guide.ho and desk.bench.clicked.buzzing
    desk.wait(2_000)
    assert not desk.bench.clicked.buzzing
    desk.press("back")
    desk.press("sign-out")
    desk.click("path:collect")
    assert desk.bench.guide.unit == unit  # its message is the one that is open
    collect(desk)
    assert done(desk)
    desk.press("home")
    desk.click("path:collect")  # it is over, so it starts anew, about your own message
    assert not done(desk) and desk.bench.guide.unit == desk.world.phone.messages[-2].unit


@pytest.mark.parametrize("trouble", ["jam", "cable"])
def test_a_broken_lock(desk: Desk, trouble: str) -> None:
    desk.click("path:break")
    desk.click(f"trouble:{trouble}")
    desk.click(f"scan:{desk.ready.ho}", 25_000)
    assert not desk.world.physics.state()[desk.ready.unit].is_open
    assert [one.action for one in page(desk).offers] == ["repair"]
    desk.click("repair", 6_000)
    collect(desk)
    assert done(desk) and page(desk).hint == pages.SURVIVED
    types = [one.type for one in desk.source.lines]
    assert types.count("release.failed") == 1 and types.count("handover.collected") == 1


def test_the_power_goes_in_mid_release(desk: Desk) -> None:
    desk.click("path:break")
    desk.click("trouble:power")
    desk.click(f"scan:{desk.ready.ho}", 2_000)
    assert desk.world.house is None
    assert not desk.world.physics.state()[desk.ready.unit].is_open
    desk.click("power:on", 6_000)
    assert "release.interrupted" in [one.type for one in desk.source.lines]
    collect(desk)
    assert done(desk) and page(desk).hint == pages.SURVIVED
    assert desk.world.house is not None  # it goes once, as was asked


def test_a_tour_can_be_left_and_another_begun(desk: Desk) -> None:
    desk.click("path:deposit")
    desk.click("path:collect")
    assert desk.bench.guide.path == "collect"
    desk.click("path:collect")
    assert desk.bench.guide.path == "" and page(desk).hint == pages.WELCOME


# -- the kiosk in its window ----------------------------------------------------------------------


def test_the_window_shows_the_kiosk_pixel_by_pixel(desk: Desk) -> None:
    assert shown(desk) == painted(desk)
    desk.press("enter-code")
    assert shown(desk) == painted(desk)
    desk.bench.key(Key("7", desk.stage.time.up_ms()))
    assert shown(desk) == painted(desk)  # at once, before anything else turns
    desk.click("fold")
    assert shown(desk) == painted(desk)


def test_a_digit_repaints_the_kiosk_and_nothing_else(desk: Desk) -> None:
    desk.press("enter-code")
    desk.window.seen.clear()
    desk.bench.key(Key("7", desk.stage.time.up_ms()))
    desk.wait(300)
    place = glass(desk)
    assert desk.window.seen and all(one.clip(place) == one for one in desk.window.seen)
    desk.window.seen.clear()
    desk.world.force("1")
    desk.wait(300)
    assert any(one.clip(place) != one for one in desk.window.seen)  # the twin: a door lies outside


def test_nothing_is_painted_when_nothing_changed(desk: Desk) -> None:
    assert desk.bench.refresh() == []
    desk.world.force("1")
    assert desk.bench.refresh() != []


class Agenda:
    """Timers that only note what is asked of them."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def after(self, delay_ms: int, call: Callable[[], None]) -> Deadline:
        self.asked.append(delay_ms)
        return Deadline(call)


def another(desk: Desk, window: Headless, timers: Agenda) -> Workbench:
    """A second workbench on the same cabinet."""
    kiosk, source, up_ms = desk.front.kiosk, desk.source, desk.stage.time.up_ms
    return Workbench(window, desk.pane, kiosk, desk.site, desk.world, source, timers, up_ms)


def test_a_refresh_is_asked_for_once_a_turn(desk: Desk) -> None:
    agenda = Agenda()
    bench = another(desk, Headless((1280, 720)), agenda)
    for _ in range(50):
        bench.poke()
    assert agenda.asked == [0]
    bench.refresh()
    bench.poke()
    assert agenda.asked.count(0) == 2


def test_the_kiosk_is_dark_without_power_and_back_with_it(desk: Desk) -> None:
    desk.click("fold")
    desk.click("power:off")
    assert set(zip(*[iter(shown(desk))] * 3, strict=True)) == {BLACK}
    place = glass(desk)
    desk.tap(place.cx, place.cy)
    assert "dark" in desk.bench.clicked.said and desk.bench.clicked.warned
    desk.keys("1")
    desk.click("power:on", 1_000)
    assert shown(desk) == painted(desk)
    assert desk.bench.bench.kiosk.step == "home"


def test_a_finger_that_went_down_on_the_glass_stays_the_kiosks(desk: Desk) -> None:
    """A finger may slide off the glass: its end must not press a button of the workbench."""
    place, up_ms = glass(desk), desk.stage.time.up_ms()
    target = desk.place_of("path:collect")
    desk.bench.touch(Touch(place.x + 5, place.y + 5, "down", up_ms))
    desk.bench.touch(Touch(target.cx, target.cy, "move", up_ms))
    desk.bench.touch(Touch(target.cx, target.cy, "up", up_ms))
    assert desk.bench.guide.path == ""
    desk.bench.touch(Touch(target.cx, target.cy, "down", up_ms))
    desk.bench.touch(Touch(target.cx, target.cy, "up", up_ms))
    assert desk.bench.guide.path == "collect"


def test_the_window_hands_its_input_on(desk: Desk) -> None:
    quits: list[bool] = []
    desk.bench.on_quit = lambda: quits.append(True)
    desk.window.inject(Key("4", desk.stage.time.up_ms()))
    desk.window.inject(Quit())
    desk.bench.pump()
    desk.wait(100)
    assert quits == [True]
    assert desk.bench.bench.kiosk.step == "code"


# -- the full workbench ---------------------------------------------------------------------------


def test_a_code_can_be_typed_for_the_scanner(desk: Desk) -> None:
    desk.click("fold")
    desk.click("type")
    desk.keys("", 0)
    assert desk.bench.clicked.typing is False
    desk.click("type")
    for name in ("x", "backspace", *desk.ready.qr):
        desk.bench.key(Key(name, 0))
    assert desk.bench.clicked.typed == desk.ready.qr
    desk.click("scan-typed", 2_000)
    assert desk.world.physics.state()[desk.ready.unit].is_open


def test_keys_go_to_the_kiosk_again_after_the_line_is_left(desk: Desk) -> None:
    desk.click("fold")
    desk.click("type")
    desk.bench.key(Key("5", 0))
    assert desk.bench.clicked.typed == "5" and desk.bench.bench.kiosk.step == "home"
    desk.bench.key(Key("escape", 0))
    desk.bench.key(Key("5", desk.stage.time.up_ms()))
    desk.wait()
    assert desk.bench.bench.kiosk.step == "code"


def test_what_is_typed_has_a_limit(desk: Desk) -> None:
    desk.click("fold")
    desk.click("type")
    for _ in range(200):
        desk.bench.key(Key("A", 0))
    assert len(desk.bench.clicked.typed) == 64


def test_every_hand_of_the_full_workbench(desk: Desk) -> None:
    desk.click("fold")
    desk.click("door:14")

    def door() -> DoorState:
        return desk.world.physics.state()["14"]

    desk.click("jam")
    assert door().jammed
    desk.click("unjam")
    assert not door().jammed
    for cable in ("strike", "contact"):
        desk.click(f"cut:{cable}")
        assert not getattr(door(), f"{cable}_cable")
        desk.click(f"mend:{cable}")
        assert getattr(door(), f"{cable}_cable")
    desk.click("pull")
    assert not door().is_open and "locked" in desk.bench.clicked.said
    desk.click("force")
    assert door().is_open
    desk.click("pull")
    assert door().angle_deg > 90
    desk.click("push", 1_000)
    assert not door().is_open and door().latched
    clock = desk.bench.bench.clock
    desk.click("clock:3600000")
    assert desk.bench.bench.clock != clock
    desk.click("badge:1")
    assert desk.bench.bench.kiosk.step == "staff_pin"


def test_what_the_world_refuses_is_said(desk: Desk) -> None:
    desk.bench.act("badge:99")
    assert desk.bench.clicked.warned and "nobody has badge" in desk.bench.clicked.said
    desk.wait(7_000)
    assert desk.bench.clicked.said == ""


def test_a_day_later_other_messages_are_ready(desk: Desk) -> None:
    before = {one.ho: one.status for one in desk.bench.bench.messages}
    desk.bench.act(f"clock:{24 * 3_600_000}")
    desk.wait(1_000)
    after = {one.ho: one.status for one in desk.bench.bench.messages}
    early = next(ho for ho, status in before.items() if status == "early")
    assert after[early] == "ready"


def test_the_telephones_clock_moves_with_the_minute(desk: Desk) -> None:
    desk.wait(60_000 - desk.source.wall_ms % 60_000 - 100)
    before = desk.bench.bench.clock
    desk.wait(200)
    assert desk.bench.bench.clock != before
    desk.world.power(False)
    before = desk.bench.bench.clock
    desk.wait(60_000)
    assert desk.bench.bench.clock != before  # it is a telephone: it goes on in the dark


def test_another_message_can_be_opened(desk: Desk) -> None:
    second = desk.bench.bench.messages[1]
    desk.click("path:collect")
    desk.click(f"open:{second.ho}")
    assert desk.bench.clicked.opened == second.ho
    assert f"scan:{second.ho}" in desk.actions()
    assert (
        desk.bench.guide.ho == desk.ready.ho
    )  # that one is early: the tour keeps to the ready one


def test_a_door_swings_and_comes_to_rest(desk: Desk) -> None:
    desk.world.force("14")
    desk.stage.loop.work()
    swings = []
    for _ in range(12):
        front = desk.bench.frame.screen
        assert front is not None
        cell = next(one for one in front.flat() if one.action == "door:14")
        swings.append(cell.trace()["swing"])
        desk.wait(33)
    assert swings == sorted(swings) and 2 < len(set(swings)) < 12 and swings[-1] == 60


# -- limits and chance ----------------------------------------------------------------------------


def test_a_window_that_is_too_small_is_refused(desk: Desk) -> None:
    with pytest.raises(WindowTooSmall, match="1280 x 688"):
        another(desk, Headless((1280, 680)), Agenda())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_is_clicked_the_workbench_goes_on(make: MakeDesk, seed: int) -> None:
    """Random clicks on both, in a small window; the guide has a page for every moment."""
    print(f"seed {seed}")
    chance = random.Random(seed)
    desk = make(size=(1280, 720))
    for _ in range(150):
        kiosk = desk.front.kiosk.trace()["widgets"]
        assert isinstance(kiosk, list)
        there = [one["action"] for one in kiosk if one["action"] and one["enabled"]]
        if chance.random() < 0.35 and desk.world.house is not None and there:
            desk.press(chance.choice(there), chance.choice((50, 2_000)))
        elif chance.random() < 0.1 and desk.bench.clicked.typing is False:
            desk.keys(desk.ready.pin)
        else:
            desk.click(chance.choice(desk.actions()), chance.choice((50, 500, 9_000)))
        said = page(desk)
        assert said.hint or said.steps
        assert len([one for one in said.steps if one.state == "now"]) <= 1
        if desk.world.house is not None:
            assert shown(desk) == painted(desk)
