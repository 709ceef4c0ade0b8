"""What an office waits for: a day's list announced, and thirty items deposited in one go.

`desk.batch` is virtual time at a simulated kiosk, four seconds of placing included; the others are
seconds of this machine.
"""

from __future__ import annotations

import time

from figures import Figure, median, scratch

from support.clerk_batch import batch
from support.desk_room import DeskRoom

ROWS, ITEMS, RUNS = 1_000, 30, 3
IMPORT_S, ITEM_S = 5.0, 15.0


def measure() -> list[Figure]:
    """An import of a thousand handovers, a label looked up among them, a batch of thirty."""
    imported, found = [], []
    for _ in range(RUNS):
        with scratch() as room:
            desk = DeskRoom(room / "state")
            file = room / "day.csv"
            rows = (f"Person {n},Item {n} of the day,R-{n}\n" for n in range(ROWS))
            file.write_text("recipient,item,reference\n" + "".join(rows), encoding="ascii")
            began = time.perf_counter()
            ran = desk.ctl("import", str(file))
            imported.append(time.perf_counter() - began)
            assert ran.code == 0, ran
            began = time.perf_counter()
            assert len(desk.stage.house.items_of(f"R-{ROWS - 1}")) == 1
            found.append(time.perf_counter() - began)
            desk.close()
    with scratch() as room:
        took = batch(room, ITEMS)
    return [
        Figure("desk.import.1000", median(imported), "s", IMPORT_S),
        Figure("desk.label.among.1000", median(found) * 1000, "ms", 200.0),
        Figure("desk.batch.each", median(took) / 1000, "s", ITEM_S),
        Figure("desk.batch.slowest", max(took) / 1000, "s", ITEM_S),
    ]
