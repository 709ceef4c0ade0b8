"""The cabinet as frozen values: what was installed here, read once, never changed while running.

Theory of operation.  `lockerd.config` reads a TOML file into a `Site`; everything else only reads
it.  A value that a person wrote in the file appears here under the same name and unit.

Rules.  Units last in names (`pulse_ms`, `window_h`, `width_mm`).  No secrets.  Geometry of the
cabinet is in columns from the left and whole height units from the top, as a person facing it sees;
both count from 0.
"""

from __future__ import annotations

from typing import Literal

from lockerd.core.calendar import Calendar
from lockerd.core.record import Record

SIZES: tuple[str, ...] = ("S", "M", "L", "XL")
LANGUAGES: tuple[str, ...] = ("en", "de", "fr", "ar", "hi", "zh")
"""Compartment sizes, smallest first; an item may go into its own size or a larger one."""

PULSE_MAX_MS = 2_000
"""No config may ask for a longer pulse: a coil of this kind burns."""

Straddle = Literal["deny", "ask-operator", "release-and-flag"]
"""What a release does when the clock cannot tell on which side of a window's edge it is."""

AtExpiry = Literal["wait", "return", "reassign", "escalate"]
"""What follows when a window ends without a collection."""

Interrupted = Literal["retry-and-flag", "ask-operator"]
"""What becomes of a release that a power cut interrupted while its door was seen closed."""


Delivery = Literal["phone", "screen", "slip", "file"]
"""How the recipient's codes leave: a telephone (simulation only), the kiosk's own screen, a printed
slip, or the sealed file for a mail merge."""

REACH_MM = (380, 1_220)
"""Between these heights a door's middle is within reach from a wheelchair (ADA 308.2.1, 15 to 48
in); an order that asks for `reach` `low` gets no other compartment."""


SPEECH_KEYS: tuple[str, ...] = ("asterisk", "slash", "minus", "plus", "dot", "star", "none")
"""Keys that can begin speech: those of a number pad, `star` of a telephone's twelve keys, or
none."""

SecondFactor = Literal["none", "witnessed", "fact"]
"""What a recipient shows besides the code: nothing, a document that staff looks at, or that they
know something that both know."""

Fact = Literal["birth-date", "document-number"]
"""What both know: a date of birth (day, month, year), the last four digits of a document."""


class Strike(Record):
    """The solenoid of one compartment.  `pulse_ms` is how long it is energised, once."""

    pin: int
    active_high: bool = True
    pulse_ms: int = 500
    cooldown_ms: int = 5_000

    @property
    def rest_ms(self) -> int:
        """From the permission for one pulse to the permission for the next.

        The driver counts the cool-down from the pulse's end; 100 ms cover its timer.
        """
        return self.pulse_ms + self.cooldown_ms + 100


class Contact(Record):
    """The door switch of one compartment.  `closed_high`: the line is high while the door is
    shut."""

    pin: int
    closed_high: bool = False
    stable_ms: int = 60


class Compartment(Record):
    """One door.  `unit` is the name on the door; `column` and `top` place it on the front.

    `column` is an index of `Site.columns`; `top` is the number of units above the door.
    """

    unit: str
    size: str
    column: int
    top: int
    height: int
    strike: Strike
    contact: Contact
    reach_mm: int = 1_000
    climate: str = ""


class Column(Record):
    """One column of the front.  `kind` is `doors` or `screen` (where the kiosk itself sits).

    `height` is how many units it is high; no door reaches below that.
    """

    kind: Literal["doors", "screen"] = "doors"
    width_mm: int = 300
    height: int = 8


class Screen(Record):
    """The panel; both axes matter, since a pixel need not be square.

    `touch`: the input device of its touches, watched for its loss; empty for none.  `backlight`:
    where its light is set; empty for none.
    """

    width_px: int = 800
    height_px: int = 480
    width_mm: float = 154.08
    height_mm: float = 85.92
    fullscreen: bool = False
    touch: str = ""
    backlight: str = ""


class Appearance(Record):
    """How the kiosk looks until somebody chooses otherwise for their visit."""

    theme: Literal["light", "dark", "high-contrast"] = "light"
    text_size: Literal["normal", "large"] = "normal"
    motion: Literal["none", "fade"] = "none"


class Scanner(Record):
    """A QR scanner.  `kind` `serial` needs a `port`; `none` is a cabinet without one."""

    kind: Literal["serial", "none"] = "none"
    port: str = ""
    baud: int = 9_600


