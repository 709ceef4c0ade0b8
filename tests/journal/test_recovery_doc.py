"""docs/recovery.md says what the code does: names, figures of rules, the form of a line."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

from lockerd import config
from lockerd.core.attention import DECIDED
from lockerd.journal import behind, copy
from lockerd.journal.restore import MAY
from lockerd.upkeep import QUIET_MS
from ui.words import say

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "recovery.md").read_text(encoding="utf-8")
FLAT = re.sub(r"\s+", " ", TEXT)


def test_what_it_calls_things() -> None:
    assert say("rule.copy", unit="", device="") in FLAT
    assert copy.MAGIC.decode() in TEXT
    assert copy.file_name("lockerd.example/rl-07/1") in TEXT
    assert all(one in FLAT for one in MAY) and "frozen" in DECIDED


def test_its_figures() -> None:
    assert QUIET_MS == 4_000 and "four seconds" in FLAT
    assert copy.SYNC_BYTES == 1 << 20 and "at every MiB" in FLAT
    assert behind.FIRST_REST_MS == 15_000 and "after 15 seconds" in FLAT
    assert behind.LAST_REST_MS == 3_600_000 and "at least every hour" in FLAT


def test_its_config_is_read(tmp_path: Path) -> None:
    said = re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert said is not None
    file = tmp_path / "site.toml"
    file.write_text((ROOT / "config" / "demo.toml").read_text() + said[1])
    assert config.read(file).copy_dir == "/media/copy/lockerd"


def test_the_checksum_is_as_described() -> None:
    word, rest = copy.entry_line(copy.Line(0, b"{}", None)).rstrip(b"\n").split(b" ", 1)
    assert int(word, 16) == zlib.crc32(rest)


def test_every_option_of_the_commands_is_one() -> None:
    manual = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for option in set(re.findall(r"--[a-z-]+[a-z]", TEXT)):
        assert f"`{option}" in manual or option in manual, option
