"""Catalogues as people edit them: read, brought up to date, checked, compiled.

Theory of operation.  `ui/locale/xx.po` holds the words of one language in GNU gettext's format, so
that any translation editor opens it.  The context of an entry is the key in `ui.words`; its text
is the English one, kept so that a change of the English is seen as an entry that no longer fits.
`compiled` makes the `.mo` file that the program reads.

Rules.  The program never imports this module: it serves `scripts/catalogue` and the tests.  The
same catalogue makes the same bytes.  Names in braces are the same in every form, except that a form
for one fixed number may leave `{n}` out.

Format: GNU gettext manual, "The Format of PO Files" and "The Format of GNU MO Files".
"""

from __future__ import annotations

import ast
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lockerd.core.record import Record
from ui.lang import LANGUAGES, Language, glyphs
from ui.lang.catalogue import LOCALE, MAGIC
from ui.words import TEXT, Entry, entries

MAIN: Final = "Inter-Regular.otf"
FREE: Final = {"time": {"hh", "h", "mm", "part"}}
"""Patterns for which a language chooses among more names than English uses."""

LENGTHS: Final = {"weekdays": 7, "months": 12}
NOT_DRAWN: Final = frozenset("\n\u00a0\u200c\u200d") | glyphs.IGNORED


class Item(Record):
    """One entry of a `.po` file."""

    key: str
    english: tuple[str, ...]
    forms: tuple[str, ...]
    flags: tuple[str, ...] = ()


class BadPo(ValueError):
    """A line of a `.po` file is not understood."""


def path_of(code: str) -> Path:
    """Where the catalogue of a language is."""
    return LOCALE / f"{code}.po"


def translated() -> tuple[Language, ...]:
    """The languages that have a catalogue: all but English."""
    return tuple(one for one in LANGUAGES if one.code != "en")


def english_of(entry: Entry) -> tuple[str, ...]:
    """The English texts of an entry: one, or singular and plural."""
    return tuple(TEXT[one] for one in entry.english)


# -- reading and writing --------------------------------------------------------------------------


def parse(text: str, name: str = "catalogue") -> tuple[str, dict[str, Item]]:
    """(header, items by key).  Raises BadPo."""
    header, found = "", dict[str, Item]()
    fields: dict[str, str] = {}
    flags: tuple[str, ...] = ()
    last = ""
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if not line.strip():
            if "msgid" in fields:
                item = _item(fields, flags)
                if not item.key and not item.english[0]:
                    header = item.forms[0]
                elif item.key in found:
                    raise BadPo(f"{name}:{number}: {item.key} is there twice; remove one")
                else:
                    found[item.key] = item
            fields, flags, last = {}, (), ""
        elif line.startswith("#,"):
            flags = tuple(one.strip() for one in line[2:].split(","))
        elif not line.startswith("#"):
            got = re.fullmatch(r'(?:(msg\w+(?:\[\d\])?) )?(".*")', line)
            if got is None:
                raise BadPo(
                    f"{name}:{number}: not understood; write a keyword and a text in quotes"
                )
            last = got[1] or last
            fields[last] = fields.get(last, "") + str(ast.literal_eval(got[2]))
    return header, found


def _item(fields: dict[str, str], flags: tuple[str, ...]) -> Item:
    english = tuple(fields[one] for one in ("msgid", "msgid_plural") if one in fields)
    forms = tuple(
        value for name, value in sorted(fields.items()) if name.startswith("msgstr") and value
    )
    places = sum(name.startswith("msgstr") for name in fields)
    forms = forms if len(forms) == places else ("",)
    return Item(fields.get("msgctxt", ""), english, forms, flags)


def read(code: str) -> tuple[str, dict[str, Item]]:
    """The catalogue of a language.  Raises BadPo and OSError."""
    return parse(path_of(code).read_text("utf-8"), f"{code}.po")


def header_of(language: Language) -> str:
    """What every catalogue begins with."""
    return (
        f"Language: {language.code}\nMIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n"
        f"Plural-Forms: nplurals={language.forms}; plural=({language.rule});\n"
    )


def quoted(text: str) -> str:
    """A text as it stands in a `.po` file."""
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    lines = text.split("\n")
    if len(lines) == 1:
        return f'"{text}"'
    parts = [f'"{line}\\n"' for line in lines[:-1]] + ([f'"{lines[-1]}"'] if lines[-1] else [])
    return "\n".join(['""', *parts])


