"""Positions of values, against the parser's own idea of what is in the text."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockerd.config.toml_lines import DEPTH, Lines

ROOT = Path(__file__).parents[2]

CASES: list[tuple[str, str, dict[tuple[str | int, ...], int]]] = [
    ("bare", "a = 1\nb = 2\n", {("a",): 1, ("b",): 2}),
    ("table", "\n[t]\na = 1\n[u]\na = 2", {("t",): 2, ("t", "a"): 3, ("u", "a"): 5}),
    ("dotted key", "[t]\nx.y . z = 1\n", {("t", "x"): 2, ("t", "x", "y", "z"): 2}),
    ("dotted header", "[a.b]\nc = 1\n", {("a",): 1, ("a", "b", "c"): 2}),
    (
        "array of tables",
        "[[c]]\nu = 1\n[[c]]\nu = 2\n[c.d]\ne = 3\n[[c.f]]\ng = 4\n[[c.f]]\ng = 5\n",
        {
            ("c", 0, "u"): 2,
            ("c", 1): 3,
            ("c", 1, "u"): 4,
            ("c", 1, "d", "e"): 6,
            ("c", 1, "f", 0, "g"): 8,
            ("c", 1, "f", 1, "g"): 10,
        },
    ),
    ("inline table", "a = { b = 1, c.d = { e = 2 } }\n", {("a", "b"): 1, ("a", "c", "d", "e"): 1}),
    (
        "rows",
        "r = [\n  { a = 1 }, # one\n\n  { a = [\n 2,\n 3 ] },\n]\nz = 1\n",
        {("r", 0, "a"): 2, ("r", 1): 4, ("r", 1, "a", 0): 5, ("r", 1, "a", 1): 6, ("z",): 8},
    ),
    (
        "text over lines",
        'a = """\nb = 1\n[t]\n"" \\" ""\\\n"""\nb = 2\nc = \'\'\'\nd = 1\'\'\'\nd = 4\n',
        {("a",): 1, ("b",): 6, ("c",): 7, ("d",): 9},
    ),
    (
        "text ending in quotes",
        'a = """x"""""\nb = \'\'\'y\'\'\'\'\nc = 1\n',
        {("b",): 2, ("c",): 3},
    ),
    (
        "quoted keys",
        '"a b" = 1\n\'c.d\' = 2\n"\\u0065" = 3\n["t]".x]\ny = 4\n"" = 5\n',
        {("a b",): 1, ("c.d",): 2, ("e",): 3, ("t]", "x", "y"): 5, ("t]", "x", ""): 6},
    ),
    (
        "signs in texts and comments",
        'a = "[x] # }" # [y]\n#b = 1\nb = [ "],", \'{\', # ]\n 1 ]\nc = 2\n',
        {("a",): 1, ("b",): 3, ("b", 1): 3, ("b", 2): 4, ("c",): 5},
    ),
    ("dates and floats", "a = 1979-05-27 07:32:00\nb = -1e3\nc = inf\n", {("b",): 2, ("c",): 3}),
    ("no line end", "a = 1", {("a",): 1}),
    ("two arrays of tables", "[[a]]\n[[b]]\n[[a]]\nx = 1\n", {("b", 0): 2, ("a", 1, "x"): 4}),
]


def _leaves(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        parts: list[tuple[str | int, object]] = list(value.items())
    elif isinstance(value, list):
        parts = list(enumerate(value))
    else:
        return [path]
    return [leaf for part, inner in parts for leaf in _leaves(inner, (*path, part))]


@pytest.mark.parametrize(("name", "text", "expected"), CASES, ids=[one[0] for one in CASES])
def test_lines(name: str, text: str, expected: dict[tuple[str | int, ...], int]) -> None:
    tomllib.loads(text)  # the case itself is TOML
    lines = Lines(text)
    assert {path: lines.of(*path) for path in expected} == expected


def test_broken_escape_in_a_key_is_taken_as_it_stands() -> None:
    assert Lines('a = 1\n"\\q" = 2\n').of("\\q") == 2


def test_absent_value_gets_the_line_of_its_table() -> None:
    lines = Lines("x = 1\n[t]\na = 1\n[[c]]\n[[c]]\n")
    assert lines.of("t", "absent") == 2
    assert lines.of("c", 1, "absent") == 5
    assert lines.of("absent") == 1


@pytest.mark.parametrize("name", ["demo", "reference"])
def test_every_value_of_a_shipped_file_is_found_on_a_line_that_names_it(name: str) -> None:
    text = (ROOT / "config" / f"{name}.toml").read_text(encoding="utf-8")
    lines, rows = Lines(text), text.split("\n")
    leaves = _leaves(tomllib.loads(text))
    assert len(leaves) > 50
    for path in leaves:
        assert str(path[-1]) in rows[lines.of(*path) - 1], path


_KEYS = st.text("abc-_1", min_size=1, max_size=3) | st.sampled_from(["a b", "c.d", "]", "#", ""])
_SCALARS = st.integers(-9, 9) | st.booleans() | st.text("ab\"\\#[]{}=\n',", max_size=8)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=8,
)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _written(value: object, gap: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return f"[{gap}" + f",{gap}".join(_written(one, gap) for one in value) + f"{gap}]"
    if isinstance(value, dict):
        pairs = (f"{_quoted(key)} = {_written(one, '')}" for key, one in value.items())
        return "{ " + ", ".join(pairs) + " }"
    return str(value)


@settings(max_examples=200, deadline=None, print_blob=True)
@given(st.lists(_VALUES, max_size=6), st.sampled_from(["", "\n", "\n# ] }\n\n"]))
def test_statements_after_any_value_are_found(values: list[object], gap: str) -> None:
    text, expected = "", {}
    for number, value in enumerate(values):
        expected[f"key{number}"] = text.count("\n") + 1
        text += f"key{number} = {_written(value, gap)}\n"
    parsed = tomllib.loads(text)
    lines = Lines(text)
    assert {key: lines.of(key) for key in parsed} == expected
    for path in _leaves(parsed):
        assert 1 <= lines.of(*path[:DEPTH]) <= text.count("\n")


@settings(max_examples=300, deadline=None, print_blob=True)
@given(st.text("[]{}=.,#\"'\\ \nab1", max_size=80))
def test_any_text_ends_and_answers(text: str) -> None:
    lines = Lines(text)
    assert 1 <= lines.of("a") <= text.count("\n") + 1
    assert 1 <= lines.of(*lines.last) <= text.count("\n") + 1


@pytest.mark.parametrize("sign", ["[", "{", "[{a=", "a=[", '"', "'''", "a.", "a={a="])
def test_long_nonsense_ends(sign: str) -> None:
    assert Lines(f"x = {sign * 60_000}").of("x") == 1
    assert Lines(sign * 60_000).of("x") == 1
