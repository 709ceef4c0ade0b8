"""The desk: answers one request after another with the table of operations.

Theory of operation.  A request's arguments are checked against the table before anything looks at
them.  Readings need a shelf; acts need a running house and a member of staff behind the socket's
uid; hands need a simulation.  Errors of the journal and of devices become answers, never a reason
to stop.

Rules.  Whoever may connect may read; acting needs an actor.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256

from lockerd.control.codec import Request, RequestError
from lockerd.control.server import Peer
from lockerd.core.events import Actor
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.core.state import State
from lockerd.desk import acts, overrides
from lockerd.desk import hands as hands_on
from lockerd.desk.arguments import take
from lockerd.desk.op import Answer, Args, Op
from lockerd.desk.parts import Hands, House, Shelf
from lockerd.desk.staging import Staging
from lockerd.desk.table import BY_NAME
from lockerd.journal.reader import Reader
from lockerd.ports import JournalError, PortError

PICTURE_MAX = 4 << 20
PIECE_BYTES = 36_000
_NO_SCREEN = "this run has no screen; start it with one"


def reading(shelf: Shelf, op: str, args: Args) -> Answer:
    """Answer a reading from a shelf.  Raises RequestError, also for what is no reading."""
    known = BY_NAME.get(op)
    if known is None or known.kind != "read":
        raise RequestError("unknown-op", "there is no such reading; see docs/socket.md")
    try:
        return known.run(shelf, take(op, known.args, args))
    except JournalError as broken:
        raise RequestError("failed", str(broken)) from None


class _Window:
    """A running house as a shelf, at one moment."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.now: Now = house.clock.now()

    @property
    def site(self) -> Site:
        return self._house.site

    @property
    def state(self) -> State:
        return self._house.engine.state

    @property
    def journal(self) -> Reader:
        return self._house.journal

    @property
    def fault(self) -> str | None:
        return self._house.engine.fault

    @property
    def step(self) -> str:
        return self._house.engine.visit.step


class Desk:
    """Answers requests; give `answer` to `control.server.Server`."""

    def __init__(
        self,
        house: Callable[[], House | None],
        random: Callable[[int], bytes],
        actor: Callable[[int], Actor | None],
        hands: Hands | None = None,
        picture: Callable[[bool], bytes] | None = None,
        trace: Callable[[bool], Answer] | None = None,
    ) -> None:
        """`house()`: the running one, None while a simulated supply is cut.  `actor(uid)`: the
        member of staff that a user acts as.  `picture(redact)`, `trace(redact)`: the screen as
        PNG and as data."""
        self._house = house
        self._random = random
        self._actor = actor
        self._hands = hands
        self._picture = picture
        self._trace = trace
        self._last_picture = b""
        self._staged = Staging()

    def answer(self, request: Request, peer: Peer) -> Answer:
        """Answer one request.  Raises RequestError."""
        known = BY_NAME.get(request.op)
        if known is None:
            raise RequestError("unknown-op", "there is no such operation; see docs/socket.md")
        given, own_pin = overrides.asked(request.op, request.args)
        args = take(request.op, known.args, given)
        try:
            return self._run(known, args, peer, own_pin)
        except JournalError as broken:
            raise RequestError("failed", str(broken)) from None
        except PortError as broken:
            code = "declined" if known.kind == "hands" else "failed"
            raise RequestError(
                code, str(broken), why="hands" if code == "declined" else ""
            ) from None

    def _run(self, op: Op, args: Args, peer: Peer, own_pin: str | None) -> Answer:
        if op.kind == "hands":
            return op.run(self._need_hands(), self._site(), args)
        if op.kind == "desk":
            return op.run(self, args)
        if op.kind == "open":
            return op.run(self._need_house(), peer.uid, args)
        window = _Window(self._need_house())
        if op.kind == "read":
            answer = op.run(window, args)
            return answer if op.name != "status" else {**answer, **self._acting(window, peer)}
        actor = self._actor(peer.uid)
        if actor is None:
            raise RequestError(
                "staff",
                "this user is no member of staff here; sign in at the kiosk, then run: lockerctl "
                "staff link NUMBER",
            )
        overrides.permit(self._need_house(), actor, op.name, own_pin)
        bench = acts.Bench(self._need_house(), window, actor, self._random, staged=self._staged)
        if self._hands is not None:
            bench = bench._replace(forget=self._hands.phone.forget)
        return op.run(bench, args)

    def _acting(self, window: _Window, peer: Peer) -> Answer:
        """Whom the asking user acts as."""
        actor = self._actor(peer.uid)
        if actor is None:
            return {"acting_as": None}
        known = window.state.staff.get(actor.id)
        demonstration = known is not None and known.demonstration
        return {
            "acting_as": {"staff": actor.id, "role": actor.role, "demonstration": demonstration}
        }

    def _need_house(self) -> House:
        house = self._house()
        if house is None:
            raise RequestError(
                "declined",
                "the cabinet has no power; switch it on: lockerctl sim power on",
                why="power",
            )
        return house

    def _need_hands(self) -> Hands:
        if self._hands is None:
            raise RequestError(
                "declined", "this is no simulation; start one with: lockerd simulate", why="device"
            )
        return self._hands

    def _site(self) -> Site:
        return self._need_hands().site

    def badge(self, args: Args) -> Answer:
        """The badge of a demonstration member of staff."""
        return hands_on.badge_of(self._hands, args["staff"])

    def witness_take(self, args: Args) -> Answer:
        """What the answers of witnesses came to; `origin` is the log that is written now."""
        house = self._need_house()
        found = house.take_answers()
        fault = house.answers_fault
        if not house.site.witnesses:
            fault = "no witness is known here; add [[witness]] to the config and restart"
        keys = ("file", "verdict", "text", "witness", "size")
        taken = [{key: getattr(one, key) for key in keys} for one in found]
        return {"rows": taken, "fault": fault, "origin": house.journal.origin}

    def screenshot(self, args: Args) -> Answer:
        """The screen as PNG: the first piece with its digest, then piece after piece."""
        if args["after"] is None:
            self._last_picture = self._take_picture(bool(args["redact"]))
        digest = sha256(self._last_picture).hexdigest()
        if args["after"] is not None and args["digest"] != digest:
            raise RequestError(
                "declined", "somebody else took a picture meanwhile; try again", why="replaced"
            )
        start = 0 if args["after"] is None else args["after"]
        stop = min(start + PIECE_BYTES, len(self._last_picture))
        piece = self._last_picture[start:stop]
        more = stop < len(self._last_picture)
        if not more:
            self._last_picture = b""
        return {
            "digest": digest,
            "data": b64encode(piece).decode("ascii"),
            "next": stop if more else None,
        }

    def screen(self, args: Args) -> Answer:
        """The screen as data."""
        self._need_house()
        if self._trace is None:
            raise RequestError("declined", _NO_SCREEN, why="screen")
        return self._trace(bool(args["redact"]))

    def _take_picture(self, redact: bool) -> bytes:
        self._need_house()
        if self._picture is None:
            raise RequestError("declined", _NO_SCREEN, why="screen")
        png = self._picture(redact)
        if not 0 < len(png) <= PICTURE_MAX:
            raise RequestError("failed", "the picture is too large; use a smaller screen")
        return png
