"""What a demonstration keeps in clear: it comes back as it was, or is refused with a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from lockerd.simulation import kept
from lockerd.simulation.phone import Phone
from lockerd.simulation.staff import Badge, load

JONAS = Badge("2", "Jonas Lindqvist", "depositor", "LS-text", "222222")


def test_records_come_back(tmp_path: Path) -> None:
    file = tmp_path / "staff.json"
    assert load(file) == {}
    kept.write(file, [JONAS])
    assert load(file) == {"2": JONAS}
    assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["staff.json"]


@pytest.mark.parametrize("text", ["", "garbage", "{}", "[3]", '[{"staff":"2"}]', "[", "\udcff"])
def test_a_damaged_file_is_refused_with_a_remedy(tmp_path: Path, text: str) -> None:
    file = tmp_path / "phone.json"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    for reads in (load, Phone):
        with pytest.raises(kept.KeptDamaged, match=r"phone\.json cannot be read.*--state") as no:
            reads(file)
        assert "222222" not in str(no.value)
