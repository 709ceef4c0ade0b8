"""A screen that is lost: said once, opened again with back-off, painted anew."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from socket import AF_UNIX, SOCK_DGRAM, socket
from subprocess import Popen
from types import SimpleNamespace

import pytest
from house_kit import SITE

from drivers.connectors import plugged
from drivers.voice import EspeakSpeaker
from lockerd.appliance import Appliance, Handler, Later, open_steady
from lockerd.core.messages import Message, PartChanged
from lockerd.display import BACKOFF_MS, LOOK_MS, Display
from lockerd.loop import Loop
from lockerd.simulation.panel import Panel
from lockerd.simulation.virtual import VirtualTime, VirtualWaiter, run_for
from lockerd.uptime import up_ms
from ui.backend.headless import Headless
from ui.backend.steady import Steady
from ui.face import face_of
from ui.geometry import Rect

SIZE = (80, 48)
WHOLE = [Rect(0, 0, *SIZE)]


class Hall:
    """A screen in the hall and who keeps it."""

    def __init__(self, broken: bool = False, connected: Callable[[], bool | None] | None = None):
        self.time = VirtualTime(0)
        self.loop = Loop(self.time, VirtualWaiter(self.time))
        self.loop.on_message = self.heard
        self.said: list[Message] = []
        self.painted = self.opens = 0
        self.panel = Panel(Headless(SIZE))
        self.panel.broken = broken
        self.screen = Steady(self.open, SIZE)
        self.panel.on_broken = lambda: self.screen.put(WHOLE)
        self.display = Display(
            self.screen, self.loop, self.loop.post, self.repaint, plugged=connected
        )

    def open(self) -> Panel:
        self.opens += 1
        self.panel.opened()
        return self.panel

    def heard(self, message: Message) -> None:
        self.said.append(message)

    def repaint(self) -> None:
        self.painted += 1

    def wait(self, for_ms: int) -> list[Message]:
        run_for(self.loop, self.time, for_ms)
        said, self.said = self.said, []
        return said


def test_a_screen_that_works_is_said_to_work_and_left_alone() -> None:
    hall = Hall()
    hall.display.begin()
    assert hall.wait(3_600_000) == [PartChanged("screen", True, "unplugged")]
    assert (hall.opens, hall.painted) == (1, 0)


def test_a_screen_that_is_lost_is_opened_again() -> None:
    hall = Hall()
    hall.display.begin()
    hall.wait(0)
    hall.panel.smash()
    assert hall.wait(0) == [PartChanged("screen", False, "failed")]
    hall.screen.put(WHOLE)
    assert hall.screen.pump() == []
    assert hall.wait(60_000) == [], "it is said once"
    opens = hall.opens
    hall.panel.replace()
    assert hall.wait(BACKOFF_MS[1]) == [PartChanged("screen", True, "unplugged")]
    assert (hall.opens, hall.painted) == (opens + 1, 1)
    assert hall.screen.surface is hall.panel.surface, "the kiosk paints on the new one"


def test_it_is_tried_less_and_less_often() -> None:
    hall = Hall()
    hall.display.begin()
    hall.panel.smash()
    tries: list[int] = []
    for _ in range(90):
        before = hall.opens
        hall.wait(1_000)
        if hall.opens > before:
            tries.append(hall.time.at_ms)
    assert tries == [1_000, 3_000, 7_000, 15_000, 31_000, 61_000]


def test_a_second_loss_is_tried_at_once_again() -> None:
    hall = Hall()
    hall.display.begin()
    for _ in range(2):
        hall.panel.smash()
        hall.panel.replace()
        assert hall.wait(BACKOFF_MS[0])[-1] == PartChanged("screen", True, "unplugged")


def test_a_device_starts_without_a_screen() -> None:
    hall = Hall(broken=True)
    assert hall.screen.problem is not None and "mend it" in hall.screen.problem
    assert hall.screen.size == SIZE
    hall.screen.put(WHOLE)
    hall.display.begin()
    assert hall.wait(0) == [PartChanged("screen", False, "failed")]
    hall.panel.replace()
    assert hall.wait(BACKOFF_MS[0]) == [PartChanged("screen", True, "unplugged")]
    assert hall.painted == 1


def test_a_screen_that_was_missing_is_found_before_a_house_begins() -> None:
    """A journal that cannot be opened is said on the screen, which may come after it."""
    hall = Hall(broken=True)
    hall.panel.replace()
    hall.wait(BACKOFF_MS[0])
    assert (hall.opens, hall.painted) == (2, 1)
    hall.display.begin()
    assert hall.wait(60_000) == [PartChanged("screen", True, "unplugged")]
    assert hall.opens == 2


def test_nothing_is_done_after_the_end() -> None:
    hall = Hall()
    hall.display.begin()
    hall.wait(0)
    hall.panel.smash()
    hall.wait(0)
    hall.display.close()
    hall.display.close()
    hall.panel.replace()
    assert hall.wait(120_000) == []
    assert hall.painted == 0


def test_a_panel_that_is_unplugged_is_a_screen_that_is_lost() -> None:
    there: list[bool | None] = [True]
    hall = Hall(connected=lambda: there[0])
    hall.display.begin()
    assert hall.wait(LOOK_MS) == [PartChanged("screen", True, "unplugged")]
    there[0] = False
    assert hall.wait(LOOK_MS) == [PartChanged("screen", False, "unplugged")]
    assert hall.wait(5 * LOOK_MS) == []
    there[0] = True
    assert hall.wait(LOOK_MS) == [PartChanged("screen", True, "unplugged")]
    assert (hall.opens, hall.painted) == (1, 1)


def test_nobody_who_can_tell_is_no_loss() -> None:
    hall = Hall(connected=lambda: None)
    hall.display.begin()
    assert hall.wait(5 * LOOK_MS) == [PartChanged("screen", True, "unplugged")]


class Watched:
    """What the loop would wait on."""

    def __init__(self) -> None:
        self.fds: list[int] = []

    def watch(self, fd: int, ready: Callable[[], None]) -> None:
        self.fds.append(fd)

    def unwatch(self, fd: int) -> None:
        self.fds.remove(fd)


class Numbered(Headless):
    """A screen with a descriptor."""

    number = 7

    def fileno(self) -> int | None:
        return self.number


def test_the_descriptor_of_a_lost_screen_is_forgotten() -> None:
    hall, watched, inner = Hall(), Watched(), Numbered(SIZE)
    panel = Panel(inner)
    screen = Steady(panel.opened, SIZE)
    panel.on_broken = lambda: screen.put(WHOLE)
    Display(screen, hall.loop, hall.loop.post, hall.repaint, watch=watched)
    assert watched.fds == [7]
    panel.smash()
    assert watched.fds == []
    assert screen.fileno() is None
    panel.replace()
    inner.number = 8
    hall.wait(BACKOFF_MS[0])
    assert watched.fds == [8]


def test_a_device_without_a_display_has_a_screen_to_paint_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`lockerd run` before its X server is there: doors open without it."""
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
    screen = open_steady(face_of(SITE))
    assert screen.problem is not None and "DISPLAY" in screen.problem
    assert "running without a screen" in capsys.readouterr().err
    assert not screen.reopen()
    screen.put([Rect(0, 0, *screen.size)])
    screen.close()


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ([], None),
        (["connected"], True),
        (["disconnected"], False),
        (["disconnected", "connected"], True),
        (["unknown"], None),
        (["disconnected", "unknown"], None),
        ([""], None),
    ],
)
def test_connectors(said: list[str], answer: bool | None, tmp_path: Path) -> None:
    for place, word in enumerate(said):
        directory = tmp_path / f"card0-HDMI-A-{place}"
        directory.mkdir()
        (directory / "status").write_text(f"{word}\n")
    (tmp_path / "card0").mkdir()
    assert plugged(tmp_path) is answer
    assert plugged(tmp_path / "none") is None


