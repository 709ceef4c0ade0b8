"""The manuals say what the program does; the words of commands cover what it can meet."""

from __future__ import annotations

import argparse
import itertools
from pathlib import Path

import pytest

from lockerd.cli import control, daemon, manual, queue_commands, sim_commands, staff_commands
from lockerd.cli.next_steps import NEXT
from lockerd.cli.sentences import SENTENCES, sentence, who
from lockerd.cli.tool import EXIT_CODES
from lockerd.control.codec import CODES
from lockerd.core.events import CATALOGUE, hints
from lockerd.core.findings import FINDINGS
from lockerd.core.people import ROLES
from lockerd.desk.hands import CABLES, DOORS, KEYS
from lockerd.desk.table import OPERATIONS

PLAIN = frozenset(("door", "handover", "cabinet", "staff", "case", "witness", "certificate"))
"""Groups whose names are also words."""

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["commands", "socket"])
def test_the_manual_is_current(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert manual.main([name]) == 0
    made = capsys.readouterr().out
    committed = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    assert made == committed, f"python -m lockerd.cli.manual {name} > docs/{name}.md"


def test_the_manual_names_what_it_can_make(capsys: pytest.CaptureFixture[str]) -> None:
    assert manual.main([]) == 2
    assert "commands, socket" in capsys.readouterr().err


def leaves(top: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    return list(manual._leaves(top))


def test_every_command_and_option_is_in_the_manual_and_nothing_else() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    every = [*leaves(daemon.parser()), *leaves(control.parser())]
    headings = [line[4:] for line in text.splitlines() if line.startswith("### ")]
    assert headings == [one.prog for one in every]
    sections = dict(zip(headings, text.split("\n### ")[1:], strict=True))
    for one in every:
        for action in one._actions:
            for option in action.option_strings:
                common = option in ("-h", "--help", "--json")
                assert common or option == "--state" or option in sections[one.prog], option


def test_every_command_explains_itself() -> None:
    for one in [*leaves(daemon.parser()), *leaves(control.parser())]:
        assert one.description and one.description.endswith("."), one.prog
        for action in one._actions:
            assert action.help, (one.prog, action.dest)
        assert one.prog in one.format_help()


def test_every_command_says_what_to_do_next() -> None:
    every = [*leaves(daemon.parser()), *leaves(control.parser())]
    progs = {one.prog for one in every}
    assert progs - set(NEXT) == set(), "lockerd/cli/next_steps.py lacks them"
    assert set(NEXT) - progs == set(), "there is no such command"
    for one in every:
        clause = NEXT[one.prog]
        assert clause.endswith(".") and clause[0].islower(), one.prog
        last = one.format_help().rstrip("\n").split("\n\n")[-1]
        assert " ".join(last.split()) == f"Next: {clause}"


def test_what_is_named_as_next_is_there() -> None:
    groups = {name: control.parser([name]) for name in control.GROUPS}
    progs = {one.prog for top in groups.values() for one in leaves(top)}
    for clause in NEXT.values():
        words = clause.replace(",", " ").replace(";", " ").replace(":", " ").split()
        for first, second in itertools.pairwise(words):
            if first in control.GROUPS and first not in PLAIN:
                one = f"lockerctl {first}"
                assert one in progs or f"{one} {second.rstrip('.')}" in progs, clause


def test_help_fits_its_columns() -> None:
    for line in control.parser([]).format_help().splitlines():
        assert line.strip() not in control.GROUPS, f"{line.strip()} stands alone"


def test_every_operation_is_in_the_manual() -> None:
    text = (ROOT / "docs" / "socket.md").read_text(encoding="utf-8")
    for one in OPERATIONS:
        section = text.split(f"### {one.name}\n")[1].split("\n### ")[0].split("\n## ")[0]
        for arg in one.args:
            assert f"`{arg.name}`" in section
    assert text.count("\n### ") == len(OPERATIONS)


def test_a_command_builds_only_its_own_group() -> None:
    few = control.parser(["status"])
    assert [one.prog for one in leaves(few)] == [
        f"lockerctl {name}" if name in ("status",) else one.prog
        for name, one in zip(control.GROUPS, leaves(few), strict=True)
    ]
    assert len(leaves(control.parser())) > len(control.GROUPS)
    with pytest.raises(SystemExit):
        control.parser(["queue"]).parse_args(["queue"])


def test_words_that_clients_know_are_those_of_the_core() -> None:
    assert staff_commands.ROLES == ROLES
    assert queue_commands.FINDINGS == FINDINGS
    assert frozenset(KEYS) == sim_commands.KEYS
    assert tuple(verb for verb, _ in sim_commands.DOOR_VERBS) == DOORS
    assert CABLES == ("strike", "contact")
    assert set(EXIT_CODES) == set(CODES)


def test_every_event_has_a_sentence_whose_fields_it_has() -> None:
    assert set(SENTENCES) == set(CATALOGUE)
    for kind, words in SENTENCES.items():
        fields = set(hints(CATALOGUE[kind]))
        used = {part.split("}")[0] for part in words.split("{")[1:]}
        assert used <= fields, kind


def test_a_sentence_survives_what_it_does_not_know() -> None:
    assert sentence({"type": "comet.seen", "fields": {}}) == "comet.seen"
    assert sentence({"type": "door.retired", "fields": {}}).endswith(": -")
    late = {"type": "release.opened", "fields": {"cred": "x", "late": True}}
    assert sentence(late).endswith("(found later)")
    doubt = {"type": "release.authorised", "fields": {"kind": "pin", "flag": "clock"}}
    assert sentence(doubt).endswith("(in doubt: clock)")
    for found, words in ((True, "was there"), (False, "nothing was found")):
        row = {"type": "handover.withdrawn", "fields": {"reason": "r", "found": found}}
        assert words in sentence(row)


@pytest.mark.parametrize(
    ("role", "actor", "words"),
    [("device", "", "cabinet"), ("recipient", "ab12", "recipient"), ("auditor", "4", "staff 4")],
)
def test_who_acted_is_never_a_pseudonym(role: str, actor: str, words: str) -> None:
    assert words in who({"role": role, "actor": actor})
    assert "ab12" not in who({"role": role, "actor": actor})
