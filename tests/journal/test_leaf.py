"""Leaves: what goes in comes out, byte for byte in the standard's form, and nothing else does."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from journal_kit import START_MS, moment, seeded
from journal_strategies import any_event, any_now, natural, of_class

from lockerd.core import events as ev
from lockerd.core.now import Now
from lockerd.journal import leaf as lf


def bare(event: ev.Event) -> ev.Event:
    """The event as replay knows it: nothing disclosed."""
    values = {name: getattr(event, name) for name in event.FIELDS}
    return type(event)(**{**values, **dict.fromkeys(event.DISCLOSED)})


def sample() -> lf.Made:
    event = ev.HandoverOrdered(
        actor=ev.Actor("depositor", "7"),
        ho="7d1f0c2a9b3e4455",
        cause=ev.Cause(1, 3),
        profile="documents",
        size="S",
        opens=START_MS,
        closes=START_MS + 5,
        recipient_no="0badcafe",
        item_no="beef",
        recipient="Zoë",
        item="Passport",
    )
    return lf.make(event, moment(4, hi=True), 12, seeded(5))


@settings(deadline=None, max_examples=400)
@given(any_event, any_now, natural, st.integers(0, 2**32))
def test_what_goes_in_comes_out(event: ev.Event, now: Now, idx: int, seed: int) -> None:
    made = lf.make(event, now, idx, seeded(seed))
    found = lf.parse(made.leaf)
    assert (found.idx, found.now, found.event) == (idx, now, bare(event))
    assert list(found.digests) == sorted(one.digest for one in made.disclosures)
    shown = lf.disclosed_fields([one.text for one in made.disclosures], found.digests)
    assert shown == {n: v for n in event.DISCLOSED if (v := getattr(event, n)) is not None}
    assert made.leaf == rfc8785.dumps(json.loads(made.leaf))


@settings(deadline=None, max_examples=400)
@given(any_event)
def test_the_quick_way_gives_the_same_fields(event: ev.Event) -> None:
    quick = lf._plain_fields(event)
    slow = lf._fields(event)
    if quick is None:
        # Only what holds a list, or a cause that is no index, needs the slow way.
        lists = any(isinstance(one, list) for name, one in slow.items() if name != "cause")
        assert lists or min(event.cause or (0,)) < 0
    else:
        assert json.dumps(quick, sort_keys=True) == json.dumps(slow, sort_keys=True)


@settings(deadline=None, max_examples=300)
@given(any_event, any_now, natural, st.data())
def test_a_changed_byte_is_refused_or_means_something_else(
    event: ev.Event, now: Now, idx: int, data: st.DataObject
) -> None:
    leaf = lf.make(event, now, idx, seeded(1)).leaf
    at = data.draw(st.integers(0, len(leaf) - 1))
    changed = leaf[:at] + bytes([data.draw(st.integers(0, 255))]) + leaf[at + 1 :]
    try:
        found = lf.parse(changed)
    except lf.LeafError:
        return
    again = rfc8785.dumps(json.loads(changed))
    assert again == changed  # whatever parses is canonical
    assert (found == lf.parse(leaf)) == (changed == leaf)


def test_every_event_class_is_covered() -> None:
    reserved = {"v", "type", "seq", "t", "boot", "up_ms", "clk", "_sd"}
    for cls in ev.CATALOGUE.values():
        assert not reserved & set(cls.FIELDS), cls
        assert of_class(cls) is not None


def test_the_bytes_of_a_leaf() -> None:
    made = sample()
    assert made.leaf.decode() == (
        '{"_sd":["' + '","'.join(sorted(one.digest for one in made.disclosures)) + '"],'
        '"actor":{"id":"7","role":"depositor"},"boot":"0a1b2c3d","cause":[1,3],'
        '"clk":{"err_ms":40,"src":"synced"},"closes":1767225600005,"ho":"7d1f0c2a9b3e4455",'
        '"item_no":"beef","opens":1767225600000,"profile":"documents","recipient_no":"0badcafe",'
        '"seq":12,"size":"S","t":"2026-01-01T00:00:04.000Z","type":"handover.ordered",'
        '"up_ms":5004,"v":1}'
    )
    assert b"Zo" not in made.leaf and b"Passport" not in made.leaf


def test_the_published_disclosure() -> None:
    text = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert lf.digest_of(text) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
    assert lf.read_disclosure(text) == ("family_name", "Möbius")


def test_a_disclosure_is_what_the_standard_says() -> None:
    made = lf.disclose("item", 'a "b"\n', b"\1" * 16)
    padded = made.text + "=" * (-len(made.text) % 4)
    salt, name, value = json.loads(base64.urlsafe_b64decode(padded))
    assert (name, value) == ("item", 'a "b"\n')
    assert base64.urlsafe_b64decode(salt + "==") == b"\1" * 16
    digest = hashlib.sha256(made.text.encode()).digest()
    assert made.digest == base64.urlsafe_b64encode(digest).decode().rstrip("=")


def test_equal_values_do_not_look_equal() -> None:
    first, second = sample(), sample()
    assert first == second  # the same salts
    other = lf.make(
        ev.StaffEnrolled(staff="1", role="operator", cred="c", name="Zoë"), moment(), 1, seeded(6)
    )
    twice = lf.make(
        ev.StaffEnrolled(staff="1", role="operator", cred="c", name="Zoë"), moment(), 1, seeded(7)
    )
    assert other.disclosures[0].digest != twice.disclosures[0].digest


def test_disclosures_are_bound_to_their_entry() -> None:
    made = sample()
    digests = lf.parse(made.leaf).digests
    texts = [one.text for one in made.disclosures]
    other = lf.disclose("item", "Passport", b"\2" * 16).text
    with pytest.raises(lf.LeafError, match="another entry"):
        lf.disclosed_fields([other], digests)
    with pytest.raises(lf.LeafError, match="twice"):
        lf.disclosed_fields([texts[0], texts[0]], digests)
    with pytest.raises(lf.LeafError):
        lf.disclosed_fields(["\u00e9"], digests)
    assert set(lf.disclosed_fields(texts[:1], digests)) == {"recipient"}


@pytest.mark.parametrize(
    "raw",
    [
        b'["c2FsdA","a"]',
        b'["c2FsdA","a","b","c"]',
        b'{"a":1}',
        b'["c2FsdA","a",1]',
        b'[1,"a","b"]',
        b'["c2FsdA","_sd","b"]',
        b'["c2FsdA","...","b"]',
        b'["c2FsdA","a",1.5]',
        b"\xff",
        b"[" * 9000,
    ],
)
def test_what_is_no_disclosure_is_refused(raw: bytes) -> None:
    coded = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    with pytest.raises(lf.LeafError):
        lf.read_disclosure(coded)


def test_a_disclosures_text_has_one_form() -> None:
    text = sample().disclosures[0].text
    assert lf.read_disclosure(text)
    for other in (text + "=", text + "\n", " " + text, text + "A" * 20_000, text[:-1] + "+"):
        with pytest.raises(lf.LeafError):
            lf.read_disclosure(other)


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.replace('"v":1', '"v":2'),
        lambda t: t.replace('"v":1', '"v":true'),
        lambda t: t.replace('"v":1', '"v":1,"v":1'),
        lambda t: t.replace('"v":1', '"v":1.0'),
        lambda t: t.replace('"v":1', '"v": 1'),
        lambda t: t.replace('"v":1', '"v":1,"w":1'),
        lambda t: t.replace(',"v":1', ""),
        lambda t: t.replace('"seq":12', '"seq":-1'),
        lambda t: t.replace('"seq":12', '"seq":012'),
        lambda t: t.replace('"seq":12', '"seq":1e1'),
        lambda t: t.replace('"seq":12', '"seq":"12"'),
        lambda t: t.replace('"seq":12', f'"seq":{2**53}'),
        lambda t: t.replace('"seq":12', f'"seq":{"1" * 5000}'),
        lambda t: t.replace('"up_ms":5004', '"up_ms":-0'),
        lambda t: t.replace('"up_ms":5004', '"up_ms":NaN'),
        lambda t: t.replace('"cause":[1,3]', f'"cause":[1,{2**53}]'),
        lambda t: t.replace('"cause":[1,3]', '"cause":[1]'),
        lambda t: t.replace('"err_ms":40', '"err_ms":-40'),
        lambda t: t.replace('"err_ms":40', '"err_ms":true'),
        lambda t: t.replace('"src":"synced"', '"src":"Synced"'),
        lambda t: t.replace('"src":"synced"', '"src":"synced","zone":1'),
        lambda t: t.replace("2026-01-01T", "2026-02-30T"),
        lambda t: t.replace("2026-01-01T", "1969-01-01T"),
        lambda t: t.replace("2026-01-01T", "2026-01-01t"),
        lambda t: t.replace("T00:00:04.000Z", "T24:00:04.000Z"),
        lambda t: t.replace("T00:00:04.000Z", "T00:00:60.000Z"),
        lambda t: t.replace("T00:00:04.000Z", "T00:00:04Z"),
        lambda t: t.replace("T00:00:04.000Z", "T00:00:04.000+00:00"),
        lambda t: t.replace("0a1b2c3d", "0A1B2C3D"),
        lambda t: t.replace("documents", "\\u0064ocuments"),
        lambda t: t.replace("documents", "\\ud800"),
        lambda t: t.replace("documents", "a\tb"),
        lambda t: t.replace('"size":"S"', '"size":7'),
        lambda t: t.replace('"size":"S"', '"size":null'),
        lambda t: t.replace('"size":"S",', ""),
        lambda t: t.replace('"size":"S"', '"recipient":"Zo","size":"S"'),
        lambda t: t.replace('"type":"handover.ordered"', '"type":"handover.invented"'),
        lambda t: t.replace('"role":"depositor"', '"name":"Zo","role":"depositor"'),
        lambda t: t.replace('"actor":', '"Actor":'),
        lambda t: "[" + t + "]",
        lambda t: t + "\n",
        lambda t: "",
        lambda t: "[" * 60_000,
        lambda t: '{"a":' * 10_000,
        lambda t: " " * 65_536 + t,
    ],
)
def test_what_is_no_leaf_is_refused(change: Any) -> None:
    text = sample().leaf.decode()
    assert change(text) != text
    with pytest.raises(lf.LeafError):
        lf.parse(change(text).encode("utf-8", "surrogatepass"))


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(lf.LeafError):
        lf.parse(sample().leaf.replace(b"documents", b"docum\xffnts"))
    with pytest.raises(lf.LeafError):
        lf.parse(sample().leaf.replace(b"documents", b"\xed\xa0\x80"))


def test_digests_are_sorted_and_belong_to_a_class_that_discloses() -> None:
    obj = json.loads(sample().leaf)
    first, second = obj["_sd"]
    for wrong in (
        [],
        [second, first],
        [first, first],
        [first + "A"],
        [first[:-1] + "="],
        [7],
        [first, second, first, second],
        "x",
        {"a": 1},
    ):
        with pytest.raises(lf.LeafError):
            lf.parse(rfc8785.dumps({**obj, "_sd": wrong}))
    door = json.loads(lf.make(ev.DoorClosed(unit="A1"), moment(), 1, seeded(1)).leaf)
    with pytest.raises(lf.LeafError):
        lf.parse(rfc8785.dumps({**door, "_sd": [first]}))
    assert lf.parse(rfc8785.dumps({**obj, "_sd": [first]})).digests == (first,)


def test_another_spelling_is_told_apart_from_another_meaning() -> None:
    made = sample()
    spelled = json.dumps(json.loads(made.leaf), indent=1).encode()
    with pytest.raises(lf.NotCanonical):
        lf.parse(spelled)
    assert lf.interpret(lf.load_loosely(spelled)) == lf.parse(made.leaf)


@pytest.mark.parametrize(
    ("event", "now"),
    [
        (ev.DoorUncertain(unit="A1", reason="x", flips=2**53), moment()),
        (ev.DoorUncertain(unit="A1", reason="x", flips=1.5), moment()),  # type: ignore[arg-type]
        (ev.DoorUncertain(unit="A1", reason="x", flips=True), moment()),
        (ev.DoorUncertain(unit="A1", reason="\ud800"), moment()),
        (ev.DoorUncertain(unit="A1", reason="x" * 70_000), moment()),
        (ev.DoorClosed(unit=7), moment()),  # type: ignore[arg-type]
        (ev.DoorUncertain(unit="A1", reason=None), moment()),  # type: ignore[arg-type]
        (ev.DoorClosed(unit="A1", cause=ev.Cause(1, 2**53)), moment()),
        (ev.DoorClosed(unit="A1", cause=ev.Cause(1, True)), moment()),
        (ev.DoorClosed(unit="A1", actor=ev.Actor("device", 7)), moment()),  # type: ignore[arg-type]
        (ev.StaffEnrolled(staff="1", role="r", cred="c", name="\udfff"), moment()),
        (ev.StaffEnrolled(staff="1", role="r", cred="c", name="x" * 20_000), moment()),
        (ev.StaffEnrolled(staff="1", role="r", cred="c", name=7), moment()),  # type: ignore[arg-type]
        (ev.DoorClosed(unit="A1"), Now("0A1B2C3D", 1, 1, None, "floor")),
        (ev.DoorClosed(unit="A1"), Now("0a1b2c3d", -1, 1, None, "floor")),
        (ev.DoorClosed(unit="A1"), Now("0a1b2c3d", 1, -1, None, "floor")),
        (ev.DoorClosed(unit="A1"), Now("0a1b2c3d", 1, 2**53, None, "floor")),
        (ev.DoorClosed(unit="A1"), Now("0a1b2c3d", 1, 5, 4, "floor")),
        (ev.DoorClosed(unit="A1"), Now("0a1b2c3d", 1, 5, 6, "Floor clock")),
    ],
)
def test_nothing_is_written_that_would_not_be_read_back(event: ev.Event, now: Now) -> None:
    with pytest.raises(lf.LeafError):
        lf.make(event, now, 3, seeded(1))


def test_no_error_repeats_a_value() -> None:
    with pytest.raises(lf.LeafError) as told:
        lf.make(
            ev.StaffEnrolled(staff="1", role="r", cred="c", name="Zoë Quiet" * 3000),
            moment(),
            1,
            seeded(1),
        )
    assert "Quiet" not in str(told.value)


@given(st.integers(0, 253_402_300_799_999))
def test_times_round_trip(ms: int) -> None:
    assert lf.parse_time(lf.format_time(ms)) == ms


def test_times_are_what_the_standard_says() -> None:
    assert lf.format_time(0) == "1970-01-01T00:00:00.000Z"
    assert lf.format_time(1_709_210_096_789) == "2024-02-29T12:34:56.789Z"
    assert lf.parse_time("9999-12-31T23:59:59.999Z") == 253_402_300_799_999
    with pytest.raises(lf.LeafError):
        lf.format_time(253_402_300_800_000)
