"""The desk: what each operation answers, who may ask for it, and that nothing else gets through."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lockerd.control import codec
from lockerd.control.client import Refused
from lockerd.control.codec import Request, RequestError
from lockerd.control.server import Peer
from lockerd.core.decide import MAY
from lockerd.core.events import Actor
from lockerd.desk import reads, rows
from lockerd.desk.desk import PIECE_BYTES
from lockerd.desk.table import BY_NAME, GIVES, OPERATIONS, PAGED
from lockerd.journal.errors import DiskFull
from support.desk_room import DeskRoom

PEER = Peer(1, 1000, 1000)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    made = DeskRoom(tmp_path)
    yield made
    made.close()


def refused(room: DeskRoom, op: str, **args: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        room.ask(op, **args)
    return caught.value


# -- finding --------------------------------------------------------------------------------------


def test_a_handover_is_found_by_every_name_it_has(room: DeskRoom) -> None:
    ho = room.order()
    short = room.ask("handover.show", handover=ho)["handover"]
    for name in (ho, ho[:4], ho.upper(), short, short.lower(), f"X-{short[-4:]}"):
        assert room.ask("handover.show", handover=name)["ho"] == ho
    read_as = short.replace("0", "O").replace("1", "I")
    assert room.ask("handover.show", handover=read_as)["ho"] == ho


@pytest.mark.parametrize("name", ["", "xyz", "abc", "RL07-4K2", "RL07-4K2U!", "RL07-UUUU", "%"])
def test_what_names_no_handover_is_refused(room: DeskRoom, name: str) -> None:
    assert refused(room, "handover.show", handover=name).code == "usage"


def test_a_handover_that_is_not_there(room: DeskRoom) -> None:
    no = refused(room, "handover.show", handover="abcd")
    assert (no.code, no.why) == ("declined", "unknown")


def test_two_that_fit_are_two_answers(room: DeskRoom) -> None:
    for number in (1, 2):
        room.hands.stage.id = lambda number=number: f"abcd{number:012x}"  # type: ignore[method-assign]
        room.hands.order("Ada", "Box")
    no = refused(room, "handover.show", handover="abcd")
    assert no.why == "several" and "abcd000000000001" in str(no)
    found = room.ask("handover.find", handover="abcd")["rows"]
    assert [one["live"] for one in found] == [True, True]
    assert room.ask("handover.show", handover="abcd000000000002")["ho"].endswith("2")


def test_a_finished_handover_is_found_in_the_journal(room: DeskRoom) -> None:
    ho = room.collected("Ada")
    assert refused(room, "handover.show", handover=ho).why == "unknown"
    (found,) = room.ask("handover.find", handover=ho)["rows"]
    assert (found["ho"], found["live"], found["recipient"]) == (ho, False, "Ada")


def test_a_search_goes_on_block_by_block(room: DeskRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    ho = room.collected()
    monkeypatch.setattr(reads, "BLOCK", 3)
    size = room.stage.house.journal.size
    found, places, after = [], [], {}
    while True:
        page = room.ask("journal.entries", handover=ho, **after)
        found += page["rows"]
        assert page["size"] == size
        if page["next"] is None:
            break
        places.append(page["next"])
        after = {"after": page["next"]}
    assert places == list(range(2, size - 1, 3))
    assert (found[0]["type"], found[-1]["type"]) == ("handover.ordered", "handover.collected")
    assert {one["ho"] for one in found} == {ho}


def test_a_page_holds_no_more_than_fits(room: DeskRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        room.hands.order(f"Person {number}", "Box")
    whole = room.ask("handover.list")
    assert whole["next"] is None and len(whole["rows"]) == 12
    monkeypatch.setattr(rows, "PAGE_BYTES", 1_000)
    found, after = [], {}
    while True:
        page = room.ask("handover.list", **after)
        assert 0 < len(json.dumps(page["rows"])) < 1_200
        found += page["rows"]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert found == whole["rows"]


def test_an_entry_too_long_for_a_line_is_still_listed(
    room: DeskRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "PAGE_BYTES", 400)
    boot = room.ask("journal.entries", type="log.boot")["rows"][0]
    assert boot["fields"] == {"too_long": True} and boot["type"] == "log.boot"


def test_the_longest_answers_fit_a_line(room: DeskRoom) -> None:
    for number in range(300):
        room.hands.order("N" * 120, "\u00e9" * 120, reference=f"{number:0120}")
    page = room.ask("handover.list")
    assert page["next"] is not None
    assert len(codec.reply_line(2**53 - 1, page)) <= codec.LINE_MAX


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ({"type": "deposit."}, lambda one: one["type"].startswith("deposit.")),
        ({"unit": "1"}, lambda one: one["unit"] == "1"),
        ({"staff": "2"}, lambda one: one["actor"] == "2" and one["role"] == "depositor"),
        ({"last": 3}, lambda one: True),
    ],
)
def test_a_search_finds_just_what_fits(
    room: DeskRoom, asked: dict[str, Any], fits: Callable[[dict[str, Any]], bool]
) -> None:
    room.collected()
    every = room.ask("journal.entries")["rows"]
    found = room.ask("journal.entries", **asked)["rows"]
    wanted = every[-3:] if "last" in asked else [one for one in every if fits(one)]
    assert found == wanted and found


def test_a_search_between_two_times(room: DeskRoom) -> None:
    room.collected("Ada")
    room.stage.run_for(3_600_000)
    room.collected("Bo")
    every = room.ask("journal.entries")["rows"]
    late = room.ask("journal.entries", **{"from": "-30min"})["rows"]
    early = room.ask("journal.entries", until="-30min")["rows"]
    assert early + late == every and early and late
    assert room.ask("journal.entries", **{"from": "+1h"})["rows"] == []
    assert room.ask("journal.entries", until="2001-01-01")["rows"] == []


def test_names_are_shown_only_where_somebody_asked_about_a_handover(room: DeskRoom) -> None:
    ho = room.order("Ada Lovelace", "Blue folder")
    sent = room.deposit(ho)
    for op in ("status", "queue.list", "journal.entries", "journal.head", "sim.state"):
        text = json.dumps(room.ask(op))
        assert "Lovelace" not in text and "folder" not in text
    assert "Lovelace" in json.dumps(room.ask("handover.list"))
    for op in OPERATIONS:
        if op.kind == "read" and not any(one.required for one in op.args):
            text = json.dumps(room.ask(op.name))
            assert sent.pin not in text and sent.qr not in text


# -- acts -----------------------------------------------------------------------------------------


def test_an_order_takes_the_configs_rules_unless_told(room: DeskRoom) -> None:
    made = room.ask("handover.create", recipient="Ada", item="Box")
    assert (made["profile"], made["size"]) == ("documents", "S")
    assert made["events"] == ["handover.ordered"]
    told = room.ask(
        "handover.create",
        recipient="Bo",
        item="Keys",
        profile="keys",
        size="L",
        reference="C-77",
        **{"from": "2026-11-25T09:00", "until": "2026-11-25T17:00"},
    )
    assert (told["opens"], told["closes"]) == (
        "2026-11-25T09:00:00+00:00",
        "2026-11-25T17:00:00+00:00",
    )
    assert room.ask("handover.show", handover=told["ho"])["reference"] == "C-77"
    assert told["ho"] != made["ho"]


@pytest.mark.parametrize(
    ("args", "why"),
    [
        ({"profile": "nope"}, "profile"),
        ({"size": "XL"}, "size"),
        ({"from": "+2h", "until": "+1h"}, "window"),
        ({"until": "+999d"}, "window"),
        ({"recipient": "  "}, "text"),
    ],
)
def test_an_order_that_cannot_be_is_declined_and_leaves_no_trace(
    room: DeskRoom, args: dict[str, Any], why: str
) -> None:
    size = room.stage.house.journal.size
    no = refused(room, "handover.create", **{"recipient": "Ada", "item": "Box", **args})
    assert (no.code, no.why) == ("declined", why)
    assert room.stage.house.journal.size == size


def test_without_an_actor_one_may_read_and_not_act(room: DeskRoom) -> None:
    room.actor = None
    assert room.ask("status")["acting_as"] is None
    size = room.stage.house.journal.size
    asked: dict[str, Any] = {"unit": "1", "reason": "x", "key": "x", "handover": "abcd"}
    asked |= {"recipient": "A", "item": "B", "role": "auditor", "name": "N", "pin": "274951"}
    asked |= {"staff": "9", "subject": "ho:abcd", "basis": "x", "entry": 1}
    asked |= {"until": "+1d", "list": "x", "first": 0, "rows": "[]", "ticket": "T"}
    asked |= {"seen": "1=item", "at": "+1min"}
    for op in OPERATIONS:
        if op.kind == "act":
            no = refused(room, op.name, **{a.name: asked[a.name] for a in op.args if a.required})
            assert no.code == "staff", op.name
    assert room.stage.house.journal.size == size


def test_a_role_that_may_not_is_declined(room: DeskRoom) -> None:
    room.actor = Actor("depositor", "2")
    assert refused(room, "door.test", unit="1").why == "role"
    assert refused(room, "staff.enrol", staff="9", role="auditor", name="N", pin="274951").why == (
        "role"
    )
    assert room.ask("status")["acting_as"] == {
        "staff": "2",
        "role": "depositor",
        "demonstration": True,
    }


def test_every_act_is_one_that_the_core_grants_by_role() -> None:
    kinds = {one.__name__ for one in MAY}
    assert len(kinds) >= len([one for one in OPERATIONS if one.kind == "act"])


@pytest.mark.parametrize("pin", ["111111", "123456", "987654", "901234", "135791"])
def test_a_pin_that_is_guessed_first_is_refused(room: DeskRoom, pin: str) -> None:
    no = refused(room, "staff.enrol", staff="9", role="auditor", name="N", pin=pin)
    assert no.code == "usage" and pin not in str(no)


@pytest.mark.parametrize("pin", ["", "12345", "12a456", "\u0661\u0662\u0663\u0664\u0665\u0667"])
def test_a_pin_that_is_none_is_refused(room: DeskRoom, pin: str) -> None:
    no = refused(room, "staff.enrol", staff="9", role="auditor", name="N", pin=pin)
    assert no.code == "usage" and "6 digits" in str(no)


def test_who_is_enrolled_can_sign_in_with_the_badge_that_was_answered(room: DeskRoom) -> None:
    done = room.ask("staff.enrol", staff="9", role="operator", name="Zoë", pin="274951")
    room.hands.home()
    room.hands.scan(done["badge"])
    room.hands.expect("staff_pin")
    room.ask("sim.badge", staff="1")
    assert done["badge"] not in json.dumps(room.ask("journal.entries"))
    listed = room.ask("staff.list")["rows"][-1]
    assert (listed["staff"], listed["name"], listed["demonstration"]) == ("9", "Zoë", True)


def test_a_full_disk_is_answered_and_the_daemon_lives(
    room: DeskRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise DiskFull("the disk is full; free space on it")

    monkeypatch.setattr(room.stage.house.journal, "append", full)
    no = refused(room, "handover.create", recipient="Ada", item="Box")
    assert (no.code, no.why) == ("declined", "service")
    assert "free space" in str(room.ask("status")["fault"])


def test_a_journal_that_cannot_be_read_is_answered(
    room: DeskRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise DiskFull("the medium fails; replace it")

    monkeypatch.setattr(room.stage.house.journal, "leaves", broken)
    assert refused(room, "journal.entries").code == "failed"
    assert room.ask("status")["fault"] is None


# -- the screen, the hands ------------------------------------------------------------------------


def test_a_picture_comes_in_pieces(room: DeskRoom) -> None:
    first = room.ask("screenshot", redact=True)
    assert first["next"] == PIECE_BYTES and room.pictures == [True]
    second = room.ask("screenshot", digest=first["digest"], after=first["next"])
    assert room.pictures == [True], "the pieces are of one picture"
    assert second["digest"] == first["digest"]


def test_a_picture_that_was_replaced_is_not_mixed(room: DeskRoom) -> None:
    first = room.ask("screenshot")
    room.picture = b"\x89PNG other" * 9_000
    room.ask("screenshot")
    no = refused(room, "screenshot", digest=first["digest"], after=first["next"])
    assert no.why == "replaced"


@pytest.mark.parametrize("picture", [b"", b"x" * ((4 << 20) + 1)])
def test_a_picture_has_a_limit(room: DeskRoom, picture: bytes) -> None:
    room.picture = picture
    assert refused(room, "screenshot").code == "failed"


def test_hands_reach_the_hall(room: DeskRoom) -> None:
    def door(unit: str) -> dict[str, Any]:
        rows = room.ask("sim.state")["rows"]
        return next(one for one in rows if one["unit"] == unit)

    room.ask("sim.force", unit="3")
    room.stage.run_for(2_000)
    assert door("3")["open"] is True
    room.ask("sim.push", unit="3")
    room.stage.run_for(2_000)
    assert door("3")["open"] is False
    room.ask("sim.jam", unit="3")
    assert door("3")["jammed"] is True
    room.ask("sim.unjam", unit="3")
    room.ask("sim.cut", unit="3", cable="contact")
    assert (door("3")["jammed"], door("3")["contact_cable"]) == (False, False)
    room.ask("sim.mend", unit="3", cable="contact")
    assert door("3")["contact_cable"] is True


def test_keys_and_touches_reach_the_kiosk(room: DeskRoom) -> None:
    keys: list[str] = []
    touches: list[tuple[int, int]] = []
    assert refused(room, "sim.key", key="1").why == "hands"
    room.stage.world.on_key = keys.append
    room.stage.world.on_touch = lambda x, y: touches.append((x, y))
    room.ask("sim.key", key="1")
    room.ask("sim.touch", x=10, y=20)
    assert (keys, touches) == (["1"], [(10, 20)])
    room.ask("sim.headphones", plug="in")
    room.ask("sim.headphones", plug="out")
    assert keys[1:] == ["headphones-in", "headphones-out"]


@pytest.mark.parametrize(
    ("op", "args", "code"),
    [
        ("sim.push", {"unit": "99"}, "declined"),
        ("sim.badge", {"staff": "99"}, "declined"),
        ("sim.cut", {"unit": "1", "cable": "power"}, "usage"),
        ("sim.key", {"key": "enter"}, "usage"),
        ("sim.touch", {"x": -1, "y": 0}, "usage"),
        ("sim.clock", {"by": "soon"}, "usage"),
        ("sim.power", {"supply": "maybe"}, "usage"),
    ],
)
def test_hands_that_miss_are_told(room: DeskRoom, op: str, args: Any, code: str) -> None:
    assert refused(room, op, **args).code == code


def test_a_clock_moved_past_a_window_ends_it(room: DeskRoom) -> None:
    ho = room.order()
    room.deposit(ho)
    room.ask("sim.clock", by="+4d")
    room.stage.run_for(1_000)
    assert room.ask("handover.show", handover=ho)["phase"] == "expired"


def test_without_power_only_hands_work(room: DeskRoom) -> None:
    room.ask("sim.power", supply="off")
    for op in ("status", "screenshot", "screen.trace", "handover.list", "cabinet.restore"):
        no = refused(room, op)
        assert (no.code, no.why) == ("declined", "power")
    assert refused(room, "sim.scan", text="LK1").code == "declined"
    assert len(room.ask("sim.state")["rows"]) == 23
    room.ask("sim.power", supply="on")
    room.stage.run_for(1_000)
    assert room.ask("status")["boots"] == 2


def test_a_device_has_no_hands(room: DeskRoom) -> None:
    room.desk._hands = None
    for op in OPERATIONS:
        if op.kind == "hands":
            asked = {"unit": "1", "cable": "strike", "text": "x", "staff": "1", "key": "1"}
            asked |= {"plug": "in", "part": "scanner"}
            asked |= {"supply": "off", "by": "+1h"}
            args: dict[str, Any] = {a.name: asked.get(a.name, 0) for a in op.args if a.required}
            assert refused(room, op.name, **args).why == "device"
    assert refused(room, "staff.badge", staff="1").why == "badge"


def test_a_run_without_a_screen_says_so(room: DeskRoom) -> None:
    room.desk._picture = room.desk._trace = None
    assert refused(room, "screenshot").why == "screen"
    assert refused(room, "screen.trace").why == "screen"


# -- whatever is sent -----------------------------------------------------------------------------


def test_an_operation_that_does_not_exist(room: DeskRoom) -> None:
    assert refused(room, "handover.open", unit="1").code == "unknown-op"


def test_arguments_are_checked_before_anything_looks_at_them(room: DeskRoom) -> None:
    assert refused(room, "status", secret="x").code == "usage"
    assert refused(room, "door.test").code == "usage"
    assert refused(room, "door.test", unit=7).code == "usage"
    assert refused(room, "door.test", unit="x" * 33).code == "usage"
    assert refused(room, "door.test", unit="a\nb").code == "usage"
    assert refused(room, "receipt", entry=True).code == "usage"
    assert refused(room, "receipt", entry=-1).code == "usage"
    assert refused(room, "receipt", entry=10**9).why == "unknown"
    assert refused(room, "screenshot", redact="yes").code == "usage"
    assert refused(room, "journal.entries", last=0).code == "usage"
    for text in ("door.test", "status"):
        assert "TOPSECRET" not in str(refused(room, text, TOPSECRET="TOPSECRET"))


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskRoom]:
    made = DeskRoom(tmp_path_factory.mktemp("standing"))
    yield made
    made.close()


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 2**53 - 1),
    st.text(max_size=30),
    st.sampled_from(["1", "23", "+1h", "-2h", "2026-11-25T10:00", "S", "documents", "operator"]),
    st.sampled_from(["abcd", "RL07-4K2M", "forced:1", "noted", "on", "strike", "274951", "\x00"]),
    st.lists(st.integers(), max_size=2),
)


@given(data=st.data(), op=st.sampled_from([*OPERATIONS]))
@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_request_does_more_than_answer_or_refuse(
    standing: DeskRoom, data: st.DataObject, op: Any
) -> None:
    args = {
        one.name: data.draw(VALUES) for one in op.args if one.required or data.draw(st.booleans())
    }
    try:
        answer = standing.desk.answer(Request(1, op.name, args), PEER)
    except RequestError as no:
        assert no.code in codec.CODES and str(no)
    else:
        codec.reply_line(1, answer)
    standing.stage.run_for(10)
    if standing.stage.world.house is None:
        standing.stage.world.power(True)


def test_every_operation_is_named_once() -> None:
    assert len(BY_NAME) == len(OPERATIONS)
    assert set(GIVES) <= set(BY_NAME) and set(BY_NAME) >= PAGED
