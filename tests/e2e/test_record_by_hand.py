"""The record in people's hands: witnesses, auditors, technicians, clerks, by the real programs.

Nothing is put in place of anything: the daemon and the tool are processes of their own, files are
carried between them as on a stick, and damage is done to the files themselves.
"""

from __future__ import annotations

import base64
import html
import json
import os
import shutil
from pathlib import Path
from random import Random

import pytest

from support.clerk import BIN, Clerk, run
from support.daemon import ROOT
from support.glass import TooLate, until

pytestmark = pytest.mark.slow

PAGE = 4096


def holding(directory: Path, *values: str) -> dict[str, list[str]]:
    """Which files below a directory hold any of these values, whatever kind of file they are."""
    found: dict[str, list[str]] = {}
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            here = [one for one in values if one.encode() in data]
            if here:
                found[str(path.relative_to(directory))] = here
    return found


class Stick:
    """A witness's computer: a key, a memory, and files that are carried to and from it."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir()
        self.key, self.memory = directory / "witness.key", directory / "memory"
        self.carried = directory / "carried"
        self.carried.mkdir()
        self.vkeys = directory / "witnesses"

    def begin(self, clerk: Clerk) -> None:
        """Let it know the cabinet's key."""
        clerk.ctl("witness", "admit", "--memory", self.memory, clerk.state / "vkey")

    def sign(self, clerk: Clerk, *more: str, expect: int = 0) -> list[Path]:
        """Carry a request there and have it answered; the answers that came out."""
        asked = clerk.ctl("witness", "request", "--out", self.carried, *more)
        words = ("--key", self.key, "--memory", self.memory, *(one["file"] for one in asked))
        rows = clerk.ctl("witness", "answer", *words, expect=expect)
        return [Path(one["answer"]) for one in rows if one["answer"] is not None]


@pytest.fixture
def stick(tmp_path: Path) -> Stick:
    return Stick(tmp_path / "stick")


def witnessed(tmp_path: Path, stick: Stick) -> Clerk:
    """A cabinet whose config names the witness, who has cosigned it once."""
    words = ["witness", "keygen", "--name", "witness.example/w1", "--key", str(stick.key)]
    made = run([str(BIN / "lockerctl"), "--json", *words])
    assert made.returncode == 0, made.stderr
    vkey = json.loads(made.stdout)["vkey"]
    stick.vkeys.write_text(f"{vkey}\n")
    clerk = Clerk(tmp_path / "cabinet", f'[[witness]]\nvkey = "{vkey}"\n')
    stick.begin(clerk)
    (taken,) = clerk.ctl("witness", "take", *stick.sign(clerk))[0]["rows"]
    assert taken["verdict"] == "cosigned"
    return clerk


def test_a_witness_signs_by_files(tmp_path: Path, stick: Stick) -> None:
    with witnessed(tmp_path, stick) as clerk:
        (leaf,) = clerk.ctl("journal", "search", "--type", "anchor.cosigned")
        assert leaf["fields"]["witness"] == "witness.example/w1"
        (row,) = clerk.ctl("witness", "list")
        assert row["cosigned"] == leaf["index"]
        clerk.off()
        found = clerk.verdict(clerk.state, "--witness", stick.vkeys)
        assert (found["verdict"], found["witnessed"]) == ("VERIFIED_UNWITNESSED", leaf["index"])
        # Whoever wants the whole of it vouched for carries the last head there too.
        export = tmp_path / "export"
        (answer,) = stick.sign(clerk, "--witness", str(stick.vkeys))
        clerk.ctl("journal", "export", export)
        head = export / "checkpoint"
        head.write_bytes(head.read_bytes() + answer.read_bytes())
        assert clerk.verdict(export, "--witness", stick.vkeys)["verdict"] == "VERIFIED"
        assert clerk.verdict(export)["verdict"] == "VERIFIED_UNWITNESSED"


@pytest.mark.parametrize("at_the_start", [False, True], ids=["running", "at the start"])
def test_an_old_card_is_found_when_the_witness_answers(
    tmp_path: Path, stick: Stick, at_the_start: bool
) -> None:
    with witnessed(tmp_path, stick) as clerk:
        clerk.off()
        image = clerk.image("old card")
        clerk.on()
        sent = clerk.messages()[0]
        clerk.collect(sent)
        (one,) = clerk.ctl("witness", "take", *stick.sign(clerk))[0]["rows"]
        assert one["verdict"] == "cosigned"
        clerk.off()
        clerk.put_back(image)
        assert clerk.verdict()["verdict"] == "VERIFIED_UNWITNESSED", "alone it shows nothing"
        answers = stick.sign(clerk, "--witness", str(stick.vkeys), expect=1)
        if at_the_start:
            (waiting,) = clerk.ctl("witness", "take", *answers)
            assert waiting["waiting"] == 1
            clerk.on()
        else:
            clerk.on()
            (taken,) = clerk.ctl("witness", "take", *answers, expect=1)[0]["rows"]
            assert taken["verdict"] == "contradicts"
        status = clerk.ctl("status")[0]
        assert status["origin"].endswith("/2") and status["fault"] is None
        queue = {row["rule"]: row for row in clerk.ctl("queue", "list")}
        assert "were seen" in queue["epoch"]["detail"] and "frozen" in queue
        clerk.ctl("sim", "scan", sent["qr"])
        with pytest.raises(TooLate):
            until("a dead code opens", lambda: _any_open(clerk), within_s=2)
        clerk.off()
        assert clerk.verdict(clerk.state / "epochs" / "1")["verdict"] == "VERIFIED_UNWITNESSED"
        assert clerk.verdict(vkey=clerk.state / "vkey")["verdict"] == "VERIFIED_UNWITNESSED"


