"""Papers on a stick: whole and read back, or not at all, whatever the stick does."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from lockerd.core import messages as msg
from lockerd.core.effects import Carry
from lockerd.porter import PART, SUMS, Mount, NothingToCarry, Porter
from lockerd.ports import JournalError
from lockerd.simulation.stick import Stick

EFFECT = Carry(41, "week", "")
FOLDER = "rl-07-week-41"
PAGES = {"report.html": b"<p>nobody</p>", "deep/er/one.csv": b"a,b\n" * 9_000, "empty": b""}


def papers(effect: Carry, directory: Path) -> None:
    for name, data in PAGES.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_bytes(data)


def carried(
    stick: Stick, write: Callable[[Carry, Path], None] = papers, effect: Carry = EFFECT
) -> msg.Message:
    answers: list[msg.Message] = []
    Porter("rl-07", stick, write, answers.append, run=lambda work: work()).carry(effect)
    assert len(answers) == 1
    return answers[0]


def failed(answer: msg.Message) -> str:
    assert isinstance(answer, msg.PapersFailed) and answer.entry == EFFECT.entry
    return answer.why


@pytest.fixture
def stick(tmp_path: Path) -> Stick:
    one = Stick(tmp_path)
    one.put_in()
    return one


def test_everything_is_there_under_its_name_and_listed(stick: Stick) -> None:
    answer = carried(stick)
    assert isinstance(answer, msg.PapersWritten)
    made = stick.directory / FOLDER
    assert {name: (made / name).read_bytes() for name in PAGES} == PAGES
    listed = (made / SUMS).read_bytes()
    size = sum(map(len, PAGES.values())) + len(listed)
    assert answer == msg.PapersWritten(41, FOLDER, 3, size, sha256(listed).hexdigest())
    assert [one.name for one in stick.directory.iterdir()] == [FOLDER]


def test_coreutils_can_check_it(stick: Stick) -> None:
    carried(stick)
    made = stick.directory / FOLDER
    check = ["sha256sum", "--check", "--strict", "--quiet", SUMS]
    assert subprocess.run(check, cwd=made).returncode == 0
    (made / "report.html").write_bytes(b"<p>somebody</p>")
    assert subprocess.run(check, cwd=made, capture_output=True).returncode != 0


def test_every_file_and_directory_is_synced_before_the_name(
    stick: Stick, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    names: list[bool] = []

    def sync(fd: int) -> None:
        path = Path(os.readlink(f"/proc/self/fd/{fd}"))
        synced.append(path.name)
        names.append((stick.directory / FOLDER).exists())

    monkeypatch.setattr(stick, "sync", sync)
    carried(stick)
    parts = [f"{FOLDER}{PART}", "deep", "er"]
    assert set(synced) >= {"report.html", "one.csv", "empty", SUMS, *parts}
    assert synced[-1] == stick.directory.name and names == [False] * (len(names) - 1) + [True]


def test_no_stick(tmp_path: Path) -> None:
    assert failed(carried(Stick(tmp_path))) == "missing"
    assert list(tmp_path.iterdir()) == [], "nothing is made where a stick would be"


def test_a_directory_on_which_nothing_is_mounted_is_no_stick(tmp_path: Path) -> None:
    """Names would stay on the device's own card."""
    assert not Mount(tmp_path).mounted() and not Mount(tmp_path / "none").mounted()
    assert Mount(Path("/proc")).mounted(), "the twin: here another file system begins"


def test_a_full_stick(stick: Stick) -> None:
    stick.room = 10_000
    assert failed(carried(stick)) == "full"
    assert list(stick.directory.iterdir()) == [], "what was written is taken away again"
    stick.room = 100_000
    assert isinstance(carried(stick), msg.PapersWritten)


def test_a_protected_stick(stick: Stick) -> None:
    stick.read_only = True
    assert failed(carried(stick)) == "read-only"
    stick.read_only = False
    assert isinstance(carried(stick), msg.PapersWritten)


@pytest.mark.parametrize("after", range(6))
def test_pulled_out_in_the_middle(stick: Stick, after: int) -> None:
    stick.pull_after = after
    assert failed(carried(stick)) == "pulled"
    stick.put_in()
    assert isinstance(carried(stick), msg.PapersWritten)


