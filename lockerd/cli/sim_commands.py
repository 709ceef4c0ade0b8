"""`lockerctl sim`: hands at a running simulated cabinet; stories and soaks in virtual time."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from lockerd.cli.parsing import STATE, commands, leaf
from lockerd.cli.tool import DONE, USAGE, Stopped, Tool, facts, when

if TYPE_CHECKING:
    from pathlib import Path

    from lockerd.core.site import Site

HANDOVERS_MAX = 10_000_000
KEYS = frozenset(("ok", "erase", "cancel", "speech", "louder", "quieter", *"0123456789"))
PARTS = ("scanner", "keypad", "touch", "screen", "speech")

DOOR_VERBS = (
    ("push", "Push a door shut."),
    ("pull", "Pull at a door; only an unlatched one moves."),
    ("force", "Break a latched door open, or use the mechanical key."),
    ("jam", "Jam a latch: no pulse frees it until unjam."),
    ("unjam", "Free a jammed latch."),
)

PHONE = (
    ("SENT", "sent"),
    ("HANDOVER", "handover"),
    ("RECIPIENT", "recipient"),
    ("ITEM", "item"),
    ("DOOR", "unit"),
    ("FROM", "opens"),
    ("UNTIL", "closes"),
    ("PIN", "pin"),
    ("QR", "qr"),
)

HALL = (
    ("DOOR", "unit"),
    ("OPEN", "open"),
    ("LATCHED", "latched"),
    ("JAMMED", "jammed"),
    ("STRIKE CABLE", "strike_cable"),
    ("CONTACT CABLE", "contact_cable"),
    ("ENERGISED", "energised"),
    ("PULSES", "pulses"),
)


def define(parser: argparse.ArgumentParser) -> None:
    """The commands."""
    parser.description = (
        "Do to a running simulated cabinet what hands would do, or play stories and soaks in "
        "virtual time. Refused by a real cabinet."
    )
    group = commands(parser)
    for verb, doc in DOOR_VERBS:
        made = leaf(group, verb, doc, _plainly)
        made.add_argument("unit", metavar="DOOR", help="the name on the door")
        made.set_defaults(op=f"sim.{verb}", takes=("unit",))
    for verb, doc in (("cut", "Cut a cable."), ("mend", "Mend a cable that was cut.")):
        made = leaf(group, verb, doc, _plainly)
        made.add_argument("unit", metavar="DOOR", help="the name on the door")
        made.add_argument("cable", choices=("strike", "contact"), help="which cable")
        made.set_defaults(op=f"sim.{verb}", takes=("unit", "cable"))
    _define_kiosk(group)
    for verb, doc in (
        ("break", "Break a part: it does nothing until restore."),
        ("restore", "Put in a part that works; the cabinet finds it by itself."),
    ):
        made = leaf(group, verb, doc, _plainly)
        made.add_argument("part", choices=PARTS, help="which part")
        made.set_defaults(op=f"sim.{verb}", takes=("part",))
    made = leaf(group, "power", "Cut or restore the supply.", _plainly)
    made.add_argument("supply", choices=("on", "off"), help="on or off")
    made.set_defaults(op="sim.power", takes=("supply",))
    made = leaf(group, "clock", "Move the wall clock.", _plainly)
    made.add_argument("by", metavar="SPAN", help="how far: +90s, +30min, +2h, +1d; back: -- -2h")
    made.set_defaults(op="sim.clock", takes=("by",))
    _define_phone(group)
    leaf(group, "state", "Show how the doors stand, whatever their contacts say.", hall)
    _define_virtual(group)


def _define_kiosk(group: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    made = leaf(group, "touch", "Tap the screen.", _plainly)
    made.add_argument("x", type=int, metavar="X", help="pixels from the left")
    made.add_argument("y", type=int, metavar="Y", help="pixels from the top")
    made.set_defaults(op="sim.touch", takes=("x", "y"))
    made = leaf(group, "key", "Press keys of the keypad, one after another.", keys)
    made.add_argument(
        "keys",
        nargs="+",
        metavar="KEY",
        help="digits (several may stand together), ok, erase, cancel, speech, louder, quieter",
    )
    made = leaf(group, "headphones", "Plug headphones in, or pull them out.", _plainly)
    made.add_argument("plug", choices=("in", "out"), help="in or out")
    made.set_defaults(op="sim.headphones", takes=("plug",))
    made = leaf(group, "scan", "Show a code to the scanner.", _plainly)
    made.add_argument("text", metavar="TEXT", help="the text of the code, as sim phone shows it")
    made.set_defaults(op="sim.scan", takes=("text",))
    made = leaf(group, "badge", "Show a member of staff's badge to the scanner.", _plainly)
    made.add_argument("staff", metavar="NUMBER", help="the staff number")
    made.set_defaults(op="sim.badge", takes=("staff",))


def _define_phone(group: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    made = leaf(
        group,
        "phone",
        "Show the messages on the simulated telephone, codes included: type a PIN with sim key, "
        "show a QR code with sim scan. With --qr the codes are drawn in the terminal, with --png "
        "they become pictures, which only you can read.",
        phone,
    )
    made.add_argument(
        "handover",
        metavar="HANDOVER",
        nargs="?",
        help="only about this one: a reference such as RL07-4K2M, or the first digits of the id",
    )
    made.add_argument("--qr", action="store_true", help="draw each QR code in the terminal")
    made.add_argument(
        "--png",
        metavar="DIR",
        help="write each QR code into this directory, as REFERENCE.png; nothing is overwritten",
    )


def _define_virtual(group: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    made = leaf(
        group,
        "play",
        "Play a story in virtual time through the daemon's own code; its journal is left in the "
        "state directory, which must be new. Exits with 1 when the story does not come true.",
        play,
    )
    made.add_argument("story", metavar="STORY", help="a TOML file")
    made.add_argument("--seed", type=int, metavar="N", help="chance (default: the story's own)")
    made.add_argument("--config", metavar="FILE", help="the cabinet (default: the demonstration's)")
    made.add_argument("--screenshots", metavar="DIR", help="keep a picture of every step there")
    made = leaf(
        group,
        "soak",
        "Run random handovers in virtual time as fast as they go, and check what must always hold; "
        "the journal is left in the state directory, which must be new. Exits with 1 when "
        "something does not hold.",
        soak,
    )
    made.add_argument("--handovers", type=int, required=True, metavar="N", help="how many")
    made.add_argument("--seed", type=int, default=1, metavar="N", help="chance (default 1)")
    made.add_argument("--faults", action="store_true", help="with every failure that is known")
    made.add_argument("--config", metavar="FILE", help="the cabinet (default: the demonstration's)")


# -- hands ----------------------------------------------------------------------------------------


def _plainly(tool: Tool, args: argparse.Namespace) -> int:
    """One request whose arguments have the names of the options."""
    _done(tool, tool.act(args.op, {name: getattr(args, name) for name in args.takes}))
    return DONE


def _done(tool: Tool, found: Any) -> None:
    if tool.as_json:
        tool.give(found)


def keys(tool: Tool, args: argparse.Namespace) -> int:
    """Press one after another."""
    pressed = [key for word in args.keys for key in (word if word.isdigit() else [word])]
    if not set(pressed) <= KEYS:
        raise Stopped(
            "a key is a digit, ok, erase, cancel, speech, louder or quieter; write those", USAGE
        )
    found: Any = {}
    for one in pressed:
        found = tool.act("sim.key", {"key": one})
    _done(tool, found)
    return DONE


def phone(tool: Tool, args: argparse.Namespace) -> int:
    """The telephone's messages, as a table, as QR codes, as pictures."""
    from lockerd.cli.phone import NOTHING, as_pictures, as_symbols, chosen

    if args.qr and tool.as_json:
        raise Stopped("with --json there is nothing to draw; take qr, or give --png DIR", USAGE)
    rows = chosen(list(tool.seen("sim.phone")), args.handover)
    if args.png is not None:
        as_pictures(tool, rows, args.png)
    if args.qr:
        as_symbols(tool, rows)
    if args.qr or args.png is not None:
        return DONE
    if not tool.as_json:
        rows = [
            {**one, **{name: when(one[name]) for name in ("sent", "opens", "closes")}}
            for one in rows
        ]
    tool.table(PHONE, rows, NOTHING)
    return DONE


