"""Whatever a file holds, the answer is a site or complaints, and it comes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockerd.config import ConfigError, check, read
from lockerd.config.complaint import MAX_COMPLAINTS
from lockerd.config.document import MAX_BYTES, MAX_LINE

ROOT = Path(__file__).parents[2]
DEMO = (ROOT / "config" / "demo.toml").read_bytes()
WORDS = [one for one in DEMO.replace(b"\n", b" \n ").split(b" ") if one]

fuzz = settings(max_examples=250, deadline=None, print_blob=True)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "site.toml"


def _judge(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    site, complaints = check(path)
    assert len(complaints) <= MAX_COMPLAINTS + 1
    assert (site is None) == any(one.is_error for one in complaints)
    last = data.count(b"\n") + 1
    for one in complaints:
        assert 1 <= one.line <= last
        assert one.what and one.remedy
        assert str(one).isprintable()
    try:
        assert read(path) == site
    except ConfigError as error:
        assert error.complaints == tuple(complaints)


@fuzz
@given(data=st.binary(max_size=2_000))
def test_any_bytes(path: Path, data: bytes) -> None:
    _judge(path, data)


@fuzz
@given(words=st.lists(st.sampled_from(WORDS) | st.binary(max_size=4), max_size=120))
def test_words_of_the_demo_in_any_order(path: Path, words: list[bytes]) -> None:
    _judge(path, b" ".join(words))


@fuzz
@given(
    cuts=st.lists(
        st.tuples(
            st.integers(0, len(DEMO)),
            st.integers(0, 60),
            st.binary(max_size=6)
            | st.sampled_from([*WORDS, b"\n[[", b'"""', b"{", b"true", b"-1"]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_the_demo_with_pieces_replaced(path: Path, cuts: list[tuple[int, int, bytes]]) -> None:
    data = DEMO
    for start, length, piece in cuts:
        data = data[:start] + piece + data[start + length :]
    _judge(path, data)


@fuzz
@given(order=st.permutations(range(DEMO.count(b"\n"))), kept=st.integers(1, 40))
def test_lines_of_the_demo_in_any_order(path: Path, order: list[int], kept: int) -> None:
    rows = DEMO.split(b"\n")
    _judge(path, b"\n".join(rows[number] for number in order[:kept]))


NESTED = "a." * (MAX_LINE // 2 - 10) + "a"


@pytest.mark.parametrize(
    "line",
    [
        "[[compartment]]",
        f"[{NESTED}]",
        f"{NESTED} = 1",
        "x%d = 1",
        "[x%d]",
        "name: x",
        'site.x%d = "\\u0000"',
        "[profile.'x%d y']",
        "a = [",
        "[" * MAX_LINE,
        "a = " + "9" * (MAX_LINE - 10),
        "a = 0x" + "f" * (MAX_LINE - 10),
        "a = '''",
        '"' * 7,
    ],
    ids=lambda line: line[:12],
)
def test_the_largest_file_of_one_line_repeated_is_answered(path: Path, line: str) -> None:
    rows: list[str] = []
    size = 0
    while size < MAX_BYTES - MAX_LINE - 9:
        rows.append(line.replace("%d", str(len(rows))))
        size += len(rows[-1]) + 1
    _judge(path, "\n".join(rows).encode())
    assert check(path)[0] is None
