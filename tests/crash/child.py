"""A cabinet that can be killed: the real house, around a cabinet and a screen that are pipes.

Theory of operation.  `zygote` imports everything once and then forks a life for each job that comes
over standard input, so that a life costs milliseconds.  A life builds a `House` (real store, vault,
engine and loop) whose cabinet, screen and courier write one line per act to a socket; the test at
the other end is the physical world.  It asks for one thing at a time, and the life says `done` when
nothing is left to do.  Time stands still except when the test lets it pass, and random bytes are
seeded: the same job makes the same system calls.

Rules.  What the life says goes out in one `send` at the moment of the act, never later.  A `Knife`
kills the process right before or right after the k-th act.  A `twin` is a version of the daemon
with one rule broken, for tests that must fail.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from crash_site import SITE
from crash_twins import TWINS

from lockerd import upkeep
from lockerd.core import effects as ef
from lockerd.core import messages as msg
from lockerd.core.events import DEVICE, Actor
from lockerd.core.messages import Level
from lockerd.core.now import Now
from lockerd.house import House, Parts
from lockerd.journal.note import SigningKey, parse_vkey
from lockerd.loop import Loop, SelectorWaiter
from lockerd.ports import Clock, Clockwork, PortError, Post
from lockerd.simulation.virtual import VirtualClock, VirtualTime
from lockerd.vault import KDF_N_SIMULATION, Job

REFUSED = 3
"""Exit code of a life whose house did not start; it has said why."""

OPERATOR = Actor("operator", "1")


class Knife:
    """Ends the process at the k-th act, `before` or `after` it; k 0 never does."""

    def __init__(self, at: int, side: str) -> None:
        self.at, self.side, self.count = at, side, 0

    def act(self, do: Callable[[], None]) -> None:
        """Do one act, unless the knife falls."""
        self.count += 1
        if self.count == self.at and self.side == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        do()
        if self.count == self.at and self.side == "after":
            os.kill(os.getpid(), signal.SIGKILL)


class Wire:
    """The socket to the test."""

    def __init__(self, end: socket.socket, knife: Knife) -> None:
        self.end = end
        self._knife = knife
        self._in = b""

    def say(self, *words: str) -> None:
        """One line, in one system call."""
        self.end.send((" ".join(words) + "\n").encode())

    def act(self, *words: str) -> None:
        """One act of a port."""
        self._knife.act(lambda: self.say(*words))

    def hear(self) -> str:
        """The next line; the test went away when there is none."""
        while b"\n" not in self._in:
            piece = self.end.recv(4096)
            if not piece:
                os._exit(0)
            self._in += piece
        line, _, self._in = self._in.partition(b"\n")
        return line.decode()


class PipeCabinet:
    """`ports.Cabinet` whose doors and strikes are the test."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def start(self, post: Post) -> Mapping[str, Level]:
        self._wire.act("start")
        levels = (word.split("=") for word in self._wire.hear().split())
        return {unit: Level(level) for unit, level in levels}

    def pulse(self, unit: str, pulse_ms: int) -> None:
        self._wire.act("pulse", unit, str(pulse_ms))

    def stop(self) -> None:
        self._wire.act("stop")


class PipeKiosk:
    """`house.KioskPart` that says each new step, and each new reason why nothing goes on."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._shown = ("home", "")
        self._fault: str | None = None

    def refresh(self, house: House) -> None:
        visit = house.engine.visit
        shown = visit.step, visit.why
        if house.fault is not None and house.fault != self._fault:
            self._wire.act("fault", house.fault)
        self._fault = house.fault
        if shown != self._shown:
            self._shown = shown
            self._wire.act(*[one for one in ("screen", *shown) if one])

    def next_frame_due(self, house: House) -> int | None:
        return None


class PipeCourier:
    """`ports.Courier` that hands codes to the test."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def deliver(self, effect: ef.Deliver) -> Sequence[str]:
        self._wire.act("code", effect.ho, effect.pin, effect.qr)
        return ("phone",)

    def tell(self, effect: ef.Remind | ef.Tell) -> None:
        """Nobody reads it."""


class Ticker:
    """The loop's clock and the house's: one time, which the test lets pass."""

    def __init__(self, job: Mapping[str, Any]) -> None:
        self.time = VirtualTime(job["wall_ms"])
        self._boot = job["boot"]

    def clock_of(self, floor: Now | None) -> Clockwork:
        return VirtualClock(self.time, self._boot, floor)


