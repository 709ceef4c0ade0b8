"""Options: argparse with one-line errors, and parsers that are built only when needed.

Theory of operation.  Every command of `lockerctl` belongs to a group with a module of its own.
Only the groups whose name stands on the command line are imported and given their options; the
others are names with a line of help.

Rules.  No abbreviations: a script written today means the same tomorrow.  `--state` and `--json`
are taken before and after the command.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from typing import NoReturn

STATE = "/var/lib/lockerd"

LEFT_LEAST = 16
"""Columns that every help keeps for names, so that none stands on a line of its own."""

Define = Callable[[argparse.ArgumentParser], None]


class Help(argparse.HelpFormatter):
    """Help whose left column is wide enough for the name of every group of commands.

    argparse makes one for every option that is added and would ask the terminal for its width each
    time, through a module that loads the compression libraries: `Parser` asks when it shows help.
    """

    def __init__(self, prog: str, width: int = 78) -> None:
        super().__init__(prog, width=width)
        self._action_max_length = LEFT_LEAST


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose errors are one line with the remedy."""

    def __init__(self, *args: object, **options: object) -> None:
        options.setdefault("allow_abbrev", False)
        options.setdefault("formatter_class", Help)
        super().__init__(*args, **options)  # type: ignore[arg-type]  # passed on as they are

    def format_help(self) -> str:
        """The help; that of a command ends with what to do next."""
        import shutil
        from functools import partial

        if self.epilog is None:
            from lockerd.cli.next_steps import after

            self.epilog = after(self.prog)
        columns = shutil.get_terminal_size().columns
        self.formatter_class = partial(Help, width=columns - 2)
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where to read on; exit 2."""
        self.exit(2, f"{self.prog}: {message}; see: {self.prog} --help\n")


Subparsers = argparse._SubParsersAction


def add_common(parser: argparse.ArgumentParser, *, top: bool) -> None:
    """`--state` and `--json`; below the top they are absent unless given."""
    state = STATE if top else argparse.SUPPRESS
    as_json = False if top else argparse.SUPPRESS
    parser.add_argument(
        "--state", metavar="DIR", default=state, help=f"the state directory (default {STATE})"
    )
    parser.add_argument(
        "--json", action="store_true", default=as_json, help="one JSON object per line"
    )


def commands(parser: argparse.ArgumentParser) -> Subparsers[argparse.ArgumentParser]:
    """Room for the commands of a group."""
    return parser.add_subparsers(
        prog=parser.prog, metavar="COMMAND", required=True, parser_class=Parser, title="commands"
    )


def leaf(
    group: Subparsers[argparse.ArgumentParser], name: str, doc: str, run: object
) -> argparse.ArgumentParser:
    """A command of a group: `run(tool, args)` answers the exit code."""
    made = group.add_parser(name, help=_first(doc), description=doc)
    finish(made, run)
    return made


def finish(parser: argparse.ArgumentParser, run: object) -> None:
    """Make a parser a command that can be run."""
    add_common(parser, top=False)
    parser.set_defaults(run=run)


def _first(doc: str) -> str:
    """What the first sentence begins with, without a stop, with a small letter."""
    sentence = re.split(r"[.;:]\s", doc.rstrip(".") + ". ", maxsplit=1)[0]
    return sentence[:1].lower() + sentence[1:]
