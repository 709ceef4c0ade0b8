"""`lockerctl witness`: both sides of witnessing by files.

Theory of operation.  On the cabinet `request` writes what is to be asked and `take` brings the
answers in; on a witness's computer `answer` signs.  Files go between them on any medium.  A request
is read from the database, beside a running daemon; an answer is only laid down here, and the daemon
judges it, now or at its next start.

Rules.  A witness's private key is a file of its own, readable by its user alone.  Nothing that
comes on a stick is believed here; the daemon says what it came to.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lockerd.cli.files import read_text
from lockerd.cli.keys import keygen, load_key, now_s
from lockerd.cli.parsing import commands, leaf
from lockerd.cli.tool import DONE, NO, USAGE, Stopped, Tool

if TYPE_CHECKING:
    from lockerd.journal.note import Key

COLUMNS = (("WITNESS", "witness"), ("COSIGNED", "cosigned"), ("AT", "at"), ("BEHIND", "behind"))
TAKEN = (("FILE", "file"), ("VERDICT", "verdict"), ("BECAUSE", "text"))
GOOD = ("cosigned", "known")


def define(parser: argparse.ArgumentParser) -> None:
    """The commands."""
    parser.description = "Witnesses: others who sign the heads of this journal, by files."
    group = commands(parser)
    leaf(group, "list", "List who cosigned how much of the journal.", show)
    made = leaf(
        group,
        "request",
        "Write a request for each witness: the present head, and the proof that it continues what "
        "that witness saw last. Carry the files to the witness and the answers back.",
        request,
    )
    made.add_argument("--out", metavar="DIRECTORY", help="where to (default: spool/out)")
    made.add_argument(
        "--witness", metavar="FILE", help="verifier keys, one a line (default: the config's)"
    )
    made.add_argument(
        "--old", type=int, metavar="N", help="what the witness saw last, when it says another size"
    )
    made = leaf(
        group,
        "take",
        "Take answers in. A cosignature is recorded; a head that contradicts this journal ends it, "
        "and the next epoch begins. Exits with 1 unless every answer was good.",
        take,
    )
    made.add_argument("files", nargs="+", metavar="FILE", help="an answer")
    _define_witness(group)


def _define_witness(group: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    made = leaf(group, "keygen", "Make a witness's key pair and print the verifier key.", make_key)
    made.add_argument("--name", required=True, metavar="NAME", help="the witness's name")
    made.add_argument("--key", required=True, metavar="FILE", help="a new file for the private key")
    made = leaf(group, "admit", "Let a witness know journals by their verifier keys.", admit)
    made.add_argument("--memory", required=True, metavar="DIR", help="the witness's memory")
    made.add_argument("files", nargs="+", metavar="FILE", help="the vkey of a journal")
    made = leaf(
        group,
        "answer",
        "Answer requests as a witness, each beside its request. Cosigns what continues the head "
        "that was cosigned last, and remembers it first. Exits with 1 unless all were cosigned.",
        answer,
    )
    made.add_argument("--key", required=True, metavar="FILE", help="the witness's private key")
    made.add_argument("--memory", required=True, metavar="DIR", help="the witness's memory")
    made.add_argument("files", nargs="+", metavar="REQUEST", help="a request")


# -- the cabinet's side ---------------------------------------------------------------------------


def show(tool: Tool, args: argparse.Namespace) -> int:
    """List them; 1 when nobody cosigned anything."""
    rows = list(tool.rows("witness.list"))
    tool.table(COLUMNS, rows, "no witness is in the config, and none cosigned anything")
    return DONE if any(one["cosigned"] for one in rows) else NO


def request(tool: Tool, args: argparse.Namespace) -> int:
    """Write the requests; 1 when there was nothing to ask."""
    from lockerd.journal import spool as sp
    from lockerd.journal import witness as wt
    from lockerd.journal.reader import Reader
    from lockerd.ports import JournalError

    keys = _witnesses(tool, args.witness)
    written: list[dict[str, Any]] = []
    try:
        with Reader.read(Path(tool.state)) as journal:
            seen = {one.key: one.size for one in journal.newest_cosignatures()}
            for key in keys:
                old = seen.get(wt.key_name(key), 0) if args.old is None else args.old
                asked = wt.ask(journal, old)
                name = sp.request_name(journal.head(), key)
                if args.out is None:
                    file = sp.Spool(Path(tool.state)).ask(name, asked)
                else:
                    file = sp.place(Path(args.out) / name, asked.text.encode())
                row = {"witness": key.name, "old": old, "size": journal.size, "file": str(file)}
                written.append(row)
    except (JournalError, wt.WitnessError) as wrong:
        raise Stopped(str(wrong)) from None
    columns = (("WITNESS", "witness"), ("FROM", "old"), ("TO", "size"), ("FILE", "file"))
    tool.table(columns, written, "there is nobody to ask")
    return DONE if written else NO


def _witnesses(tool: Tool, file: str | None) -> list[Key]:
    """The keys to ask: those in a file, else those of the running daemon's config."""
    from lockerd.journal.note import NoteError, parse_vkey

    if file is None:
        vkeys = [one["vkey"] for one in tool.rows("witness.list") if one["vkey"] is not None]
    else:
        lines = read_text(file, "the witnesses' file").splitlines()
        vkeys = [one.strip() for one in lines if one.strip()]
    if not vkeys:
        raise Stopped(
            "no witness is known; add [[witness]] to the config of a running daemon, or give "
            "--witness FILE",
            USAGE,
        )
    try:
        return [parse_vkey(one) for one in vkeys]
    except NoteError as wrong:
        raise Stopped(str(wrong)) from None


