"""The catalogues are whole, the same to gettext as to the kiosk, and the fonts can draw them."""

from __future__ import annotations

import gettext
import re
import string
import struct
from pathlib import Path

import pytest

from lockerd.core.site import LANGUAGES as CODES
from ui import words
from ui.lang import ENGLISH, LANGUAGES, PSEUDO, Language, catalogue, language, po, pseudo
from ui.lang.catalogue import BadCatalogue
from ui.model import Moment
from ui.words import TEXT, count, day, entries, listed, say, speaking, time, told

ROOT = Path(__file__).resolve().parents[2]
TRANSLATED = po.translated()


def by_code(one: Language) -> str:
    return one.code


def test_the_config_offers_exactly_these_languages() -> None:
    assert tuple(one.code for one in LANGUAGES) == CODES


@pytest.mark.parametrize("one", TRANSLATED, ids=by_code)
def test_gettext_reads_the_same(one: Language) -> None:
    with (catalogue.LOCALE / f"{one.code}.mo").open("rb") as file:
        other = gettext.GNUTranslations(file)
    mine = catalogue.forms(one.code)
    for entry in entries():
        english = po.english_of(entry)
        if entry.key not in mine:
            continue  # another test says so
        if not entry.plural:
            assert other.pgettext(entry.key, english[0]) == mine[entry.key][0]
            continue
        for n in (*range(130), 1_000, 1_001, 1_003, 1_011, 1_100):
            said = other.npgettext(entry.key, english[0], english[-1], n)
            assert said == mine[entry.key][one.plural(n)], (entry.key, n)


# -- what the check finds --------------------------------------------------------------------------


def faults(entry_key: str, code: str, *forms: str, flags: tuple[str, ...] = ()) -> list[str]:
    entry = next(one for one in entries() if one.key == entry_key)
    item = po.Item(entry_key, po.english_of(entry), forms, flags)
    return list(po._faults(language(code), entry, item))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (faults("call", "de", ""), "not translated"),
        (faults("call", "de", "Anruf {phone}", flags=("fuzzy",)), "fuzzy"),
        (faults("call", "de", "Anruf {telefon}"), "other names in braces"),
        (faults("call", "de", "Anruf"), "other names in braces"),
        (faults("ask.code", "ar", "{n}", "{n}"), "2 forms; write 6"),
        (faults("weekdays", "de", "Mo Di Mi"), "write 7 words"),
        (faults("time", "ar", "{hours}"), "write names from"),
    ],
)
def test_the_check_finds_its_planted_case(found: list[str], said: str) -> None:
    assert [one for one in found if said in one], found


def test_the_check_lets_a_right_entry_pass() -> None:
    assert faults("call", "de", "Anruf {phone}") == []
    assert faults("ask.code", "ar", "-", "-", "-", "{n}", "{n}", "{n}") == []


def test_a_changed_english_text_is_seen() -> None:
    entry = next(one for one in entries() if one.key == "back")
    item = po.Item("back", ("Return",), ("Zurück",))
    assert "English changed" in "".join(po._faults(language("de"), entry, item))
    assert "#, fuzzy" in po.written(language("de"), {"back": item})


def test_what_is_written_is_read_back() -> None:
    text = 'a "quote", a \\ and\ntwo lines\n'
    items = {"back": po.Item("back", ("Back",), (text,))}
    header, read = po.parse(po.written(language("de"), items))
    assert header == po.header_of(language("de"))
    assert read["back"].forms == (text,)
    assert read["cancel"].forms == ("",)


def test_a_line_that_is_not_understood_is_named() -> None:
    with pytest.raises(po.BadPo, match="x:2: not understood"):
        po.parse("# a comment\nnonsense\n", "x")


