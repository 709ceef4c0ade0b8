"""Codes: made, compared and forgotten; the only file that ever sees one.

Theory of operation.  A PIN is nine digits: a random three-digit selector, by which its row is
found, and six digits that are compared through scrypt with a salt and the pepper.  A QR code
carries 128 random bits and is compared through a keyed hash.  The pepper lies outside the database,
so a copy of the database alone proves nothing.  Each row is bound to its credential by a MAC with
the pepper; a row that was altered is dropped and reported.

Rules.  A typed code costs one scrypt whether its selector is known or not.  Comparison is constant
in time.  Work that takes long is a job that runs off the loop and answers with a message.  A code
never appears in a repr, a log or an exception.
"""

from __future__ import annotations

import hashlib
import hmac
import queue
import threading
from collections.abc import Callable, Iterable, Sequence

from lockerd.core import effects as ef
from lockerd.core import messages as msg
from lockerd.core.claim import crockford
from lockerd.core.events import Event, Verifier, fact_of
from lockerd.core.visit import BADGE_PREFIX, CODE_PREFIX
from lockerd.ports import PortError, Post

PIN_DIGITS = 9
SELECTOR_DIGITS = 3
STAFF_PIN_DIGITS = 6
SECRET_BYTES = 16
KDF_N = 2**14
KDF_N_SIMULATION = 2
ROWS_MAX = 20_000
JOBS_MAX = 8
PINS = ("pin", "staff-pin")
"""The kinds of row that end with `Event.drop_pin`: one person's, or one handover's."""


Random = Callable[[int], bytes]
Job = Callable[[], msg.Message]


class VaultFull(PortError):
    """No selector is free: more live PINs than a three-digit selector can tell apart."""


