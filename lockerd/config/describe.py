"""The manual, the commented reference file and the JSON Schema, all made from the table of keys.

Theory of operation.  `python -m lockerd.config.describe WHAT` prints `config/reference.toml`
(`reference`), `config/schema.json` (`schema`) or `docs/configuration.md` (`manual`).  A test holds
the committed copies equal to what is made here.

The JSON Schema follows draft 7, which editors of TOML understand.
"""

from __future__ import annotations

import sys
import textwrap
from typing import Any

from lockerd.config.complaint import CODES
from lockerd.config.schema import FORMS, SHIPPED, Key, Table
from lockerd.config.shipped import shipped
from lockerd.config.tables import BY_NAME, TABLES
from lockerd.config.values import sample, written

_INTRODUCTION = """\
# Configuration

One TOML file describes one cabinet: where it stands, what it is wired to, and the rules of its
handovers. It holds no secret. The installer's laptop and the cabinet read it with the same code.

    lockerctl check-config FILE...

prints every mistake at once, in the order of the file, and exits with 0 when there is none:

    path:line: [table] key: what is wrong; what to write instead (E-CFG-nnn)

A warning (`W-CFG-nnn`) has the same form; the file is accepted. `--json` prints one object per
file. A cabinet with a mistake in its file stays up, touches no pin and shows file, line and remedy.

`config/demo.toml` is the simulated cabinet. `config/reference.toml` shows every key. Both begin
with a line that lets an editor check the file against `config/schema.json` while it is written.

A file has at most 256 000 bytes, 500 characters to a line, 32 columns, 200 compartments and 32
profiles. It is UTF-8 without a byte order mark; LF and CR LF both end a line. The journal records
the SHA-256 of its bytes and, after them, of the shipped profiles that it begins with.

Columns and height units count from 0, from the left and the top, as a person facing the cabinet
sees them. `[[compartment]]` may also be written as rows, `compartment = [ { unit = "1", ... }, ]`,
above the first table; the same holds for `[[column]]`.
"""

_TIMES = """\
## Hours

A profile with `open_hours` counts `window_h` and `reminders_h` in the hours of `[calendar]`: a
window of ten hours that begins on Friday at 16:00, where the site closes at 18:00, ends on Monday
eight hours after opening. The hours are the site's local ones through every change of its clocks,
and a day in `closed` has none.

Escalations name people by the NAME of their `[notify.NAME]` alone. A cabinet without a network
cannot call anybody: a reminder or an escalation is a line of the journal, and the queue says whom
to tell, for whoever can.
"""

_SHIPPED = """\
## Profiles that come with it

Seven kinds of handover are answered in `config/profiles/`, each answer with its reason:

    [profile.documents]
    like = "documents"
    window_h = 48

is the shipped profile with another window. Any name may be like any of them, twice too. What a
profile needs beside it, `check-config` asks for: a printer, a key in `[slips]`, somebody in
`[notify.NAME]`. Another answer of `at_expiry` takes the shipped list of people away. A new version
of the program may bring other answers; to keep these, copy the file's lines instead. The SHA-256 in
the journal covers both, in the order of the names:

    cat site.toml config/profiles/documents.toml config/profiles/keys.toml | sha256sum

`lockerctl site new` asks four questions and writes such a file; [installer.md](installer.md) goes
on from there.

"""

_WIRING = """\
## Choosing lines

A strike must not move while the board starts, before any software runs. GPIO 0 to 8 and 34 to 36
are pulled high then, 9 to 27, 30 to 33 and 37 to 43 low; the others float. So an active-high
strike belongs on a line that is low, an active-low one on a line that is high, and GPIO 14 and 15
carry the serial console and suit contacts only. Put a resistor on each strike's gate all the same.

A coil that is rated for short pulses wants ten times its pulse as rest. A pulse and the time its
contact takes to settle must end within `confirm_window_ms`, or an open door would go unseen.
"""


_EXAMPLES = {"profile": "documents", "notify": "desk"}
"""The name of the example's table, where a table has one."""


def bounds(key: Key) -> str:
    """What a key accepts, in words."""
    if key.choices:
        return ", ".join(written(one) for one in key.choices)
    if key.kind == "flag":
        return "true, false"
    if key.kind == "text":
        least = f"{key.low:g} to" if key.low else "at most"
        return f"{FORMS[key.form][1]}; {least} {key.high:g} characters"
    return f"{key.low:g} to {key.high:g}"


def fallback(key: Key) -> str:
    """What is used when a key is absent, in words."""
    if key.required:
        return "required"
    if key.default is None:
        return key.absent
    return "none" if key.default == "" else written(key.default)


