"""Codes: made, compared and forgotten, with the same work for every wrong one."""

from __future__ import annotations

import hashlib
import random
import re

import pytest
from pytest_mock import MockerFixture

from lockerd import vault as vault_module
from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.claim import crockford
from lockerd.ports import PortError
from lockerd.vault import KDF_N_SIMULATION, Job, Vault, VaultFull

HO = "00000000000000a1"
PEPPER = bytes(range(32))


class Bench:
    """A vault whose slow work is done at once."""

    def __init__(self, seed: int = 1, pepper: bytes = PEPPER) -> None:
        self.said: list[msg.Message] = []
        self.vault = Vault(pepper, random.Random(seed).randbytes, KDF_N_SIMULATION, self._run)

    def _run(self, job: Job) -> None:
        self.said.append(job())

    def ask(self, effect: ef.Effect) -> msg.Message:
        """The vault's answer."""
        self.vault.submit(effect)
        return self.said.pop()

    def mint(self, ho: str = HO) -> msg.Minted:
        """Fresh codes, on disk."""
        minted = self.ask(ef.Mint(ho))
        assert isinstance(minted, msg.Minted)
        self.vault.follow(
            [ev.CredentialMinted(ho=ho, cred=minted.cred, verifiers=minted.verifiers)]
        )
        return minted

    def code(self, kind: str, text: str) -> msg.CodeChecked:
        """What the vault says of a code."""
        said = self.ask(ef.CheckCode(kind, text))
        assert isinstance(said, msg.CodeChecked)
        return said


def wrong(pin: str) -> str:
    """The same selector with another verifier."""
    return pin[:-1] + str((int(pin[-1]) + 1) % 10)


# -- making -----------------------------------------------------------------------------------


def test_fresh_codes_have_their_form() -> None:
    minted = Bench().mint()
    assert re.fullmatch(r"\d{9}", minted.pin)
    assert re.fullmatch(r"LK1[0-9A-HJKMNP-TV-Z]{26}", minted.qr)
    pin, text = minted.verifiers
    assert (pin.kind, pin.selector, pin.n) == ("pin", minted.pin[:3], KDF_N_SIMULATION)
    assert (text.kind, text.n, text.salt) == ("qr", 0, b"")
    assert pin.cred == text.cred == minted.cred and minted.ho == HO


def test_codes_work_only_once_they_are_on_disk() -> None:
    bench = Bench()
    minted = bench.ask(ef.Mint(HO))
    assert isinstance(minted, msg.Minted)
    assert bench.code("pin", minted.pin) == msg.CodeChecked("pin", None, False)
    bench.vault.follow([ev.CredentialMinted(ho=HO, cred=minted.cred, verifiers=minted.verifiers)])
    assert bench.code("pin", minted.pin) == msg.CodeChecked("pin", minted.cred, True)
    assert bench.code("qr", minted.qr) == msg.CodeChecked("qr", minted.cred, True)


def test_no_two_live_pins_share_a_selector() -> None:
    bench = Bench()
    selectors = {bench.mint(f"{one:016x}").pin[:3] for one in range(1_000)}
    assert len(selectors) == 1_000
    with pytest.raises(VaultFull) as full:
        bench.vault.submit(ef.Mint("one too many"))
    assert isinstance(full.value, PortError)


def test_a_selector_is_not_given_again_while_its_tombstone_may_answer() -> None:
    bench = Bench()
    spent = bench.mint()
    bench.vault.follow([ev.ReleaseOpened(ho=HO, unit="A1", cred=spent.cred)])
    others = {bench.mint(f"{one:016x}").pin[:3] for one in range(999)}
    assert spent.pin[:3] not in others


def test_the_same_chance_makes_the_same_codes_and_another_makes_others() -> None:
    assert Bench(1).mint() == Bench(1).mint()
    one, two = Bench(1).mint(), Bench(2).mint()
    assert one.pin != two.pin and one.qr != two.qr and one.cred != two.cred


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"\x00", "00"),
        (b"\xff", "ZW"),
        (b"\x00" * 5, "0" * 8),
        (b"\xff" * 5, "Z" * 8),
        (b"\x84\x21\x08\x42\x10", "GGGGGGGG"),
        (b"foobar", "CSQPYRK1E8"),
    ],
)
def test_crockford(data: bytes, text: str) -> None:
    assert crockford(data) == text


# -- comparing --------------------------------------------------------------------------------