class Vault:
    """Verifier rows in memory, equal to the journal's table, and what is done with them."""

    def __init__(self, pepper: bytes, random: Random, kdf_n: int, run: Callable[[Job], None]):
        """`run` takes a job off the loop and posts its answer."""
        assert len(pepper) >= 32, "the pepper is 32 random bytes"
        self._pepper = pepper
        self._random = random
        self._kdf_n = kdf_n
        self._run = run
        self._live: dict[tuple[str, str], Verifier] = {}
        self._spent: dict[tuple[str, str], Verifier] = {}

    # -- rows --------------------------------------------------------------------------------

    def load(self, rows: Iterable[tuple[Verifier, bool]]) -> list[str]:
        """Take the table's rows `(row, spent)`; the credentials whose rows were altered."""
        altered = []
        for row, spent in rows:
            if hmac.compare_digest(row.mac, self._mac(row)):
                self._put(row, spent)
            else:
                altered.append(row.cred)
        return altered

    def follow(self, events: Sequence[Event]) -> None:
        """Do with the rows what the events did with the table."""
        for event in events:
            for cred in (*event.drop, *event.forget):
                self._drop(cred)
            for cred in event.drop_pin:
                self._drop(cred, *PINS)
            for row in event.put:
                self._put(row, False)
            for cred in event.spend:
                self._spend(cred)
            for cred in event.revive:
                self._revive(cred)

    def _put(self, row: Verifier, spent: bool) -> None:
        table = self._spent if spent else self._live
        assert len(table) < ROWS_MAX, "the verifier table outgrew its bound"
        table[row.kind, row.selector] = row

    def _drop(self, cred: str, *kinds: str) -> None:
        for table in (self._live, self._spent):
            for key, row in list(table.items()):
                if row.cred == cred and (not kinds or row.kind in kinds):
                    del table[key]

    def _spend(self, cred: str) -> None:
        for key, row in list(self._live.items()):
            if row.cred == cred:
                self._spent[key] = self._live.pop(key)

    def _revive(self, cred: str) -> None:
        """What was spent works again, unless its selector was given to another one meanwhile."""
        for key, row in list(self._spent.items()):
            if row.cred == cred and key not in self._live:
                self._live[key] = self._spent.pop(key)

    def find(self, kind: str, selector: str) -> Verifier | None:
        """The row of a selector: a live one before a tombstone."""
        key = kind, selector
        return self._live.get(key) or self._spent.get(key)

    # -- hashes ------------------------------------------------------------------------------

    def _keyed(self, purpose: str, data: bytes) -> bytes:
        return hmac.digest(self._pepper, purpose.encode() + b"\0" + data, "sha256")

    def _mac(self, row: Verifier) -> bytes:
        fields = (row.cred, row.kind, row.selector, row.salt.hex(), row.hash.hex(), str(row.n))
        return self._keyed("row", "\0".join(fields).encode())

    def _slow(self, digits: str, salt: bytes, n: int) -> bytes:
        keyed = self._keyed("pin", digits.encode())
        return hashlib.scrypt(keyed, salt=salt, n=n, r=8, p=1, maxmem=64 << 20, dklen=32)

    def _sealed(self, row: Verifier) -> Verifier:
        return row.but(mac=self._mac(row))

    def pin_row(self, cred: str, kind: str, selector: str, digits: str) -> Verifier:
        """A row that digits are compared with, through scrypt."""
        salt = self._random(16)
        hashed = self._slow(digits, salt, self._kdf_n)
        return self._sealed(Verifier(cred, kind, selector, salt, hashed, self._kdf_n, b""))

    def text_row(self, cred: str, kind: str, text: str) -> Verifier:
        """A row that a text with 128 random bits is compared with."""
        hashed = self._keyed(kind, text.encode())
        row = Verifier(cred, kind, self._text_selector(kind, text), b"", hashed, 0, b"")
        return self._sealed(row)

    def _text_selector(self, kind: str, text: str) -> str:
        return self._keyed(f"{kind} selector", text.encode())[:8].hex()

    def _below(self, limit: int) -> int:
        """A uniform number below `limit`, from eight random bytes (bias under 2^-40)."""
        return int.from_bytes(self._random(8), "big") % limit

    # -- making ------------------------------------------------------------------------------

    def _free_selector(self) -> str:
        taken = {selector for kind, selector in self._live if kind == "pin"}
        avoided = taken | {selector for kind, selector in self._spent if kind == "pin"}
        every = [f"{one:03d}" for one in range(10**SELECTOR_DIGITS)]
        free = [one for one in every if one not in avoided] or [
            one for one in every if one not in taken
        ]
        if not free:
            raise VaultFull("no PIN selector is free; collect or withdraw some handovers first")
        return free[self._below(len(free))]

    def mint(self, ho: str) -> msg.Minted:
        """Codes made at once: whoever asks for them over the socket waits."""
        made = self._mint(ho)()
        assert isinstance(made, msg.Minted)
        return made

    def _mint(self, ho: str) -> Job:
        selector = self._free_selector()

        def job() -> msg.Message:
            cred = self._random(8).hex()
            digits = f"{self._below(10 ** (PIN_DIGITS - SELECTOR_DIGITS)):06d}"
            text = CODE_PREFIX + crockford(self._random(SECRET_BYTES))
            rows = (
                self.pin_row(cred, "pin", selector, digits),
                self.text_row(cred, "qr", text),
            )
            return msg.Minted(ho, cred, rows, selector + digits, text)

        return job

    def badge(self, pin: str) -> tuple[str, str, tuple[Verifier, ...]]:
        """A staff badge and its PIN: `(cred, badge text, rows)`.  Runs at once: enrolment waits."""
        cred = self._random(8).hex()
        text = BADGE_PREFIX + crockford(self._random(SECRET_BYTES))
        rows = (self.text_row(cred, "badge", text), self.pin_row(cred, "staff-pin", cred, pin))
        return cred, text, rows

    def badge_again(self, replaces: str) -> tuple[str, str, tuple[Verifier, ...]]:
        """Another badge for the PIN behind the credential `replaces`, as `badge` gives it."""
        cred = self._random(8).hex()
        text = BADGE_PREFIX + crockford(self._random(SECRET_BYTES))
        known = self.find("staff-pin", replaces)
        again = () if known is None else (self._sealed(known.but(cred=cred, selector=cred)),)
        return cred, text, (self.text_row(cred, "badge", text), *again)

    def telephone_key(self, cred: str) -> bytes:
        """What the holder of this badge answers challenges with."""
        return self._keyed("telephone", cred.encode())

    def item_no(self, asset: str) -> str:
        """The number of a thing in the record: the same for the same asset number, in any case."""
        return self._keyed("item", asset.strip().casefold().encode())[:8].hex()

    def fact_row(self, ho: str, digits: str) -> Verifier:
        """A row that something both know is compared with.

        A keyed hash with a salt of its own: a date of birth has so few values that a slow hash
        would guard it no better than the pepper, and an import of a day's list has no time for one.
        """
        salt = self._random(16)
        hashed = self._fact_hash(salt, digits)
        return self._sealed(Verifier(fact_of(ho), "fact", fact_of(ho), salt, hashed, 0, b""))

    def _fact_hash(self, salt: bytes, digits: str) -> bytes:
        return self._keyed("fact", salt + digits.encode())

    # -- comparing ---------------------------------------------------------------------------

    def submit(self, effect: ef.Effect) -> None:
        """Take a check or a Mint; the answer is a message."""
        match effect:
            case ef.CheckCode(kind="pin"):
                self._run(self._check_pin(effect.text))
            case ef.CheckCode():
                row, proven = self._check_text("qr", effect.text)
                cred = row.cred if row is not None else None
                self._run(lambda: msg.CodeChecked("qr", cred, proven))
            case ef.CheckBadge():
                row, proven = self._check_text("badge", effect.text)
                found = row.cred if row is not None and proven else None
                self._run(lambda: msg.BadgeChecked(found))
            case ef.CheckStaffPin():
                self._run(self._check_staff(effect.cred, effect.text))
            case ef.CheckApproval():
                self._run(self._check_approval(effect))
            case ef.CheckFact():
                proven = self.proves_fact(effect.ho, effect.text)
                self._run(lambda: msg.FactChecked(effect.ho, proven))
            case ef.MakeFact():
                made = (self.fact_row(effect.ho, effect.text),)
                self._run(lambda: msg.FactMade(effect.ho, made))
            case ef.Mint():
                self._run(self._mint(effect.ho))
            case _:
                raise AssertionError(f"not the vault's work: {type(effect).__name__}")

    def _matches(self, row: Verifier | None, digits: str) -> bool:
        """One scrypt, whether or not there is a row."""
        salt = row.salt if row is not None else bytes(16)
        made = self._slow(digits, salt, row.n if row is not None else self._kdf_n)
        return hmac.compare_digest(made, row.hash if row is not None else bytes(32)) and (
            row is not None
        )

    def _check_pin(self, text: str) -> Job:
        well_formed = len(text) == PIN_DIGITS and text.isascii() and text.isdigit()
        selector, digits = text[:SELECTOR_DIGITS], text[SELECTOR_DIGITS:]
        row = self.find("pin", selector) if well_formed else None

        def job() -> msg.Message:
            proven = self._matches(row, digits)
            return msg.CodeChecked("pin", row.cred if row is not None else None, proven)

        return job

    def proves_pin(self, cred: str, digits: str) -> bool:
        """Whether these digits are the PIN of a member of staff; one scrypt in any case."""
        return self._matches(self.find("staff-pin", cred), digits)

    def proves_fact(self, ho: str, digits: str) -> bool:
        """Whether these digits are what both know; the same work whether or not there is a row."""
        row = self.find("fact", fact_of(ho))
        made = self._fact_hash(row.salt if row is not None else bytes(16), digits)
        same = hmac.compare_digest(made, row.hash if row is not None else bytes(32))
        return same and row is not None

    def proves_text(self, kind: str, text: str) -> str | None:
        """The credential that this text proves, None for none."""
        row, proven = self._check_text(kind, text)
        return row.cred if row is not None and proven else None

    def _check_staff(self, cred: str, text: str) -> Job:
        row = self.find("staff-pin", cred)
        return lambda: msg.StaffPinChecked(cred, self._matches(row, text))

    def _check_approval(self, asked: ef.CheckApproval) -> Job:
        row = self.find("staff-pin", asked.cred)
        return lambda: msg.ApprovalChecked(
            asked.cred,
            self._matches(row, asked.text),
            asked.subject,
            asked.asker,
            asked.document,
        )

    def _check_text(self, kind: str, text: str) -> tuple[Verifier | None, bool]:
        row = self.find(kind, self._text_selector(kind, text))
        hashed = self._keyed(kind, text.encode())
        proven = hmac.compare_digest(hashed, row.hash if row is not None else bytes(32))
        return row, proven and row is not None


class Worker:
    """One thread for slow hashes; answers are posted.  The only place that is not constant."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._jobs: queue.Queue[Job | None] = queue.Queue(JOBS_MAX)
        self._thread = threading.Thread(target=self._work, name="vault", daemon=True)
        self._thread.start()

    def run(self, job: Job) -> None:
        """Take a job; the kiosk waits for each answer, so the bound is never met."""
        self._jobs.put_nowait(job)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._post(job())

    def stop(self) -> None:
        """Finish what was taken and end."""
        self._jobs.put(None)
        self._thread.join()