def reference() -> str:
    """`config/reference.toml`: every key with its meaning, bounds and default."""
    lines = [
        "#:schema schema.json",
        "# Every key of a config file, with its meaning, unit, bounds and default.",
        "# Made from the same table that reads it; docs/configuration.md says more.",
    ]
    for table in TABLES:
        header = table.header.replace("NAME", _EXAMPLES.get(table.name, ""))
        lines += ["", "", *_comment(table.doc), header]
        for key in table.keys:
            unit = f" ({key.unit})" if key.unit else ""
            absent = "Required" if key.required else f"Default: {fallback(key)}"
            facts = f"Accepts: {bounds(key)}{unit}. {absent}."
            lines += ["", *_comment(key.doc), *_comment(facts), f"{key.name} = {sample(key)}"]
    return "\n".join(lines) + "\n"


def _comment(text: str) -> list[str]:
    plain = text.replace("`", "")
    return textwrap.wrap(plain, 96, initial_indent="# ", subsequent_indent="# ")


def manual() -> str:
    """`docs/configuration.md`."""
    parts = [_INTRODUCTION]
    for table in TABLES:
        need = "Required." if table.required else "Optional."
        limit = "" if table.limit == 1 else f" At most {table.limit}."
        lines = [f"## {table.header}", "", f"{table.doc} {need}{limit}", ""]
        lines += ["| key | meaning | unit | accepts | default |", "|---|---|---|---|---|"]
        for key in table.keys:
            cells = (f"`{key.name}`", key.doc, key.unit, bounds(key), fallback(key))
            lines.append(f"| {' | '.join(cells)} |")
        parts.append("\n".join(lines) + "\n")
    parts += [_TIMES, _SHIPPED + _profiles(), _WIRING]
    codes = [f"| {code} | {meaning} |" for code, meaning in CODES.items()]
    head = ["## Codes", "", "A code keeps its meaning for ever.", "", "| code | meaning |"]
    parts.append("\n".join([*head, "|---|---|", *codes]) + "\n")
    return "\n".join(parts)


def _profiles() -> str:
    """The seven, one column each."""
    found = [shipped(name) for name in SHIPPED]
    keys = [key for key in BY_NAME["profile"].keys if key.name not in ("like", "title")]
    lines = [f"| | {' | '.join(one.name for one in found)} |", "|---" * (len(found) + 1) + "|"]
    for key in keys:
        values = [one.values.get(key.name, key.default) for one in found]
        if len(set(values)) > 1:
            cells = [written(one).strip('"') if one not in (None, "") else "" for one in values]
            lines.append(f"| `{key.name}` | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def schema() -> str:
    """`config/schema.json`."""
    import json

    whole = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "lockerd: the config of one cabinet",
        "type": "object",
        "additionalProperties": False,
        "required": [table.name for table in TABLES if table.required],
        "properties": {table.name: _table_schema(table) for table in TABLES},
    }
    return json.dumps(whole, indent=2) + "\n"


def _table_schema(table: Table) -> dict[str, Any]:
    row: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "required": [key.name for key in table.keys if key.required],
        "properties": {key.name: _key_schema(key) for key in table.keys},
    }
    if table.shape == "many":
        size = {"minItems": int(table.required), "maxItems": table.limit}
        return {"description": table.doc, "type": "array", **size, "items": row}
    if table.shape == "named":
        return {
            "description": table.doc,
            "type": "object",
            "minProperties": int(table.required),
            "maxProperties": table.limit,
            "additionalProperties": False,
            "patternProperties": {f"^{FORMS['device'][0]}$": row},
        }
    return {"description": table.doc, **row}


def _key_schema(key: Key) -> dict[str, Any]:
    kinds = {"text": "string", "integer": "integer", "number": "number", "flag": "boolean"}
    found: dict[str, Any] = {"description": key.doc, "type": kinds[key.kind]}
    if key.default is not None and key.default != "":
        found["default"] = key.default
    if key.choices:
        found["enum"] = list(key.choices)
    elif key.kind == "text":
        found |= {"minLength": int(key.low), "maxLength": int(key.high)}
        found["pattern"] = f"^{FORMS[key.form][0]}$"
    elif key.kind != "flag":
        found |= {"minimum": key.low, "maximum": key.high}
    return found


def main(arguments: list[str]) -> int:
    """Print one of the three; 2 when none is named."""
    makers = {"reference": reference, "schema": schema, "manual": manual}
    maker = makers.get(arguments[0]) if len(arguments) == 1 else None
    if maker is None:
        sys.stderr.write(f"nothing to make; name one of {', '.join(makers)}\n")
        return 2
    sys.stdout.write(maker())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
