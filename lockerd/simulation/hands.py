"""What people do at a simulated cabinet, step by step, in virtual time.

Theory of operation.  Every method does what a person would: shows a badge, types, presses, pushes a
door, and lets the time pass that it takes.  Stories, soaks and the first population share them.
"""

from __future__ import annotations

from lockerd.core import messages as msg
from lockerd.core import strokes
from lockerd.core.events import Actor
from lockerd.core.state import Handover
from lockerd.engine import Outcome
from lockerd.simulation.phone import PhoneMessage
from lockerd.simulation.stage import Stage

SIGNATURE: strokes.Strokes = (
    ((120, 230), (150, 150), (180, 90), (196, 84), (186, 130), (160, 190), (170, 205), (210, 180)),
    (
        (230, 176),
        (250, 140),
        (280, 196),
        (310, 150),
        (340, 200),
        (400, 110),
        (420, 190),
        (640, 120),
    ),
)
"""What a simulated person draws."""

SEAL = "4711"
"""The number on the seal that a simulated depositor reads."""

LOOK_MS = 400
"""How long a person takes to see what the screen says."""

DOOR_MS = 1_000
"""How long a freed door takes to stand open, or a pushed one to be shut."""


class Stuck(AssertionError):
    """A person could not go on: the kiosk is on another step than the journey needs."""


class Hands:
    """A person at the stage's cabinet."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    @property
    def step(self) -> str:
        """The step that the kiosk is on."""
        return self.stage.house.engine.visit.step

    def expect(self, *steps: str) -> None:
        """Stop here unless the kiosk is on one of these steps."""
        visit = self.stage.house.engine.visit
        if visit.step not in steps:
            wanted = " or ".join(steps)
            raise Stuck(
                f"the kiosk is on {visit.step!r} ({visit.why or visit.notice}), not {wanted}"
            )

    def press(self, action: str, arg: str = "") -> None:
        """Press a button, with a finger on a screen that works."""
        dead = {"touch", "screen"} & self.stage.world.broken
        if dead:
            raise Stuck(f"the {' and the '.join(sorted(dead))} does not work; use the keypad")
        self.stage.do(msg.Pressed(action, arg), LOOK_MS)

    def type_code(self, digits: str) -> None:
        """Type digits and OK, from the home screen if need be."""
        if self.step != "code":
            self.press("enter-code")
        self.stage.do(msg.CodeTyped(digits), LOOK_MS)

    def scan(self, text: str) -> None:
        """Show a QR code."""
        self.stage.world.scan(text)
        self.stage.run_for(LOOK_MS)

    def home(self) -> None:
        """Go back to the home screen."""
        if self.step != "home":
            self.press("home")

    def sign_in(self, staff: str) -> None:
        """Show a badge and type its PIN."""
        self.home()
        self.scan(self.stage.world.badges[staff].text)
        self.expect("staff_pin")
        self.stage.do(msg.CodeTyped(self.stage.world.badges[staff].pin), LOOK_MS)
        self.expect("staff_menu")

    def sign_out(self) -> None:
        """End the session."""
        if self.step == "deposit_done":
            self.press("back")
        self.press("sign-out")

    def actor(self, staff: str) -> Actor:
        """The member of staff as an actor of the journal."""
        return Actor(self.stage.house.engine.state.staff[staff].role, staff)

    def order(
        self,
        recipient: str,
        item: str,
        *,
        size: str = "S",
        profile: str = "documents",
        opens: int | None = None,
        closes: int | None = None,
        reference: str = "",
        seal: str = "",
        fact: str = "",
        staff: str = "1",
    ) -> str:
        """Announce a handover as an office would; its id."""
        ho = self.stage.id()
        outcome: Outcome = self.stage.house.take(
            msg.OrderHandover(
                actor=self.actor(staff),
                ho=ho,
                recipient_no=self.stage.id(),
                item_no=self.stage.id(),
                profile=profile,
                size=size,
                opens=opens,
                closes=closes,
                recipient=recipient,
                item=item,
                reference=reference,
                seal=seal,
                fact=(self.stage.house.vault.fact_row(ho, fact),) if fact else (),
            )
        )
        if outcome.declined is not None:
            raise Stuck(str(outcome.declined))
        return ho

    def handover(self, ho: str) -> Handover:
        """What the cabinet knows of a live handover."""
        return self.stage.house.engine.state.handovers[ho]

    def start_deposit(self, ho: str) -> str:
        """Pick a handover as a signed-in depositor; the compartment that opened."""
        if self.step == "staff_menu":
            self.press("deposit")
        elif self.step == "deposit_done":
            self.press("next")
        self.expect("deposit_pick")
        self.press("pick", ho)
        if self.step == "deposit_seal":
            self.scan(SEAL)
        self.stage.run_for(DOOR_MS)
        unit = self.handover(ho).unit
        if unit is None:
            raise Stuck(f"no compartment was given for {ho}")
        return unit

    def close(self, unit: str) -> None:
        """Push a door shut."""
        self.stage.world.push(unit)
        self.stage.run_for(DOOR_MS)

    def place(self, ho: str) -> None:
        """Pick, place, close, confirm, whatever becomes of the code."""
        unit = self.start_deposit(ho)
        self.expect("deposit_open")
        self.close(unit)
        self.expect("deposit_confirm")
        self.press("confirm")
        self.expect("deposit_done")

    def deposit(self, ho: str) -> PhoneMessage:
        """Pick, place, close, confirm; the message that the recipient got."""
        self.place(ho)
        sent = self.stage.world.phone.of(ho)
        assert sent is not None, "no message was delivered"
        return sent

    def sign(self) -> None:
        """Draw a signature and hand it on."""
        self.expect("sign")
        ids = (self.stage.id(), self.stage.id(), self.stage.id())
        self.stage.do(msg.FormSent({"strokes": strokes.encode(SIGNATURE)}, ids), LOOK_MS)

    def collect(self, code: str) -> str:
        """Type or show a code, wait for the door, close it, look at the seal and sign if asked; the
        compartment."""
        self.home()
        if code.isdigit():
            self.type_code(code)
        else:
            self.scan(code)
        self.expect("opening", "open")
        self.stage.run_for(DOOR_MS)
        self.expect("open")
        unit = self.stage.house.engine.visit.unit
        assert unit is not None
        self.close(unit)
        if self.step == "seal_check":
            self.press("whole")
        if self.step == "sign":
            self.sign()
        self.expect("receipt")
        self.press("home")
        return unit
