"""The manuals of the commands and of the socket, made from what the program itself goes by.

Theory of operation.  `python -m lockerd.cli.manual WHAT` prints `docs/commands.md` (`commands`,
from the parsers) or `docs/socket.md` (`socket`, from the table of operations).  A test holds the
committed copies equal to what is made here.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence

from lockerd.cli.next_steps import after

_COMMANDS = """\
# Commands

`lockerd` is the daemon. `lockerctl` reads, operates and verifies a cabinet; it is for people and,
with `--json`, for scripts.

Every command of `lockerctl` takes `--state DIR` and `--json`, before or after its name. With
`--json` a result is one JSON object per line: one for a single answer, one for each row of a list.
The keys are those that [socket.md](socket.md) lists; they keep their names and meanings.

While a daemon runs on the state directory, `lockerctl` asks it over `DIR/control.sock`. When none
does, whatever only reads is answered from the database, opened read-only. `journal verify` and
`journal export` always read the database themselves; they may run beside the daemon.

Whoever may open the socket (the daemon's user and root) may read. Acting needs a member of staff
behind the user: in a simulation that is the demonstration operator, staff 1. On a device a user
becomes one by `staff link`, or with `claim answer`. What ends, moves, opens or hides something asks
for that person's PIN as well: at the terminal, or from the file that `{own_pin}` names.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | the answer is no: declined, not found, not verified, not in service |
| 2 | the command is wrong |
| 3 | the daemon cannot be reached |

Errors are one line on stderr that ends with the remedy.

A handover is named by its reference (`RL07-4K2M`) or by at least four of the first digits of its
id. Times are local at the site: `2026-11-21T14:00`, `2026-11-21`, with an offset
(`2026-11-21T14:00+01:00`), or from now (`+2h`, `+30min`, `+3d`; write a span that lies in the past
with an equals sign: `--from=-2h`). A local time that a change of the clocks skips or repeats is
refused.

"""

_SOCKET = """\
# The control socket

`DIR/control.sock` is a Unix stream socket of mode 0600 in the state directory. Each line is one
JSON object in UTF-8, ended by LF, at most {line_max} bytes with it. A client sends a request and
reads one answer; it may send the next request before the answer has come, and the answers come in
order.

    {{"v":1,"id":7,"op":"handover.list","args":{{"phase":"ordered"}}}}
    {{"v":1,"id":7,"ok":true,"result":{{"rows":[],"next":null}}}}
    {{"v":1,"id":8,"ok":false,"code":"declined","why":"phase","error":"... ; what to do"}}

`v` is {version}. `id` is any integer from 0 to 2^53-1 and comes back with the answer; it is null
when it could not be read. `args` may be left out. Numbers are integers, no key stands twice, and
objects nest at most {depth} deep. A line that is not a request is answered with an error and the
connection stays, except after a line that is too long.

The kernel says who is connected: the daemon's own user and root may. All of them may read. An
operation that acts needs a member of staff behind the user's uid and is refused with the code
`staff` without one; `status` answers who that is in `acting_as`. An override also asks for that
person's own PIN, in `{own_pin}`; the labelled staff of a demonstration are not asked. Operations
under `sim.` exist in a simulation only.

At most {clients} clients are connected. When one more comes, the one that has been quiet for
longest gives way if that is at least {quiet_s} s; else the new one is refused. A client that leaves
more than {out_max} bytes of answers unread is let go.

An answer with `rows` comes in pages. `next` is null on the last one; otherwise send the same
request with `after` set to it. A page may be empty: a search looks through {block} entries at a
time, so that no request keeps a door waiting. Such an answer also has `size`, the number of entries
that there are.

Times are RFC 3339 with the site's offset, to the second; in requests they may also be written as
[commands.md](commands.md) says. `handover` is a reference, `ho` an id. Names of people and things
appear only in answers about a handover or about staff.

"""


# -- commands -------------------------------------------------------------------------------------


def commands() -> str:
    """`docs/commands.md`."""
    from lockerd.cli.control import parser as control
    from lockerd.cli.daemon import parser as daemon
    from lockerd.cli.tool import OWN_PIN_FILE

    parts = [_COMMANDS.replace("{own_pin}", OWN_PIN_FILE)]
    for title, top in (("lockerd", daemon()), ("lockerctl", control())):
        parts.append(f"## {title}\n\n")
        parts += [_command(one) for one in _leaves(top)]
    return "".join(parts).rstrip("\n") + "\n"


def _leaves(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Every command that can be run, in order."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for one in action.choices.values():
                yield from _leaves(one)
            return
    yield parser


def _command(parser: argparse.ArgumentParser) -> str:
    actions = [one for one in parser._actions if _own(parser, one)]
    words = [parser.prog, *(_usage(one) for one in actions)]
    lines = [f"### {parser.prog}", "", parser.description or "", "", f"    {' '.join(words)}", ""]
    if actions:
        lines += ["| | |", "|---|---|"]
        lines += [f"| `{_name(one)}` | {one.help} |" for one in actions]
        lines.append("")
    if (clause := after(parser.prog)) is not None:
        lines += [clause, ""]
    return "\n".join(lines) + "\n"


def _own(parser: argparse.ArgumentParser, action: argparse.Action) -> bool:
    """Whether an option is this command's alone."""
    common = ("help", "json", "state") if parser.prog.startswith("lockerctl") else ("help",)
    return action.dest not in common


def _name(action: argparse.Action) -> str:
    value = _value(action)
    if not action.option_strings:
        return value
    return action.option_strings[-1] + (f" {value}" if value else "")


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    if action.choices is not None:
        return "{" + ",".join(map(str, action.choices)) + "}"
    return str(action.metavar or action.dest)


def _usage(action: argparse.Action) -> str:
    name = _name(action)
    if action.nargs == "+":
        return f"{name}..."
    if action.option_strings and not action.required:
        return f"[{name}]"
    return f"[{name}]" if action.nargs == "?" else name


# -- the socket -----------------------------------------------------------------------------------


def socket() -> str:
    """`docs/socket.md`."""
    from lockerd.control import codec, server
    from lockerd.desk import overrides, reads
    from lockerd.desk.table import OPERATIONS

    text = _SOCKET.format(
        line_max=codec.LINE_MAX,
        version=codec.VERSION,
        depth=codec.DEPTH_MAX,
        clients=server.CLIENTS_MAX,
        quiet_s=server.QUIET_MS // 1000,
        out_max=server.OUT_MAX,
        block=reads.BLOCK,
        own_pin=overrides.OWN_PIN,
    )
    kinds = (
        ("Readings", ("read",)),
        ("Acts", ("act",)),
        ("Claims and cards, which prove themselves", ("open",)),
        ("The desk's own", ("desk",)),
        ("A simulated cabinet", ("hands",)),
    )
    parts = [text, _codes(codec.CODES)]
    for title, wanted in kinds:
        found = [one for one in OPERATIONS if one.kind in wanted]
        parts.append(f"## {title}\n\n" + "\n".join(_operation(one) for one in found) + "\n")
    return "".join(parts).rstrip("\n") + "\n"


def _codes(codes: Mapping[str, str]) -> str:
    from lockerd.cli.tool import EXIT_CODES

    lines = ["## Errors", "", "| code | meaning | exit code of lockerctl |", "|---|---|---|"]
    lines += [f"| `{code}` | {means} | {EXIT_CODES[code]} |" for code, means in codes.items()]
    return "\n".join(lines) + "\n\n"


def _operation(op: object) -> str:
    from lockerd.desk.op import Op
    from lockerd.desk.overrides import OVERRIDES, OWN_PIN
    from lockerd.desk.table import GIVES, PAGED

    assert isinstance(op, Op)
    gives = GIVES.get(op.name, "")
    keys = ", ".join(f"`{one}`" for one in gives.split())
    lines = [f"### {op.name}", "", op.doc]
    if keys:
        lines[-1] += f" {'Rows' if op.name in PAGED else 'Answer'}: {keys}."
    lines.append("")
    if op.args:
        lines += ["| argument | | |", "|---|---|---|"]
        lines += [
            f"| `{one.name}` | {'required' if one.required else 'optional'} | {one.doc} "
            f"({_bounds(one)}) |"
            for one in op.args
        ]
        lines.append("")
    if op.name in OVERRIDES:
        lines += [f"An override ({OVERRIDES[op.name]}): give `{OWN_PIN}`.", ""]
    return "\n".join(lines)


def _bounds(arg: object) -> str:
    from lockerd.desk.arguments import Arg

    assert isinstance(arg, Arg)
    if arg.kind == "flag":
        return "true or false"
    if arg.kind == "count":
        return "an integer" if arg.high > 10**9 else f"{arg.low} to {arg.high}"
    return ", ".join(arg.choices) if arg.choices else f"text, at most {arg.high}"


def main(words: Sequence[str]) -> int:
    """Print one of the manuals; 2 when none is named."""
    makers = {"commands": commands, "socket": socket}
    maker = makers.get(words[0]) if len(words) == 1 else None
    if maker is None:
        sys.stderr.write(f"nothing to make; name one of {', '.join(makers)}\n")
        return 2
    sys.stdout.write(maker())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
