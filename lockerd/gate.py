"""The founders' gate: the owner's claim, recovery cards, and the PINs and badges of staff.

Theory of operation.  A new challenge is made for every start and after every founding; it names
the log and the boot, so an answer is good for this cabinet, this once.  Whether an answer is the
owner's is asked of `verifies`, which knows the key of the config.  Cards are compared like QR
codes, through a keyed hash: two rows of one name must be proven by two cards of different numbers.
What was proven is remembered until it is used, once, by `MakeFounder`: nothing else makes one.

Rules.  The core never sees a key, and decides nothing here: every answer is a message.  A PIN costs
one scrypt whether it is right or not.  Nothing is shown about one card alone.
"""

from __future__ import annotations

from collections.abc import Callable
from hmac import compare_digest

from lockerd.core import effects as ef
from lockerd.core import messages as msg
from lockerd.core import telephone
from lockerd.core.claim import (
    CARDS,
    NONCE_BYTES,
    Challenge,
    ClaimError,
    card_number,
    card_of,
    crockford,
    signature_of,
    tidy,
)
from lockerd.core.events import Verifier
from lockerd.vault import SECRET_BYTES, Job, Random, Vault

Verifies = Callable[[bytes, bytes], bool]
"""Whether a signature (64 bytes) over a message is the owner's."""


def no_owner(message: bytes, signature: bytes) -> bool:
    """A cabinet whose config names no owner takes no claim."""
    return False


class Gate:
    """Judges claims, cards and new PINs, and makes what goes with them."""

    def __init__(
        self,
        vault: Vault,
        random: Random,
        run: Callable[[Job], None],
        origin: str,
        boot: str,
        verifies: Verifies = no_owner,
    ) -> None:
        """`run` takes a job off the loop and posts its answer."""
        self._vault = vault
        self._random = random
        self._run = run
        self._origin = origin
        self._boot = boot
        self._verifies = verifies
        self._proven: tuple[str | None, str | None] | None = None
        self.challenge = self._fresh()

    def _fresh(self) -> Challenge:
        return Challenge(self._origin, self._boot, crockford(self._random(NONCE_BYTES)))

    # -- claims and cards --------------------------------------------------------------------

    def answered(self, text: str) -> bool:
        """Whether this answers the challenge; what was proven then waits for its founder."""
        try:
            proven = self._verifies(self.challenge.message, signature_of(text))
        except ClaimError:
            proven = False
        if proven:
            self._proven = (self.challenge.digest, None)
        return proven

    def paired(self, first: str, second: str) -> bool:
        """Whether these two cards count together; what was proven then waits for its founder."""
        names = {self._card(first), self._card(second)}
        numbers = {card_number(_tidy(one)) for one in (first, second)}
        name = names.pop()
        proven = not names and name is not None and len(numbers) == 2
        if proven:
            self._proven = (None, name)
        return proven

    def _card(self, text: str) -> str | None:
        plain = _tidy(text)
        return self._vault.proves_text(f"card-{card_number(plain) or 1}", plain)

    def cards(self) -> msg.CardsMade:
        """Three new cards."""
        cred = self._random(8).hex()
        texts = tuple(card_of(one, self._random(SECRET_BYTES)) for one in range(1, CARDS + 1))
        rows = tuple(
            self._vault.text_row(cred, f"card-{number}", text)
            for number, text in enumerate(texts, 1)
        )
        return msg.CardsMade(cred, rows, texts)

    def founder(self, staff: str, pin: str) -> msg.FounderMade | None:
        """Badge, PIN and cards for the first operator; None unless something was proven.

        What was proven is used up, and the challenge is another one.
        """
        proven, self._proven = self._proven, None
        if proven is None:
            return None
        self.challenge = self._fresh()
        challenge, spent = proven
        cred, badge, rows = self._vault.badge(pin)
        return msg.FounderMade(staff, cred, rows, self.cards(), challenge, spent, badge)

    # -- PINs and badges -----------------------------------------------------------------------

    def pin(self, cred: str, digits: str) -> tuple[Verifier, ...]:
        """The row of a new PIN behind a badge."""
        return (self._vault.pin_row(cred, "staff-pin", cred, digits),)

    def proves(self, cred: str, digits: str) -> bool:
        """Whether these digits are the PIN behind a badge."""
        return self._vault.proves_pin(cred, digits)

    def new_badge(self, replaces: str) -> tuple[str, str, tuple[Verifier, ...]]:
        """Another badge for the same PIN: `(credential, badge text, verifier rows)`."""
        return self._vault.badge_again(replaces)

    # -- effects -------------------------------------------------------------------------------

    def submit(self, effect: ef.Effect) -> None:
        """Take what is the gate's; the answer is a message."""
        match effect:
            case ef.CheckAnswer():
                proven = self.answered(effect.text)
                self._run(lambda: msg.ClaimChecked(proven))
            case ef.CheckPair():
                paired = self.paired(effect.first, effect.second)
                self._run(lambda: msg.PairChecked(paired))
            case ef.MakeFounder():
                self._found(effect)
            case ef.ChangePin():
                self._change(effect)
            case ef.MakeChallenge():
                asked = crockford(self._random(telephone.CHALLENGE_BYTES))
                self._run(lambda: msg.AskByTelephone(effect.ticket, asked))
            case ef.CheckTelephone():
                self._run(lambda: self._heard(effect))
            case _:
                raise AssertionError(f"not the gate's work: {type(effect).__name__}")

    def _heard(self, asked: ef.CheckTelephone) -> msg.TelephoneChecked:
        """Who read this out, and for which handover; nobody where two would fit."""
        fits = [
            (ho, staff)
            for staff, cred in asked.staff
            for key in (self._vault.telephone_key(cred),)
            for ho, reference in asked.meant
            if compare_digest(telephone.answer(key, asked.challenge, reference), asked.text)
        ]
        ho, who = fits[0] if len(fits) == 1 else (None, None)
        return msg.TelephoneChecked(asked.ticket, asked.challenge, ho, who)

    def _found(self, effect: ef.MakeFounder) -> None:
        made = self.founder(effect.staff, effect.pin)
        answer = made if made is not None else msg.PairChecked(False)
        self._run(lambda: answer)

    def _change(self, effect: ef.ChangePin) -> None:
        cred = effect.cred

        def job() -> msg.Message:
            proven = bool(effect.old) and self._vault.proves_pin(cred, effect.old)
            return msg.PinMade(cred, proven, self.pin(cred, effect.new))

        self._run(job)


def _tidy(text: str) -> str:
    try:
        return tidy(text)
    except ClaimError:
        return ""