class Life:
    """One run of the daemon."""

    def __init__(self, job: Mapping[str, Any], wire: Wire) -> None:
        self.wire = wire
        self.ticker = Ticker(job)
        self.loop = Loop(self.ticker.time, SelectorWaiter())
        self.chance = random.Random(job["seed"])
        upkeep.SNAPSHOT_EVERY = job.get("snapshot_every", upkeep.SNAPSHOT_EVERY)
        twin = TWINS.get(job.get("twin", ""))
        self.house = House(SITE, Path(job["state"]), self._parts())
        self._after_start = twin(self) if twin is not None else None
        self._asked = False
        self._ended = False

    def _parts(self) -> Parts:
        return Parts(
            loop=self.loop,
            clock_of=self.ticker.clock_of,
            open_cabinet=self._open_cabinet,
            run_job=self._run_job,
            random=self.chance.randbytes,
            mode="simulation",
            kdf_n=KDF_N_SIMULATION,
            kiosk=PipeKiosk(self.wire),
            courier=PipeCourier(self.wire),
            reserve_bytes=0,
        )

    def _open_cabinet(self, clock: Clock) -> PipeCabinet:
        return PipeCabinet(self.wire)

    def _run_job(self, job: Job) -> None:
        self.loop.post(job())

    def run(self) -> int:
        """Live until told to stop; the exit code."""
        try:
            self.house.start()
        except PortError as why:
            self.wire.say("refused", type(why).__name__, str(why))
            return REFUSED
        if self._after_start is not None:
            self._after_start()
        self.loop.work()
        self.wire.say("done")
        self.loop.watch(self.wire.end.fileno(), self._ready)
        while True:
            self.loop.turn()
            if self._ended:
                break
            if self._asked and self.loop.next_due_ms() != 0:
                self._asked = False
                self.wire.say("done")
        self.loop.close()
        self.wire.say("bye")
        return 0

    def _ready(self) -> None:
        self._asked = True
        verb, _, rest = self.wire.hear().partition(" ")
        VERBS[verb](self, *rest.split())

    # -- what the test can ask for -----------------------------------------------------------------

    def press(self, action: str, arg: str = "") -> None:
        self.loop.post(msg.Pressed(action, arg))

    def type(self, digits: str) -> None:
        self.loop.post(msg.CodeTyped(digits))

    def scan(self, text: str) -> None:
        self.loop.post(msg.Scanned(text))

    def order(self, ho: str, profile: str) -> None:
        self.house.take(
            msg.OrderHandover(
                actor=OPERATOR,
                ho=ho,
                recipient_no="00000000000000r1",
                item_no="00000000000000i1",
                profile=profile,
                size="S",
                opens=None,
                closes=None,
                recipient="A recipient",
                item="An item",
            )
        )

    def door(self, unit: str, level: str) -> None:
        up_ms = self.ticker.time.at_ms
        self.loop.post(msg.DoorMoved(unit, Level(level), up_ms, up_ms))

    def ended(self, unit: str) -> None:
        self.loop.post(msg.PulseEnded(unit))

    def passing(self, ms: str) -> None:
        """Let time pass, with everything that falls due on the way."""
        loop, time = self.loop, self.ticker.time
        end_ms = time.at_ms + int(ms)
        loop.work()
        while (due := loop.next_due_ms()) is not None and time.at_ms + due <= end_ms:
            time.pass_ms(due)
            loop.work()
        time.pass_ms(end_ms - time.at_ms)
        loop.work()

    def enrol(self, staff: str, role: str, pin: str) -> None:
        cred, text, rows = self.house.vault.badge(pin)
        person = msg.EnrolStaff(DEVICE, staff, role, cred, rows, True, "A person")
        if self.house.take(person).declined is None:
            self.wire.say("badge", staff, text)

    def stop(self) -> None:
        self.house.stop("asked")
        self._ended = True


VERBS: Mapping[str, Callable[..., None]] = {
    "press": Life.press,
    "type": Life.type,
    "scan": Life.scan,
    "order": Life.order,
    "door": Life.door,
    "ended": Life.ended,
    "pass": Life.passing,
    "enrol": Life.enrol,
    "stop": Life.stop,
}


# -- processes -------------------------------------------------------------------------------------


def live(job: Mapping[str, Any], end: socket.socket) -> int:
    """One life from its first line to its last; the exit code."""
    knife = job.get("knife", [0, ""])
    wire = Wire(end, Knife(*knife))
    assert wire.hear() == "go"
    try:
        return Life(job, wire).run()
    except BaseException:
        text = traceback.format_exc().encode("unicode_escape").decode("ascii")
        wire.say("crashed", text)
        return 70


def warm() -> None:
    """Load what is only loaded when it is needed: once here, or else in every life."""
    signer = SigningKey("warm.example/warm/1", bytes(32))
    parse_vkey(signer.vkey).verifies(b"", signer.sign(b""))
    signer.secret_text.encode("ascii")


def zygote() -> None:
    """Fork a life for each job; a job is a line of JSON and the life's end of a socket."""
    warm()
    door = socket.socket(fileno=os.dup(0))
    while True:
        data, fds, _, _ = socket.recv_fds(door, 65_536, 1)
        if not data:
            return
        job = json.loads(data)
        pid = os.fork()
        if pid == 0:
            door.close()
            code = 70
            try:
                code = live(job, socket.socket(fileno=fds[0]))
            finally:
                os._exit(code)
        os.close(fds[0])
        door.send(f"{pid}\n".encode())
        _, status = os.waitpid(pid, 0)
        door.send(f"{os.waitstatus_to_exitcode(status)}\n".encode())


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    zygote()
