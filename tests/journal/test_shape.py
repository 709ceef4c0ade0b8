"""The quick parser and the strict one agree on everything, and the quick one is really taken."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from journal_kit import moment, samples, seeded
from journal_strategies import any_event, any_now, natural

from lockerd.core import events as ev
from lockerd.core.now import Now
from lockerd.journal import leaf as lf
from lockerd.journal import shape


@pytest.fixture(scope="module", autouse=True)
def all_compiled() -> Iterator[None]:
    for kind, cls in ev.CATALOGUE.items():
        shape._shapes[kind] = shape._compile(cls)
    yield
    shape._shapes.clear()
    shape._seen.clear()


def both(leaf: bytes) -> tuple[lf.Leaf | None, lf.Leaf | None]:
    found: list[lf.Leaf | None] = []
    for parse in (lf.parse, shape.read):
        try:
            found.append(parse(leaf))
        except lf.LeafError:
            found.append(None)
    return found[0], found[1]


@settings(deadline=None, max_examples=400)
@given(any_event, any_now, natural)
def test_they_agree_on_what_is_written(event: ev.Event, now: Now, idx: int) -> None:
    strict, quick = both(lf.make(event, now, idx, seeded(1)).leaf)
    assert strict is not None and strict == quick


@settings(deadline=None, max_examples=600)
@given(any_event, any_now, natural, st.data())
def test_they_agree_on_what_is_damaged(
    event: ev.Event, now: Now, idx: int, data: st.DataObject
) -> None:
    leaf = lf.make(event, now, idx, seeded(1)).leaf
    at = data.draw(st.integers(0, len(leaf) - 1))
    new = data.draw(st.binary(max_size=2) | st.sampled_from([b'"', b",", b"0", b"9", b"\\", b"}"]))
    cut = data.draw(st.integers(0, 2))
    strict, quick = both(leaf[:at] + new + leaf[at + cut :])
    assert strict == quick


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"2026-01-01T", b"2026-02-30T"),
        (b"2026-01-01T", b"1969-12-31T"),
        (b"2026-01-01T00", b"2026-01-01T24"),
        (b'"v":1', b'"v":2'),
        (b'"seq":3', b'"seq":9007199254740991'),
        (b'"seq":3', b'"seq":9007199254740992'),
        (b'"seq":3', b'"seq":03'),
        (b'"seq":3', b'"seq":-0'),
        (b"documents", b"docum\\u0065nts"),
        (b"documents", b"docum\\tnts"),
        (b"documents", b"docum\tnts"),
        (b"documents", "docum\u2028nts".encode()),
        (b"documents", b"docum\xffnts"),
        (b"handover.ordered", b"handover_ordered"),
        (b"handover.ordered", b"door.closed"),
        (b'"unit":"A1",', b""),
    ],
)
def test_they_agree_on_corner_cases(old: bytes, new: bytes) -> None:
    event = next(samples()).but(unit="A1")
    leaf = lf.make(event, moment(), 3, seeded(1)).leaf
    changed = leaf.replace(old, new)
    assert changed != leaf
    strict, quick = both(changed)
    assert strict == quick


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"[1,2]", b"[-1,2]"),
        (b"[1,2]", b"[1,02]"),
        (b"[1,2]", b"[1,2,3]"),
        (b"[1,2]", b"[1, 2]"),
        (b"[1,2]", b"[1]"),
        (b"[1,2]", b"[]"),
        (b"[1,2]", b"[1,-0]"),
        (b"[1,2]", b"[1,[2]"),
        (b"[1,2]", b"[1,9007199254740992]"),
        (b'"cause":[1,2],', b""),
        (b'"id":"7"', b'"id":"7}"'),
        (b'"id":"7"', b'"id":"]{"'),
        (b'"id":"7"', b'"id":7'),
        (b'"id":"7",', b""),
        (b'"id":"7",', b'"id":"7","more":"",'),
        (b'"err_ms":40', b'"err_ms":040'),
        (b'"err_ms":40', b'"err_ms":-1'),
        (b'"err_ms":40', b'"err_ms":null'),
        (b'"err_ms":40', b'"err_ms":"40"'),
        (b'"src":"sim"', b'"src":"Sim"'),
        (b'"src":"sim"', b'"src":""'),
        (b":00.000Z", b":60.000Z"),
        (b":00.000Z", b":00.0000Z"),
        (b'"t":"2026', b'"t":"+026'),
        (b'"t":"2026', b'"t":"\n026'),
    ],
)
def test_what_is_matched_as_a_whole_is_judged_the_same(old: bytes, new: bytes) -> None:
    """Cause, actor, clock and minute: their parts are read once and remembered."""
    event = ev.DoorClosed(actor=ev.Actor("operator", "7"), unit="A1", cause=ev.Cause(1, 2))
    now = Now("0a1b2c3d", 5, 1_767_225_600_000, 1_767_225_600_040, "sim")
    leaf = lf.make(event, now, 3, seeded(1)).leaf
    changed = leaf.replace(old, new)
    assert changed != leaf
    for _ in range(2):
        strict, quick = both(changed)
        assert strict == quick


def test_digests_are_judged_the_same() -> None:
    leaf = lf.make(next(samples()), moment(), 3, seeded(1)).leaf
    first, second = (one.encode() for one in lf.parse(leaf).digests)
    pair = b'"' + first + b'","' + second + b'"'
    assert pair in leaf
    for other in (
        b'"' + second + b'","' + first + b'"',
        b'"' + first + b'","' + first + b'"',
        b'"' + first + b'"',
        b",".join([b'"' + b"A" * 42 + bytes([65 + n]) + b'"' for n in range(4)]),
        b"",
    ):
        strict, quick = both(leaf.replace(pair, other))
        assert strict == quick


@settings(deadline=None, max_examples=100)
@given(any_event, any_now)
def test_a_plain_leaf_takes_the_quick_way(event: ev.Event, now: Now) -> None:
    made = lf.make(event, now, 5, seeded(1)).leaf.decode()
    if "}" in "".join(event.actor):
        return  # the quick way takes it for the end of the actor, and leaves it to the other
    if "\\" not in made and max(int(one) for one in re.findall("[0-9]+", made)) < 10**15:
        assert shape._shapes[event.TYPE].fullmatch(made) is not None


def test_an_expression_is_compiled_when_it_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shape, "_shapes", {})
    shape._seen.clear()
    leaf = lf.make(ev.DoorClosed(unit="A1"), moment(), 3, seeded(1)).leaf
    for _ in range(shape.WORTH_IT - 1):
        shape.read(leaf)
    assert not shape._shapes
    shape.read(leaf)
    assert set(shape._shapes) == {"door.closed"}
    assert shape.read(leaf) == lf.parse(leaf)
