"""`lockerctl`: finds the command, runs it, and turns what went wrong into one line and a code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Collection, Mapping, Sequence

from lockerd.cli.parsing import Parser, add_common, commands
from lockerd.cli.tool import DONE, EXIT_CODES, NO, UNREACHABLE, Stopped, Tool
from lockerd.control.client import Refused, Unreachable

GROUPS: Mapping[str, str] = {
    "site": "begin a cabinet's config: four questions",
    "check-config": "check config files on any machine",
    "status": "how the cabinet stands",
    "handover": "announce, list, show and cancel handovers",
    "import": "announce a day's handovers from a file, all or none",
    "export": "the unfinished handovers as such a file",
    "queue": "what needs a person: list, take on, close",
    "staff": "who may sign in, and their badges",
    "claim": "the owner's word that enrols the first operator",
    "recovery": "three cards for when the last operator is gone",
    "count": "what lies in the compartments, before the record is shown",
    "adopt": "after a lost record: two people say what is inside",
    "telephone": "vouch for somebody at the kiosk who lost a code",
    "shift": "hand the cabinet to the next operator",
    "door": "test a door, take it out of service, put it back",
    "maintenance": "a technician's half hour of work",
    "self-test": "every part, what is wrong with it, and the remedy",
    "clock": "what is known of the time, and setting it",
    "emergency": "open every door, one after another",
    "cabinet": "take the cabinet out of service, put it back",
    "timeline": "what happened to one handover",
    "report": "what a week or a month came to, in figures",
    "journal": "verify, read, search and export the record",
    "receipt": "make and verify receipts",
    "case": "the evidence about a handover, to hand out",
    "witness": "others who sign the journal's heads: ask, answer, take",
    "certificate": "the owner vouches for the key of a journal",
    "slips": "codes sealed for a mail merge: make the key, open the file",
    "screenshot": "a picture of the kiosk's screen",
    "sim": "hands at a simulated cabinet, stories and soaks",
}
"""Every group of commands; `lockerd.cli.<name>_commands` defines it."""

INTERRUPTED = 130


def parser(wanted: Collection[str] | None = None) -> argparse.ArgumentParser:
    """The parser with the options of the `wanted` groups, of all of them if None."""
    top = Parser(
        prog="lockerctl",
        description="Read, operate and verify a cabinet.",
        epilog=(
            "Begin with status, or in a simulation with sim phone; the help of every command ends "
            "with what to do next. Exit codes: 0 done, 1 the answer is no, 2 usage, 3 no daemon "
            "can be reached."
        ),
    )
    add_common(top, top=True)
    groups = commands(top)
    for name, doc in GROUPS.items():
        made = groups.add_parser(name, help=doc)
        if wanted is None or name in wanted:
            _define(name, made)
    return top


def _define(name: str, made: argparse.ArgumentParser) -> None:
    from importlib import import_module

    module = import_module(f"lockerd.cli.{name.replace('-', '_')}_commands")
    module.define(made)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    args = parser(words).parse_args(words)
    tool = Tool(args.state, args.json)
    try:
        return run(tool, args)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has read enough; keep the interpreter from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def run(tool: Tool, args: argparse.Namespace) -> int:
    """Run a parsed command with these surroundings; its exit code."""
    try:
        code: int = args.run(tool, args)
        tool.out.flush()
        return code
    except Refused as no:
        return _failed(tool, str(no), EXIT_CODES.get(no.code, NO))
    except Unreachable as gone:
        return _failed(tool, str(gone), UNREACHABLE)
    except Stopped as stopped:
        return _failed(tool, str(stopped), stopped.code)
    finally:
        tool.close()


def _failed(tool: Tool, text: str, code: int) -> int:
    tool.err.write(f"lockerctl: {' '.join(text.split())}\n")
    return code