def _any_open(clerk: Clerk) -> bool:
    return any(row["open"] for row in clerk.ctl("sim", "state"))


def test_an_old_card_is_found_by_the_second_copy(tmp_path: Path) -> None:
    """No witness and no person: the medium beside the card proves it, and what is lost is named."""
    medium = tmp_path / "medium"
    medium.mkdir()
    with Clerk(tmp_path / "cabinet", f'[copy]\ndirectory = "{medium}"\n') as clerk:
        clerk.off()
        image = clerk.image("old card")
        clerk.on()
        sent = clerk.messages()[0]
        clerk.collect(sent)
        clerk.off()
        file = medium / "rl-07-1.copy"
        before = file.read_bytes()
        assert clerk.verdict(file)["entries"] == clerk.verdict()["entries"]
        clerk.put_back(image)
        clerk.on()
        until("the next epoch", lambda: clerk.ctl("status")[0]["origin"].endswith("/2"))
        detail = next(row for row in clerk.ctl("queue", "list") if row["rule"] == "epoch")["detail"]
        assert "1 handover.collected" in detail and f"about compartments {sent['unit']}" in detail
        clerk.off()
        assert file.read_bytes() == before
        assert clerk.verdict(medium / "rl-07-2.copy", vkey=clerk.state / "vkey")


def restored(clerk: Clerk, source: Path) -> None:
    """Begin anew on an empty card, and look at what came along."""
    waiting = {row["handover"] for row in clerk.ctl("handover", "list") if row["unit"] is not None}
    clerk.killed()
    shutil.rmtree(clerk.state)
    clerk.state = clerk.directory / "new card"
    words = ("--from", source, "--vkey", clerk.vkey, "--by", "1", "--reason", "the card died")
    said = clerk.ctl("journal", "restore", "--authorised", *words)[0]
    assert said["origin"].endswith("/2") and said["placed"] == len(waiting)
    clerk.on()
    rows = clerk.ctl("handover", "list")
    assert {row["handover"] for row in rows if row["unit"] is not None} == waiting
    assert {row["phase"] for row in rows if row["unit"] is not None} == {"frozen"}
    rules = [row["rule"] for row in clerk.ctl("queue", "list")]
    assert rules.count("frozen") == len(waiting) and "epoch" in rules
    clerk.off()
    assert clerk.verdict(vkey=clerk.state / "vkey")["verdict"] == "VERIFIED_UNWITNESSED"


@pytest.mark.parametrize("kind", ["copy", "export"])
def test_a_card_dies_and_the_cabinet_begins_anew(tmp_path: Path, kind: str) -> None:
    medium = tmp_path / "medium"
    medium.mkdir()
    with Clerk(tmp_path / "cabinet", f'[copy]\ndirectory = "{medium}"\n') as clerk:
        source = medium / "rl-07-1.copy"
        if kind == "export":
            source = tmp_path / "export"
            clerk.ctl("journal", "export", source)
        restored(clerk, source)


def test_what_a_damaged_card_still_holds_is_gone_on_from(tmp_path: Path) -> None:
    with Clerk(tmp_path / "cabinet") as clerk:
        clerk.off()
        size = clerk.verdict()["entries"]
        database = clerk.state / "journal.db"
        _destroy(database, Random(3), 2)
        before = database.read_bytes()
        assert clerk.verdict(expect=1)["verdict"] in ("INVALID", "INCOMPLETE", "TRUNCATED")
        source = tmp_path / "salvaged"
        words = (clerk.state, "--out", source, "--vkey", clerk.vkey)
        said = clerk.ctl("journal", "salvage", *words)[0]
        assert 0 < said["entries"] <= size and database.read_bytes() == before
        judged = clerk.verdict(source, expect=0 if said["complete"] else 1)
        assert judged["verdict"] == ("VERIFIED_UNWITNESSED" if said["complete"] else "INCOMPLETE")
        clerk.state = clerk.directory / "new card"
        words = ("--from", source, "--vkey", clerk.vkey, "--by", "1", "--reason", "pages were lost")
        done = clerk.ctl("journal", "restore", "--authorised", *words)[0]
        assert done["after_entries"] == judged["entries"] == said["verified"]
        clerk.on()
        assert clerk.ctl("status")[0]["origin"].endswith("/2")


