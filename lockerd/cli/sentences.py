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
    "adoption.started": "two people looked into it, the second is staff {approver}: {reason}",
    "adoption.empty": "they found nothing inside",
    "deposit.adopted": "they found its item inside; it counts as deposited from here on",
    "item.found": "they found something inside that nobody knows; it is to go back",
    "deposit.carried": "from the journal before: its codes are dead; a person must look",
    "state.snapshot": "the state was sealed",
    "clock.stepped": "the wall clock was moved by {by_ms} ms",
    "time.set": "two people set the time (the second is staff {approver}), between {lo} and {hi}",
    "staff.enrolled": "staff {staff} was enrolled ({role})",
    "staff.signed_in": "staff {staff} signed in",
    "staff.refused": "a badge or a staff PIN was refused",
    "staff.signed_out": "staff {staff} signed out ({reason})",
    "handover.ordered": "announced: {profile}, size {size}, from {opens} until {closes}",
    "handover.cancelled": "cancelled: {reason}",
    "count.started": "a blind count of {units} begins (the second person is staff {approver})",
    "count.resumed": "the count goes on (the second person is staff {approver})",
    "count.door": "its turn in the count",
    "count.skipped": "left out of the count: {why}",
    "count.paused": "the count stands still: {why}",
    "count.ended": "the count is over; counted {counted}; {differ} differ; skipped {skipped}; "
    "left {left}",
    "item.sealed": "the depositor read the seal's number; beside the announced one: {announced}",
    "seal.checked": "the recipient found the seal unbroken ({how})",
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
    "credential.undelivered": "the codes have not left the device ({channel}): {reason}",
    "credential.locked": "five wrong PINs: the PIN is dead, the QR code lives",
    "code.refused": "a code was not proven ({kind})",
    "fact.proven": "the recipient knew what both know",
    "fact.refused": "what the recipient said that both know was not proven",
    "fact.locked": "five wrong answers: only a document helps now",
    "keypad.paused": "typing was paused after {failures} failures",
    "code.turned_away": "a proven code was told why not: {why}",
    "release.authorised": "a proven code was admitted ({kind})",
    "pulse.ordered": "the latch was told to open ({purpose}, attempt {attempt})",
    "release.not_opened": "the door was not seen to open (attempt {attempt})",
    "release.failed": "the door did not open; the code still works",
    "release.interrupted": "a power cut came before the door opened; the code still works",
    "release.opened": "the door was seen to open; the code is spent",
    "release.left_open": "the door stood open for {after_s} s",
    "release.requested": "a proven code was admitted ({kind}); a person must agree first: {needs}",
    "approval.given": "a second person agreed at the kiosk ({subject})",
    "setup.checked": "the installer compared {what} (right: {right})",
    "selftest.done": "self-test: {green} right, {amber} to look at, {red} at fault",
    "maintenance.opened": "a technician works here for {minutes} minutes, ticket {ticket}",
    "maintenance.closed": "the maintenance session ended: {reason}",
    "inspection.started": "opened beside staff {approver}: {reason}",
    "export.started": "papers are taken along: {what} {about}",
    "export.written": "they are on a stick, in {folder} ({files} files, digest {digest})",
    "export.failed": "they are not on the stick: {why}",
    "emergency.started": "doors are opened (the second person is staff {approver}): {reason}",
    "emergency.door": "its turn in the emergency",
    "emergency.skipped": "nothing is pulsed: {why}",
    "emergency.ended": "the opening is over; opened {opened}; not seen to open {not_opened}",
    "glass.broken": "one person acts alone ({subject}), to be reviewed: {reason}",
    "handover.collected": "collected: the door was seen to open and to close",
    "collection.signed": "the recipient signed: {means} ({how})",
    "collection.unsigned": "nobody signed for it ({reason})",
    "handover.expired": "the window ended without a collection",
    "order.lapsed": "the window ended before anything was deposited",
    "reminder.due": "the recipient is due a reminder, {before_h} h before the end",
    "window.credited": "{minutes} minutes out of service are credited, until {closes}",
    "window.doubted": "a proven code came and the clock cannot tell whether the window is open",
    "window.permitted": "one release is permitted for {minutes} minutes: {reason}",
    "handover.escalated": "nobody came: {contact} is due to be told (step {step})",
    "heir.wanted": "nobody came: codes are asked for, {heir} shall collect (step {step})",
    "heir.named": "{heir} may collect, from {opens} until {closes}",
    "handover.frozen": "nobody may collect until a person looked: {reason}",
    "handover.thawed": "a person found the item; the code works again: {reason}",
    "handover.withdrawn": "ended without a collection: {reason}",
    "handover.extended": "the window ends later, at {closes}: {reason}",
    "handover.reassigned": "another person collects: {reason}",
    "credential.reissued": "new codes were made, the old ones are dead: {reason}",
    "count.entered": "a person looked before they were told: {seen}; the record said {expected}",
    "code.lost": "somebody at the kiosk lost a code, ticket {ticket}",
    "telephone.asked": "a challenge for the telephone was shown, ticket {ticket}",
    "telephone.refused": "what was typed answers no challenge, ticket {ticket}",
    "telephone.proven": "an operator vouched by telephone, ticket {ticket}",
    "telephone.key_given": "an operator took their telephone key",
    "credential.joined": "the code that the recipient has opens this door too",
    "handover.refused": "not kept; it goes back to its depositor: {reason}",
    "handover.awaiting_return": "nobody may collect; it goes back to its depositor: {reason}",
    "return.started": "the door was given, to take the item back",
    "return.not_opened": "the door was not seen to open for the return (attempt {attempt})",
    "return.failed": "the door did not open for the return: {reason}",
    "return.interrupted": "a power cut came before the door opened for the return",
    "return.opened": "the door was seen to open for the return",
    "handover.returned": "returned: the door was seen to open and to close",
    "correction.noted": "about entry {entry}: {reason}",
    "move.started": "an operator takes the item out, to move it to {to}: {reason}",
    "move.placing": "the operator was given this door for the moved item",
    "move.opened": "the door was seen to open for the move",
    "move.closed": "the door was seen to close",
    "move.not_opened": "the door did not open (attempt {attempt})",
    "move.abandoned": "nothing was moved: {reason}",
    "move.door_failed": "the new door did not open; the operator chooses another",
    "move.confirmed": "the operator says that the item lies here now; the code stays",
    "move.stopped": "the move came to no end ({reason}); a person must look",
    "item.left": "the recipient said at the open door whether the item stays (stays: {left})",
    "handover.kept": "the recipient left the item inside; the code works again",
    "handover.disputed": "the recipient says at the open door: {what}",
    "collection.disputed": "the recipient says after the door closed: {what}",
    "dispute.settled": "an operator looked ({found}): {reason}",
    "reopening.authorised": "the recipient has the door opened once more",
    "key.declared": "the mechanical key is used: {reason}",
    "handover.collected_manually": "handed over with the mechanical key: {reason}",
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
    "part.failed": "the {part} stopped working: {why}",
    "part.back": "the {part} works again",
    "copy.lost": "the second copy cannot be written: {reason}",
    "copy.back": "the second copy has caught up",
    "staff.locked": "five wrong PINs: the badge of staff {staff} is locked",
    "staff.pin_changed": "staff {staff} chose a new PIN",
    "staff.pin_reset": "staff {staff} was given a PIN, to be changed at once",
    "staff.badge_issued": "staff {staff} got a new badge, the old one is dead: {reason}",
    "staff.retired": "staff {staff} left, badge and PIN are dead: {reason}",
    "staff.role_changed": "staff {staff} is {role} from now on: {reason}",
    "staff.linked": "requests of system user {uid} are those of staff {staff}",
    "shift.handed_over": "the shift was handed to staff {to}; {occupied} compartments were in use",
    "claim.accepted": "the owner's key answered the claim",
    "claim.refused": "an answer to the claim was not the owner's",
    "recovery.accepted": "two recovery cards were shown; all three are dead",
    "recovery.refused": "two cards were shown that do not count together",
    "recovery.issued": "three new recovery cards were made",
    "recovery.carried": "the recovery cards of the epoch before still count",
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
    for name, value in fields.items():
        if isinstance(value, (list, tuple)):
            fields[name] = ", ".join(map(str, value)) or "-"
    for name in ("opens", "closes", "lo", "hi"):
        if name in fields:
            fields[name] = str(fields[name])[:16].replace("T", " ")
    said = known.format_map(fields)
    if row["type"] == "log.genesis" and "previous" in fields:
        said += "; it goes on from {previous}, {previous_size} entries: {why}".format_map(fields)
    marks = [words for name, words in _MARKS if fields.get(name) is True]
    if row["type"] == "release.authorised" and "flag" in fields:
        marks.append(f"in doubt: {fields['flag']}")
    if row["type"] == "handover.withdrawn":
        marks.append("the item was there" if fields.get("found") else "nothing was found")
    if row["type"] in _BY_KEY:
        second = fields.get("witness")
        marks.append("by one person alone" if second is None else f"before staff {second}")
    return f"{said} ({', '.join(marks)})" if marks else said


_BY_KEY = ("key.declared", "handover.collected_manually")


_MARKS = (("late", "found later"), ("unpowered", "while there was no power"))


def who(row: Mapping[str, Any]) -> str:
    """Who acted, as a word or two."""
    if row["role"] == "device":
        return "cabinet"
    if row["role"] == "recipient":
        return "recipient"
    return f"staff {row['actor']} ({row['role']})"
