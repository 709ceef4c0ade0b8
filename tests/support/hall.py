"""A hall with the real program in it: a screen, a scanner, and a person with a finger and a phone.

Theory of operation.  `lockerd simulate` runs in a window of a real X server, with its scanner on a
pseudo terminal.  The person sees what the program says that its screen shows (`screen.trace`),
clicks and types through `xdotool`, shows codes to the scanner as bytes on the line, and pushes
doors with `lockerctl sim`, as one would on a laptop.

Rules.  Nothing is clicked at a fixed pixel: the place of a button is asked for.  Nothing waits for
a fixed time.  A picture of each screen is kept in `artifacts/` at the root of the checkout.
"""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from support.daemon import ROOT, Asker, Daemon
from support.glass import Glass, TooLate, until

BIN = Path(sys.executable).parent
ARTIFACTS = ROOT / "artifacts" / "e2e"
READY = "READY=1"
TRAVEL_S = 0.5
"""Longer than a pushed door takes to arrive."""

_ECHO_FLAGS = 3  # index of the local flags among terminal attributes


class Line:
    """A serial line: the program opens `path`, we hold the scanner's end."""

    def __init__(self) -> None:
        self._ours, theirs = pty.openpty()
        self.path = os.ttyname(theirs)
        self._theirs = theirs

    def is_open(self) -> bool:
        """Whether somebody opened it as a serial port: echo is off then."""
        return not termios.tcgetattr(self._ours)[_ECHO_FLAGS] & termios.ECHO

    def send(self, text: str) -> None:
        """A symbol, as a scanner sends it."""
        os.write(self._ours, text.encode("ascii") + b"\r\n")

    def close(self) -> None:
        """Pull the plug."""
        os.close(self._ours)
        os.close(self._theirs)


class Hall:
    """One run of the program; a context.  `kiosk_only`: its window is the kiosk, else the bench."""

    def __init__(self, name: str, directory: Path, *, kiosk_only: bool) -> None:
        self.state_dir = directory / "state"
        self._pictures = ARTIFACTS / name
        self._taken = 0
        size = (800, 480) if kiosk_only else (1366, 768)
        self._origin = (0, 0) if kiosk_only else _kiosk_in_bench(size)
        self.scanner = Line()
        config = directory / "hall.toml"
        demo = (ROOT / "config" / "demo.toml").read_text(encoding="utf-8")
        config.write_text(f'{demo}\n[scanner]\nkind = "serial"\nport = "{self.scanner.path}"\n')
        command = [str(BIN / "lockerd"), "simulate", "--state", str(self.state_dir)]
        command += ["--config", str(config), *(["--kiosk-only"] if kiosk_only else [])]
        with ExitStack() as undo:
            undo.callback(self.scanner.close)
            self.glass = undo.enter_context(Glass(size, directory / "x"))
            self.daemon = undo.enter_context(Daemon(command, directory, self.glass.environment))
            self.daemon.wait_for(READY)
            self._asker = Asker(self.state_dir)
            undo.callback(self._asker.close)
            until("the scanner is opened", self.scanner.is_open)
            self.window = self.glass.window(self.daemon.pid)
            self._undo = undo.pop_all()

    def __enter__(self) -> Hall:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def leave(self) -> int:
        """Stop the program, then the screen; the program's exit code.  Idempotent."""
        self._undo.close()
        return self.daemon.process.returncode

    # -- eyes --------------------------------------------------------------------------------------

    def ask(self, op: str, **args: Any) -> Mapping[str, Any]:
        """The answer of the program to a question over its socket."""
        return self._asker.ask(op, **args)

    def trace(self) -> Mapping[str, Any]:
        """What its screen shows."""
        return self._asker.ask("screen.trace")

    def words(self) -> str:
        """All words on its screen."""
        return "\n".join(str(one["text"]) for one in self.trace()["widgets"] if one["text"])

    def comes(self, screen: str, within_s: float = 15.0) -> None:
        """Wait for a screen and keep its picture."""
        try:
            until(f"the screen {screen}", lambda: self.trace()["screen"] == screen, within_s)
        except TooLate as late:
            self._keep("instead")
            raise TooLate(f"{late}; the screen says: {self.words()!r}") from None
        self._keep(screen)

    def _keep(self, screen: str) -> None:
        """A picture of what the X server shows, once it stands still."""
        whole = (0, 0, *self.glass.size)
        before = b""

        def still() -> bool:
            nonlocal before
            last, before = before, self.glass.pixels(whole)
            return last == before

        until("the picture stands still", still)
        self._taken += 1
        self.glass.picture(self._pictures / f"{self._taken:02}-{screen}.png")

    # -- hands -------------------------------------------------------------------------------------

    def tap(self, *actions: str) -> None:
        """Click on buttons by what they do, one after another, on the screen that is shown."""
        places: dict[str, list[int]] = {}

        def all_there() -> bool:
            shown = [one for one in self.trace()["widgets"] if one["enabled"]]
            places.update({one["action"]: one["rect"] for one in shown})
            return set(actions) <= set(places)

        until(f"buttons {', '.join(actions)}", all_there)
        left, top = self._origin
        for action in actions:
            x, y, w, h = places[action]
            self.glass.click(self.window, left + x + w // 2, top + y + h // 2)

    def press(self, *keys: str) -> None:
        """Press keys of the keyboard, by their X names."""
        self.glass.type(self.window, *keys)

    def show(self, text: str) -> None:
        """Hold a symbol under the scanner."""
        self.scanner.send(text)

    def lockerctl(self, *words: str) -> list[Any]:
        """Run the real tool; the objects that it answered."""
        done = _run([str(BIN / "lockerctl"), "--state", str(self.state_dir), "--json", *words])
        return [json.loads(line) for line in done.splitlines()]

    def close_door(self, unit: str) -> None:
        """Push a door shut; again if it springs back, as it does while its coil is energised.

        It is shut when the program knows it too.
        """
        pushed_s = 0.0

        def latched() -> bool:
            nonlocal pushed_s
            row = next(one for one in self._asker.rows("sim.state") if one["unit"] == unit)
            # Against a coil that is still on, a door springs open again; each push is a change.
            rests = row["open"] and not row["energised"]
            if rests and time.monotonic() - pushed_s > TRAVEL_S:
                self.lockerctl("sim", "push", unit)
                pushed_s = time.monotonic()
            return row["latched"] and self._contact(unit) == "closed"

        until(f"door {unit} latches", latched, within_s=20.0)

    def _contact(self, unit: str) -> str:
        """What the program knows of a door."""
        doors = self.ask("status")["doors"]
        return str(next(one["contact"] for one in doors if one["unit"] == unit))

    def open_door(self) -> str:
        """The door that stands open."""
        found = until(
            "a door springs open",
            lambda: [row["unit"] for row in self._asker.rows("sim.state") if row["open"]],
        )
        return str(found[0])

    def message(self, recipient: str, item: str = "") -> Mapping[str, Any]:
        """The newest message on the telephone for somebody, about something."""

        def newest() -> Mapping[str, Any] | None:
            rows = self.lockerctl("sim", "phone")
            fits = [r for r in rows if r["recipient"] == recipient and item in r["item"]]
            return fits[-1] if fits else None

        found: Mapping[str, Any] = until(f"a message for {recipient}", newest)
        return found


def _kiosk_in_bench(window: tuple[int, int]) -> tuple[int, int]:
    """Where the kiosk's own glass begins in the window of the workbench."""
    from ui.workbench.screen import places

    glass = places(window, (800, 480)).kiosk
    return glass.x, glass.y


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.stdout
