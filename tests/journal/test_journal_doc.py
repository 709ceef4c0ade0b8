"""The document's examples and lists are those of the program."""

from __future__ import annotations

import re
from pathlib import Path

from lockerd.core.events import HandoverOrdered
from lockerd.journal import errors, note, proof, schema, tlog
from lockerd.journal import leaf as lf
from lockerd.journal.source import Kind
from lockerd.ports import JournalError

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/journal.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def block(begins: str) -> str:
    found = [body for _, body in BLOCKS if body.startswith(begins)]
    assert len(found) == 1, begins
    return str(found[0])


def test_the_example_is_one_true_record() -> None:
    leaf = block('{"_sd"').rstrip("\n").encode()
    vkey = block("lockerd.example/rl07/1+").rstrip("\n")
    receipt = block("c2sp.org/tlog-proof@v1")
    facts = proof.check(receipt, vkey)
    assert facts.leaf == leaf and isinstance(facts.event, HandoverOrdered)
    assert facts.disclosed == {"recipient": "Zoë Quist", "item": "Passport"}
    assert receipt.endswith(block("lockerd.example/rl07/1\n"))
    short = proof.check_short(block("RL07-4K2M").rstrip("\n"), vkey)
    assert short.leaf_hash == tlog.leaf_hash(leaf)
    assert note.parse_vkey(vkey).name == "lockerd.example/rl07/1"


def test_every_field_of_an_entry_is_explained() -> None:
    section = TEXT[TEXT.index("### An entry") : TEXT.index("### Names")]
    table = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (.*?) \|", section, re.M))))
    common = {
        "v",
        "seq",
        "type",
        "t",
        "clk",
        "boot",
        "up_ms",
        "actor",
        "unit",
        "ho",
        "cause",
        "_sd",
    }
    assert table == common


def test_the_schema_is_the_programs() -> None:
    shown = "".join(body for kind, body in BLOCKS if kind == "sql")
    flat = re.sub(r"\s+", " ", "; ".join((*schema.TABLES, "")))
    assert re.sub(r"\s+", " ", shown).strip() == flat.strip()


def test_verdicts_errors_and_limits_are_named() -> None:
    for kind in Kind:
        assert f"| `{kind.value}` |" in TEXT
    classes = [
        name
        for name, cls in vars(errors).items()
        if isinstance(cls, type) and issubclass(cls, JournalError) and f"`{name}`" in TEXT
    ]
    assert {"EventRefused", "DiskFull", "JournalUncertain", "JournalLost"} <= set(classes)
    assert f"{lf.MAX_LEAF_BYTES:,} bytes" in TEXT
    for name, value, _ in schema.WRITING:
        assert f"`{name}={value}`" in TEXT
    modules = {one.stem for one in (ROOT / "lockerd/journal").glob("[a-z]*.py")}
    section = TEXT[TEXT.index("### The modules") : TEXT.index("### The database")]
    assert modules == set(
        re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (.*?) \|", section, re.M)))
    )
