"""`lockerctl certificate`: the owner's word that a verifier key is a cabinet's.

Theory of operation.  `keygen` and `make` run on the owner's computer, `install` on the cabinet,
`show` anywhere.  Whoever verifies journals then needs the owner's verifier key alone.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from lockerd.cli.files import read_text, vkey_beside, write
from lockerd.cli.keys import keygen, load_key, now_s
from lockerd.cli.parsing import commands, leaf
from lockerd.cli.tool import DONE, NO, USAGE, Stopped, Tool, facts

if TYPE_CHECKING:
    from lockerd.journal.certificate import Certificate


def define(parser: argparse.ArgumentParser) -> None:
    """The commands."""
    parser.description = "Certificates: the owner vouches for the key of a cabinet's journal."
    group = commands(parser)
    made = leaf(
        group,
        "keygen",
        "Make the owner's key pair and print the verifier key, which is the config's owner_key.",
        make_key,
    )
    made.add_argument("--name", required=True, metavar="NAME", help="the owner's name for the key")
    made.add_argument("--key", required=True, metavar="FILE", help="a new file for the private key")
    made = leaf(
        group,
        "make",
        "Certify a cabinet's verifier key with the owner's private key. Compare the key with what "
        "the cabinet shows first.",
        make,
    )
    made.add_argument("--key", required=True, metavar="FILE", help="the owner's private key")
    made.add_argument(
        "--vkey", metavar="FILE", help="the cabinet's (default: that of the state directory)"
    )
    made.add_argument("--out", metavar="FILE", help="write it there (default: print it)")
    made = leaf(group, "install", "Check a certificate and put it beside the journal.", install)
    made.add_argument("file", metavar="FILE", help="the certificate")
    _add_owner(made)
    made = leaf(
        group,
        "words",
        "The ten words of a verifier key, to be compared with those that the cabinet shows.",
        words,
    )
    made.add_argument("file", metavar="VKEY", help="the verifier key's file")
    made = leaf(
        group, "show", "Check the certificate of a journal or an export and say what it says.", show
    )
    made.add_argument(
        "path", nargs="?", metavar="PATH", help="a directory (default: the state directory)"
    )
    _add_owner(made)


def _add_owner(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--owner", required=True, metavar="FILE", help="the owner's verifier key, from the owner"
    )


def make_key(tool: Tool, args: argparse.Namespace) -> int:
    """Make the pair."""
    from lockerd.journal.note import ED25519

    return keygen(tool, args.name, args.key, ED25519)


def make(tool: Tool, args: argparse.Namespace) -> int:
    """Make one."""
    from lockerd.journal import certificate as cert
    from lockerd.journal.note import ED25519

    if args.vkey is not None:
        vkey: str | None = read_text(args.vkey, "the verifier key").strip()
    else:
        vkey = vkey_beside(tool.state)
    if vkey is None:
        raise Stopped(f"{tool.state} holds no vkey; give --vkey FILE", USAGE)
    try:
        text = cert.make(vkey, now_s() * 1000, load_key(args.key, ED25519))
    except cert.CertificateError as wrong:
        raise Stopped(str(wrong)) from None
    if args.out is not None:
        write(args.out, text.encode())
    if tool.as_json:
        tool.give({"certificate": text, "file": args.out})
    elif args.out is None:
        tool.out.write(text)
    else:
        tool.say(f"the certificate is in {args.out}; on the cabinet: lockerctl certificate install")
    return DONE


def words(tool: Tool, args: argparse.Namespace) -> int:
    """Spell a key."""
    from lockerd.core.fingerprint import spelled
    from lockerd.journal import note

    vkey = read_text(args.file, "the verifier key").strip()
    try:
        note.parse_vkey(vkey)
    except note.NoteError as wrong:
        raise Stopped(f"{args.file}: {wrong}") from None
    said = spelled(vkey)
    if tool.as_json:
        tool.give({"vkey": vkey, "words": list(said)})
    else:
        tool.say(" ".join(said))
    return DONE


def install(tool: Tool, args: argparse.Namespace) -> int:
    """Put it there, if it is this journal's."""
    from lockerd.journal import certificate as cert
    from lockerd.ports import JournalError

    text = read_text(args.file, "the certificate")
    found = certified(tool.state, text, args.owner)
    try:
        cert.install(Path(tool.state), text)
    except JournalError as wrong:
        raise Stopped(str(wrong)) from None
    _give(tool, found)
    return DONE


def show(tool: Tool, args: argparse.Namespace) -> int:
    """Say what it says; 1 when there is none."""
    from lockerd.journal import certificate as cert

    path = tool.state if args.path is None else args.path
    try:
        text = cert.read(Path(path))
    except cert.CertificateError as wrong:
        raise Stopped(str(wrong)) from None
    if text is None:
        tool.note(f"{path} holds no {cert.FILE}")
        return NO
    _give(tool, certified(path, text, args.owner))
    return DONE


def certified(path: str, text: str, owner: str) -> Certificate:
    """A certificate that holds for the key beside a journal.  Raises Stopped."""
    from lockerd.journal import certificate as cert

    vkey, key = vkey_beside(path), owner_text(owner)
    try:
        return cert.check(text, key) if vkey is None else cert.check_for(text, key, vkey)
    except cert.CertificateError as wrong:
        raise Stopped(str(wrong)) from None


def owner_text(file: str) -> str:
    """The owner's verifier key from its file."""
    return read_text(file, "the owner's key").strip()


def _give(tool: Tool, found: Certificate) -> None:
    from lockerd.journal.leaf import format_time

    since = format_time(found.not_before)
    if tool.as_json:
        said = {"origin": found.origin, "vkey": found.key.vkey, "owner": found.owner}
        tool.give({**said, "not_before": since})
        return
    pairs = [("journal", found.origin), ("key", found.key.vkey)]
    tool.say(*facts([*pairs, ("certified by", found.owner), ("since", since)]))
