"""What an operator reads out: made by the tool, compared by the gate, good for one thing."""

from __future__ import annotations

import random

import pytest

from lockerd.core import effects as ef
from lockerd.core import messages as msg
from lockerd.core import telephone
from lockerd.gate import Gate
from lockerd.vault import KDF_N_SIMULATION, Job, Vault

STAFF = (("1", "cred-1"), ("6", "cred-6"))
MEANT = (("a" * 16, "RL07-AAAA"), ("b" * 16, "RL07-BBBB"))
ASKED = "7QK2M9X4"


class Bench:
    """A gate whose work is done at once."""

    def __init__(self, pepper: bytes = bytes(range(32))) -> None:
        self.said: list[msg.Message] = []
        draw = random.Random(1).randbytes
        self.vault = Vault(pepper, draw, KDF_N_SIMULATION, self._run)
        self.gate = Gate(self.vault, draw, self._run, "test/RL07/1", "00000001")

    def _run(self, job: Job) -> None:
        self.said.append(job())

    def ask(self, effect: ef.Effect) -> msg.Message:
        self.gate.submit(effect)
        return self.said.pop()

    def check(self, text: str, **changes: object) -> tuple[str | None, str | None]:
        """`(handover, staff)` that this answer is for."""
        asked = ef.CheckTelephone("7", ASKED, STAFF, MEANT, text).but(**changes)
        said = self.ask(asked)
        assert isinstance(said, msg.TelephoneChecked)
        assert (said.ticket, said.challenge) == (asked.ticket, asked.challenge)
        return said.ho, said.staff

    def read_out(self, cred: str, reference: str, challenge: str = ASKED) -> str:
        """What an operator with this badge says, worked out from the text of the key."""
        text = telephone.key_text(self.vault.telephone_key(cred))
        return telephone.answer(telephone.key_of(text), challenge, reference)


def test_an_answer_says_who_and_what() -> None:
    bench = Bench()
    for staff, cred in STAFF:
        for ho, reference in MEANT:
            assert bench.check(bench.read_out(cred, reference)) == (ho, staff)


@pytest.mark.parametrize(
    "said",
    [
        lambda b: b.read_out("cred-1", "RL07-CCCC"),
        lambda b: b.read_out("cred-9", "RL07-AAAA"),
        lambda b: b.read_out("cred-1", "RL07-AAAA", "7QK2M9X5"),
        lambda b: Bench(bytes(32)).read_out("cred-1", "RL07-AAAA"),
        lambda b: "000000000",
        lambda b: "",
    ],
    ids=["handover", "badge", "challenge", "cabinet", "guess", "nothing"],
)
def test_whatever_is_of_another_answers_nothing(said: object) -> None:
    bench = Bench()
    assert callable(said)
    assert bench.check(said(bench)) == (None, None)


def test_two_that_fit_are_none() -> None:
    bench = Bench()
    same = (("a" * 16, "RL07-AAAA"), ("c" * 16, "RL07-AAAA"))
    said = bench.read_out("cred-1", "RL07-AAAA")
    assert bench.check(said, meant=same) == (None, None)
    assert bench.check(said, meant=same[:1]) == ("a" * 16, "1")


def test_every_challenge_is_another_one() -> None:
    bench = Bench()
    made = set()
    for _ in range(50):
        said = bench.ask(ef.MakeChallenge("7"))
        assert isinstance(said, msg.AskByTelephone) and said.ticket == "7"
        assert telephone.challenge_of(said.challenge) == said.challenge
        made.add(said.challenge)
    assert len(made) == 50


def test_a_thing_has_one_number_and_only_here() -> None:
    here, there = Bench().vault, Bench(bytes(32)).vault
    assert here.item_no("INV-0042") == here.item_no(" inv-0042 ") != here.item_no("INV-0043")
    assert here.item_no("INV-0042") != there.item_no("INV-0042")
    assert len(here.item_no("x")) == 16


def test_what_was_read_out_is_in_no_repr() -> None:
    assert "123456789" not in repr(ef.CheckTelephone("7", ASKED, STAFF, MEANT, "123456789"))