def written(language: Language, items: dict[str, Item]) -> str:
    """A catalogue with an entry for each key of `ui.words`, in its order.

    What is not translated is empty; an entry whose English changed is kept and marked fuzzy.
    """
    parts = [f'msgid ""\nmsgstr {quoted(header_of(language))}\n']
    for entry in entries():
        english, old = english_of(entry), items.get(entry.key)
        lines = []
        if old is not None and old.forms[0] and (old.english != english or "fuzzy" in old.flags):
            lines.append("#, fuzzy")
        lines += [f"msgctxt {quoted(entry.key)}", f"msgid {quoted(english[0])}"]
        forms = old.forms if old is not None else ("",)
        if not entry.plural:
            lines.append(f"msgstr {quoted(forms[0])}")
        else:
            lines.append(f"msgid_plural {quoted(english[-1])}")
            for place in range(language.forms):
                form = forms[place] if place < len(forms) else ""
                lines.append(f"msgstr[{place}] {quoted(form)}")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def compiled(text: str) -> bytes:
    """The `.mo` file of a catalogue; fuzzy and empty entries are left out.  Raises BadPo."""
    header, items = parse(text)
    pairs = {b"": header.encode()}
    for item in items.values():
        if item.forms[0] and "fuzzy" not in item.flags:
            asked = f"{item.key}\x04" + "\x00".join(item.english)
            pairs[asked.encode()] = "\x00".join(item.forms).encode()
    asked_at, number = 28, len(pairs)
    answered_at = asked_at + 8 * number
    at = answered_at + 8 * number
    tables, texts = [b"", b""], b""
    for side, column in enumerate(zip(*sorted(pairs.items()), strict=True)):
        for one in column:
            tables[side] += struct.pack("<2I", len(one), at)
            texts += one + b"\x00"
            at += len(one) + 1
    head = struct.pack("<7I", MAGIC, 0, number, asked_at, answered_at, 0, at)
    return head + tables[0] + tables[1] + texts


# -- checking -------------------------------------------------------------------------------------


def complaints(language: Language) -> list[str]:
    """Everything that is wrong with a catalogue, one line each, ending with the remedy."""
    code = language.code
    header, items = read(code)
    found = []
    if header != header_of(language):
        found.append("the header is not the language's own; run: scripts/catalogue update")
    known = {entry.key: entry for entry in entries()}
    found += [f"{key}: no such key; run: scripts/catalogue update" for key in items.keys() - known]
    for key, entry in known.items():
        found += [f"{key}: {wrong}" for wrong in _faults(language, entry, items.get(key))]
    mo = path_of(code).with_suffix(".mo")
    made = compiled(path_of(code).read_text("utf-8"))
    if not mo.exists() or mo.read_bytes() != made:
        found.append(f"{mo.name} is not current; run: scripts/catalogue compile")
    return [f"{code}.po: {one}" for one in found]


def _faults(language: Language, entry: Entry, item: Item | None) -> Iterator[str]:
    if item is None or not item.forms[0]:
        yield "not translated; write its words"
        return
    english = english_of(entry)
    if item.english != english:
        yield "the English changed; run: scripts/catalogue update, then check the words"
    if "fuzzy" in item.flags:
        yield "fuzzy; check the words and remove the mark"
    wanted = language.forms if entry.plural else 1
    if len(item.forms) != wanted:
        yield f"it has {len(item.forms)} forms; write {wanted}"
    names = set(braces(english[-1]))
    for form in item.forms:
        given = set(braces(form))
        if entry.key in FREE:
            if not given <= FREE[entry.key]:
                yield f"{form!r}: write names from {', '.join(sorted(FREE[entry.key]))}"
        elif given - names or names - given - ({"n"} if entry.plural else set()):
            yield f"{form!r} has other names in braces; write {', '.join(sorted(names))}"
    if entry.key in LENGTHS and len(item.forms[0].split()) != LENGTHS[entry.key]:
        yield f"it is a list; write {LENGTHS[entry.key]} words"


def braces(text: str) -> list[str]:
    """The names in braces of a text."""
    return re.findall(r"\{(\w+)\}", text)


def letters() -> set[str]:
    """Every character of the catalogues and of the languages' own names."""
    found = set("".join(one.own for one in LANGUAGES))
    for one in translated():
        if path_of(one.code).exists():
            for item in read(one.code)[1].values():
                found.update("".join(item.forms))
    return found - NOT_DRAWN


def undrawn() -> str:
    """The characters of the catalogues that some weight of the shipped fonts lacks."""
    main = glyphs.coverage(MAIN)

    def lacks(char: str) -> bool:
        if char in NOT_DRAWN or ord(char) in main:
            return False
        files = glyphs.FILES.get(glyphs.script_of(char), ((), ()))
        return not all(ord(char) in glyphs.coverage(one[0]) for one in files if one) or not files[0]

    return "".join(sorted(char for char in letters() if lacks(char)))