def test_a_wrong_pin_names_whose_selector_it_is() -> None:
    bench = Bench()
    minted = bench.mint()
    assert bench.code("pin", wrong(minted.pin)) == msg.CodeChecked("pin", minted.cred, False)


def test_a_wrong_qr_code_is_nobodys() -> None:
    bench = Bench()
    minted = bench.mint()
    other = minted.qr[:-1] + ("0" if minted.qr[-1] != "0" else "1")
    for text in (other, "", "LK1", minted.qr.lower(), minted.qr + "0", "\u00e9"):
        assert bench.code("qr", text) == msg.CodeChecked("qr", None, False)


@pytest.mark.parametrize("text", ["", "1", "12345678", "1234567890", "12345678x", "\uff11" * 9])
def test_what_is_no_pin_is_refused_like_one(text: str) -> None:
    assert Bench().code("pin", text) == msg.CodeChecked("pin", None, False)


def test_every_typed_code_costs_one_scrypt(mocker: MockerFixture) -> None:
    """Right, wrong, of nobody, or no code at all: the same work, with the same cost."""
    bench = Bench()
    minted = bench.mint()
    free = next(f"{one:03d}" for one in range(1_000) if f"{one:03d}" != minted.pin[:3])
    spy = mocker.spy(hashlib, "scrypt")
    for text in (minted.pin, wrong(minted.pin), free + "000000", "", "x" * 9):
        spy.reset_mock()
        bench.code("pin", text)
        assert spy.call_count == 1, f"{spy.call_count} scrypts"
        assert spy.call_args.kwargs["n"] == KDF_N_SIMULATION
    for cred in ("no such", minted.cred):
        spy.reset_mock()
        bench.ask(ef.CheckStaffPin(cred, "123456"))
        assert spy.call_count == 1


def test_a_scanned_code_costs_no_scrypt(mocker: MockerFixture) -> None:
    """128 random bits need no slow hash: a scan answers at once."""
    bench = Bench()
    minted = bench.mint()
    spy = mocker.spy(hashlib, "scrypt")
    bench.code("qr", minted.qr)
    bench.code("qr", "LK1" + "0" * 26)
    assert spy.call_count == 0


def test_another_pepper_proves_nothing() -> None:
    """A copy of the database on another machine."""
    bench = Bench()
    minted = bench.mint()
    thief = Bench(pepper=bytes(32))
    thief.vault._put(minted.verifiers[0], False)
    thief.vault._put(minted.verifiers[1], False)
    assert not thief.code("pin", minted.pin).proven
    assert not thief.code("qr", minted.qr).proven


def test_a_badge_and_its_pin() -> None:
    bench = Bench()
    cred, text, rows = bench.vault.badge("222222")
    bench.vault.follow([ev.StaffEnrolled(staff="2", role="depositor", cred=cred, verifiers=rows)])
    assert text.startswith("LKB")
    assert bench.ask(ef.CheckBadge(text)) == msg.BadgeChecked(cred)
    assert bench.ask(ef.CheckBadge(text[:-1] + "?")) == msg.BadgeChecked(None)
    assert bench.ask(ef.CheckStaffPin(cred, "222222")) == msg.StaffPinChecked(cred, True)
    for typed in ("222223", "", "22222", "2222222"):
        assert bench.ask(ef.CheckStaffPin(cred, typed)) == msg.StaffPinChecked(cred, False)
    assert bench.ask(ef.CheckStaffPin("other", "222222")) == msg.StaffPinChecked("other", False)


def test_a_badge_is_no_code_and_a_code_is_no_badge() -> None:
    bench = Bench()
    minted = bench.mint()
    cred, text, rows = bench.vault.badge("222222")
    bench.vault.follow([ev.StaffEnrolled(staff="2", role="depositor", cred=cred, verifiers=rows)])
    assert not bench.code("qr", text).proven
    assert bench.ask(ef.CheckBadge(minted.qr)) == msg.BadgeChecked(None)


# -- forgetting -------------------------------------------------------------------------------


def test_an_opened_release_leaves_a_tombstone_that_is_still_proven() -> None:
    """So that its bearer can be told the truth."""
    bench = Bench()
    minted = bench.mint()
    bench.vault.follow([ev.ReleaseOpened(ho=HO, unit="A1", cred=minted.cred)])
    assert bench.code("pin", minted.pin) == msg.CodeChecked("pin", minted.cred, True)
    assert bench.code("qr", minted.qr) == msg.CodeChecked("qr", minted.cred, True)


