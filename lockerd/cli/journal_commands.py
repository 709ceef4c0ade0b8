"""`lockerctl journal`: verify, read, search and export the record.

Theory of operation.  Reading lines goes through the daemon when one runs.  Verifying and exporting
read the whole file and so open the database themselves, read-only, beside the daemon.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lockerd.cli import erase_commands, restore_commands, salvage_commands
from lockerd.cli.epochs import Epoch, Epochs, boundary
from lockerd.cli.files import read_text, vkey_beside
from lockerd.cli.parsing import commands, leaf
from lockerd.cli.progress import Progress
from lockerd.cli.sentences import sentence, who
from lockerd.cli.tool import DONE, NO, USAGE, Stopped, Tool, facts, when

if TYPE_CHECKING:
    from lockerd.journal.certificate import Certificate
    from lockerd.journal.chain import Link
    from lockerd.journal.note import Checkpoint, Key
    from lockerd.journal.verify import Verdict

TAIL = 20


def define(parser: argparse.ArgumentParser) -> None:
    """The commands."""
    parser.description = "The signed, append-only record of everything that happened."
    group = commands(parser)
    _define_verify(group)
    made = leaf(group, "tail", "Show the newest entries.", tail)
    made.add_argument(
        "-n", dest="count", type=int, default=TAIL, metavar="N", help=f"how many (default {TAIL})"
    )
    _define_search(group)
    made = leaf(
        group,
        "export",
        "Write the whole journal into a directory that anyone's software can verify: signed "
        "checkpoint, hash tiles, entries, disclosures.",
        export,
    )
    made.add_argument("directory", metavar="DIRECTORY", help="an empty or a new one")
    made.add_argument(
        "--without-names", action="store_true", help="leave personal data out; it still verifies"
    )
    salvage_commands.define(group)
    restore_commands.define(group)
    restore_commands.define_keep(group)
    erase_commands.define(group)


def _define_verify(group: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    made = leaf(
        group,
        "verify",
        "Verify a journal, a copy of one, an export or what was salvaged: every hash, the tree, "
        "the signature, every entry and the history that they make. Answers VERIFIED, "
        "VERIFIED_UNWITNESSED, INVALID, FORK, TRUNCATED or INCOMPLETE; exits with 1 unless it "
        "verifies. Where the journal goes on from another, that one is judged too if it is kept "
        "beside, and named if it is not.",
        verify,
    )
    made.add_argument(
        "path",
        nargs="?",
        metavar="PATH",
        help="a state directory, a journal.db, a second copy, an export or what was salvaged "
        "(default: the state directory)",
    )
    made.add_argument(
        "--vkey", metavar="FILE", help="the verifier key that you trust (default: the one beside)"
    )
    made.add_argument(
        "--owner",
        metavar="FILE",
        help="the owner's verifier key: trust the key that the journal's certificate names",
    )
    made.add_argument(
        "--witness", metavar="FILE", help="verifier keys of witnesses that you trust, one a line"
    )
    made.add_argument(
        "--known",
        action="append",
        default=[],
        metavar="FILE",
        help="a receipt or checkpoint that the journal must contain; may be repeated",
    )
    made.add_argument(
        "--every-seal", action="store_true", help="check each transaction's signature"
    )


def _define_search(group: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    made = leaf(
        group,
        "search",
        "Show the entries that fit every condition, in order, of every epoch that is kept. TIME is "
        "2026-11-21T14:00 (local time at the site), 2026-11-21, or a span before now: --from=-2h.",
        search,
    )
    made.add_argument("--type", metavar="TYPE", help="the beginning of a type, such as release.")
    made.add_argument("--door", metavar="DOOR", help="the name on the door")
    made.add_argument("--handover", metavar="HANDOVER", help="a reference or digits of an id")
    made.add_argument("--staff", metavar="NUMBER", help="who acted")
    made.add_argument("--from", dest="since", metavar="TIME", help="not before")
    made.add_argument("--until", metavar="TIME", help="before")
    made.add_argument(
        "--word",
        metavar="TEXT",
        help="part of a name, item or reference that was disclosed and not erased; in any case",
    )


# -- reading lines --------------------------------------------------------------------------------


def tail(tool: Tool, args: argparse.Namespace) -> int:
    """The newest."""
    if not 1 <= args.count <= 10_000:
        raise Stopped("-n is from 1 to 10000; for more: lockerctl journal search", USAGE)
    for row in tool.rows("journal.entries", {"last": args.count}):
        _line(tool, row)
    return DONE


def search(tool: Tool, args: argparse.Namespace) -> int:
    """Those that fit, in every epoch that is at hand; 1 when none does."""
    asked = {
        "type": args.type,
        "unit": args.door,
        "handover": args.handover,
        "staff": args.staff,
        "from": args.since,
        "until": args.until,
    }
    if args.word == "":
        raise Stopped("--word needs at least one letter; write part of what is sought", USAGE)
    found = 0
    with Epochs(tool) as epochs:
        for epoch in epochs:
            before = found
            for row in _fitting(epochs, epoch, args.word, asked):
                found += 1
                if len(epochs) > 1 and found == before + 1 and not tool.as_json:
                    tool.say(boundary(epoch))
                _line(tool, row)
        missing = epochs.unseen()
    if missing is not None:
        tool.note(f"{missing} is not kept here and was not searched; see: lockerctl journal keep")
    if not found:
        tool.note("no entry fits")
    return DONE if found else NO


def _fitting(
    epochs: Epochs, epoch: Epoch, word: str | None, asked: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    """The lines of one epoch that fit."""
    if word is not None:
        yield from _with_word(epochs, epoch, word, asked)
        return
    with Progress(epochs.tool, "searching the journal") as progress:
        for page in epoch.pages("journal.entries", asked):
            for row in page["rows"]:
                yield {**row, "epoch": epoch.number}
            progress(page["next"] or page["size"], page["size"])


def _with_word(
    epochs: Epochs, epoch: Epoch, word: str, asked: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    """Entries that disclose a word and fit the rest.

    The words are looked up in the database itself, so that none is sent over the socket.
    """
    from lockerd.journal.reader import Reader
    from lockerd.journal.search import MAX_FOUND, Wanted
    from lockerd.journal.search import search as look_up
    from lockerd.ports import JournalError

    try:
        with Reader.read(epochs.place(epoch)) as journal:
            meant = [one.idx for one in look_up(journal, Wanted(word=word))]
    except JournalError as wrong:
        raise Stopped(str(wrong)) from None
    for idx in meant:
        yield from epoch.rows("journal.entries", {**asked, "only": idx})
    if len(meant) == MAX_FOUND:
        epochs.tool.note(f"only the first {MAX_FOUND} entries with this word were looked at")


def _line(tool: Tool, row: Mapping[str, Any]) -> None:
    """One entry, as it comes."""
    if tool.as_json:
        tool.give(row)
        return
    sure = "*" if row["error_ms"] is None else " "
    door = f"door {row['unit']}" if row["unit"] else ""
    tool.say(
        f"{row['index']:>7}  {when(row['at'], seconds=True)}{sure} {row['type']:<22}  "
        f"{row['handover'] or '':<11}  {door:<8}  {who(row)}: {sentence(row)}"
    )


# -- the whole of it ------------------------------------------------------------------------------


def verify(tool: Tool, args: argparse.Namespace) -> int:
    """The verdict; 1 unless it is good."""
    from pathlib import Path

    from lockerd.core.replay import replay
    from lockerd.journal.chain import First, walk
    from lockerd.journal.erase import later
    from lockerd.journal.note import NoteError
    from lockerd.journal.verify import verify as judge
    from lockerd.ports import JournalError

    path = args.path or tool.state
    certificate = _certificate(args.owner, path)
    vkey = certificate.key.vkey if certificate is not None else _vkey(tool, args.vkey, path)
    if args.vkey is not None and certificate is not None:
        _same_key(args.vkey, certificate)
    first = First(replay)
    try:
        known = [_head(one, vkey) for one in args.known]
        witnesses = _witnesses(args.witness)
        with Progress(tool, "verifying") as progress:
            verdict = judge(
                Path(path),
                vkey,
                replay=first,
                every_seal=args.every_seal,
                known=known,
                witnesses=witnesses,
                accounted=later(Path(path)),
                progress=progress,
            )
            genesis = first.genesis if verdict.good else None
            before = list(walk(Path(path), genesis, replay, lambda: progress))
    except (JournalError, NoteError) as wrong:
        raise Stopped(str(wrong)) from None
    _give_verdict(tool, verdict, path, certificate, before)
    return DONE if verdict.good and all(one.good for one in before) else NO


def _certificate(owner: str | None, path: str) -> Certificate | None:
    """What the owner certified about the journal's key, if that was asked.  Raises Stopped."""
    from pathlib import Path

    from lockerd.journal import certificate as cert

    if owner is None:
        return None
    place = Path(path)
    directory = place if place.is_dir() else place.parent
    try:
        text = cert.read(directory)
        if text is None:
            raise Stopped(f"{directory} holds no {cert.FILE}; verify with --vkey FILE instead")
        return cert.check(text, read_text(owner, "the owner's key").strip())
    except cert.CertificateError as wrong:
        raise Stopped(str(wrong)) from None