def test_what_leads_into_memory_is_no_panel(tmp_path: Path) -> None:
    """A Raspberry Pi has one, `unknown` for ever; beside it a pulled cable went unnoticed."""
    for name, word in (("HDMI-A-1", "disconnected"), ("Writeback-1", "unknown")):
        (tmp_path / f"card1-{name}").mkdir()
        (tmp_path / f"card1-{name}" / "status").write_text(f"{word}\n")
    assert plugged(tmp_path) is False
    (tmp_path / "card1-HDMI-A-1" / "status").write_text("connected\n")
    assert plugged(tmp_path) is True


def test_headphones_that_are_pulled_out_end_speech_without_the_loop() -> None:
    """It may be waiting for a disk while a name goes on aloud."""
    said: list[Sequence[tuple[str, str]]] = []

    class Voice(EspeakSpeaker):
        def speak(self, lines: Sequence[tuple[str, str]], level: int) -> None:
            said.append(lines)

    appliance = Appliance(SITE, Headless((800, 480)))
    try:
        appliance._voice = Voice(lambda message: None)
        appliance._key_from_thread("headphones-in", 1)
        appliance._key_from_thread("7", 2)
        assert said == []
        appliance._key_from_thread("headphones-out", 3)
        assert said == [()]
    finally:
        appliance.close()


