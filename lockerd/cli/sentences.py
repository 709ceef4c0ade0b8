"""Journal lines as sentences: what each type of event means to a person.

Rules.  A sentence says what is known and no more: a command is not an opening, an opening is not a
collection.  Every type has one; a type of a later release is shown by its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SENTENCES: Mapping[str, str] = {
    "log.genesis": "the journal begins ({mode}, software {software})",
    "log.boot": "the cabinet started (software {software})",
    "log.stopped": "the cabinet stopped in order ({reason})",
    "log.frozen": "this journal may not go on: {reason}",
    "anchor.cosigned": "the witness {witness} cosigned {size} entries",
    "privacy.erased": "names were erased ({subject}; {basis})",
    "privacy.held": "names are held: {subject}: {reason}",
    "privacy.unheld": "names are no longer held: {subject}: {reason}",
    "staff.carried": "staff {staff} stays from the journal before ({role})",
    "order.carried": "announced in the journal before: {profile}, size {size}, until {closes}",
    "deposit.carried": "from the journal before: its codes are dead; a person must look",
    "state.snapshot": "the state was sealed",
    "clock.stepped": "the wall clock was moved by {by_ms} ms",
    "staff.enrolled": "staff {staff} was enrolled ({role})",
    "staff.signed_in": "staff {staff} signed in",
    "staff.refused": "a badge or a staff PIN was refused",
    "staff.signed_out": "staff {staff} signed out ({reason})",
    "handover.ordered": "announced: {profile}, size {size}, from {opens} until {closes}",
    "handover.cancelled": "cancelled: {reason}",
    "deposit.started": "the depositor was given this door",
    "deposit.opened": "the door was seen to open for the depositor",
    "deposit.closed": "the door was seen to close",
    "deposit.reopened": "the depositor asked for the door again",
    "deposit.not_opened": "the door did not open (attempt {attempt})",
    "deposit.abandoned": "nothing was deposited: {reason}",
    "deposit.unconfirmed": "the depositor did not confirm ({reason}); a person must look",
    "deposit.confirmed": "the depositor confirmed that the item is inside",
    "credential.minted": "PIN and QR code were made",
    "credential.delivered": "the codes left the device ({channel})",
    "credential.locked": "five wrong PINs: the PIN is dead, the QR code lives",
    "code.refused": "a code was not proven ({kind})",
    "keypad.paused": "typing was paused after {failures} failures",
    "code.turned_away": "a proven code was told why not: {why}",
    "release.authorised": "a proven code was admitted ({kind})",
    "pulse.ordered": "the latch was told to open ({purpose}, attempt {attempt})",
    "release.not_opened": "the door was not seen to open (attempt {attempt})",
    "release.failed": "the door did not open; the code still works",
    "release.interrupted": "a power cut came before the door opened; the code still works",
    "release.opened": "the door was seen to open; the code is spent",
    "release.left_open": "the door stood open for {after_s} s",
    "handover.collected": "collected: the door was seen to open and to close",
    "handover.expired": "the window ended without a collection",
    "handover.frozen": "nobody may collect until a person looked: {reason}",
    "handover.thawed": "a person found the item; the code works again: {reason}",
    "handover.withdrawn": "ended without a collection: {reason}",
    "door.opened": "the door was seen to open ({purpose})",
    "door.closed": "the door was seen to close",
    "door.not_opened": "the door was not seen to open ({purpose})",
    "door.forced": "the door opened and nobody was given it",
    "door.uncertain": "the door's state is not known ({reason})",
    "door.certain": "the contact is steady again: {level}",
    "door.retired": "the compartment is out of service: {reason}",
    "door.restored": "the compartment is back in service",
    "strike.fault": "the latch could not be pulsed: {what}",
    "cabinet.retired": "the cabinet is out of service: {reason}",
    "cabinet.restored": "the cabinet is back in service",
    "input.lost": "the {device} went away",
    "input.back": "the {device} is back",
    "copy.lost": "the second copy cannot be written: {reason}",
    "copy.back": "the second copy has caught up",
    "attention.acknowledged": "the queue item {key} was taken on",
    "attention.resolved": "the queue item {key} was closed: {reason}",
}
"""Event type -> sentence; the fields of the event fill it in."""


class _Fields(dict[str, Any]):
    """A field that an older line does not have reads as a dash."""

    def __missing__(self, key: str) -> str:
        return "-"


def sentence(row: Mapping[str, Any]) -> str:
    """What a row of `journal.entries` says."""
    known = SENTENCES.get(row["type"])
    if known is None:
        return str(row["type"])
    fields = _Fields(row["fields"])
    for name in ("opens", "closes"):
        if name in fields:
            fields[name] = str(fields[name])[:16].replace("T", " ")
    said = known.format_map(fields)
    marks = [words for name, words in _MARKS if fields.get(name) is True]
    if row["type"] == "release.authorised" and "flag" in fields:
        marks.append(f"in doubt: {fields['flag']}")
    if row["type"] == "handover.withdrawn":
        marks.append("the item was there" if fields.get("found") else "nothing was found")
    return f"{said} ({', '.join(marks)})" if marks else said


_MARKS = (("late", "found later"), ("unpowered", "while there was no power"))


def who(row: Mapping[str, Any]) -> str:
    """Who acted, as a word or two."""
    if row["role"] == "device":
        return "cabinet"
    if row["role"] == "recipient":
        return "recipient"
    return f"staff {row['actor']} ({row['role']})"