def hall(tool: Tool, args: argparse.Namespace) -> int:
    """The doors."""
    tool.table(HALL, tool.seen("sim.state"), "no door")
    return DONE


# -- virtual time ---------------------------------------------------------------------------------


def play(tool: Tool, args: argparse.Namespace) -> int:
    """Play a story; 1 when it does not come true."""
    from pathlib import Path

    from lockerd.ports import PortError
    from lockerd.simulation import story as stories
    from lockerd.simulation.eyes import Eyes

    state_dir, file = _new_state(tool), Path(args.story)
    try:
        story = stories.read(file)
        config = args.config or (str(file.parent / story.config) if story.config else None)
        eyes = Eyes(_pictures(args.screenshots))
        played = stories.play(
            story, _site(config), state_dir, args.seed, eyes.stage_of, eyes.see, eyes.picture
        )
    except stories.BadStory as wrong:
        raise Stopped(f"{args.story}: {wrong}", USAGE) from None
    except OSError as error:
        what = error.filename or args.story
        raise Stopped(f"{what} cannot be used ({error.strerror}); give another") from None
    except (stories.Untrue, PortError) as wrong:
        raise Stopped(f"{args.story}: {wrong}; its journal is in {state_dir}") from None
    if tool.as_json:
        tool.give({"story": story.title, "events": [one.TYPE for one in played.events]})
    else:
        count = len(played.events)
        tool.say(f"{story.title}: came true, {count} events; its journal is in {state_dir}")
    return DONE