def _destroy(file: Path, pick: Random, pages: int) -> None:
    """Noise over whole pages in the last third, where entries lie."""
    count = file.stat().st_size // PAGE
    with file.open("r+b") as damaged:
        for page in pick.sample(range(2 * count // 3, count), pages):
            damaged.seek(page * PAGE)
            damaged.write(pick.randbytes(PAGE))


def test_a_damaged_card_is_not_served_from(tmp_path: Path) -> None:
    """The twin of salvage: the daemon says what is wrong and the remedy, and does not start."""
    with Clerk(tmp_path / "cabinet") as clerk:
        clerk.off()
        with (clerk.state / "journal.db").open("r+b") as file:
            file.truncate(os.path.getsize(file.name) // 2 // PAGE * PAGE)
        assert clerk.verdict(expect=1)["verdict"] in ("INVALID", "INCOMPLETE", "TRUNCATED")
        with pytest.raises(TooLate, match="restore from the second copy"):
            clerk.on()
        clerk.gone()


def _disclosed(export: Path, ho: str) -> list[str]:
    """What an export discloses of a handover: salt, name and value, as they are stored."""
    ours = set()
    for line in (export / "entries.jsonl").read_text().splitlines():
        row = json.loads(line)
        if json.loads(base64.b64decode(row["leaf"])).get("ho") == ho:
            ours.add(row["index"])
    rows = map(json.loads, (export / "disclosures.jsonl").read_text().splitlines())
    return [row["disclosure"] for row in rows if row["index"] in ours]


def test_a_person_is_erased_to_the_last_byte(tmp_path: Path) -> None:
    medium = tmp_path / "medium"
    medium.mkdir()
    with Clerk(tmp_path / "cabinet", f'[copy]\ndirectory = "{medium}"\n') as clerk:
        sent = clerk.messages()[0]
        ref, item = str(sent["handover"]), str(sent["item"])
        basis = ("--basis", "asked under article 17")
        clerk.ctl("journal", "erase", "--handover", ref, *basis, expect=1)  # it is not finished
        clerk.collect(sent)
        receipt = tmp_path / "kept.tlog-proof"
        clerk.ctl("receipt", "show", ref, "--out", receipt)
        export = tmp_path / "export"
        clerk.ctl("journal", "export", export)
        texts = _disclosed(export, str(sent["ho"]))
        assert len(texts) >= 2
        clerk.ctl("journal", "hold", "--handover", ref, "--reason", "a court asked")
        clerk.ctl("journal", "erase", "--handover", ref, *basis, expect=1)
        clerk.ctl("journal", "unhold", "--handover", ref, "--reason", "it is over")
        assert "journal.db" in " ".join(holding(clerk.state, *texts)), "the twin: it was there"
        assert holding(clerk.state, item), "and the phone beside the demonstration had it in clear"
        assert clerk.ctl("journal", "search", "--word", item)
        said = clerk.ctl("journal", "erase", "--handover", ref, *basis)[0]
        assert said["erased"] >= 2 and not said["left"], said
        clerk.ctl("journal", "search", "--word", item, expect=1)
        for place in (clerk.state, medium):
            assert holding(place, item, *texts) == {}
        clerk.off()
        assert holding(clerk.state, item, *texts) == {}
        found = clerk.verdict()
        assert found["verdict"] == "VERIFIED_UNWITNESSED" and found["erased"] == said["erased"]
        assert not found["warnings"]
        # What others kept from before still verifies.
        assert clerk.verdict(export)["verdict"] == "VERIFIED_UNWITNESSED"
        clerk.ctl("receipt", "verify", receipt, "--vkey", clerk.vkey)
        assert clerk.verdict(clerk.state, "--known", receipt)["verdict"] == "VERIFIED_UNWITNESSED"


def test_a_case_is_checked_with_the_lines_that_it_prints(tmp_path: Path) -> None:
    """Five lines, openssl and a shell: executed as they stand in the report."""
    out = tmp_path / "case"
    with Clerk(tmp_path / "cabinet") as clerk:
        sent = clerk.messages()[0]
        made = clerk.ctl("case", "export", str(sent["handover"]), "--out", out)[0]
    page = (out / "report.html").read_text(encoding="utf-8")
    assert str(sent["handover"]) in page and "<script" not in page
    lines = html.unescape(page.split("<pre>")[1].split("</pre>")[0])
    assert len(lines.splitlines()) == 5
    shutil.copy(ROOT / "scripts" / "verify-receipt.sh", out)
    command = ["bash", "-c", f"set -e\n{lines}"]
    done = run(command, cwd=out)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("\nVERIFIED: ") == made["receipts"]
    spoilt = sorted(out.rglob("*.tlog-proof"))[0]
    text = spoilt.read_text()
    at = text.index("\nindex ") + len("\nindex ")
    spoilt.write_text(text[:at] + "7" + text[at:])
    assert run(command, cwd=out).returncode != 0, "the twin: a receipt that was changed"
