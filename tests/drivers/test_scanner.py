"""Framing of scans, and the serial scanner on a pseudo-terminal."""

from __future__ import annotations

import itertools
import os
import pty
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scanner import (
    CHARS_MAX,
    GAP_MS,
    REPEAT_MS,
    SCANS_PER_S_MAX,
    STALE_MS,
    Framer,
    Scan,
    SerialScanner,
    Void,
)
from drivers.source import BACKOFF_MS, STEADY_MS, Fact, Source
from lockerd.core.messages import PartChanged, Scanned

CODE = b"L1:7XK2M9QF4T"


def texts(results: list[Scan | Void]) -> list[str]:
    return [one.text for one in results if isinstance(one, Scan)]


def reasons(results: list[Scan | Void]) -> list[str]:
    return [one.reason for one in results if isinstance(one, Void)]


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\t", b"\x03"])
def test_every_terminator_ends_one_scan(end: bytes) -> None:
    assert Framer().feed(CODE + end, 0) == [Scan(CODE.decode())]


def test_a_frame_may_begin_with_stx() -> None:
    assert texts(Framer().feed(b"\x02" + CODE + b"\x03", 0)) == [CODE.decode()]
    assert reasons(Framer().feed(b"AB\x02" + CODE + b"\x03", 0)) == ["not printable"]


def test_a_scan_in_pieces_is_one_scan() -> None:
    framer = Framer()
    results = []
    for index, byte in enumerate(CODE + b"\r\n"):
        results += framer.feed(bytes([byte]), 2 * index)
    assert results == [Scan(CODE.decode())]
    assert framer.due_ms() is None


def test_silence_ends_a_scan_of_a_scanner_without_a_terminator() -> None:
    framer = Framer()
    assert framer.feed(CODE, 1_000) == []
    assert framer.due_ms() == 1_000 + GAP_MS
    assert framer.settle(1_000 + GAP_MS - 1) == []
    assert framer.settle(1_000 + GAP_MS) == [Scan(CODE.decode())]


def test_half_a_code_of_a_scanner_with_a_terminator_is_dropped() -> None:
    framer = Framer()
    framer.feed(b"FIRST\r", 0)
    framer.feed(CODE[:5], 1_000)
    assert framer.settle(1_000 + GAP_MS) == []
    assert framer.due_ms() == 1_000 + STALE_MS
    assert framer.settle(1_000 + STALE_MS) == [Void("incomplete")]
    assert texts(framer.feed(CODE + b"\r", 2_000)) == [CODE.decode()]


def test_twin_a_pause_shorter_than_the_limit_is_forgiven() -> None:
    framer = Framer()
    framer.feed(b"FIRST\r", 0)
    framer.feed(CODE[:5], 1_000)
    assert texts(framer.feed(CODE[5:] + b"\r", 1_000 + STALE_MS - 1)) == [CODE.decode()]


def test_a_scan_that_drips_is_dropped_whole() -> None:
    framer = Framer()
    results = []
    for index in range(40):
        results += framer.feed(b"A", 40 * index)
    results += framer.feed(b"\r", 1_601)
    assert results == [Void("incomplete")]


def test_the_longest_code_fits_and_a_longer_one_is_void_as_a_whole() -> None:
    longest = b"A" * CHARS_MAX
    assert texts(Framer().feed(longest + b"\r", 0)) == [longest.decode()]
    framer = Framer()
    assert framer.feed(longest + b"A" * 4_000 + b"\r", 0) == [Void("too long")]
    assert texts(framer.feed(CODE + b"\r", 10)) == [CODE.decode()]


@pytest.mark.parametrize("bad", [b"\x00", b"\x1b", b"\x7f", b"\xe9", b"\x1d"])
def test_what_is_not_printable_ascii_voids_the_whole_scan(bad: bytes) -> None:
    assert Framer().feed(CODE + bad + CODE + b"\r", 0) == [Void("not printable")]