def soak(tool: Tool, args: argparse.Namespace) -> int:
    """Soak; 1 when something does not hold."""
    from lockerd.cli.progress import Progress
    from lockerd.simulation import soak as soaks

    if not 1 <= args.handovers <= HANDOVERS_MAX:
        raise Stopped(f"--handovers is from 1 to {HANDOVERS_MAX}; choose a number", USAGE)
    state_dir = _new_state(tool)
    try:
        with Progress(tool, "soaking") as progress:
            report = soaks.soak(
                _site(args.config), state_dir, args.handovers, args.seed, args.faults, progress
            )
    except soaks.SoakFailed as broken:
        raise Stopped(f"{broken}; its journal is in {state_dir}") from None
    found = {
        "handovers": report.handovers,
        "entries": report.entries,
        "seed": args.seed,
        "branches": dict(sorted(report.branches.items())),
    }
    if tool.as_json:
        tool.give({**found, "events": dict(sorted(report.events.items()))})
        return DONE
    tool.say(
        f"{report.handovers} handovers, {report.entries} entries, seed {args.seed}; everything "
        f"held; the journal is in {state_dir}",
        *facts((name.replace("_", " "), n) for name, n in sorted(report.branches.items())),
    )
    return DONE


def _pictures(directory: str | None) -> Path | None:
    """The directory for pictures, made if need be.  Raises OSError."""
    from pathlib import Path

    if directory is None:
        return None
    made = Path(directory)
    made.mkdir(mode=0o700, parents=True, exist_ok=True)
    return made


def _site(file: str | None) -> Site:
    """The cabinet of a config file.  Raises Stopped."""
    from pathlib import Path

    from lockerd.cli.daemon import demonstration
    from lockerd.config import ConfigError, read

    try:
        return read(Path(file) if file is not None else demonstration())
    except ConfigError as wrong:
        first = str(wrong.complaints[0])
        raise Stopped(f"{first}; see: lockerctl check-config", USAGE) from None


def _new_state(tool: Tool) -> Path:
    """The state directory of a run that must not add to an older one.  Raises Stopped."""
    from pathlib import Path

    state_dir = Path(tool.state)
    if tool.state == STATE:
        raise Stopped("say where the journal shall be left; give --state DIR", USAGE)
    if state_dir.exists() and (not state_dir.is_dir() or any(state_dir.iterdir())):
        raise Stopped(f"{state_dir} is not empty; give a new directory", USAGE)
    return state_dir