class Keypad(Record):
    """Keys beside the screen.  `window` takes the keyboard of the window that the kiosk runs in.

    `speech_key`: the key that begins speech, by one of the names in `SPEECH_KEYS`.
    `double_strike_ms`: within which the same key counts once for somebody who is guided.
    """

    kind: Literal["evdev", "window", "none"] = "window"
    device: str = ""
    speech_key: str = "asterisk"
    double_strike_ms: int = 500


class Speech(Record):
    """The voice.  `headphones`: the input device of the jack; empty for a panel without one."""

    kind: Literal["espeak", "none"] = "none"
    headphones: str = ""


class ClockSource(Record):
    """`battery_backed`: the board keeps time while it is off, so its clock may close a window."""

    battery_backed: bool = False
    error_ms: int = 2_000


class Timing(Record):
    """How long the kiosk waits for people, in their own time."""

    idle_s: int = 45
    more_time_s: int = 20
    receipt_s: int = 0
    confirm_window_ms: int = 1_500
    left_open_s: int = 45
    left_open_alarm_s: int = 180


class Printer(Record):
    """The slip printer.  `kind` `escpos` needs a `device`; `none` is a cabinet without one.

    `columns`: characters that a line holds.
    """

    kind: Literal["escpos", "none"] = "none"
    device: str = ""
    columns: int = 32


class Slips(Record):
    """The mail-merge file: codes sealed to the X25519 `key` (base64), in files of `directory`."""

    key: str = ""
    directory: str = ""


class Profile(Record):
    """The rules of one kind of handover, chosen when it is ordered.

    `like`: the shipped profile that it began as; empty for none.  `retention_days`: names are due
    to be erased so long after the end; 0: not by date.
    """

    name: str
    like: str = ""
    title: str = ""
    window_h: int = 72
    straddle: Straddle = "deny"
    interrupted: Interrupted = "retry-and-flag"
    show_code: bool = False
    delivery: Delivery = "phone"
    attempts: int = 3
    authorisers: int = 0
    second_factor: SecondFactor = "none"
    fact: Fact = "birth-date"
    signature: bool = False
    seal: bool = False
    exchange: bool = False
    open_hours: bool = False
    reminders_h: tuple[int, ...] = ()
    at_expiry: AtExpiry = "wait"
    escalate_h: tuple[int, ...] = ()
    escalate_to: tuple[str, ...] = ()
    reassign_to: tuple[str, ...] = ()
    retention_days: int = 0


class Notified(Record):
    """Somebody who can be told, or who collects instead.  `key` stands in the journal."""

    key: str
    title: str = ""
    telephone: str = ""


class Site(Record):
    """One cabinet at one address.

    `copy_dir`: where the journal's second copy is written; `stick_dir`: where a stick is
    mounted for papers to take along; empty for none.  `witnesses`: verifier keys of those whose
    cosignatures count.  `languages`: what the kiosk speaks, the first one until another is
    chosen.  `digest`: the SHA-256 (hex) of the file that this was read from.
    """

    name: str
    fleet: str
    device: str
    help_phone: str
    time_zone: str
    driver: Literal["sim", "gpio"]
    compartments: tuple[Compartment, ...]
    columns: tuple[Column, ...]
    profiles: tuple[Profile, ...]
    help_hours: str = ""
    help_closed_phone: str = ""
    board: str = ""
    screen: Screen = Screen()
    kiosk: Appearance = Appearance()
    scanner: Scanner = Scanner()
    keypad: Keypad = Keypad()
    speech: Speech = Speech()
    clock: ClockSource = ClockSource()
    timing: Timing = Timing()
    owner_key: str = ""
    printer: Printer = Printer()
    slips: Slips = Slips()
    calendar: Calendar | None = None
    notify: tuple[Notified, ...] = ()
    copy_dir: str = ""
    stick_dir: str = ""
    witnesses: tuple[str, ...] = ()
    languages: tuple[str, ...] = LANGUAGES
    digest: str = ""

    def compartment(self, unit: str) -> Compartment:
        """The compartment with this name; KeyError if the cabinet has none."""
        for one in self.compartments:
            if one.unit == unit:
                return one
        raise KeyError(unit)

    def has(self, unit: str) -> bool:
        """Whether the cabinet has a door of this name."""
        return any(one.unit == unit for one in self.compartments)

    def profile(self, name: str) -> Profile:
        """The profile with this name; KeyError if the config has none."""
        for one in self.profiles:
            if one.name == name:
                return one
        raise KeyError(name)