def test_a_symbol_that_is_held_counts_once_until_it_was_away() -> None:
    framer = Framer()
    line = CODE + b"\r"
    assert texts(framer.feed(line, 0)) == [CODE.decode()]
    for up_ms in range(500, 10_000, 500):
        assert framer.feed(line, up_ms) == [Void("repeated")]
    assert texts(framer.feed(line, 9_500 + REPEAT_MS)) == [CODE.decode()]


def test_another_symbol_is_not_a_repeat() -> None:
    framer = Framer()
    assert texts(framer.feed(b"ONE\rTWO\rONE\r", 0)) == ["ONE", "TWO", "ONE"]


def test_more_scans_than_a_hand_can_make_are_void() -> None:
    framer = Framer()
    results = framer.feed(b"".join(b"%d\r" % index for index in range(100)), 0)
    assert len(texts(results)) == SCANS_PER_S_MAX
    assert set(reasons(results)) == {"too many"}
    assert texts(framer.feed(CODE + b"\r", 1_000)) == [CODE.decode()]


def test_nothing_tells_what_was_scanned() -> None:
    framer = Framer()
    (scan,) = framer.feed(CODE + b"\r", 0)
    assert CODE.decode() not in repr(scan)
    assert CODE not in repr(vars(framer)).encode()


@given(st.binary(max_size=4_096), st.lists(st.integers(0, 4_096), max_size=20))
def test_noise_is_harmless(noise: bytes, cuts: list[int]) -> None:
    framer, results, up_ms = Framer(), list[Scan | Void](), 0
    at = [0, *sorted(min(cut, len(noise)) for cut in cuts), len(noise)]
    for start, end in itertools.pairwise(at):
        results += framer.feed(noise[start:end], up_ms)
        up_ms += 7
    for text in texts(results):
        assert 1 <= len(text) <= CHARS_MAX
        assert text.isascii() and text.isprintable()
    assert len(texts(results)) <= SCANS_PER_S_MAX
    framer.settle(up_ms + STALE_MS)
    assert framer.due_ms() is None
    good = framer.feed(b"\r" + CODE + b"\r", up_ms + 5_000)
    assert texts(good) == [CODE.decode()]


@given(st.binary(max_size=300), st.integers(1, 40))
def test_how_the_bytes_arrive_does_not_matter(data: bytes, size: int) -> None:
    whole = Framer().feed(data, 0)
    framer, pieces = Framer(), list[Scan | Void]()
    for start in range(0, len(data), size):
        pieces += framer.feed(data[start : start + size], 0)
    assert pieces == whole


# -- the port ------------------------------------------------------------------------------------


class Plug:
    """A pseudo-terminal as a scanner's port: `hand` is the scanner's end."""

    def __init__(self) -> None:
        self.hand, self.port = pty.openpty()
        self.path = os.ttyname(self.port)

    def show(self, data: bytes) -> None:
        os.write(self.hand, data)

    def pull(self) -> None:
        for end in (self.hand, self.port):
            os.close(end)
        self.hand = self.port = -1


@pytest.fixture
def plug() -> Iterator[Plug]:
    made = Plug()
    yield made
    if made.hand >= 0:
        made.pull()


def test_a_scan_comes_through_the_port(plug: Plug) -> None:
    scanner = SerialScanner(plug.path, 9_600)
    assert scanner.fileno() is None
    assert scanner.due_ms() == 0
    assert scanner.turn(0) == [PartChanged("scanner", True)]
    assert scanner.fileno() is not None
    plug.show(CODE + b"\r\n")
    assert scanner.read_ready(10) == [Scanned(CODE.decode())]
    plug.show(b"\xff\r")
    assert scanner.read_ready(20) == []
    assert scanner.voids == {"not printable": 1}
    scanner.close()


def test_a_scan_without_a_terminator_ends_by_itself(plug: Plug) -> None:
    scanner = SerialScanner(plug.path, 9_600)
    scanner.turn(0)
    plug.show(CODE)
    assert scanner.read_ready(100) == []
    assert scanner.due_ms() == 100 + GAP_MS
    assert scanner.turn(100 + GAP_MS) == [Scanned(CODE.decode())]
    scanner.close()


