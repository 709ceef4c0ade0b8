"""The key of a mail merge and the letters of a sealed file, from the cabinet to the table."""

from __future__ import annotations

import csv
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from lockerd import slips
from lockerd.core.site import Slips
from support.desk_room import DeskRoom, Ran, demo


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    made = DeskRoom(tmp_path / "state")
    yield made
    made.close()


def keygen(room: DeskRoom, file: Path) -> str:
    ran = room.ctl("slips", "keygen", "--key", str(file), "--json")
    assert ran.code == 0, ran
    return str(ran.one["key"])


def letter(**given: str) -> dict[str, str]:
    return {**dict.fromkeys(slips.FIELDS, "x"), **given}


def seal(room: DeskRoom, file: Path, public: str, *letters: dict[str, str]) -> None:
    for one in letters:
        slips.append(
            file.parent, file.stem, slips.seal(one, slips.public_of(public), room.stage.random)
        )


def opened(room: DeskRoom, sealed: Path, key: Path, out: Path) -> Ran:
    return room.ctl("slips", "open", str(sealed), "--key", str(key), "--out", str(out))


def test_a_code_travels_from_the_cabinet_to_the_mail_merge(tmp_path: Path) -> None:
    first = DeskRoom(tmp_path / "office")
    key = tmp_path / "merge.key"
    public = keygen(first, key)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    first.close()
    site = demo()
    profiles = tuple(one.but(delivery="file") for one in site.profiles)
    site = site.but(profiles=profiles, slips=Slips(key=public, directory="/media/slips"))
    room = DeskRoom(tmp_path / "state", site=site)
    ho = room.order("Ada Lovelace", "Blue folder")
    room.hands.sign_in("2")
    room.hands.place(ho)
    room.stage.run_for(2_000)
    (sealed,) = room.state_dir.glob("*.slips")  # a simulation has no other medium
    assert b"Ada" not in sealed.read_bytes()
    out = tmp_path / "letters.csv"
    assert opened(room, sealed, key, out).code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with out.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["recipient"], row["item"]) == ("Ada Lovelace", "Blue folder")
    room.hands.sign_out()
    room.stage.run_for(10_000)
    room.hands.collect("".join(one for one in row["code"] if one.isdigit()))
    room.close()


def test_no_cell_is_a_formula(room: DeskRoom, tmp_path: Path) -> None:
    key, sealed, out = tmp_path / "k", tmp_path / "day.slips", tmp_path / "out.csv"
    seal(room, sealed, keygen(room, key), letter(recipient="=1+1"), letter(recipient="Zoë, Q"))
    assert opened(room, sealed, key, out).code == 0
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [one["recipient"] for one in rows] == ["'=1+1", "Zoë, Q"]


def test_what_cannot_be_opened_writes_nothing(room: DeskRoom, tmp_path: Path) -> None:
    key, other = tmp_path / "k", tmp_path / "other"
    public = keygen(room, key)
    keygen(room, other)
    sealed, out = tmp_path / "day.slips", tmp_path / "out.csv"
    seal(room, sealed, public, letter(item="Secret"), letter(item="Secret"))
    whole = sealed.read_text()
    no_key = tmp_path / "text"
    no_key.write_text("none")
    no_key.chmod(0o600)

    def failed(words: str, with_key: Path = key) -> None:
        ran = opened(room, sealed, with_key, out)
        assert ran.code in (1, 2) and ran.out == "" and words in ran.err, ran
        assert "Secret" not in ran.err and not out.exists()

    failed("use that private key", other)
    failed("no private key", no_key)
    sealed.write_text(whole[:-20])
    failed("line 2")
    sealed.write_bytes(b"\xff\xfe")
    failed("no file of slips")
    sealed.unlink()
    failed("cannot be read")
    sealed.write_text(whole)  # the twin: as it was, it opens
    assert opened(room, sealed, key, out).code == 0
    assert "is there already" in opened(room, sealed, key, out).err
    assert "is there already" in room.ctl("slips", "keygen", "--key", str(key)).err
