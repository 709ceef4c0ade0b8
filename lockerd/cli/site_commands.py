"""`lockerctl site`: the beginning of a cabinet's config, and the profiles that it can begin with.

Rules.  At a terminal what is not given as an option is asked for, the profile's own answer first.
Without one, the profile's own answers are taken.  A file is written only when the validator has
nothing to say about it, and never over another.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from lockerd.cli.files import fill, reserve
from lockerd.cli.parsing import commands, leaf
from lockerd.cli.tool import DONE, NO, USAGE, Stopped, Tool

if TYPE_CHECKING:
    from lockerd.config.begin import Answers, Question

DEPOSITS = ("desk", "counter", "office")
COLLECTS = ("client", "keyholder", "owner", "technician", "guest", "customer", "official")
PROOF = ("code", "document", "fact", "operator", "both")
FAILS = ("wait", "return", "reassign", "escalate")

TRIES = 3
EXAMPLE = {"name": "Riverside Legal", "phone": "020 7946 0188", "zone": "Europe/London"}
"""What a simulated cabinet is called unless it is told."""


def define(parser: argparse.ArgumentParser) -> None:
    """The commands."""
    parser.description = "Begin the config of a cabinet."
    group = commands(parser)
    made = leaf(
        group,
        "new",
        "Write a commented config that check-config accepts. Four questions decide it: who "
        "deposits, who collects, what proof, what when it fails. At a terminal those that are not "
        "answered by options are asked; without one the profile answers them. Needs no daemon.",
        new,
    )
    made.add_argument("file", metavar="FILE", help="a new file")
    _define_answers(made)
    _define_cabinet(made)
    leaf(group, "profiles", "List the profiles that come with the program.", profiles)


def _define_answers(made: argparse.ArgumentParser) -> None:
    made.add_argument("--deposits", choices=DEPOSITS, help="who deposits: how codes leave")
    made.add_argument("--collects", choices=COLLECTS, help="who collects: which profile")
    made.add_argument("--proof", choices=PROOF, help="what proof, besides the code")
    made.add_argument("--fails", choices=FAILS, help="what when nobody comes in time")


def _define_cabinet(made: argparse.ArgumentParser) -> None:
    add = made.add_argument
    add("--driver", choices=("sim", "gpio"), default="sim", help="sim (the default), or real doors")
    add("--board", choices=("pi", "cm"), help="the board, needed by gpio")
    add("--doors", type=int, metavar="N", help="how many doors (default: 12)")
    add("--name", metavar="TEXT", help="the site's name; needed by gpio, as the next two are")
    add("--phone", metavar="NUMBER", help="whom to call, shown with every failure")
    add("--zone", metavar="ZONE", help="the time zone, such as Europe/London")
    add("--fleet", metavar="DOMAIN", default="lockerd.example", help="your fleet's domain")
    add("--device", metavar="NAME", default="cabinet-1", help="the cabinet's name in the fleet")
    add("--owner-key", metavar="KEY", default="", help="the owner's public key; needed by gpio")
    add("--battery-clock", action="store_true", help="the board has a clock with a battery")
    add("--scanner", metavar="PORT", default="", help="the scanner's port, if one is fitted")
    add("--printer", metavar="DEVICE", default="/dev/usb/lp0", help="the printer of slips")
    add("--slips-key", metavar="KEY", default="", help="the key that seals the office's file")
    add("--slips-dir", metavar="DIR", default="/media/slips/lockerd", help="where that file goes")


# -- new ------------------------------------------------------------------------------------------


def new(tool: Tool, args: argparse.Namespace) -> int:
    """Ask, write, say what was written; 1 when the validator objects."""
    from lockerd.config import check_text
    from lockerd.config.begin import begin
    from lockerd.config.shipped import Damaged

    try:
        answers = _answers(tool, args)
        text = begin(answers)
    except Damaged as damaged:
        raise Stopped(f"a shipped profile {damaged}") from None
    site, complaints = check_text(text, args.file)
    if site is None or complaints:
        for one in complaints:
            tool.err.write(f"{one}\n")
        raise Stopped(f"{args.file} was not written; mend what the lines above name", NO)
    fill(reserve(args.file, 0o644), args.file, text.encode("utf-8"))
    if tool.as_json:
        facts = {"doors": len(site.compartments), "profile": answers.profile}
        tool.give({"file": args.file, **facts, "digest": site.digest})
    else:
        doors = f"{len(site.compartments)} door{'s' if len(site.compartments) != 1 else ''}"
        tool.say(f"{args.file}: {doors}, profile {answers.profile}")
    return DONE


def _answers(tool: Tool, args: argparse.Namespace) -> Answers:
    """What the options and the person say.  Raises Stopped."""
    from lockerd.config import begin as room

    four: dict[str, str] = {}
    usual: dict[str, str] = {}
    for question in (room.COLLECTS, room.DEPOSITS, room.PROOF, room.FAILS):
        given = getattr(args, question.name)
        four[question.name] = given or _asked(tool, question, usual.get(question.name, ""))
        if question is room.COLLECTS:
            usual = room.usual(four["collects"])
    real = args.driver == "gpio"
    board, doors = _wiring(args)
    return room.Answers(
        **four,
        **{key: _fact(tool, args, name, real) for key, name in _FACTS.items()},
        device=args.device,
        fleet=args.fleet,
        driver=args.driver,
        board=board,
        doors=doors,
        owner_key=_needed(tool, args.owner_key, "the owner's public key", "--owner-key")
        if real
        else "",
        battery_clock=args.battery_clock or not real,
        scanner=args.scanner if real else "",
        printer=args.printer,
        slips_key=_needed(tool, args.slips_key, "the key that seals the file", "--slips-key")
        if real and four["deposits"] == "office"
        else "",
        slips_dir=args.slips_dir,
    )


_FACTS = {"name": "name", "help_phone": "phone", "time_zone": "zone"}
_ASKS = {"name": "the site's name", "phone": "whom to call", "zone": "the time zone"}


def _fact(tool: Tool, args: argparse.Namespace, name: str, real: bool) -> str:
    given = str(getattr(args, name) or "")
    return _needed(tool, given, _ASKS[name], f"--{name}") if real else given or EXAMPLE[name]


def _needed(tool: Tool, given: str, what: str, option: str) -> str:
    """A text that a real cabinet needs.  Raises Stopped."""
    if not given and _at_terminal(tool):
        given = _typed(f"{what}: ").strip()
    if not given:
        raise Stopped(f"a real cabinet needs {what}; give {option}", USAGE)
    return given


def _wiring(args: argparse.Namespace) -> tuple[str, int]:
    """The board and how many doors it gets.  Raises Stopped."""
    from lockerd.config.layout import most

    if args.driver == "gpio" and args.board is None:
        raise Stopped("a real cabinet needs its board; give --board pi or --board cm", USAGE)
    board = str(args.board or "cm")
    doors = 12 if args.doors is None else int(args.doors)
    if not 1 <= doors <= most(board):
        raise Stopped(f"the lines of board {board} drive 1 to {most(board)} doors", USAGE)
    return board, doors


def _asked(tool: Tool, question: Question, usual: str) -> str:
    """An answer: typed at a terminal, else the usual one.  Raises Stopped."""
    if not _at_terminal(tool):
        if usual:
            return usual
        raise Stopped(f"{question.text} give --{question.name}", USAGE)
    width = max(map(len, question.answers))
    tool.note(question.text)
    for word, meaning in question.answers.items():
        tool.note(f"  {word:{width}}  {meaning}")
    for _ in range(TRIES):
        typed = _typed(f"[{usual}] " if usual else "> ").strip() or usual
        if typed in question.answers:
            return typed
        tool.note(f"write one of {', '.join(question.answers)}")
    raise Stopped(f"no answer was one of these; give --{question.name}", USAGE)


def _at_terminal(tool: Tool) -> bool:
    return not tool.as_json and sys.stdin.isatty()


def _typed(prompt: str) -> str:
    try:
        return input(prompt)
    except EOFError:
        raise Stopped("nothing more was typed; give the answers as options", USAGE) from None


# -- profiles -------------------------------------------------------------------------------------


def profiles(tool: Tool, args: argparse.Namespace) -> int:
    """List the shipped profiles with the answers in which they differ most."""
    from lockerd.config.schema import SHIPPED
    from lockerd.config.shipped import Damaged, shipped

    try:
        found = [{"name": one, **shipped(one).values} for one in SHIPPED]
    except Damaged as damaged:
        raise Stopped(f"a shipped profile {damaged}") from None
    columns = (
        ("NAME", "name"),
        ("TITLE", "title"),
        ("HOURS", "window_h"),
        ("DELIVERY", "delivery"),
        ("AUTHORISERS", "authorisers"),
        ("FACTOR", "second_factor"),
        ("IN DOUBT", "straddle"),
        ("AT THE END", "at_expiry"),
    )
    tool.table(columns, found, "none")
    return DONE
