"""Every operation answers with just the keys of the manual; each is asked for once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from epoch_rooms import look, lost

from lockerd import config
from lockerd.cli.sentences import sentence
from lockerd.control.client import Refused
from lockerd.core import messages as msg
from lockerd.core.claim import answer_of, parse_challenge
from lockerd.core.events import Actor
from lockerd.desk.table import GIVES, OPERATIONS, PAGED
from lockerd.journal.note import SigningKey
from support.desk_room import ROOT, DeskRoom, demo

LIFE = frozenset(
    f"handover.{one}"
    for one in (
        *("extend", "reissue", "reassign", "return", "fetch", "refuse"),
        *("move", "place", "moved", "stop-move"),
    )
)
PEOPLE = frozenset(
    f"staff.{one}"
    for one in ("reset_pin", "issue_badge", "retire", "set_role", "link", "link_self")
) | {"recovery.issue"}
SECOND = frozenset(
    {"handover.key", "handover.by-key", "shift.hand_over", "door.inspect", "clock.set"}
    | {"adopt.open"}
)
"""These are declined until a second person approved them, and are then done by the kiosk itself."""
FOUNDING = frozenset({"claim.show", "claim.answer", "recovery.use"})
EMERGENCY = frozenset({"emergency.show", "emergency.open", "emergency.stop"})
WORK = frozenset({"maintenance.open", "maintenance.close"})
SELFTEST = frozenset({"selftest.show", "selftest.record"})
ADOPT = frozenset({"adopt.list", "adopt.empty", "adopt.handover", "adopt.item"})
CLOCK = frozenset({"clock.show", "clock.set", "handover.permit"})
LISTS = frozenset({"import.rows", "import.check", "import.commit"})
SCREEN = frozenset({"sim.key", "sim.touch", "sim.headphones"})
"""This room has neither keys nor a screen to touch: tests/cli/test_desk.py has its own."""


class Manual:
    """Asks, and holds the answer against the manual."""

    def __init__(self, room: DeskRoom) -> None:
        self.room = room
        self.asked: set[str] = set()

    def ask(self, op: str, **args: Any) -> dict[str, Any]:
        whole = answer = self.room.ask(op, **args)
        if op in PAGED:
            assert {"rows", "next"} <= set(answer), op
            assert answer["rows"], op
            answer = answer["rows"][0]
        assert set(answer) == set(GIVES.get(op, "").split()), op
        self.asked.add(op)
        self.room.stage.run_for(2_000)
        return whole


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    profiles = tuple(one.but(retention_days=30) for one in demo().profiles)
    made = DeskRoom(tmp_path, site=demo().but(profiles=profiles))
    yield made
    made.close()


@pytest.fixture
def owned(tmp_path: Path) -> Iterator[DeskRoom]:
    """A cabinet that waits for its owner."""
    site = config.read(ROOT / "tests" / "stories" / "sites" / "owned.toml")
    made = DeskRoom(tmp_path, actor=None, site=site)
    yield made
    made.close()


def plain(room: DeskRoom) -> dict[str, dict[str, Any]]:
    """Operations in an order in which each of them can be done."""
    ho = room.order()
    sent = room.deposit(ho)
    other = room.order("Bo")
    for hand in (room.stage.world.force, room.stage.world.push):
        hand("5")
        room.stage.run_for(2_000)
    (bo,) = room.ask("handover.find", handover=other)["rows"]
    return {
        "status": {},
        "handover.list": {},
        "handover.show": {"handover": ho},
        "handover.find": {"handover": ho},
        "queue.list": {},
        "staff.list": {},
        **{key: {} for key in ("journal.head", "witness.list", "witness.take", "journal.entries")},
        "receipt": {"entry": 0},
        "journal.correct": {"entry": 0, "reason": "the wrong software"},
        "handover.create": {"recipient": "Cy", "item": "Box", "asset": "INV-1"},
        "item.find": {"item": "INV-1"},
        "report.period": {},
        "telephone.key": {},
        "count.enter": {"seen": "12=empty"},
        "handover.cancel": {"handover": other, "reason": "not needed"},
        "privacy.hold": {"subject": "staff:2", "reason": "asked"},
        "privacy.holds": {},
        "privacy.retention": {},
        "privacy.unhold": {"subject": "staff:2", "reason": "settled"},
        "privacy.erase": {"subject": f"ho:{other}", "basis": "asked", "entry": bo["ordered"]},
        "privacy.clean": {},
        "queue.ack": {"key": "forced:5"},
        "queue.resolve": {"key": "forced:5", "reason": "looked"},
        "staff.enrol": {"staff": "7", "role": "auditor", "name": "Di", "pin": "274951"},
        "door.test": {"unit": "20"},
        "door.retire": {"unit": "21", "reason": "hinge"},
        "door.restore": {"unit": "21"},
        "cabinet.retire": {"reason": "paint"},
        "cabinet.restore": {},
        "staff.badge": {"staff": "1"},
        "screenshot": {},
        "screen.trace": {},
        "sim.push": {"unit": "20"},
        "sim.pull": {"unit": "20"},
        "sim.jam": {"unit": "20"},
        "sim.unjam": {"unit": "20"},
        "sim.cut": {"unit": "20", "cable": "strike"},
        "sim.mend": {"unit": "20", "cable": "strike"},
        "sim.break": {"part": "scanner"},
        "sim.restore": {"part": "scanner"},
        "sim.scan": {"text": sent.qr},
        "sim.badge": {"staff": "1"},
        "sim.clock": {"by": "+1h"},
        "sim.phone": {},
        "sim.state": {},
        "sim.force": {"unit": "20"},
        "sim.power": {"supply": "on"},
    }


def test_every_answer_has_the_keys_of_the_manual(room: DeskRoom) -> None:
    manual = Manual(room)
    for op, args in plain(room).items():
        manual.ask(op, **args)
    elsewhere = (
        LIFE | PEOPLE | SECOND | FOUNDING | LISTS | SCREEN | EMERGENCY | WORK | CLOCK | SELFTEST
    )
    elsewhere |= ADOPT
    assert manual.asked == {one.name for one in OPERATIONS} - elsewhere


def test_answers_about_a_handovers_life(room: DeskRoom) -> None:
    manual = Manual(room)
    room.deposit(ada := room.order("Ada"))
    why = {"handover": ada, "reason": "asked"}
    manual.ask("handover.extend", until="+6d", **why)
    manual.ask("handover.reissue", **why)
    manual.ask("handover.reassign", recipient="Bo", **why)
    old = room.ask("handover.show", handover=ada)["unit"]
    new = manual.ask("handover.move", **why)["to"]
    room.ask("sim.push", unit=old)
    room.stage.run_for(10_000)
    manual.ask("handover.place", handover=ada)
    room.ask("sim.push", unit=new)
    room.stage.run_for(10_000)
    assert manual.ask("handover.moved", handover=ada)["unit"] == new
    assert manual.ask("handover.return", **why)["phase"] == "awaiting_return"
    room.stage.run_for(10_000)
    assert manual.ask("handover.fetch", handover=ada)["phase"] == "returning"
    room.ask("sim.push", unit=new)
    room.stage.run_for(2_000)
    assert room.ask("journal.entries", type="handover.returned")["rows"]

    room.deposit(cyd := room.order("Cyd"))
    assert manual.ask("handover.refuse", handover=cyd, reason="leaks")["phase"] == "awaiting_return"

    room.deposit(dee := room.order("Dee"))
    unit = room.ask("handover.show", handover=dee)["unit"]
    manual.ask("handover.move", handover=dee, reason="water")
    room.ask("sim.push", unit=unit)
    room.stage.run_for(10_000)
    stopped = manual.ask("handover.stop-move", handover=dee, reason="no room")
    assert stopped["phase"] == "frozen"

    assert manual.asked == LIFE


def test_every_time_in_an_entry_is_one_that_people_read(room: DeskRoom) -> None:
    room.deposit(ada := room.order("Ada"))
    room.ask("handover.extend", handover=ada, until="+6d", reason="asked")
    (row,) = room.ask("journal.entries", type="handover.extended")["rows"]
    assert {len(row["fields"][one]) for one in ("was", "closes")} == {25}
    assert "until" not in row["fields"]
    opens = room.ask("journal.entries", type="handover.ordered")["rows"][0]["fields"]["opens"]
    said = sentence({"type": "time.set", "fields": {"lo": opens, "hi": opens, "approver": "4"}})
    assert said.endswith(f"between {opens[:16].replace('T', ' ')} and 2026-11-23 08:00")


def test_answers_about_people(room: DeskRoom) -> None:
    manual = Manual(room)
    fresh = {"role": "operator", "name": "Ines Duarte", "pin": "274951"}
    room.ask("staff.enrol", staff="8", **fresh)
    manual.ask("staff.reset_pin", staff="8", pin="846201")
    badge = manual.ask("staff.issue_badge", staff="8", reason="lost")["badge"]
    assert badge.startswith("LKB")
    manual.ask("staff.link", staff="8", uid=1234)
    manual.ask("staff.set_role", staff="8", role="auditor", reason="another office")
    manual.ask("staff.retire", staff="8", reason="left")
    assert len(manual.ask("recovery.issue")["cards"]) == 3
    room.hands.sign_in("1")
    room.actor = None
    manual.ask("staff.link_self", staff="1", pin=room.stage.world.badges["1"].pin)
    assert manual.asked == PEOPLE


def test_answers_about_founding(owned: DeskRoom) -> None:
    manual = Manual(owned)
    claim = manual.ask("claim.show")["claim"]
    signed = SigningKey("owner", bytes([1]) * 32).sign(parse_challenge(claim).message)
    who = {"staff": "7", "name": "Ines Duarte", "pin": "846201"}
    made = manual.ask("claim.answer", answer=answer_of(signed), **who)
    owned.hands.scan(made["badge"])
    owned.stage.do(msg.CodeTyped(who["pin"]), 400)
    assert manual.ask("claim.show") == {"claim": None}
    first, second, _ = made["cards"]
    again = {"staff": "8", "name": "Jo Marsh", "pin": "274951"}
    manual.ask("recovery.use", first=first, second=second, **again)
    assert manual.asked == FOUNDING


def test_answers_about_lists(room: DeskRoom) -> None:
    manual = Manual(room)
    good, bad = '{"recipient":"Ada","item":"Box"}', '{"recipient":"Ada"}'
    assert manual.ask("import.rows", list="a", first=0, rows=f"[{good},{bad}]") == {"held": 2}
    assert [one["row"] for one in manual.ask("import.check", list="a")["rows"]] == [2]
    manual.ask("import.rows", list="a", first=0, rows=f"[{good}]")
    manual.ask("import.commit", list="a")
    assert manual.asked == LISTS


def test_answers_about_an_emergency(room: DeskRoom) -> None:
    manual = Manual(room)
    assert manual.ask("emergency.show") == {"emergency": None}
    with pytest.raises(Refused, match="badge and PIN at the screen"):
        room.ask("emergency.open", reason="smoke")
    manual.ask("emergency.open", units="5, 6 7", reason="smoke", alone=True)
    manual.ask("emergency.stop")
    known = manual.ask("emergency.show")["emergency"]
    assert known["running"] is False and known["opened"][0] == "5"
    assert {*known["opened"], *known["left"]} == {"5", "6", "7"}
    assert manual.asked == EMERGENCY


def test_answers_about_a_clock_that_cannot_tell(room: DeskRoom) -> None:
    manual = Manual(room)
    known = manual.ask("clock.show")
    assert (known["settable"], known["earliest"]) == (False, known["latest"])
    with pytest.raises(Refused, match="vouched for"):
        room.ask("clock.set", at="+1h")
    made = room.ask("handover.create", recipient="Ada", item="Box", profile="evidence")
    room.deposit(ho := made["ho"])
    room.stage.run_for(10_000)
    room.stage.vouch(False)
    known = manual.ask("clock.show")
    assert (known["settable"], known["latest"]) == (True, None)
    manual.ask("handover.permit", handover=ho, reason="saw the clock on the wall")
    with pytest.raises(Refused, match="badge and PIN at the screen"):
        room.ask("clock.set", at="+1h")
    room.hands.press("home")
    room.hands.sign_in("1")
    with pytest.raises(Refused, match="while you are signed in"):
        room.ask("clock.set", at="+1h")
    approve(room, "4")
    (row,) = room.ask("journal.entries", type="time.set")["rows"]
    assert row["actor"] == "1"
    # An approval holds for two minutes, and for one act: the next one needs its own.
    with pytest.raises(Refused, match="badge and PIN"):
        room.ask("clock.set", at="+1h")
    approve(room, "4")
    assert len(room.ask("journal.entries", type="time.set")["rows"]) == 2
    assert manual.asked == CLOCK - {"clock.set"}


def test_answers_about_maintenance(room: DeskRoom) -> None:
    manual = Manual(room)
    room.actor = Actor("technician", "3")
    with pytest.raises(Refused, match="begin a maintenance session"):
        room.ask("door.test", unit="20")
    manual.ask("maintenance.open", ticket="T-4471")
    room.ask("door.test", unit="20")
    room.stage.run_for(2_000)
    with pytest.raises(Refused, match="door 20 still stands open"):
        room.ask("maintenance.close")
    room.ask("sim.push", unit="20")
    room.stage.run_for(2_000)
    manual.ask("maintenance.close")
    assert manual.asked == WORK


def test_answers_about_a_lost_record(tmp_path: Path) -> None:
    where = lost(tmp_path)
    manual, unit = Manual(where.room), where.units[where.kept]
    known = manual.ask("adopt.list")["rows"]
    assert {one["ho"] for one in known if one["ho"]} == set(where.units)
    look(where.room, unit)
    manual.ask("adopt.handover", unit=unit, handover=where.kept)
    for place, op in (("20", "adopt.item"), ("21", "adopt.empty")):
        look(where.room, place)
        manual.ask(op, unit=place, **({"item": "A box"} if op == "adopt.item" else {}))
    assert not {unit, "20", "21"} & {one["unit"] for one in where.room.ask("adopt.list")["rows"]}
    assert manual.asked == ADOPT
    where.room.close()


def test_answers_about_the_self_test(room: DeskRoom) -> None:
    manual = Manual(room)
    room.ask("sim.break", part="keypad")
    room.stage.run_for(100)
    found = manual.ask("selftest.show")
    keypad = next(one for one in found["parts"] if one["part"] == "keypad")
    assert keypad == {"part": "keypad", "grade": "red", "why": "gone", "units": []}
    assert len(found["key"]) == 10
    assert manual.ask("selftest.record")["events"] == ["selftest.done"]
    (row,) = room.ask("journal.entries", type="selftest.done")["rows"]
    assert row["actor"] == "1"
    room.actor = Actor("depositor", "2")
    with pytest.raises(Refused, match="a depositor may not do this"):
        room.ask("selftest.record")
    assert manual.asked == SELFTEST


def approve(room: DeskRoom, staff: str) -> None:
    """A second person shows a badge at the kiosk and types its PIN."""
    badge = room.stage.world.badges[staff]
    room.hands.expect("approve_badge")
    room.hands.scan(badge.text)
    room.stage.do(msg.CodeTyped(badge.pin), 400)


@pytest.mark.parametrize(
    ("op", "args", "event"),
    [
        ("handover.key", {"reason": "the strike is dead"}, "key.declared"),
        ("handover.by-key", {"reason": "the strike is dead"}, "handover.collected_manually"),
        ("door.inspect", {"reason": "it rattles"}, "inspection.started"),
        ("shift.hand_over", {"note": "Locker 3 was forced"}, "shift.handed_over"),
    ],
)
def test_the_kiosk_asks_for_the_second_person_of_a_request(
    room: DeskRoom, op: str, args: dict[str, Any], event: str
) -> None:
    room.deposit(ho := room.order())
    if op == "door.inspect":
        args = {**args, "unit": room.ask("handover.show", handover=ho)["unit"]}
    elif op != "shift.hand_over":
        args = {**args, "handover": ho}

    def declined() -> None:
        with pytest.raises(Refused, match="badge and PIN at the screen") as caught:
            room.ask(op, **args)
        assert caught.value.why == "second"

    def done() -> list[dict[str, Any]]:
        return [one for one in room.ask("journal.entries")["rows"] if one["type"] == event]

    declined()
    assert room.hands.step == "home", "nobody who may act stands at the kiosk"
    room.hands.sign_in("1")
    declined()
    approve(room, "1")  # whoever asks is no second person
    assert not done()
    approve(room, "4")
    (entry,) = done()
    assert (entry["actor"], entry["role"]) == ("1", "operator")