@pytest.mark.parametrize("damage", ["magic", "short", "offset", "large", "text"])
def test_a_damaged_catalogue_is_refused(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = bytearray((catalogue.LOCALE / "de.mo").read_bytes())
    if damage == "magic":
        data[0] ^= 1
    elif damage == "short":
        data = data[:20]
    elif damage == "offset":
        struct.pack_into("<I", data, 28 + 4, len(data))
        struct.pack_into("<I", data, 28, 5)
    elif damage == "large":
        data += bytes(catalogue.LARGEST)
    else:
        data[-40:] = b"\xff" * 40
    (tmp_path / "xx.mo").write_bytes(data)
    monkeypatch.setattr(catalogue, "LOCALE", tmp_path)
    with pytest.raises(BadCatalogue, match="install the program again"):
        catalogue.forms.__wrapped__("xx")


def test_a_whole_catalogue_is_not() -> None:
    """The twin."""
    kept = catalogue.parse((catalogue.LOCALE / "de.mo").read_bytes())
    assert kept["help"] == ("Hilfe",)


# -- speaking --------------------------------------------------------------------------------------


def test_words_are_english_outside_and_come_back() -> None:
    with speaking("de"):
        assert say("help") == "Hilfe"
        with speaking("fr"):
            assert say("help") == "Aide"
        assert say("help") == "Hilfe"
    assert say("help") == "Help"
    with pytest.raises(KeyError), speaking("xx"):
        pass
    with pytest.raises(KeyError), speaking("de"):
        say("no.such.key")


def test_a_language_counts_in_its_own_way() -> None:
    with speaking("ar"):
        said = {say("age.minutes", n=n) for n in (0, 1, 2, 5, 11, 100)}
        assert len(said) == 6
    with speaking("fr"):
        assert count("form.size.free", 0) == "0 libre"
        assert count("form.size.free", 2) == "2 libres"
    assert count("form.size.free", 0) == "0 free"


def test_times_and_dates_are_those_of_the_language() -> None:
    moment = Moment("1 24 11 2027", "14:05")
    said = {}
    for one in LANGUAGES:
        with speaking(one.code):
            said[one.code] = (day(moment), time("14:05"), time(""))
    assert said["en"] == ("Tue 24 Nov 2027", "14:05", "")
    assert said["de"][0] == "Di, 24. Nov. 2027"
    assert said["zh"][0] == "2027\u5e7411\u670824\u65e5\u5468\u4e8c"
    assert said["ar"][1].startswith("2:05 ")
    with speaking("hi"):
        parts = [time(f"{hour:02d}:00").split()[0] for hour in (0, 4, 12, 16, 20)]
        assert len(set(parts)) == 4 and parts[0] == parts[-1]
        assert time("00:30").endswith(" 12:30") and time("12:30").endswith(" 12:30")


def test_lists_are_joined_in_the_language() -> None:
    with speaking("de"):
        assert listed(("3", "7", "12")) == "3, 7 und 12"
    with speaking("zh"):
        assert listed(("3", "7", "12")) == "3\u30017\u548c12"


def test_names_are_isolated_only_where_lines_run_from_the_right() -> None:
    with speaking("ar"):
        assert "\u2066020\u00a07946\u2069" in say("call", phone="020 7946")
    with speaking("de"):
        assert say("call", phone="020 7946") == "Rufen Sie an: 020\u00a07946"


# -- words of the core ----------------------------------------------------------------------------


def test_other_words_are_shown_as_they_are() -> None:
    assert words.found("the weather is bad; wait") == ("", {})
    with speaking("de"):
        assert told("the weather is bad; wait") == "The weather is bad; wait."
        assert told("Recorded.") == "Erfasst."
        assert told("no free compartment fits size M; ask an operator").startswith("Kein freies")
        assert "Leitung" in told("a depositor may not do this; ask: operator, technician")
    assert told("nothing; wait") == "Nothing; wait."


# -- pseudo-languages ------------------------------------------------------------------------------


@pytest.mark.parametrize("one", PSEUDO, ids=by_code)
def test_a_pseudo_language_changes_every_text_and_no_name_in_braces(one: Language) -> None:
    made = catalogue.forms(one.code)
    for entry in entries():
        for english, form in zip(po.english_of(entry), made[entry.key], strict=True):
            assert po.braces(form) == po.braces(english)
            plain = re.sub(r"\{\w+\}", "", english)
            if set(plain) & set(string.ascii_letters) and entry.key not in pseudo.KEPT:
                assert form != english, entry.key


def test_the_longer_one_is_longer() -> None:
    made = catalogue.forms("en-XA")
    texts = [
        (TEXT[one.key], made[one.key][-1])
        for one in entries()
        if len(TEXT[one.key]) > 20 and one.key not in pseudo.KEPT
    ]
    assert all(len(long) >= 1.3 * len(short) for short, long in texts)


def test_english_needs_no_catalogue() -> None:
    assert catalogue.forms("en") == {}
    assert ENGLISH.forms == 2