def test_pulled_out_when_all_seemed_well(stick: Stick, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of the list of places: the last look decides."""
    sync = stick.sync
    seen = 0

    def count(fd: int) -> None:
        nonlocal seen
        seen += 1
        sync(fd)

    monkeypatch.setattr(stick, "sync", count)
    carried(stick)
    stick.put_in()
    stick.pull_after, last = None, seen

    def pull_at_last(fd: int) -> None:
        nonlocal last
        last -= 1
        if last == 0:
            stick.pull()

    monkeypatch.setattr(stick, "sync", pull_at_last)
    again = Carry(41, "month", "")
    assert failed(carried(stick, effect=again)) == "pulled"


def test_a_stick_that_does_not_keep_what_is_written(
    stick: Stick, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = stick.sync

    def spoil(fd: int) -> None:
        sync(fd)
        path = Path(os.readlink(f"/proc/self/fd/{fd}"))
        if path.name == "report.html":
            path.write_bytes(b"<p>nobodx</p>")

    monkeypatch.setattr(stick, "sync", spoil)
    assert failed(carried(stick)) == "different"
    assert not (stick.directory / FOLDER).exists()


def test_remains_of_an_export_that_was_cut_off_go(stick: Stick) -> None:
    old, foreign = stick.directory / f"rl-07-case-9{PART}", stick.directory / f"mine{PART}"
    for one in (old, foreign):
        one.mkdir()
        (one / "half").write_bytes(b"x")
    carried(stick)
    assert not old.exists() and foreign.exists(), "what is not ours is left alone"


def test_what_is_there_is_not_written_over(stick: Stick) -> None:
    (stick.directory / FOLDER).mkdir()
    (stick.directory / FOLDER / "kept").write_bytes(b"x")
    answer = carried(stick)
    assert isinstance(answer, msg.PapersWritten) and answer.folder == f"{FOLDER}-2"
    assert (stick.directory / answer.folder / SUMS).exists()
    assert [one.name for one in (stick.directory / FOLDER).iterdir()] == ["kept"]


def test_a_stick_that_goes_before_the_first_byte_leaves_no_name_on_the_card(
    stick: Stick, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mount point is a directory of the card, which takes everything."""
    looks = iter((True, False))
    monkeypatch.setattr(stick, "mounted", lambda: next(looks))
    assert failed(carried(stick)) == "pulled"
    assert list(stick.directory.iterdir()) == []


def test_what_is_called_like_remains_stops_nothing(stick: Stick, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").write_bytes(b"x")
    (stick.directory / f"rl-07-link{PART}").symlink_to(elsewhere)
    (stick.directory / f"rl-07-file{PART}").write_bytes(b"x")
    assert isinstance(carried(stick), msg.PapersWritten)
    assert [one.name for one in stick.directory.iterdir()] == [FOLDER]
    assert (elsewhere / "kept").exists(), "a link was followed"


def test_what_the_papers_say(stick: Stick) -> None:
    def unknown(effect: Carry, directory: Path) -> None:
        raise NothingToCarry("no such handover; look at the reference again")

    def damaged(effect: Carry, directory: Path) -> None:
        raise JournalError("entry 7 is damaged; run: lockerctl journal verify")

    def full(effect: Carry, directory: Path) -> None:
        try:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            raise JournalError("the medium is full; make room") from None

    assert failed(carried(stick, unknown)) == "unknown"
    assert failed(carried(stick, damaged)) == "record"
    assert failed(carried(stick, full)) == "full", "what the system said stands below"
    assert list(stick.directory.iterdir()) == []


def test_a_mistake_is_not_swallowed_and_the_kiosk_is_told(stick: Stick) -> None:
    answers: list[msg.Message] = []

    def wrong(effect: Carry, directory: Path) -> None:
        raise KeyError("a mistake of the program")

    porter = Porter("rl-07", stick, wrong, answers.append, run=lambda work: work())
    with pytest.raises(KeyError):
        porter.carry(EFFECT)
    assert answers == [msg.PapersFailed(41, "record")]