def _same_key(file: str, certificate: Certificate) -> None:
    if read_text(file, "the verifier key").strip() != certificate.key.vkey:
        raise Stopped("the certificate is for another key than --vkey; ask the owner which is true")


def _vkey(tool: Tool, file: str | None, path: str) -> str | None:
    """The key that is trusted: the one given, else the one beside the journal, said so."""
    if file is not None:
        return read_text(file, "the verifier key").strip()
    beside = vkey_beside(path)
    if beside is not None:
        tool.note("the key beside the journal is used; give --vkey with one that you trust")
    return beside


def _witnesses(file: str | None) -> list[Key]:
    """Keys of witnesses, one a line.  Raises NoteError, Stopped."""
    from lockerd.journal.note import parse_vkey

    if file is None:
        return []
    lines = read_text(file, "the witnesses' file").splitlines()
    return [parse_vkey(one.strip()) for one in lines if one.strip()]


def _head(file: str, vkey: str | None) -> Checkpoint:
    """The signed head in a receipt or a checkpoint.  Raises NoteError, Stopped."""
    from lockerd.journal import proof
    from lockerd.journal.note import parse_vkey

    if vkey is None:
        raise Stopped("--known needs the key that signed it; give --vkey FILE", USAGE)
    text = read_text(file, "the receipt or checkpoint")
    if text.startswith(proof.HEADER):
        try:
            text = proof.parse_proof(text).checkpoint
        except proof.ReceiptError as wrong:
            raise Stopped(f"{file}: {wrong}") from None
    return proof.open_checkpoint(text, parse_vkey(vkey))[0]


