"""What to do after each command: the last line of its help, and of its part of the manual.

Rules.  A line names a command, a place at the cabinet or a page, and is true when the command came
to its end.  A test holds that no command is without one.
"""

from __future__ import annotations

from collections.abc import Mapping

NEXT: Mapping[str, str] = {
    "lockerd run": "lockerctl status says how the cabinet stands.",
    "lockerd simulate": "pick a tour in the window; without one, lockerctl sim phone.",
    "lockerctl check-config": "lockerd simulate --config FILE tries it, lockerd run is for real.",
    "lockerctl status": "queue list, where something needs attention; handover show for one door.",
    "lockerctl handover create": "the depositor picks it at the kiosk; handover list shows it.",
    "lockerctl handover list": "handover show HANDOVER, or timeline HANDOVER.",
    "lockerctl handover show": "timeline HANDOVER for what happened; receipt show for the proof.",
    "lockerctl handover cancel": "timeline HANDOVER says who ended it, and why.",
    "lockerctl queue list": "queue ack KEY to take an item on, queue resolve KEY to close it.",
    "lockerctl queue ack": "look at the cabinet, then queue resolve KEY.",
    "lockerctl queue resolve": "queue list shows what is left.",
    "lockerctl staff enrol": "print the badge, delete the file; its holder signs in at the kiosk.",
    "lockerctl staff badge": "show it to the scanner; in a simulation, sim badge NUMBER does that.",
    "lockerctl staff list": "staff enrol NUMBER for one more.",
    "lockerctl door test": "close the door; door out-of-service, if it did not open.",
    "lockerctl door out-of-service": "door test once it is repaired, then door back.",
    "lockerctl door back": "door test shows that it opens.",
    "lockerctl cabinet out-of-service": "cabinet back, when it shall serve again.",
    "lockerctl cabinet back": "status shows that it serves.",
    "lockerctl timeline": "receipt show HANDOVER proves its end; journal search for more.",
    "lockerctl journal verify": "what the verdicts mean, and what to do: docs/journal.md.",
    "lockerctl journal tail": "journal search for older entries, timeline for one handover.",
    "lockerctl journal search": "receipt show, or journal export, to hand out what was found.",
    "lockerctl journal export": "journal verify DIR; its README says how with other software.",
    "lockerctl journal salvage": "journal verify DIR, then journal restore; see docs/recovery.md.",
    "lockerctl journal restore": "lockerd run, then queue list: somebody looks into every door.",
    "lockerctl journal erase": "journal verify shows that the record still holds.",
    "lockerctl journal hold": "journal holds lists it, journal unhold lifts it.",
    "lockerctl journal unhold": "journal holds shows which are left; journal erase can go on.",
    "lockerctl journal holds": "journal unhold for one whose reason is gone.",
    "lockerctl receipt show": "receipt verify FILE --vkey FILE, on any machine.",
    "lockerctl receipt verify": "compare the key with one that you trust; see docs/journal.md.",
    "lockerctl case export": "hand the directory out; its README says how to verify it.",
    "lockerctl witness list": "witness request for one that is behind.",
    "lockerctl witness request": "carry the files to the witnesses, then witness take.",
    "lockerctl witness take": "witness list shows who cosigned how much.",
    "lockerctl witness keygen": "put the verifier key into the cabinet's config; witness admit.",
    "lockerctl witness admit": "witness answer, when a request comes.",
    "lockerctl witness answer": "carry the answers back to the cabinet: witness take.",
    "lockerctl certificate keygen": "it is the config's owner_key; keep the private key away.",
    "lockerctl certificate make": "certificate install, at the cabinet.",
    "lockerctl certificate install": "certificate show, there or of an export.",
    "lockerctl certificate show": "journal verify, with the key that it certifies.",
    "lockerctl screenshot": "sim touch and sim key, in a simulation, to go on from there.",
    "lockerctl sim push": "sim state, or status for what the cabinet makes of it.",
    "lockerctl sim pull": "sim state shows whether it moved.",
    "lockerctl sim force": "queue list: a forced door needs a person.",
    "lockerctl sim jam": "use a code of that door, sim unjam, and use the code again.",
    "lockerctl sim unjam": "use the same code again.",
    "lockerctl sim cut": "use a code of that door, sim mend, and use the code again.",
    "lockerctl sim mend": "use the same code again.",
    "lockerctl sim touch": "screenshot --out FILE shows what came of it.",
    "lockerctl sim key": "sim state shows which door opened; sim push DOOR to shut it.",
    "lockerctl sim scan": "sim state shows which door opened; sim push DOOR to shut it.",
    "lockerctl sim badge": "sim key PIN ok; the demonstration's is its number six times: 222222.",
    "lockerctl sim power": "after off, sim power on; journal tail says what was found.",
    "lockerctl sim clock": "sim phone, and handover list, for what is early or has ended now.",
    "lockerctl sim phone": "sim key PIN ok, or sim scan QR; then sim push DOOR, receipt verify.",
    "lockerctl sim state": "sim push DOOR for one that is open.",
    "lockerctl sim play": "journal verify of its state directory; docs/simulator.md to write one.",
    "lockerctl sim soak": "journal verify of its state directory, or another --seed.",
}
"""By a command's full name, a clause that ends with a stop."""


def after(prog: str) -> str | None:
    """The last line of a command's help."""
    clause = NEXT.get(prog)
    return None if clause is None else f"Next: {clause}"
