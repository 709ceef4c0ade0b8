"""`lockerctl check-config`: the validator of the daemon, on any machine."""

from __future__ import annotations

import argparse
from collections import Counter

from lockerd.cli.parsing import STATE, finish
from lockerd.cli.tool import Tool

ABLE = ("works", "new PIN due")
"""How `staff list` says that somebody can sign in."""


def define(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.description = (
        "Check config files with the daemon's own rules. Every mistake is named at once, with its "
        "line and what to write instead. Needs no daemon and no cabinet. With --state the profiles "
        "are also held against the people who can sign in there."
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="a config file")
    finish(parser, check)


def check(tool: Tool, args: argparse.Namespace) -> int:
    """Print what is wrong; 1 if anything is."""
    from pathlib import Path

    from lockerd.config import main_lines

    roles = None if tool.state is STATE else _roles(tool)
    lines, code = main_lines([Path(one) for one in args.files], tool.as_json, roles)
    tool.say(*lines)
    return code


def _roles(tool: Tool) -> Counter[str]:
    """How many people can sign in, by role; asked for only where a state directory is named."""
    able = (one for one in tool.rows("staff.list") if one["state"] in ABLE)
    return Counter(str(one["role"]) for one in able)