def test_a_locked_pin_is_gone_and_the_qr_code_is_not() -> None:
    bench = Bench()
    minted = bench.mint()
    bench.vault.follow([ev.CredentialLocked(ho=HO, unit="A1", cred=minted.cred)])
    assert bench.code("pin", minted.pin) == msg.CodeChecked("pin", None, False)
    assert bench.code("qr", minted.qr).proven


@pytest.mark.parametrize("spent", [False, True])
def test_a_dropped_credential_is_nobodys(spent: bool) -> None:
    bench = Bench()
    minted = bench.mint()
    if spent:
        bench.vault.follow([ev.ReleaseOpened(ho=HO, unit="A1", cred=minted.cred)])
    bench.vault.follow([ev.HandoverWithdrawn(ho=HO, cred=minted.cred, reason="x", found=True)])
    assert bench.code("pin", minted.pin) == msg.CodeChecked("pin", None, False)
    assert bench.code("qr", minted.qr) == msg.CodeChecked("qr", None, False)


def test_rows_of_the_table_are_taken_as_they_are() -> None:
    minted = Bench().mint()
    for spent in (False, True):
        bench = Bench(seed=2)
        assert bench.vault.load([(one, spent) for one in minted.verifiers]) == []
        assert bench.code("pin", minted.pin) == msg.CodeChecked("pin", minted.cred, True)


@pytest.mark.parametrize(
    "change",
    [
        {"cred": "another"},
        {"selector": "000"},
        {"salt": bytes(16)},
        {"hash": bytes(32)},
        {"n": 4},
        {"kind": "staff-pin"},
        {"mac": bytes(32)},
    ],
    ids=lambda one: next(iter(one)),
)
def test_an_altered_row_is_dropped_and_reported(change: dict[str, object]) -> None:
    """Somebody exchanged codes in the database: the row proves nothing any more."""
    minted = Bench().mint()
    pin, text = minted.verifiers
    forged = pin.but(**change)
    bench = Bench(seed=2)
    assert bench.vault.load([(forged, False), (text, False)]) == [forged.cred]
    assert bench.vault.find(forged.kind, forged.selector) is None
    assert not bench.code("pin", minted.pin).proven
    assert bench.code("qr", minted.qr).proven, "the others stay"


def test_a_live_row_answers_before_a_tombstone() -> None:
    bench = Bench()
    minted = bench.mint()
    tomb = bench.vault._sealed(minted.verifiers[0].but(cred="an older one"))
    bench.vault.load([(tomb, True)])
    assert bench.code("pin", minted.pin).cred == minted.cred


def test_the_table_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_module, "ROWS_MAX", 4)
    bench = Bench()
    bench.mint("1" * 16)
    bench.mint("2" * 16)
    with pytest.raises(AssertionError, match="outgrew its bound"):
        bench.mint("3" * 16)


# -- secrets ----------------------------------------------------------------------------------


def test_no_repr_tells_a_secret() -> None:
    bench = Bench()
    minted = bench.mint()
    cred, badge, rows = bench.vault.badge("739146")
    shown = [
        repr(one)
        for one in (
            minted,
            rows,
            bench.vault,
            ef.CheckCode("pin", minted.pin),
            ef.CheckCode("qr", minted.qr),
            ef.CheckBadge(badge),
            ef.CheckStaffPin(cred, "739146"),
            ef.Deliver(HO, minted.cred, minted.pin, minted.qr),
            msg.CodeTyped(minted.pin),
            msg.Scanned(minted.qr),
            ev.CredentialMinted(ho=HO, cred=minted.cred, verifiers=minted.verifiers),
        )
    ]
    hashes = [one.hash for one in (*minted.verifiers, *rows)]
    secrets = [minted.pin, minted.pin[3:], minted.qr, badge, "739146", PEPPER.hex(), repr(PEPPER)]
    secrets += [one.hex() for one in hashes] + [repr(one) for one in hashes]
    for text in shown:
        assert not [one for one in secrets if one in text], text


def test_only_a_whole_pepper_is_taken() -> None:
    with pytest.raises(AssertionError, match="32 random bytes"):
        Vault(bytes(31), random.Random(1).randbytes, KDF_N_SIMULATION, lambda job: None)


def test_what_is_not_its_work_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="not the vault's work: Sound"):
        Bench().vault.submit(ef.Sound("accept"))


def test_rows_are_bound_to_what_they_are_for() -> None:
    row = Bench().mint().verifiers[0]
    assert len(row.mac) == 32 and len(row.salt) == 16
