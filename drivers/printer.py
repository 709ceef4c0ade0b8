"""A slip printer that speaks ESC/POS: the codes of one handover on paper, to be folded shut.

Theory of operation.  python-escpos lays a slip out as bytes (its `Dummy` printer) and never opens a
device itself.  A thread of its own writes them to the device node (`/dev/usb/lp0`, a serial port,
or a file in tests), a piece at a time and never blocking for longer than `WRITE_S`, asks the
printer for paper (DLE EOT 4) where it answers at all, and reports what came of it.  The outside of
the folded slip says for whom it is; the code stands inside, between two fold lines.

Rules.  A slip that was not taken whole is a fault and is printed again from its beginning.  A
printer that answers that paper is out is asked before and after.  One that answers nothing is
believed when it took every byte.  No code is in a fault's text.

Source: Epson, ESC/POS Command Reference, "Transmit real-time status" (DLE EOT n).
"""

from __future__ import annotations

import os
import queue
import select
import threading
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from lockerd.core.delivery import Letter

WRITE_S = 10.0
ANSWER_S = 0.5
PIECE = 512
WAITING_MAX = 64
PAPER_STATUS = b"\x10\x04\x04"
PAPER_END = 0x60

Done = Callable[[str | None], None]


class PrinterFault(Exception):
    """The device did not take a slip; the text ends with the remedy."""


def slip(letter: Letter, site_name: str, time_zone: str, columns: int) -> bytes:
    """A slip as ESC/POS bytes."""
    from escpos.printer import Dummy

    paper = Dummy()
    zone = ZoneInfo(time_zone)
    until = f"{datetime.fromtimestamp(letter.closes / 1000, zone):%Y-%m-%d %H:%M}"
    since = f"{datetime.fromtimestamp(letter.opens / 1000, zone):%Y-%m-%d %H:%M}"
    digits = " ".join(letter.pin[at : at + 3] for at in range(0, len(letter.pin), 3))
    paper.hw("INIT")
    _lines(paper, columns, site_name, bold=True)
    _lines(paper, columns, f"For {letter.recipient}", letter.item, letter.reference)
    fold = "- " * (columns // 2)
    paper.ln(2)
    _lines(paper, columns, fold.strip(), "fold here, code inside")
    paper.ln(3)
    _lines(paper, columns, f"Locker {letter.unit}", f"from {since}", f"until {until}")
    paper.ln(1)
    paper.set(align="center", bold=True, double_width=True, double_height=True)
    paper.textln(digits)
    paper.set(align="center", bold=False, normal_textsize=True)
    paper.ln(1)
    paper.qr(letter.qr, native=True, size=6)
    paper.ln(2)
    _lines(paper, columns, "fold here, code inside", fold.strip())
    paper.cut()
    made: bytes = paper.output
    return made


def _lines(paper: object, columns: int, *texts: str, bold: bool = False) -> None:
    """Texts, each wrapped to the width of the paper; what the printer cannot say becomes `?`."""
    import textwrap

    paper.set(align="center", bold=bold)  # type: ignore[attr-defined]  # escpos has no types
    for text in texts:
        safe = "".join(one if one.isprintable() else "?" for one in text)
        for line in textwrap.wrap(safe, columns) or [""]:
            paper.textln(line)  # type: ignore[attr-defined]  # escpos has no types


def write(device: str, data: bytes) -> None:
    """Give a slip to the device.  Raises PrinterFault."""
    try:
        fd = os.open(device, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as error:
        raise PrinterFault(
            f"the printer {device} cannot be opened ({error.strerror}); check its cable"
        ) from None
    try:
        _need_paper(fd)
        left = memoryview(data)
        while left:
            if not select.select([], [fd], [], WRITE_S)[1]:
                raise PrinterFault("the printer takes nothing more; check paper and cover")
            left = left[os.write(fd, left[:PIECE]) :]
        _need_paper(fd)
    except OSError as error:
        raise PrinterFault(
            f"the printer cannot be written to ({error.strerror}); switch it off and on"
        ) from None
    finally:
        os.close(fd)


def _need_paper(fd: int) -> None:
    """Raise PrinterFault when the printer says that it has no paper."""
    import stat

    if not stat.S_ISCHR(os.fstat(fd).st_mode):
        return
    os.write(fd, PAPER_STATUS)
    if not select.select([fd], [], [], ANSWER_S)[0]:
        return
    answer = os.read(fd, 16)
    if answer and answer[-1] & PAPER_END:
        raise PrinterFault("the printer has no paper; put a new roll in")


class EscposPrinter:
    """Implements `ports.Printer` on a device node; `done` is called on the printer's thread."""

    def __init__(self, device: str, site_name: str, time_zone: str, columns: int) -> None:
        self._device, self._columns = device, columns
        self._name, self._zone = site_name, time_zone
        self._jobs: queue.Queue[tuple[Letter, Done] | None] = queue.Queue(WAITING_MAX + 1)
        self._thread = threading.Thread(target=self._work, name="printer", daemon=True)
        self._thread.start()

    def put(self, letter: Letter, done: Done) -> None:
        """Print a slip after those before it."""
        try:
            self._jobs.put_nowait((letter, done))
        except queue.Full:
            done("too many slips wait for the printer; check it")

    def close(self) -> None:
        """Let the thread end after what it has."""
        self._jobs.put(None)

    def print_one(self, letter: Letter) -> str | None:
        """Print a slip now; the fault, if any."""
        try:
            write(self._device, slip(letter, self._name, self._zone, self._columns))
        except PrinterFault as broken:
            return str(broken)
        except ImportError:
            return "python-escpos is not installed; install lockerd[printer]"
        return None

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            letter, done = job
            done(self.print_one(letter))
