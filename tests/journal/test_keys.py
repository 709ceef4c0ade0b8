"""Secrets, the first start cut at every step, and the hold on a state directory."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from journal_kit import NAME, again, genesis, moment, seeded, started

from lockerd.journal import errors, keys
from lockerd.journal.store import Store


class Cut(BaseException):
    """The supply failed here."""


STEPS: tuple[tuple[Any, str], ...] = (
    (os, "open"),
    (os, "fsync"),
    (Path, "rename"),
    (Path, "unlink"),
    (Path, "mkdir"),
    (sqlite3, "connect"),
)
"""Every call of a first start that changes the disk or waits for it."""


class Supply:
    """Fails before the call number `at`; counts calls."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int | None) -> None:
        self.calls = 0
        self._at = at
        for owner, name in STEPS:
            monkeypatch.setattr(owner, name, self._wrapped(getattr(owner, name)))

    def _wrapped(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            if self.calls == self._at:
                raise Cut
            self.calls += 1
            return call(*args, **kwargs)

        return counted


def calls_of_a_first_start(directory: Path) -> int:
    with pytest.MonkeyPatch.context() as patch:
        supply = Supply(patch, None)
        Store.open(directory, name=NAME, random=seeded(1)).close()
    return supply.calls


def test_a_first_start_cut_anywhere_leaves_nothing_or_everything(tmp_path: Path) -> None:
    total = calls_of_a_first_start(tmp_path / "whole")
    assert total > 20
    kept = 0
    for at in range(total):
        directory = tmp_path / f"cut{at}" / "state"
        with pytest.MonkeyPatch.context() as patch:
            Supply(patch, at)
            with pytest.raises(Cut):
                Store.open(directory, name=NAME, random=seeded(2))
        born = (directory / "journal.db").exists()
        with Store.open(directory, name=NAME, random=seeded(3)) as store:
            first = Store.read(directory).vkey
            assert store.size == 0 and store.vkey == first
            store.append([genesis(store)], moment())
            # Once the journal has its name, the key of before the cut goes on.
            if born:
                kept += 1
                assert first == vkey_of(seeded(2))
        with again(directory) as store:
            assert store.size == 1
        assert not list(directory.rglob("*.new*")) and not list(directory.rglob("*.tmp"))
    assert kept, "no cut fell after the journal had its name"


def vkey_of(random: Callable[[int], bytes]) -> str:
    from lockerd.journal import note

    random(keys.PEPPER_BYTES)
    return note.SigningKey(f"{NAME}/1", random(32)).vkey


def test_secrets_are_private_and_durable_before_the_journal(tmp_path: Path) -> None:
    order: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        real_fsync, real_rename = os.fsync, Path.rename

        def fsync(fd: int) -> None:
            order.append("sync " + Path(os.readlink(f"/proc/self/fd/{fd}")).name)
            real_fsync(fd)

        def rename(self: Path, target: Path) -> Path:
            order.append(f"{self.name} -> {target.name}")
            return real_rename(self, target)

        patch.setattr(os, "fsync", fsync)
        patch.setattr(Path, "rename", rename)
        Store.open(tmp_path / "s", name=NAME, random=seeded(1)).close()
    assert order[-11:] == [
        "sync pepper.tmp",
        "pepper.tmp -> pepper",
        "sync keys",
        "sync log.key.new.tmp",
        "log.key.new.tmp -> log.key.new",
        "sync keys",
        "sync journal.db.new",
        "journal.db.new -> journal.db",
        "sync s",
        "log.key.new -> log.key",
        "sync keys",
    ]
    for path in (tmp_path / "s").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_what_is_in_the_key_file(tmp_path: Path) -> None:
    with started(tmp_path) as store:
        assert (tmp_path / "keys/log.key").read_text().startswith(f"PRIVATE+KEY+{NAME}/1+")
        assert (tmp_path / "keys/pepper").read_bytes() == store.pepper
        assert len(store.pepper) == 32
        assert repr(store.pepper) not in repr(vars(store)["_signer"])


def close_and(tmp_path: Path, act: Callable[[Path], object]) -> None:
    started(tmp_path).close()
    act(tmp_path / "keys")


@pytest.mark.parametrize("name", ["log.key", "pepper"])
def test_a_lost_secret_is_named(tmp_path: Path, name: str) -> None:
    close_and(tmp_path, lambda k: (k / name).unlink())
    with pytest.raises(errors.KeyLost, match=name):
        again(tmp_path)


@pytest.mark.parametrize("name", ["log.key", "pepper"])
def test_a_damaged_secret_is_named(tmp_path: Path, name: str) -> None:
    close_and(tmp_path, lambda k: (k / name).write_bytes(b"\xff damaged"))
    with pytest.raises(errors.KeyLost, match="damaged"):
        again(tmp_path)


@pytest.mark.parametrize("name", ["log.key", "pepper"])
def test_an_exposed_secret_is_refused(tmp_path: Path, name: str) -> None:
    close_and(tmp_path, lambda k: (k / name).chmod(0o640))
    with pytest.raises(errors.KeyExposed, match="chmod 600"):
        again(tmp_path)
    (tmp_path / "keys" / name).chmod(0o600)
    again(tmp_path).close()


def test_a_secret_that_is_a_link_is_refused(tmp_path: Path) -> None:
    close_and(tmp_path, lambda k: (k / "pepper").rename(k / "elsewhere"))
    (tmp_path / "keys/pepper").symlink_to("elsewhere")
    with pytest.raises(errors.KeyLost):
        again(tmp_path)


def test_another_key_does_not_continue_a_journal(tmp_path: Path) -> None:
    started(tmp_path / "a", seed=1).close()
    started(tmp_path / "b", seed=2).close()
    shutil.copy(tmp_path / "b/keys/log.key", tmp_path / "a/keys/log.key")
    with pytest.raises(errors.KeyLost, match="not this journal's key"):
        again(tmp_path / "a")


def test_a_key_without_its_journal_never_begins_another(tmp_path: Path) -> None:
    started(tmp_path).close()
    (tmp_path / "journal.db").rename(tmp_path / "away.db")
    with pytest.raises(errors.JournalLost, match="restore"):
        again(tmp_path)
    (tmp_path / "away.db").rename(tmp_path / "journal.db")
    again(tmp_path).close()


def test_a_second_process_is_told_who_was_first(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from lockerd.journal.keys import hold\n"
        "held = hold(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as first:
        assert first.stdout is not None and first.stdout.readline() == b"held\n"
        with pytest.raises(errors.AlreadyRunning, match=f"process {first.pid}") as told:
            keys.hold(tmp_path)
        assert told.value.pid == first.pid
        with pytest.raises(errors.AlreadyRunning):
            Store.open(tmp_path, name=NAME, random=seeded(1))
        first.send_signal(signal.SIGKILL)
        first.wait()
    with keys.hold(tmp_path):  # a killed holder holds nothing
        pass


def test_a_hold_ends_with_the_store_and_can_be_lent(tmp_path: Path) -> None:
    with started(tmp_path), pytest.raises(errors.AlreadyRunning):
        again(tmp_path)
    held = keys.hold(tmp_path)
    with Store.open(tmp_path, name=NAME, random=seeded(1), held=held) as store:
        assert store.size == 1
    held.close()
    held.close()
    again(tmp_path).close()


def test_a_failed_opening_lets_go(tmp_path: Path) -> None:
    started(tmp_path).close()
    (tmp_path / "keys/pepper").chmod(0o644)
    with pytest.raises(errors.KeyExposed):
        again(tmp_path)
    with keys.hold(tmp_path):
        pass


def test_a_name_that_cannot_name_a_log_is_refused(tmp_path: Path) -> None:
    for name in ("two words/rl07", "a+b/c", "x" * 300):
        with pytest.raises(errors.WrongDevice):
            Store.open(tmp_path / "s", name=name, random=seeded(1))
        assert not (tmp_path / "s/keys").exists()


def test_no_lock_where_the_directory_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(errors.JournalReadOnly, match="writable"):
        keys.hold(tmp_path / "file" / "state")