def test_an_unplugged_scanner_is_a_fact_once_and_is_opened_again_for_ever(plug: Plug) -> None:
    scanner = SerialScanner(plug.path, 9_600)
    scanner.turn(0)
    plug.pull()
    assert scanner.read_ready(1_000) == [PartChanged("scanner", False)]
    assert scanner.fileno() is None
    assert scanner.problem is not None and "check its cable" in scanner.problem
    tries = []
    for up_ms in range(1_000, 200_000, 250):
        due_ms = scanner.due_ms()
        assert due_ms is not None
        if up_ms >= due_ms:
            tries.append(up_ms)
            assert scanner.turn(up_ms) == []
    gaps = [b - a for a, b in itertools.pairwise(tries)]
    assert gaps[:5] == [2_000, 4_000, 8_000, 16_000, 30_000]
    assert set(gaps[5:]) == {BACKOFF_MS[1]}


class Loose(Source):
    """A device with a loose plug: it opens at once and goes at the first look."""

    def __init__(self, stays_ms: int) -> None:
        super().__init__("scanner")
        self.stays_ms = stays_ms
        self.there = False

    def fileno(self) -> int | None:
        return 0 if self.there else None

    def _open(self) -> None:
        self.there = True

    def _read(self, up_ms: int) -> list[Fact]:
        raise OSError("gone")

    def _shut(self) -> None:
        self.there = False


def _lines(stays_ms: int, hours: int) -> int:
    """How many facts a loose plug makes."""
    device, up_ms, facts = Loose(stays_ms), 0, 0
    while up_ms < hours * 3_600_000:
        facts += len(device.turn(up_ms))
        if device.there:
            up_ms += stays_ms
            facts += len(device.read_ready(up_ms))
        due_ms = device.due_ms()
        assert due_ms is not None
        up_ms = max(up_ms, due_ms)
    return facts


def test_a_loose_plug_does_not_fill_the_journal() -> None:
    assert _lines(stays_ms=50, hours=24) < 700


def test_one_that_stayed_a_minute_is_opened_again_soon() -> None:
    """The twin: each of its goings is a failure of its own."""
    assert _lines(stays_ms=STEADY_MS, hours=1) > 110


def test_a_scanner_that_comes_back_is_a_fact(plug: Plug, tmp_path: os.PathLike[str]) -> None:
    path = os.path.join(tmp_path, "scanner")
    scanner = SerialScanner(path, 9_600)
    assert scanner.turn(0) == [PartChanged("scanner", False)]
    os.symlink(plug.path, path)
    assert scanner.turn(BACKOFF_MS[0]) == [PartChanged("scanner", True)]
    assert scanner.problem is None
    plug.show(CODE + b"\r")
    assert scanner.read_ready(2_000) == [Scanned(CODE.decode())]
    scanner.close()
    assert scanner.turn(3_000) == [PartChanged("scanner", True)]
    scanner.close()


def test_half_a_scan_dies_with_the_plug(plug: Plug) -> None:
    scanner = SerialScanner(plug.path, 9_600)
    scanner.turn(0)
    plug.show(CODE[:4])
    scanner.read_ready(10)
    scanner.close()
    scanner.turn(20)
    plug.show(CODE + b"\r")
    assert scanner.read_ready(30) == [Scanned(CODE.decode())]
    scanner.close()


def test_the_port_is_held_alone(plug: Plug) -> None:
    first, second = SerialScanner(plug.path, 9_600), SerialScanner(plug.path, 9_600)
    assert first.turn(0) == [PartChanged("scanner", True)]
    assert second.turn(0) == [PartChanged("scanner", False)]
    first.close()
    assert second.turn(BACKOFF_MS[0]) == [PartChanged("scanner", True)]
    second.close()