def _give_verdict(
    tool: Tool,
    verdict: Verdict,
    path: str,
    certificate: Certificate | None,
    before: Sequence[Link],
) -> None:
    owner = None if certificate is None else certificate.owner
    if tool.as_json:
        tool.give(
            {
                "verdict": str(verdict.kind),
                "path": path,
                "origin": verdict.origin,
                "entries": verdict.size,
                "first_bad": verdict.first_bad,
                "what": verdict.what or None,
                "witnessed": verdict.witnessed,
                "certified_by": owner,
                "erased": verdict.erased,
                "warnings": list(verdict.warnings),
                "before": [_link(one) for one in before],
            }
        )
        return
    tool.say(str(verdict.kind))
    tool.say(
        *facts(
            [
                ("journal", verdict.origin),
                ("entries", verdict.size),
                ("first bad entry", verdict.first_bad),
                ("because", verdict.what),
                ("witnessed up to", verdict.witnessed or None),
                ("key certified by", owner),
                ("erased lawfully", verdict.erased or None),
                *(("warning", one) for one in verdict.warnings),
                *(("goes on from", _link_said(one)) for one in before),
            ]
        )
    )


def _link(one: Link) -> dict[str, Any]:
    """An epoch before, for a script; `verdict` is null where it is not kept."""
    known = one.verdict
    return {
        "origin": one.origin,
        "entries": one.size,
        "why": one.why,
        "verdict": None if known is None else str(known.kind),
        "first_bad": None if known is None else known.first_bad,
        "what": None if known is None else known.what or None,
        "beyond": one.beyond,
    }


def _link_said(one: Link) -> str:
    said = f"{one.origin}, {one.size} entries ({one.why}): "
    if one.verdict is None:
        return f"{said}NOT SEEN, since it is not kept here; see: lockerctl journal keep"
    said += str(one.verdict.kind)
    if one.verdict.what:
        said += f", {one.verdict.what}"
    if one.beyond:
        said += f"; {one.beyond} entries after them are in no later record"
    return said


def export(tool: Tool, args: argparse.Namespace) -> int:
    """Write it."""
    from pathlib import Path

    from lockerd.journal import certificate as cert
    from lockerd.journal.export import export as write
    from lockerd.journal.reader import Reader
    from lockerd.ports import JournalError

    try:
        with Reader.read(Path(tool.state)) as journal, Progress(tool, "exporting") as progress:
            size = write(
                journal, Path(args.directory), disclose=not args.without_names, progress=progress
            )
        text = cert.read(Path(tool.state))
        if text is not None:
            cert.install(Path(args.directory), text)
    except (JournalError, cert.CertificateError) as wrong:
        raise Stopped(str(wrong)) from None
    if tool.as_json:
        tool.give({"directory": args.directory, "entries": size})
    else:
        tool.say(f"{size} entries are in {args.directory}; whoever verifies it needs your vkey too")
    return DONE