def take(tool: Tool, args: argparse.Namespace) -> int:
    """Lay them down and have them judged; 1 unless all were good."""
    from lockerd.control.client import Absent
    from lockerd.journal import spool as sp
    from lockerd.journal.reader import DATABASE
    from lockerd.ports import JournalError

    state = Path(tool.state)
    if not (state / DATABASE).exists():
        raise Stopped(f"{state} holds no journal; give --state with the cabinet's directory")
    spool = sp.Spool(state)
    try:
        placed = [spool.put(Path(one).name, _answer(Path(one))) for one in args.files]
    except JournalError as wrong:
        raise Stopped(str(wrong)) from None
    try:
        found = tool.act("witness.take")
    except Absent:
        tool.note("no daemon runs; the answers are taken at its next start")
        if tool.as_json:
            tool.give({"rows": [], "fault": None, "waiting": len(placed)})
        return DONE
    _give_taken(tool, found)
    if found["fault"] is not None:
        raise Stopped(found["fault"])
    return DONE if all(one["verdict"] in GOOD for one in found["rows"]) else NO


def _answer(path: Path) -> bytes:
    """An answer, behind the checkpoint that it is about where its request lies beside it."""
    from lockerd.journal import spool as sp
    from lockerd.journal import witness as wt

    try:
        data = sp.read_file(path)
        if data.startswith("\u2014 ".encode()):
            for other in sorted(path.parent.glob(f"*{sp.REQUEST}")):
                if path.name.startswith(other.name.removesuffix(sp.REQUEST)):
                    return wt.parse_request(sp.read_file(other)).checkpoint.encode() + data
    except wt.WitnessError as wrong:
        raise Stopped(str(wrong)) from None
    return data


def _give_taken(tool: Tool, found: Mapping[str, Any]) -> None:
    if tool.as_json:
        tool.give(found)
        return
    tool.table(TAKEN, found["rows"], "nothing was taken")
    if any(one["verdict"] == "contradicts" for one in found["rows"]):
        tool.say(
            f"the journal was closed; {found['origin']} goes on: look into every compartment, and "
            "give the new vkey to every witness and auditor"
        )


# -- the witness's side ---------------------------------------------------------------------------


def make_key(tool: Tool, args: argparse.Namespace) -> int:
    """Make the pair."""
    from lockerd.journal.note import COSIGNATURE

    return keygen(tool, args.name, args.key, COSIGNATURE)


def admit(tool: Tool, args: argparse.Namespace) -> int:
    """Know each journal from now on."""
    from lockerd.journal import spool as sp
    from lockerd.journal import witness as wt
    from lockerd.journal.note import NoteError, parse_vkey
    from lockerd.ports import JournalError

    memory = sp.Memory(Path(args.memory))
    for file in args.files:
        try:
            key = parse_vkey(read_text(file, "the verifier key").strip())
            fresh = memory.admit(key)
        except (NoteError, wt.WitnessError, JournalError) as wrong:
            raise Stopped(f"{file}: {wrong}") from None
        if tool.as_json:
            tool.give({"origin": key.name, "new": fresh})
        else:
            tool.say(f"{key.name} is known" if fresh else f"{key.name} was known before")
    return DONE


SAID = {
    200: "cosigned",
    400: "this is no request",
    403: "the journal's own signature is missing or wrong: look into it",
    404: "this journal is not known; admit its vkey first",
    409: "this witness remembers another head; carry the answer back",
    422: "this does not continue what was cosigned: look into it, and carry the answer back",
}
"""What each status means to a person."""


def answer(tool: Tool, args: argparse.Namespace) -> int:
    """Answer each; 1 unless all were cosigned."""
    from lockerd.journal import spool as sp
    from lockerd.journal import witness as wt
    from lockerd.journal.note import COSIGNATURE
    from lockerd.ports import JournalError

    signer = load_key(args.key, COSIGNATURE)
    memory = sp.Memory(Path(args.memory))
    rows: list[dict[str, Any]] = []
    for file in args.files:
        path = Path(file)
        try:
            found = memory.answer(sp.read_file(path), signer, now_s())
            written: Path | None = None
            if found.file is not None:
                written = sp.place(sp.answer_name(path, signer), found.file.encode())
        except (wt.WitnessError, JournalError) as wrong:
            raise Stopped(f"{path.name}: {wrong}") from None
        said = SAID[found.status]
        answered = None if written is None else str(written)
        rows.append(
            {"request": path.name, "status": found.status, "said": said, "answer": answered}
        )
    columns = (("REQUEST", "request"), ("STATUS", "status"), ("", "said"), ("ANSWER", "answer"))
    tool.table(columns, rows, "nothing was asked")
    return DONE if all(one["status"] == wt.OK for one in rows) else NO
