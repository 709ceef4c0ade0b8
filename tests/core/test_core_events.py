"""The codec of journal lines: every class round-trips; whatever else there is, is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockerd.core import events as ev
from lockerd.core.events import CATALOGUE, EventError, decode, encode, hints

CLASSES = sorted(CATALOGUE.values(), key=lambda one: one.TYPE)
TEXT = st.text(max_size=20)
WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
KINDS: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: WHOLE,
    bool: st.booleans(),
    str | None: st.none() | TEXT,
    int | None: st.none() | WHOLE,
    bool | None: st.none() | st.booleans(),
    tuple[str, ...]: st.lists(TEXT, max_size=3).map(tuple),
}
COMMON = {
    "actor": st.builds(ev.Actor, TEXT, TEXT),
    "unit": st.none() | TEXT,
    "ho": st.none() | TEXT,
    "cause": st.none() | st.builds(ev.Cause, WHOLE, WHOLE),
}


def of(cls: type[ev.Event]) -> st.SearchStrategy[ev.Event]:
    """Any event of a class."""
    own = {name: KINDS[hint] for name, hint in hints(cls).items()}
    shown = {name: st.none() | TEXT for name in cls.DISCLOSED}
    return st.fixed_dictionaries({**COMMON, **own, **shown}).map(lambda values: cls(**values))


@pytest.mark.parametrize("cls", CLASSES, ids=lambda one: one.TYPE)
def test_a_class_obeys_the_rules_of_the_codec(cls: type[ev.Event]) -> None:
    """Fields that a leaf can carry; None only where it is the default; no secret in a repr."""
    for name, hint in hints(cls).items():
        assert hint in KINDS, f"{cls.TYPE}.{name}: a leaf cannot carry {hint}"
        if None in getattr(hint, "__args__", ()) or type(None) in getattr(hint, "__args__", ()):
            assert getattr(cls, name, "missing") is None, f"{cls.TYPE}.{name} is lost when None"
    for name in cls.DISCLOSED:
        assert getattr(cls, name) is None, f"{cls.TYPE}.{name}: replay would need a disclosure"
    for name in cls.ATTACHED:
        assert getattr(cls, name) == (), f"{cls.TYPE}.{name}: replay would need a verifier"
    assert cls.__doc__ and cls.__doc__ != ev.Event.__doc__


@given(st.sampled_from(CLASSES).flatmap(of))
def test_every_event_survives_its_leaf(event: ev.Event) -> None:
    leaf, shown = encode(event)
    back = decode(json.loads(json.dumps(leaf)))
    bare = {name: None for name in event.DISCLOSED}
    assert back == event.but(**bare)
    assert type(back) is type(event)
    assert encode(back) == (leaf, {})
    assert set(shown) == {n for n in event.DISCLOSED if getattr(event, n) is not None}
    assert None not in leaf.values()


def test_nothing_disclosed_or_attached_is_in_a_leaf() -> None:
    row = ev.Verifier("cred", "pin", "123", b"SALT", b"HASH", 2, b"MAC")
    order = ev.HandoverOrdered(
        ho="1", profile="p", size="S", opens=1, closes=2, recipient_no="r", item_no="i",
        recipient="Maria Secret", item="Passport", reference="Case 7",
    )  # fmt: skip
    leaf, shown = encode(order)
    assert shown == {"recipient": "Maria Secret", "item": "Passport", "reference": "Case 7"}
    assert "Maria" not in json.dumps(leaf)
    mint = ev.CredentialMinted(ho="1", unit="A1", cred="c", verifiers=(row,))
    assert set(encode(mint)[0]) == {"type", "actor", "unit", "ho", "cred"}
    assert encode(mint)[1] == {}
    assert mint.put == (row,)


def test_a_repr_shows_no_name_and_no_verifier() -> None:
    row = ev.Verifier("cred", "pin", "123", b"SALT", b"HASH", 2, b"MAC")
    said = repr(
        ev.StaffEnrolled(staff="1", role="operator", cred="c", name="Maria", verifiers=(row,))
    )
    assert "Maria" not in said
    assert "SALT" not in said
    assert "SALT" not in repr(row)
    assert "HASH" not in repr(row)
    order = ev.HandoverOrdered(
        ho="1", profile="p", size="S", opens=1, closes=2, recipient_no="r", item_no="i",
        recipient="Maria Secret", item="Passport", reference="Case 7",
    )  # fmt: skip
    assert not {"Maria", "Passport", "Case"} & set(repr(order).replace("'", " ").split())


GOOD: dict[str, Any] = {
    "type": "pulse.ordered",
    "actor": {"role": "device", "id": ""},
    "unit": "A1",
    "ho": "1",
    "cause": [1, 4],
    "purpose": "release",
    "pulse_ms": 500,
    "attempt": 1,
}
ABSENT = object()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("type", "pulse.order"),
        ("type", None),
        ("type", 3),
        ("type", ["pulse.ordered"]),
        ("type", ABSENT),
        ("actor", ABSENT),
        ("actor", None),
        ("actor", "device"),
        ("actor", {"role": "device"}),
        ("actor", {"role": "device", "id": 4}),
        ("actor", {"role": "device", "id": "", "name": "Maria"}),
        ("unit", None),
        ("unit", 1),
        ("ho", ["1"]),
        ("cause", None),
        ("cause", [1]),
        ("cause", [1, 4, 5]),
        ("cause", [1, "4"]),
        ("cause", [1, True]),
        ("cause", [1, 4.0]),
        ("cause", {"epoch": 1, "idx": 4}),
        ("purpose", ABSENT),
        ("purpose", 1),
        ("pulse_ms", "500"),
        ("pulse_ms", 500.0),
        ("pulse_ms", True),
        ("pulse_ms", None),
        ("attempt", ABSENT),
        ("verifiers", []),
        ("boot", "00000000"),
        ("unknown", 1),
    ],
)
def test_a_damaged_leaf_is_refused_with_a_remedy(field: str, value: object) -> None:
    assert isinstance(decode(GOOD), ev.PulseOrdered)
    bad = {name: one for name, one in {**GOOD, field: value}.items() if one is not ABSENT}
    with pytest.raises(EventError, match=r"; |newer release") as refused:
        decode(bad)
    assert "release" in str(refused.value) or "leaf" in str(refused.value)


@pytest.mark.parametrize("field", ["recipient", "item", "reference"])
def test_a_name_in_a_leaf_is_refused(field: str) -> None:
    order = ev.HandoverOrdered(
        ho="1", profile="p", size="S", opens=1, closes=2, recipient_no="r", item_no="i"
    )
    with pytest.raises(EventError):
        decode({**encode(order)[0], field: "Maria"})


@given(
    st.dictionaries(
        st.sampled_from([*GOOD, "flag", "reason"]) | st.text(max_size=5),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
            max_leaves=6,
        ),
    ),
    st.sampled_from(sorted(CATALOGUE)),
)
def test_no_leaf_raises_anything_else(fields: dict[str, Any], kind: str) -> None:
    try:
        event = decode({**fields, "type": kind})
    except EventError:
        return
    assert encode(event)[0] == {**fields, "type": kind}


@given(st.sampled_from(CLASSES).flatmap(of), st.data())
def test_a_value_of_another_type_is_refused(event: ev.Event, data: st.DataObject) -> None:
    leaf, _ = encode(event)
    field = data.draw(st.sampled_from(sorted(leaf)))
    with pytest.raises(EventError):
        decode({**leaf, field: data.draw(st.sampled_from([1.5, None, {"a": 1}, [[1]], [None]]))})


def test_types_are_words_with_one_dot() -> None:
    for name in CATALOGUE:
        assert name.count(".") == 1, name
        assert name == name.lower(), name
        assert name.isascii(), name


def test_triggers_are_class_names() -> None:
    for cls in CLASSES:
        assert cls.__name__.lower().startswith(cls.TYPE.split(".")[0][:3]), cls
    assert ev.names([ev.DoorRestored(unit="A1"), ev.CabinetRestored()]) == [
        "door.restored",
        "cabinet.restored",
    ]


def test_effects_on_the_verifier_table() -> None:
    """What begins, is spent, loses its PIN, or ends with an event."""
    minted = ev.CredentialMinted(cred="new", replaces="old")
    assert (minted.drop, minted.spend) == (("old",), ())
    assert ev.CredentialMinted(cred="new").drop == ()
    assert ev.CredentialLocked(cred="c").drop_pin == ("c",)
    assert ev.ReleaseOpened(cred="c").spend == ("c",)
    assert ev.HandoverWithdrawn(cred="c", reason="r", found=True).drop == ("c",)
    assert ev.HandoverWithdrawn(reason="r", found=True).drop == ()
    assert ev.ReleaseOpened(cred="c", more=True).spend == ()
    assert ev.CredentialReissued(cred="new", old="c", reason="r").drop == ("c",)
    assert ev.CredentialReissued(cred="new", reason="r").drop == ()
    assert ev.CredentialJoined(cred="c", replaces="old").drop == ("old",)
    assert ev.MoveConfirmed(was="A1", replaces="old", revives="c").drop == ("old",)
    assert ev.MoveConfirmed(was="A1", revives="c").revive == ("c",)
    assert ev.HandoverKept(opened=1, revives="c").revive == ("c",)
    assert ev.HandoverThawed(reason="r", revives="c").revive == ("c",)
    assert ev.HandoverCollectedManually(cred="c", reason="r").spend == ("c",)
    touching = {"CredentialMinted", "StaffEnrolled", "StaffCarried", "CredentialLocked"}
    touching |= {"CredentialReissued", "CredentialJoined", "MoveConfirmed", "HandoverKept"}
    touching |= {"HandoverThawed", "HandoverCollectedManually"}
    touching |= {"HandoverOrdered", "HandoverReassigned"}  # a fact that both know
    touching |= {"ItemFound"}  # an order, though without one
    changed = ev.StaffPinChanged(staff="1", cred="c")
    assert (changed.drop, changed.drop_pin) == ((), ("c",))
    assert ev.StaffPinReset(staff="1", cred="c").drop_pin == ("c",)
    badge = ev.StaffBadgeIssued(staff="1", cred="new", replaces="old", reason="lost")
    assert (badge.drop, badge.drop_pin) == (("old",), ())
    assert ev.StaffRetired(staff="1", cred="c", reason="left").drop == ("c",)
    assert ev.StaffRetired(staff="1", cred="", reason="left").drop == ()
    assert ev.RecoveryIssued(cred="set", replaces="old").drop == ("old",)
    assert ev.RecoveryAccepted(cred="set").drop == ("set",)
    touching |= {"StaffPinChanged", "StaffPinReset", "StaffBadgeIssued", "StaffRetired"}
    touching |= {"RecoveryIssued", "RecoveryCarried", "RecoveryAccepted"}
    assert ev.HandoverReturned(cred="c", opened=1).drop == ("c",)
    assert ev.HandoverReturned(opened=1).drop == ()
    touching |= {"HandoverReturned"}
    for cls in CLASSES:
        if cls.__name__ in touching | {"ReleaseOpened", "HandoverWithdrawn"}:
            continue
        for name in ("put", "drop", "drop_pin", "spend", "revive"):
            assert getattr(cls, name) is getattr(ev.Event, name), cls
