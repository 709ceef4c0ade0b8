"""Every key that a config file may hold: one table, from which all else is made.

Theory of operation.  The reader, the JSON Schema for editors, the commented reference file and the
manual are all derived from `TABLES`; a test holds the committed copies equal to it, and the
defaults equal to those of `lockerd.core.site`.

Rules.  A key carries its unit (`pulse_ms`).  Columns and height units count from 0, left and top,
as a person facing the cabinet sees it.  No key takes a secret.
"""

from __future__ import annotations

from lockerd.config.schema import (
    EXAMPLE_OWNER_KEY,
    EXAMPLE_SEAL_KEY,
    EXAMPLE_WITNESS,
    MAX_COLUMNS,
    MAX_COMPARTMENTS,
    MAX_NOTIFIED,
    MAX_PROFILES,
    MAX_WITNESSES,
    SHIPPED,
    Key,
    Kind,
    Table,
    Value,
)
from lockerd.core.site import LANGUAGES, SIZES, SPEECH_KEYS


def _text(name: str, doc: str, high: int, form: str = "plain", *, example: str) -> Key:
    """An optional text; empty unless given."""
    return Key(name, "text", doc, default="", high=high, form=form, example=example)


def _must(name: str, doc: str, high: int, example: Value, form: str = "plain") -> Key:
    """A text that has to be given."""
    return Key(name, "text", doc, None, True, 1, high, form=form, example=example)


def _whole(name: str, doc: str, default: int, low: int, high: int) -> Key:
    return Key(name, "integer", doc, default, False, low, high)


def _choice(
    name: str, doc: str, default: str | int | None, *choices: str | int, example: str = ""
) -> Key:
    kind: Kind = "integer" if isinstance(choices[0], int) else "text"
    sample = example or default or choices[0]
    return Key(name, kind, doc, default, default is None, choices=choices, example=sample)


def _flag(name: str, doc: str, default: bool, example: bool | None = None) -> Key:
    return Key(name, "flag", doc, default, example=example)


def _pin(name: str, doc: str, example: int) -> Key:
    return Key(name, "integer", doc, None, True, 0, 45, example=example)


_PULSE = _whole("pulse_ms", "How long the strike is energised, once per release.", 500, 50, 2_000)
_COOL = _whole("cooldown_ms", "Rest between two pulses of one strike.", 5_000, 500, 600_000)
_ACTIVE = _flag("active_high", "Whether a high line energises the strike.", True)
_CLOSED = _flag("closed_high", "Whether the line is high while the door is shut.", False)
_STABLE = _whole(
    "stable_ms",
    "How long a level must last before the door counts as moved.",
    60,
    10,
    1_000,
)


def _inherit(key: Key, table: str) -> Key:
    """The same key, on one compartment, overriding the cabinet's."""
    return Key(
        key.name,
        key.kind,
        f"This door's own {key.name}.",
        low=key.low,
        high=key.high,
        example=key.default,
        absent=f"as in [{table}]",
    )


WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

