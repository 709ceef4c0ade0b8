"""A cabinet whose card died, restored from an export that was a little behind, with its desk."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from lockerd.control.client import Refused
from lockerd.core import messages as msg
from lockerd.core.now import Now
from lockerd.journal.export import export
from lockerd.journal.keep import keep
from lockerd.journal.recover import recover
from lockerd.journal.restore import Order, restore
from lockerd.simulation.stage import BEGIN_MS
from support.desk_room import DeskRoom

HOUR_MS = 3_600_000


class Lost(NamedTuple):
    """What lay where when the export was made.  `late` was collected after it."""

    room: DeskRoom
    export: Path
    vkey: Path
    kept: str
    late: str
    gone: str
    units: dict[str, str]
    receipts: dict[str, Path]


def lost(tmp_path: Path, keeping: bool = True, seed: int = 1) -> Lost:
    """The old cabinet's morning, its end, and the new one's beginning."""
    old = DeskRoom(tmp_path / "old", seed=seed)
    kept, late = old.order("Ada", "Drill"), old.order("Ben", "Box")
    codes = {ho: old.deposit(ho) for ho in (kept, late)}
    gone = old.collected("Cem")
    units = {ho: str(old.ask("handover.show", handover=ho)["unit"]) for ho in (kept, late)}
    receipts = {}
    for name, ho, more in (("deposit", kept, ("--deposit",)), ("gone", gone, ())):
        receipts[name] = tmp_path / f"{name}.tlog-proof"
        done = old.ctl("receipt", "show", ho, *more, "--out", str(receipts[name]))
        assert done.code == 0, done
    behind = tmp_path / "export"
    export(old.stage.house.journal, behind)
    old.hands.collect(codes[late].pin)
    old.stage.run_for(90_000)
    vkey = tmp_path / "old.vkey"
    text = old.stage.house.journal.vkey
    vkey.write_text(text + "\n")
    old.close()
    new = tmp_path / "new"
    new.mkdir()
    found = recover(behind, text)
    now = Now("00000abc", 90_000, BEGIN_MS + HOUR_MS, None, "floor")
    restore(found, new, Order("1", "the card died"), now, chance(), "0.1.0")
    if keeping:
        keep(behind, found, text, new)
    return Lost(DeskRoom(new, seed=2), behind, vkey, kept, late, gone, units, receipts)


def chance() -> Callable[[int], bytes]:
    """Random bytes that repeat."""
    return random.Random(5).randbytes


def look(room: DeskRoom, unit: str) -> None:
    """Two people open a compartment, look, and close it."""
    room.hands.sign_in("1")
    try:
        room.ask("adopt.open", unit=unit, reason="the card died")
    except Refused as no:
        assert no.why == "second", no
    room.hands.scan(room.stage.world.badges["4"].text)
    room.stage.do(msg.CodeTyped(room.stage.world.badges["4"].pin), 1_000)
    room.stage.world.push(unit)
    room.stage.run_for(1_000)
    room.hands.sign_out()
    room.stage.run_for(10_000)
