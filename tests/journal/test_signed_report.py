"""A signature on a custody report: drawn, named, dated, with its meaning and its digest."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from journal_kit import again, moment, started
from test_casefile import ADA, NASTY, OPERATOR, bundle, fill, page_of

from lockerd.core import events as ev
from lockerd.core import strokes
from lockerd.journal import casefile, erase, proof, signed
from lockerd.journal.casefile import Wanted
from lockerd.journal.export import DISCLOSURES
from lockerd.journal.report import outcome
from lockerd.journal.weigh import class_of

DRAWN = strokes.encode((((120, 230), (150, 150), (210, 180)), ((300, 90),)))
RECIPIENT = ev.Actor("recipient", "p1")


def sign(state: Path, how: str = "drawn", drawn: str | None = DRAWN) -> int:
    """Add a signature of ADA's recipient; its index."""
    with again(state) as store:
        collected = next(
            idx
            for idx in range(store.size)
            if isinstance(event := store.entry(idx).event, ev.HandoverCollected) and event.ho == ADA
        )
        event = ev.CollectionSigned(
            actor=RECIPIENT,
            unit="1",
            ho=ADA,
            cause=ev.Cause(1, collected),
            means="received",
            how=how,
            strokes=drawn,
        )
        return store.append([event], moment(store.size + 100))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    with started(tmp_path / "state") as store:
        fill(store)
    return tmp_path / "state"


def page(state: Path) -> str:
    return page_of(casefile.collect(state, Wanted(ho=ADA)))


def test_the_page_draws_it_beside_name_time_meaning_and_digest(state: Path) -> None:
    index = sign(state)
    with again(state) as store:
        (digest,) = store.entry(index).digests
        assert digest.encode() in store.leaf(index), "the digest stands in the leaf"
        assert DRAWN.encode() not in store.leaf(index)
    said = page(state)
    (drawing,) = re.findall(r"<svg.*?</svg>", said)
    assert f'd="{DRAWN}"' in drawing and 'viewBox="108 78 204 164"' in drawing
    section = said[said.index("Signature of the recipient") :]
    for words in ("I have received the item", "<bdi>Ada</bdi>", "<time>", digest, str(index)):
        assert words in section.partition("</dl>")[0], words
    assert "recipient signed for it" in said
    assert '<span class="badge signed">signed</span>' in said


def test_a_key_draws_nothing_and_says_so(state: Path) -> None:
    sign(state, "key", None)
    said = page(state)
    assert "<svg" not in said and "confirmed by a key" in said


def test_without_a_signature_nothing_is_said_of_one(state: Path) -> None:
    said = page(state)
    assert "<svg" not in said and "signed for it" not in said


def test_what_is_withheld_leaves_the_digest(state: Path) -> None:
    index = sign(state)
    case = casefile.collect(state, Wanted(ho=ADA), disclose=False)
    said = page_of(case)
    with again(state) as store:
        assert store.entry(index).digests[0] in said
    assert "<svg" not in said and "withheld or erased" in said


@pytest.mark.parametrize("text", [NASTY, 'M1 1l5 5"/><script>', "M1 1l5 5 z", "", "M9999 1l1 1"])
def test_what_is_no_line_is_not_drawn(state: Path, text: str) -> None:
    sign(state, drawn=text)
    said = page(state)
    assert "<svg" not in said and "script>" not in said
    assert signed.picture(DRAWN) is not None, "the twin is drawn"


def test_the_bundle_carries_the_line_and_its_receipt_proves_it(state: Path) -> None:
    index = sign(state)
    case, folder = bundle(state, Wanted(ho=ADA))
    (entry,) = [one for _, one in case.entries() if one.idx == index]
    facts = proof.check((folder / "events" / entry.file).read_text(), case.parts[-1].vkey)
    assert facts.disclosed == {"strokes": DRAWN}
    assert (folder / DISCLOSURES).exists()


def test_classes_and_outcomes_say_no_more_than_was_seen() -> None:
    made = ev.CollectionSigned(means="received", how="key")
    assert class_of(made) == "signed"
    assert class_of(ev.CollectionUnsigned(reason="left")) == "cabinet"
    collected = ev.HandoverCollected(opened=1)
    assert outcome([collected, made]).endswith("then to close; the recipient signed for it")
    unsigned = outcome([collected, ev.CollectionUnsigned(reason="left")])
    assert unsigned.endswith("then to close; nobody signed for it")


# -- erasing --------------------------------------------------------------------------------------


def test_the_line_is_its_handovers_and_its_signers(state: Path) -> None:
    index = sign(state)
    mine = {(one.entry, one.field) for one in erase.find(state, f"ho:{ADA}")}
    assert (index, "strokes") in mine
    by_name = {(one.entry, one.field) for one in erase.find(state, person="ada")}
    assert by_name == mine
    other = {(one.entry, one.field) for one in erase.find(state, person="Eve")}
    assert (index, "strokes") not in other


def test_after_it_went_to_somebody_else_the_line_is_theirs(state: Path) -> None:
    with again(state) as store:
        event = ev.HandoverReassigned(
            actor=OPERATOR,
            unit="1",
            ho=ADA,
            recipient_no="p2",
            was="p1",
            reason="x",
            recipient="Joan",
        )
        store.append([event], moment(store.size + 90))
    index = sign(state)
    assert (index, "strokes") not in {
        (one.entry, one.field) for one in erase.find(state, person="Ada")
    }
    assert (index, "strokes") in {
        (one.entry, one.field) for one in erase.find(state, person="Joan")
    }


def test_a_receipt_made_before_it_was_erased_still_verifies(state: Path) -> None:
    index = sign(state)
    with again(state) as store:
        text = proof.receipt(store, index, disclose=False)
        gone = erase.digests(store, index, f"ho:{ADA}")
        erased = ev.PrivacyErased(actor=OPERATOR, subject=f"ho:{ADA}", basis="asked", digests=gone)
        store.append([erased], moment(store.size + 200))
        assert store.disclosed(index) == {}
        facts = proof.check(text, store.vkey)
        assert facts.event == ev.CollectionSigned(
            actor=RECIPIENT,
            unit="1",
            ho=ADA,
            cause=facts.event.cause,
            means="received",
            how="drawn",
        )
    said = page(state)
    assert "<svg" not in said and "withheld or erased" in said