TABLES: tuple[Table, ...] = (
    Table(
        "site",
        "The cabinet and where it stands.",
        (
            _must("name", "The site's name, shown on the screen.", 40, "Riverside Legal"),
            _must(
                "fleet",
                "The fleet's domain; first part of the journal's origin, so it never changes.",
                64,
                "lockerd.example",
                "fleet",
            ),
            _must(
                "device",
                "This cabinet's name in the fleet; second part of the journal's origin.",
                32,
                "rl-07",
                "device",
            ),
            _must(
                "help_phone",
                "Whom to call, shown with every failure.",
                24,
                "020 7946 0188",
                "phone",
            ),
            _text(
                "help_hours",
                "When somebody answers.",
                60,
                example="Mon-Fri 08:00-18:00",
            ),
            _text(
                "help_closed_phone",
                "The number shown instead while the site is closed by its [calendar]; empty: the"
                " same at every hour.",
                40,
                example="020 7946 0199",
            ),
            _must(
                "time_zone",
                "The site's time zone, tz database name.",
                64,
                "Europe/London",
                "zone",
            ),
            Key(
                "languages",
                "text",
                "What the kiosk speaks, in the order of its buttons; it begins with the first.",
                " ".join(LANGUAGES),
                low=2,
                high=60,
                form="languages",
                example="en de fr",
            ),
            _text(
                "owner_key",
                "The owner's Ed25519 public key: 32 bytes in base64, or a verifier key"
                " (name+hash+key). Needed by a real cabinet: it enrols the first operator.",
                200,
                "owner-key",
                example=EXAMPLE_OWNER_KEY,
            ),
        ),
        required=True,
    ),
    Table(
        "driver",
        "What moves the strikes and reads the doors.",
        (
            _choice(
                "kind",
                "`gpio`: lines of the board. `sim`: a simulated cabinet.",
                None,
                "sim",
                "gpio",
            ),
            Key(
                "board",
                "text",
                "`pi`: 40-pin header, GPIO 2 to 27. `cm`: Compute Module on a 200-pin socket,"
                " GPIO 0 to 45. Needed by `gpio`.",
                default="",
                choices=("pi", "cm"),
                example="cm",
            ),
        ),
        required=True,
    ),
    Table(
        "screen",
        "The panel as it is mounted: higher than wide where it stands. Give all four sizes or none:"
        " a pixel need not be square.",
        (
            _whole("width_px", "Width in pixels.", 800, 320, 3_840),
            _whole("height_px", "Height in pixels.", 480, 240, 2_160),
            Key(
                "width_mm",
                "number",
                "Width of the lit area.",
                154.08,
                low=50,
                high=1_000,
            ),
            Key(
                "height_mm",
                "number",
                "Height of the lit area.",
                85.92,
                low=30,
                high=1_000,
            ),
            _flag("fullscreen", "Whether the kiosk fills the panel.", False),
            _text(
                "touch",
                "The touch panel's input device, watched so that its loss is noticed; prefer"
                " /dev/input/by-path/. Empty: not watched.",
                128,
                "device-path",
                example="/dev/input/by-path/platform-i2c-event",
            ),
            _text(
                "backlight",
                "The panel's light below /sys/class/backlight, dimmed while nobody is there; see"
                " docs/drivers.md. Empty: never dimmed.",
                200,
                "directory",
                example="/sys/class/backlight/10-0045",
            ),
        ),
    ),
    Table(
        "kiosk",
        "How the screen looks until somebody chooses otherwise for their visit.",
        (
            _choice(
                "theme",
                "The colours. `high-contrast`: black, white and yellow.",
                "light",
                "light",
                "dark",
                "high-contrast",
                example="dark",
            ),
            _choice(
                "text_size",
                "The size of the text. `large`: capitals of 5 mm and more, where there is room.",
                "normal",
                "normal",
                "large",
                example="large",
            ),
            _choice(
                "motion",
                "How one screen follows another. `none`: at once. `fade`: within 150 ms.",
                "none",
                "none",
                "fade",
                example="fade",
            ),
        ),
    ),
    Table(
        "scanner",
        "The code scanner.",
        (
            _choice(
                "kind",
                "`serial`: USB or UART with a port. `none`: no scanner.",
                "none",
                "none",
                "serial",
                example="serial",
            ),
            _text(
                "port",
                "The scanner's port; prefer /dev/serial/by-id/. Only with `serial`.",
                128,
                "device-path",
                example="/dev/serial/by-id/usb-SCANNER-if00",
            ),
            _choice(
                "baud",
                "Speed. Only with `serial`.",
                9_600,
                9_600,
                19_200,
                38_400,
                57_600,
                115_200,
            ),
        ),
    ),
    Table(
        "keypad",
        "The keys beside the screen.",
        (
            _choice(
                "kind",
                "`window`: the keyboard of the kiosk's window. `evdev`: one input device."
                " `none`: no keys.",
                "window",
                "window",
                "evdev",
                "none",
                example="evdev",
            ),
            _text(
                "device",
                "The input device; prefer /dev/input/by-id/. Only with `evdev`.",
                128,
                "device-path",
                example="/dev/input/by-id/usb-KEYPAD-event-kbd",
            ),
            _choice(
                "speech_key",
                "The key that begins speech: one of a number pad, or `star` of a telephone's twelve"
                " keys, which then cancels no more. Only with `evdev`; in a window it is `*`.",
                "asterisk",
                *SPEECH_KEYS,
            ),
            _whole(
                "double_strike_ms",
                "Within which a key struck twice counts once, for somebody who is guided by the"
                " keypad (EN 301 549 5.8).",
                500,
                0,
                2_000,
            ),
        ),
    ),
    Table(
        "speech",
        "The voice, in headphones or aloud; see docs/accessibility.md.",
        (
            _choice(
                "kind",
                "`espeak`: espeak-ng, a program of Debian's. `none`: no voice.",
                "none",
                "none",
                "espeak",
                example="espeak",
            ),
            _text(
                "headphones",
                "The input device of the headphone jack; prefer /dev/input/by-path/. Only with"
                " `espeak`; empty: a jack that nobody notices.",
                128,
                "device-path",
                example="/dev/input/by-path/platform-sound-event",
            ),
        ),
    ),
    Table(
        "clock",
        "How far the board's clock is trusted.",
        (
            _flag(
                "battery_backed",
                "Whether the clock runs on while the board is off.",
                False,
                True,
            ),
            _whole("error_ms", "How far a trusted clock may be wrong.", 2_000, 1, 600_000),
        ),
    ),
    Table(
        "copy",
        "A second copy of the journal, for the day its card dies. Names and codes are not in it.",
        (
            _text(
                "directory",
                "A directory on another medium, written behind the journal; empty: no copy. It"
                " must exist: a missing one means that the medium is missing. Name one on the"
                " medium, not the point where the medium is mounted.",
                200,
                "directory",
                example="/media/copy/lockerd",
            ),
        ),
    ),
    Table(
        "stick",
        "A stick that staff put in to take reports and case files along.",
        (
            _text(
                "directory",
                "Where a stick is mounted when it is put in; empty: nothing is offered at the"
                " kiosk. While nothing is mounted there, there is no stick.",
                200,
                "directory",
                example="/media/stick",
            ),
        ),
    ),
    Table(
        "printer",
        "The printer of slips with a recipient's code; see docs/drivers.md.",
        (
            _choice(
                "kind",
                "`escpos`: a receipt printer that speaks ESC/POS. `none`: no printer.",
                "none",
                "none",
                "escpos",
                example="escpos",
            ),
            _text(
                "device",
                "The printer's device. Only with `escpos`.",
                128,
                "device-path",
                example="/dev/usb/lp0",
            ),
            _whole("columns", "Characters that a line holds.", 32, 16, 96),
        ),
    ),
    Table(
        "slips",
        "The sealed file of codes for a mail merge; `lockerctl slips open` reads it.",
        (
            _text(
                "key",
                "The X25519 public key that codes are sealed to, as `lockerctl slips keygen` prints"
                " it.",
                44,
                "seal-key",
                example=EXAMPLE_SEAL_KEY,
            ),
            _text(
                "directory",
                "A directory that gets the file.",
                200,
                "directory",
                example="/media/slips/lockerd",
            ),
        ),
    ),
    Table(
        "witness",
        "Who cosigns the heads of the journal; see docs/witnessing.md.",
        (
            _must(
                "vkey",
                "The witness's verifier key, as `lockerctl witness keygen` prints it.",
                200,
                EXAMPLE_WITNESS,
                "witness",
            ),
        ),
        shape="many",
        limit=MAX_WITNESSES,
    ),
    Table(
        "timing",
        "How long the kiosk waits for people and doors.",
        (
            _whole(
                "idle_s",
                "Without a touch for so long, the kiosk asks for more time.",
                45,
                10,
                600,
            ),
            _whole("more_time_s", "How long that question stands.", 20, 20, 120),
            _whole(
                "receipt_s",
                "How long a receipt stays on the screen; 0: until somebody dismisses it.",
                0,
                0,
                600,
            ),
            _whole(
                "confirm_window_ms",
                "How long after a pulse begins the door may take to be seen open.",
                1_500,
                200,
                10_000,
            ),
            _whole("left_open_s", "An open door is mentioned after so long.", 45, 10, 3_600),
            _whole(
                "left_open_alarm_s",
                "An open door is an alarm after so long.",
                180,
                20,
                86_400,
            ),
        ),
    ),
    Table(
        "calendar",
        "When the site is open, for deadlines and reminders of profiles with open_hours. The days"
        " follow the site's time zone and its daylight saving.",
        (
            *(
                _text(
                    day,
                    f"Hours on a {day.capitalize()}; empty: closed.",
                    60,
                    "spans",
                    example="08:00-18:00",
                )
                for day in WEEK
            ),
            _text(
                "closed",
                "Holidays and closures: local dates, and spans of them.",
                400,
                "days",
                example="2026-12-25 2026-12-27..2027-01-01",
            ),
        ),
    ),
    Table(
        "notify",
        "Who can be told, or collects instead, when nobody came; the journal has NAME alone.",
        (
            _text("title", "The name or the role that people read.", 40, example="Front desk"),
            _text("telephone", "How to reach them.", 24, "phone", example="020 7946 0188"),
        ),
        shape="named",
        limit=MAX_NOTIFIED,
    ),
    Table(
        "strike",
        "The strikes of all doors; a compartment may differ.",
        (_ACTIVE, _PULSE, _COOL),
    ),
    Table(
        "contact",
        "The contacts of all doors; a compartment may differ.",
        (_CLOSED, _STABLE),
    ),
    Table(
        "column",
        "The columns of the front, from the left; the first is column 0.",
        (
            _choice(
                "kind",
                "`doors`, or `screen` where the kiosk itself sits.",
                "doors",
                "doors",
                "screen",
            ),
            _whole("width_mm", "Width of the column.", 300, 50, 2_000),
            _whole("height", "How many units the column is high.", 8, 1, 100),
        ),
        shape="many",
        required=True,
        limit=MAX_COLUMNS,
    ),
    Table(
        "compartment",
        "One door each, column by column and from the top.",
        (
            _must("unit", "The name on the door.", 6, "1", "unit"),
            Key(
                "column",
                "integer",
                "Its column; the leftmost is 0.",
                None,
                True,
                0,
                MAX_COLUMNS - 1,
            ),
            Key(
                "top",
                "integer",
                "Units above the door.",
                low=0,
                high=99,
                absent="below the door listed before it in the column",
            ),
            _whole("height", "How many units the door is high.", 1, 1, 100),
            _choice("size", "What fits in.", None, *SIZES),
            _pin("strike_pin", "The line that energises the strike.", 17),
            _pin("contact_pin", "The line of the door contact.", 5),
            _inherit(_ACTIVE, "strike"),
            _inherit(_PULSE, "strike"),
            _inherit(_COOL, "strike"),
            _inherit(_CLOSED, "contact"),
            _inherit(_STABLE, "contact"),
            _whole(
                "reach_mm",
                "Height of the door's middle above the floor.",
                1_000,
                50,
                2_500,
            ),
            _text(
                "climate",
                "What the compartment keeps, if anything.",
                16,
                "word",
                example="chilled",
            ),
        ),
        shape="many",
        required=True,
        limit=MAX_COMPARTMENTS,
    ),
    Table(
        "profile",
        "The rules of one kind of handover; NAME is what an order asks for.",
        (
            _choice(
                "like",
                "The shipped profile whose answers hold where this one gives none; its `NAME.toml`"
                " says why they are as they are.",
                "",
                *SHIPPED,
            ),
            _text("title", "The name that people see.", 40, example="Documents"),
            _whole("window_h", "How long a handover may be collected.", 72, 1, 8_760),
            _choice(
                "straddle",
                "What a release does while the clock cannot tell whether the window is open.",
                "deny",
                "deny",
                "ask-operator",
                "release-and-flag",
            ),
            _choice(
                "interrupted",
                "What becomes of a release that a power cut interrupted.",
                "retry-and-flag",
                "retry-and-flag",
                "ask-operator",
            ),
            _flag(
                "show_code",
                "Whether staff and depositors may see the recipient's code.",
                False,
            ),
            _choice(
                "delivery",
                "How the recipient gets the code. `slip`: printed. `file`: sealed, for a mail"
                " merge. `screen`: the kiosk shows it to the depositor. `phone`: a simulated"
                " telephone.",
                "phone",
                "phone",
                "slip",
                "file",
                "screen",
            ),
            _whole(
                "attempts",
                "Pulses that one release may use on a door that does not open.",
                3,
                1,
                5,
            ),
            _whole(
                "authorisers",
                "How many operators, never the depositor, say yes at the screen to each release.",
                0,
                0,
                3,
            ),
            _choice(
                "second_factor",
                "What a recipient shows besides the code. `witnessed`: a document that a member of"
                " staff looks at. `fact`: they type what the office said that both know.",
                "none",
                "none",
                "witnessed",
                "fact",
            ),
            _choice(
                "fact",
                "What both know. `birth-date`: eight digits, day, month and year."
                " `document-number`: the last four digits. Only with second_factor `fact`.",
                "birth-date",
                "birth-date",
                "document-number",
            ),
            _flag(
                "signature",
                "Whether the recipient signs on the screen for what they took, once the door has"
                " closed.",
                False,
            ),
            _flag(
                "seal",
                "Whether the depositor gives the number of the item's seal, and the recipient is"
                " asked whether it is unbroken.",
                False,
            ),
            _flag(
                "exchange",
                "Whether a handover described at the kiosk is asked for the thing's asset number,"
                " and for what it is given.",
                False,
            ),
            _flag(
                "open_hours",
                "Whether window_h and reminders_h count only the hours of [calendar].",
                False,
            ),
            _text(
                "reminders_h",
                "Reminders to the recipient, in hours before the window ends, the largest first.",
                40,
                "hours",
                example="24 4",
            ),
            _choice(
                "at_expiry",
                "What follows a window that ended. `wait`: an operator decides. `return`: the"
                " depositor fetches the item back. `reassign`: the next of reassign_to collects."
                " `escalate`: those of escalate_to are told.",
                "wait",
                "wait",
                "return",
                "reassign",
                "escalate",
                example="escalate",
            ),
            _text(
                "escalate_h",
                "When somebody is told, in hours after the window ended, the smallest first. Only"
                " with `escalate`.",
                40,
                "hours",
                example="0 24 72",
            ),
            _text(
                "escalate_to",
                "Who is told, one after another; the last one from then on. Only with `escalate`.",
                120,
                "names",
                example="desk",
            ),
            _text(
                "reassign_to",
                "Who collects instead, one after another. Only with `reassign`.",
                120,
                "names",
                example="",
            ),
            _whole(
                "retention_days",
                "How many days after a handover's end its names are due to be erased, by"
                " `lockerctl journal erase --due`. 0: not by date.",
                0,
                0,
                36_500,
            ),
        ),
        shape="named",
        required=True,
        limit=MAX_PROFILES,
    ),
)

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}
