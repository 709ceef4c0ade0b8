"""`lockerctl check-config`: the validator of the daemon, on any machine."""

from __future__ import annotations

import argparse

from lockerd.cli.parsing import finish
from lockerd.cli.tool import Tool


def define(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.description = (
        "Check config files with the daemon's own rules. Every mistake is named at once, with its "
        "line and what to write instead. Needs no daemon and no cabinet."
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="a config file")
    finish(parser, check)


def check(tool: Tool, args: argparse.Namespace) -> int:
    """Print what is wrong; 1 if anything is."""
    from pathlib import Path

    from lockerd.config import main_lines

    lines, code = main_lines([Path(one) for one in args.files], json=tool.as_json)
    tool.say(*lines)
    return code