def test_the_watchdog_starves_when_a_finger_moves_no_pixels(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    appliance = Appliance(SITE, Headless((800, 480)))
    try:
        appliance.front.alone()
        assert appliance._fresh(up_ms())
        monkeypatch.setattr(appliance.front, "answers", lambda: False)
        assert not appliance._fresh(up_ms())
    finally:
        appliance.close()


def test_a_config_with_mistakes_waits_for_its_screen_too(tmp_path: Path) -> None:
    """It stays up to be mended, with or without a display, and ends when it is told to."""
    config, said = tmp_path / "bad.toml", tmp_path / "said"
    config.write_text("[site]\nnme = 'x'\n")
    with socket(AF_UNIX, SOCK_DGRAM) as manager, said.open("wb") as log:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(60)
        command = [sys.executable, "-m", "lockerd", "run", "--state", str(tmp_path / "state")]
        env = {one: os.environ[one] for one in ("PATH", "HOME") if one in os.environ}
        env["NOTIFY_SOCKET"] = str(tmp_path / "notify")
        with Popen([*command, "--config", str(config)], env=env, stderr=log) as daemon:
            try:
                while b"READY=1" not in manager.recv(4096):
                    pass
            finally:
                daemon.terminate()
            assert daemon.wait(60) == 1
    words = said.read_text()
    assert "running without a screen" in words and "DISPLAY" in words
    assert "bad.toml:" in words and "E-CFG-" in words


def test_what_answers_requests_is_made_once_and_after_the_start() -> None:
    made: list[int] = []

    def make() -> Handler:
        made.append(1)
        return lambda request, peer: {"op": request.op}

    later = Later(make)
    assert not made
    asked = SimpleNamespace(op="status")
    answers = [later.answer(asked, SimpleNamespace()) for _ in range(2)]  # type: ignore[arg-type]
    assert answers == 2 * [{"op": "status"}] and made == [1]
    early = Later(make)
    early.prepare()
    early.prepare()
    assert len(made) == 2


def test_what_nobody_waits_for_comes_after_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    appliance = Appliance(SITE, Headless((SITE.screen.width_px, SITE.screen.height_px)))
    order: list[str] = []
    monkeypatch.setattr(appliance.notifier, "send", lambda text: order.append(text.split("\n")[0]))
    appliance.loop.call(lambda: order.append("afterwards"))
    appliance.loop.call(appliance.loop.stop)
    appliance.run()
    appliance.close()
    assert order == ["READY=1", "afterwards", "STOPPING=1"]
