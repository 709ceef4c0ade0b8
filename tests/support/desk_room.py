"""A running simulated cabinet with its desk and its socket, and `lockerctl` at the other end.

Theory of operation.  A stage in virtual time is the cabinet; the control server listens on a real
socket and is turned by the client that waits.  A command runs as it would in a shell, but in this
process, with its output caught.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from lockerd import config
from lockerd.cli import control
from lockerd.cli.tool import Tool
from lockerd.config.schema import EXAMPLE_WITNESS
from lockerd.control.client import Client
from lockerd.control.server import Server
from lockerd.core.events import Actor
from lockerd.core.site import Site
from lockerd.desk import Desk
from lockerd.simulation.hands import Hands
from lockerd.simulation.stage import Stage
from support.wired import Turns, client

ROOT = Path(__file__).resolve().parents[2]
OPERATOR = Actor("operator", "1")
PICTURE = b"\x89PNG" + bytes(range(256)) * 400


class Ran:
    """What a command came to."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The objects that `--json` printed."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def one(self) -> dict[str, Any]:
        """The only one."""
        (row,) = self.rows
        return row

    def __repr__(self) -> str:
        return f"exit {self.code}\n{self.out}{self.err}"


class Tty(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


def demo() -> Site:
    """The demonstration cabinet, with one witness."""
    return config.read(ROOT / "config" / "demo.toml").but(witnesses=(EXAMPLE_WITNESS,))


class DeskRoom:
    """One cabinet, from start to `close`."""

    def __init__(
        self,
        state_dir: Path,
        seed: int = 1,
        actor: Actor | None = OPERATOR,
        site: Site | None = None,
    ) -> None:
        self.state_dir = state_dir
        self.stage = Stage(demo() if site is None else site, state_dir, seed)
        self.stage.world.start()
        self.stage.run_for(1_000)
        self.hands = Hands(self.stage)
        self.actor = actor
        self.turns = Turns()
        self.pictures: list[bool] = []
        self.picture = PICTURE
        self.desk = Desk(
            lambda: self.stage.world.house,
            self.stage.random,
            lambda uid: self.actor,
            self.stage.world,
            self._take_picture,
            lambda redact: {"screen": "home", "size": [800, 480], "widgets": []},
        )
        path = state_dir / "control.sock"
        self.server = Server(str(path), self.turns, self.desk.answer, self.stage.time.up_ms)
        self.server.start()

    def _take_picture(self, redact: bool) -> bytes:
        self.pictures.append(redact)
        return self.picture

    def dial(self, state: str) -> Client:
        """A client, as `control.client.connect` makes one."""
        return client(Path(state) / "control.sock", self.turns.turn)

    def ctl(self, *words: str, err: io.StringIO | None = None) -> Ran:
        """Run `lockerctl` with these words."""
        given = ["--state", str(self.state_dir), *words]
        args = control.parser(given).parse_args(given)
        out, err = io.StringIO(), io.StringIO() if err is None else err
        tool = Tool(
            args.state,
            args.json,
            out,
            err,
            connect=self.dial,
            sleep=lambda for_s: self.stage.run_for(round(for_s * 1000)),
        )
        return Ran(control.run(tool, args), out.getvalue(), err.getvalue())

    def ask(self, op: str, **args: Any) -> dict[str, Any]:
        """One request, answered by the desk."""
        with self.dial(str(self.state_dir)) as one:
            return dict(one.call(op, args))

    def order(self, recipient: str = "Ada", item: str = "A letter") -> str:
        """A handover that was announced; its id."""
        done = self.ctl("handover", "create", "--recipient", recipient, "--item", item, "--json")
        assert done.code == 0, done
        self.stage.run_for(1_000)
        return str(done.one["ho"])

    def ctl_short(self, ho: str) -> str:
        """The short reference of an unfinished handover."""
        return str(self.ask("handover.show", handover=ho)["handover"])

    def deposit(self, ho: str) -> Any:
        """Sign in as the depositor, deposit, sign out; the message on the telephone."""
        self.hands.sign_in("2")
        sent = self.hands.deposit(ho)
        self.hands.sign_out()
        self.stage.run_for(10_000)  # the strike rests before the next pulse
        return sent

    def collected(self, recipient: str = "Ada") -> str:
        """A handover from announcement to collection; its id."""
        ho = self.order(recipient)
        sent = self.deposit(ho)
        self.hands.collect(sent.pin)
        self.stage.run_for(90_000)
        return ho

    def close(self) -> None:
        """Stop in order."""
        self.server.stop()
        self.stage.world.stop()
        assert not self.turns.readers
