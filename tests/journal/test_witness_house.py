"""A cabinet and its witness: what a rollback does to it, until it serves again."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from witness_kit import Witness

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.replay import replay
from lockerd.core.site import Site
from lockerd.house import House, Parts, WrongMode
from lockerd.journal import note
from lockerd.journal import patrol as pt
from lockerd.journal import spool as sp
from lockerd.journal import witness as wt
from lockerd.journal.errors import DiskFull
from lockerd.journal.reader import Reader
from lockerd.journal.store import Store
from lockerd.journal.verify import verify
from lockerd.simulation.hands import Hands
from lockerd.simulation.stage import Stage
from support.demo_site import demo_site

QUIET_MS = 10_000


class Hall:
    """A simulated cabinet with a witness who may be visited."""

    def __init__(self, directory: Path, *, known: bool = True) -> None:
        self.directory = directory
        self.state = directory / "state"
        self.state.mkdir()
        self.witness = Witness(directory / "witness")
        keys = (self.witness.vkey,) if known else ()
        self.site: Site = demo_site().but(witnesses=keys)
        self.micros: Callable[[], int] | None = None
        self.stage = Stage(self.site, self.state, 1)
        parts = self.stage._parts
        self.stage.world._parts_of = lambda: self._timed(parts())
        self.hands = Hands(self.stage)
        self.stage.world.start()
        self.stage.run_for(1_000)
        self.witness.admit(self.house.journal)

    def _timed(self, parts: Parts) -> Parts:
        parts.micros = self.micros
        return parts

    @property
    def house(self) -> House:
        return self.stage.house

    def deposit(self, name: str = "R. Example") -> tuple[str, str]:
        """A deposit by demonstration staff: the handover and its PIN."""
        ho = self.hands.order(name, "Passport")
        self.hands.sign_in("2")
        sent = self.hands.deposit(ho)
        self.hands.sign_out()
        self.stage.run_for(QUIET_MS)
        return ho, sent.pin

    def ask(self, old: int | None = None) -> wt.Answer:
        """Carry a request to the witness and leave its answer in the spool."""
        with Reader.read(self.state) as reader:
            if old is None:
                rows = {one.key: one.size for one in reader.newest_cosignatures()}
                old = rows.get(wt.key_name(self.witness.signer.key), 0)
            name = sp.request_name(reader.head(), self.witness.signer.key)
            request = wt.ask(reader, old)
        self.witness.time = self.house.clock.now().lo // 1000
        answer = self.witness.answer(request.text.encode())
        if answer.file is not None:
            stem = name.removesuffix(sp.REQUEST)
            sp.Spool(self.state).put(f"{stem}{sp.ANSWER}", answer.file.encode())
        return answer

    def save(self, name: str) -> Path:
        """A disk image, as of now."""
        self.house.journal.fold()
        shutil.copytree(self.state, self.directory / name)
        return self.directory / name

    def put_back(self, image: Path) -> None:
        """Cut the supply and put an old disk image back."""
        self.off()
        shutil.rmtree(self.state)
        shutil.copytree(image, self.state)

    def off(self) -> None:
        self.stage.world.power(False)

    def on(self) -> None:
        self.stage.world.power(True)
        self.stage.run_for(1_000)

    def remembered(self) -> int:
        """The size that the witness remembers."""
        word = self.witness.memory.recall(self.house.journal.origin) or ""
        return note.parse_checkpoint(note.parse_note(word).text).size

    def types(self) -> list[str]:
        return [one.event.TYPE for one in self.house.journal.entries()]


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    made = Hall(tmp_path)
    yield made
    if made.stage.world.house is not None:
        made.stage.world.stop()


def rolled_back(hall: Hall) -> tuple[str, str, str]:
    """A cabinet put back to an old image after its witness saw more: two handovers and a PIN."""
    kept, pin = hall.deposit()
    assert hall.ask().status == 200
    assert [one.verdict for one in hall.house.take_answers()] == ["cosigned"]
    image = hall.save("old")
    lost, _ = hall.deposit("S. Forgotten")
    assert hall.ask().status == 200
    assert [one.verdict for one in hall.house.take_answers()] == ["cosigned"]
    hall.put_back(image)
    return kept, pin, lost


def test_a_cosignature_is_stored_with_its_leaf(hall: Hall) -> None:
    hall.deposit()
    size = hall.house.journal.size
    hall.ask()
    (one,) = hall.house.take_answers()
    assert (one.verdict, one.size) == ("cosigned", size)
    assert hall.types()[-1] == "anchor.cosigned"
    (row,) = hall.house.journal.newest_cosignatures()
    event = hall.house.journal.entry(size).event
    assert isinstance(event, ev.AnchorCosigned)
    assert (event.digest, event.time) == (row.digest, row.time)
    verdict = verify(hall.state, replay=replay, witnesses=[hall.witness.signer.key])
    assert verdict.good and verdict.witnessed == size
    assert hall.house.take_answers() == [] and hall.house.answers_fault is None


def test_an_answer_is_taken_when_it_is_quiet(hall: Hall) -> None:
    hall.deposit()
    hall.ask()
    assert hall.types()[-1] != "anchor.cosigned"
    hall.hands.order("T. Later", "Keys")
    hall.stage.run_for(QUIET_MS)
    assert hall.types()[-1] == "anchor.cosigned"
    assert sp.Spool(hall.state).answers() == []


def test_a_start_holds_the_last_word_against_the_journal(hall: Hall) -> None:
    kept, pin, lost = rolled_back(hall)
    # Somebody brings the witness's last word before the supply comes back.
    with Reader.read(hall.state) as reader:
        old = reader.vkey
        word = hall.witness.memory.recall(reader.origin)
    assert word is not None
    sp.Spool(hall.state).put("last.cosignatures", word.encode())
    hall.on()
    state = hall.house.engine.state
    assert hall.house.journal.origin.endswith("/2") and state.epoch == 2
    assert "were seen" in state.queue["epoch:cabinet"].detail
    assert hall.house.journal.vkey != old
    assert (hall.state / "vkey").read_text() == hall.house.journal.vkey + "\n"
    # The old log ends with the boot that found it, and its closing.
    past = hall.state / "epochs/1"
    with Reader.read(past) as reader:
        kinds = [one.event.TYPE for one in reader.entries(reader.size - 2)]
        assert kinds[-1] == "log.frozen" and kinds[0] in ("log.boot", "door.certain")
    for place in (hall.state, past):
        assert verify(place, (place / "vkey").read_text(), replay=replay).good
    assert list((past / "spool/in").iterdir()), "the evidence is kept"
    # What was deposited is frozen, what was forgotten lies behind a door out of service.
    assert {ho: one.phase for ho, one in state.handovers.items()} == {kept: "frozen"}
    assert f"frozen:{kept}" in state.queue and lost not in state.handovers
    hall.hands.type_code(pin)
    hall.hands.expect("refused")
    assert all(one.retired for unit, one in state.doors.items() if unit != "1")


def test_an_operator_brings_it_back_to_service(hall: Hall) -> None:
    kept, _, lost = rolled_back(hall)
    hall.on()
    assert hall.ask().status == 409
    assert [one.verdict for one in hall.house.take_answers()] == ["contradicts"]
    actor = hall.hands.actor("1")
    hall.hands.sign_in("1")  # badges go on counting
    hall.hands.sign_out()
    assert hall.house.send(msg.Resolve(actor, f"frozen:{kept}", "taken out", "removed")).events
    assert hall.house.send(msg.Resolve(actor, "epoch:cabinet", "old image put back")).events
    for unit in hall.house.engine.state.doors:
        if hall.house.engine.state.doors[unit].retired is not None:
            assert hall.house.send(msg.RestoreDoor(actor, unit)).events
    assert not hall.house.engine.state.queue
    _, pin = hall.deposit("U. Again")
    hall.hands.collect(pin)
    causes = [one.event.cause for one in hall.house.journal.entries() if one.event.cause]
    assert causes and {one.epoch for one in causes} == {2}
    hall.witness.admit(hall.house.journal)
    assert hall.ask().status == 200
    assert [one.verdict for one in hall.house.take_answers()] == ["cosigned"]
    hall.off()
    hall.on()
    assert hall.house.journal.epoch == 2
    assert verify(hall.state, replay=replay).good and lost not in hall.types()


def test_a_rollback_is_found_while_it_runs(hall: Hall) -> None:
    rolled_back(hall)
    hall.on()
    assert hall.house.journal.origin.endswith("/1"), "nothing shows it before somebody asks"
    assert hall.ask().status == 409
    (one,) = hall.house.take_answers()
    assert one.verdict == "contradicts"
    assert hall.house.journal.origin.endswith("/2") and hall.house.fault is None
    # The same answer again is another log's by now.
    name = next((hall.state / "epochs/1/spool/in").iterdir())
    sp.Spool(hall.state).put("again.cosignatures", name.read_bytes())
    assert [one.verdict for one in hall.house.take_answers()] == ["foreign"]
    assert hall.house.journal.origin.endswith("/2")


def test_an_old_image_that_goes_on_is_a_fork(hall: Hall) -> None:
    rolled_back(hall)
    hall.on()
    for n in range(15):
        hall.hands.order(f"V. Fork {n}", "Keys")
    assert hall.ask().status == 409  # the log asks from where it knows the witness to be
    assert hall.ask(old=hall.remembered()).status == 422
    verdicts = {one.verdict for one in hall.house.take_answers()}
    assert "contradicts" in verdicts
    assert "two histories" in hall.house.engine.state.queue["epoch:cabinet"].detail


def test_a_cut_between_closing_and_the_next_epoch(hall: Hall) -> None:
    hall.deposit()
    hall.house.engine.handle(msg.FreezeLog("rolled back", "w1.example", 99))
    hall.off()
    with Reader.read(hall.state) as reader:
        assert reader.frozen
    hall.on()
    assert hall.house.journal.epoch == 2 and hall.house.fault is None
    staff = len(hall.house.engine.state.staff)
    assert hall.types()[: staff + 1] == ["log.genesis", *["staff.carried"] * staff]


def test_a_cut_before_the_genesis(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    ho, _ = hall.deposit()
    hall.house.engine.handle(msg.FreezeLog("rolled back"))
    hall.off()

    class Cut(BaseException):
        """The supply failed here."""

    def fail(*_: object) -> int:
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr(Store, "append", fail)
        with pytest.raises(Cut):
            hall.on()
    hall.off()
    (hall.state / "vkey").write_text("")  # and the last write to it never reached the disk
    hall.on()
    assert hall.house.journal.epoch == 2 and hall.types()[0] == "log.genesis"
    assert hall.house.engine.state.handovers[ho].phase == "frozen"
    assert (hall.state / "vkey").read_text() == hall.house.journal.vkey + "\n"


def test_a_door_that_stands_open_is_taken_over(hall: Hall) -> None:
    ho, pin = hall.deposit()
    other, _ = hall.deposit("W. Other")
    hall.hands.type_code(pin)
    hall.stage.run_for(1_000)
    unit = hall.house.engine.state.handovers[ho].unit
    assert unit is not None and hall.house.engine.state.handovers[ho].phase == "open"
    hall.house.engine.handle(msg.FreezeLog("rolled back"))
    hall.house.take_answers()
    assert hall.house.journal.epoch == 2
    state = hall.house.engine.state
    assert {one.phase for one in state.handovers.values()} == {"frozen"}
    assert state.doors[unit].level == "open" and set(state.handovers) == {ho, other}
    hall.stage.world.push(unit)
    hall.stage.run_for(5_000)
    assert hall.house.engine.state.doors[unit].level == "closed"
    assert verify(hall.state, replay=replay).good
    assert verify(hall.state / "epochs/1", replay=replay).good


def test_a_full_disk_delays_the_closing(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    rolled_back(hall)
    hall.on()
    hall.ask()
    real = Store.append

    def full(self: Store, events: list[ev.Event], now: object) -> int:
        raise DiskFull("the disk is full; free space on it, then start again")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "append", full)
        assert hall.house.take_answers() == []
        assert hall.house.fault is not None and hall.house.journal.epoch == 1
        assert sp.Spool(hall.state).answers(), "the evidence stays until it was dealt with"
    assert Store.append is real
    hall.stage.run_for(30_000)
    assert hall.house.fault is None and hall.house.journal.epoch == 2


def test_a_cosignature_that_was_changed_takes_the_cabinet_out(hall: Hall) -> None:
    hall.deposit()
    hall.ask()
    hall.house.take_answers()
    hall.off()
    db = sqlite3.connect(hall.state / "journal.db", isolation_level=None)
    db.execute("DROP TRIGGER cosignature_update")
    db.execute("UPDATE cosignature SET root=zeroblob(32)")
    db.close()
    hall.on()
    state = hall.house.engine.state
    assert state.duty == "retired" and "cosignature was changed" in state.retired_for
    assert hall.house.journal.epoch == 1, "what nobody proved ends no log"


def test_without_witnesses_nothing_is_taken(tmp_path: Path) -> None:
    hall = Hall(tmp_path, known=False)
    hall.deposit()
    hall.ask()
    assert hall.house.take_answers() == [] and hall.house.answers_fault is None
    assert len(sp.Spool(hall.state).answers()) == 1
    hall.stage.world.stop()


def test_a_spool_that_cannot_be_used_is_no_reason_to_stop(hall: Hall) -> None:
    hall.deposit()
    (hall.state / "spool").write_text("a file where a directory belongs")
    assert hall.house.take_answers() == []
    assert hall.house.answers_fault is not None and hall.house.fault is None
    (hall.state / "spool").unlink()
    assert hall.house.take_answers() == [] and hall.house.answers_fault is None


def test_a_closed_demonstration_is_no_device(hall: Hall) -> None:
    hall.house.engine.handle(msg.FreezeLog("rolled back"))
    hall.off()
    parts = hall.stage._parts()
    parts.mode = "device"
    house = House(hall.site, hall.state, parts)
    for _ in range(2):
        with pytest.raises(WrongMode, match="simulation"):
            house.start()
        house.abandon()
    hall.on()
    assert hall.house.journal.epoch == 2


# -- the patrol in a cabinet ----------------------------------------------------------------------


def patrolled(hall: Hall) -> None:
    """Start again with a clock for the patrol."""
    numbers = count(0, 100)
    hall.off()
    hall.micros = lambda: next(numbers)
    hall.on()


def test_the_patrol_walks_while_nobody_waits(hall: Hall) -> None:
    hall.deposit()
    patrolled(hall)
    size = hall.house.journal.size
    hall.stage.run_for(20 * pt.PACE_MS)
    mark = pt.parse_mark((hall.state / pt.WATERMARK).read_bytes(), hall.house.journal.origin)
    assert mark is not None and mark.ended and mark.offset >= size
    assert hall.house.journal.size == size, "a patrol that finds nothing writes nothing"
    assert hall.house.engine.state.duty == "serving"


def test_the_patrol_waits_for_people(hall: Hall) -> None:
    patrolled(hall)
    hall.hands.sign_in("2")
    hall.stage.run_for(3 * pt.PACE_MS)
    assert not (hall.state / pt.WATERMARK).exists()
    hall.hands.sign_out()
    hall.stage.run_for(20 * pt.PACE_MS)
    assert (hall.state / pt.WATERMARK).exists()


def test_what_the_patrol_finds_takes_the_cabinet_out_with_its_place(hall: Hall) -> None:
    hall.deposit()
    patrolled(hall)
    db = sqlite3.connect(hall.state / "journal.db", isolation_level=None)
    db.execute("DROP TRIGGER entry_update")
    db.execute("UPDATE entry SET leaf=zeroblob(100) WHERE idx=7")
    db.close()
    hall.stage.run_for(20 * pt.PACE_MS)
    state = hall.house.engine.state
    assert state.duty == "retired" and "entry 7 is not what its hash says" in state.retired_for
    assert "cabinet:cabinet" in state.queue
    # It is said once; an operator may put the cabinet back, and the next start finds it again.
    actor = hall.hands.actor("1")
    assert hall.house.send(msg.RestoreCabinet(actor)).events
    hall.stage.run_for(100 * pt.PACE_MS)
    assert hall.house.engine.state.duty == "serving"


def test_a_journal_put_back_alone_is_found_by_the_patrols_own_mark(hall: Hall) -> None:
    hall.deposit()
    image = hall.save("old") / "journal.db"
    hall.deposit("S. Forgotten")
    patrolled(hall)
    hall.stage.run_for(20 * pt.PACE_MS)
    hall.off()
    shutil.copy(image, hall.state / "journal.db")
    for suffix in ("-wal", "-shm"):
        (hall.state / f"journal.db{suffix}").unlink(missing_ok=True)
    shutil.rmtree(hall.state / "snapshots", ignore_errors=True)
    hall.on()
    hall.stage.run_for(20 * pt.PACE_MS)
    state = hall.house.engine.state
    assert state.duty == "retired" and "cut back" in state.retired_for
