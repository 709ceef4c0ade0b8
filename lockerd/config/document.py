"""From a path to a parsed TOML document, with every line that is not TOML reported.

Theory of operation.  The file is read once; the same bytes are hashed and parsed.  `tomllib` stops
at its first error, so a line at fault is blanked (a header is mended) and the rest parsed again, a
few times: an installer sees all mistakes in one go.  What is missing from a document mended in
this way is not reported, since it may have been on a blanked line.

Rules.  Sizes are checked before parsing.  Only a regular file is opened: reading a device or a
pipe could block or act.  LF and CR LF both end a line.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import tomllib
from pathlib import Path

from lockerd.config.complaint import Sheet
from lockerd.config.tables import BY_NAME
from lockerd.config.toml_lines import Lines
from lockerd.core.record import Record

MAX_BYTES = 256_000
MAX_LINE = 500
MAX_NESTING = 16
MAX_BAD_LINES = 20

_TOO_LONG = f"write at most {MAX_LINE} characters to a line, and lists at most {MAX_NESTING} deep"
_PLACE = re.compile(r"^(.*) \(at (?:line (\d+), column \d+|end of document)\)$", re.DOTALL)
_TWICE = ("Cannot overwrite", "Cannot declare", "Cannot mutate", "Cannot redefine", "Duplicate")
_NAME = r"[A-Za-z0-9_.-]+"


class Document(Record):
    """A parsed file.  `mended`: some lines were blanked, so absence proves nothing."""

    root: dict[str, object]
    mended: bool


def load(path: Path, sheet: Sheet) -> bytes | None:
    """The bytes of a file, at most `MAX_BYTES`; None after a complaint."""
    try:
        mode = os.stat(path).st_mode
        if not stat.S_ISREG(mode):
            kind = "directory" if stat.S_ISDIR(mode) else "device, pipe or socket"
            what, remedy = f"is a {kind}", "name the config file itself"
            sheet.add_at("E-CFG-002", 1, "file", "path", what, remedy)
            return None
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        what, remedy = _unreadable(error)
        sheet.add_at("E-CFG-001", 1, "file", "path", what, remedy)
        return None
    if len(data) > MAX_BYTES:
        what = f"is larger than {MAX_BYTES} bytes"
        sheet.add_at("E-CFG-003", 1, "file", "size", what, "keep one site in it, nothing else")
        return None
    return data


def _unreadable(error: Exception) -> tuple[str, str]:
    code = error.errno if isinstance(error, OSError) else None
    if code in (errno.ENOENT, errno.ENOTDIR):
        return "does not exist", "check the spelling, or copy config/reference.toml to it"
    if code in (errno.EACCES, errno.EPERM):
        return "may not be read by this user", "allow it, for example with chmod a+r"
    reason = os.strerror(code).lower() if code else "not a possible path"
    return f"cannot be read ({reason})", "check the path and the medium that holds it"


def parse(data: bytes, sheet: Sheet) -> Document | None:
    """The document in these bytes; None after a complaint that leaves nothing to check."""
    text = _decoded(data, sheet)
    lines = text.split("\n") if text is not None else []
    long = next((at for at, line in enumerate(lines, 1) if len(line) > MAX_LINE), 0)
    if long:
        what = f"is {len(lines[long - 1])} characters long"
        sheet.add_at("E-CFG-007", long, "file", "line", what, _TOO_LONG)
    if text is None or long:
        sheet.add_unchecked()
        return None
    root, mended = _parsed(lines, sheet)
    if root is None:
        sheet.add_unchecked()
        return None
    if not root and not mended:
        what, remedy = "is empty", "copy config/reference.toml and change it"
        sheet.add_at("E-CFG-004", 1, "file", "content", what, remedy)
        return None
    sheet.use_text("\n".join(lines))
    return Document(root, mended)


def _decoded(data: bytes, sheet: Sheet) -> str | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        what = "is UTF-16"
        sheet.add_at("E-CFG-005", 1, "file", "encoding", what, "save the file as UTF-8")
        return None
    if data.startswith(b"\xef\xbb\xbf"):
        what = "begins with a byte order mark"
        sheet.add_at("E-CFG-006", 1, "file", "encoding", what, "save the file as UTF-8 without one")
        data = data[3:]
    try:
        return data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"holds byte 0x{data[error.start]:02x}, which is not UTF-8"
        sheet.add_at("E-CFG-005", line, "file", "encoding", what, "save the file as UTF-8")
        return None


def _parsed(lines: list[str], sheet: Sheet) -> tuple[dict[str, object] | None, bool]:
    """Parse, blanking lines at fault in place.  The root, or None, and whether any was blanked."""
    for bad in range(MAX_BAD_LINES):
        try:
            return tomllib.loads("\n".join(lines)), bad > 0
        except RecursionError:
            number = _deep_line(lines)
            what = "is where lists are nested too deeply"
            sheet.add_at("E-CFG-007", number, "file", "nesting", what, _TOO_LONG)
            return None, True
        except tomllib.TOMLDecodeError as error:
            if not _report(str(error), lines, sheet):
                return None, True
    return None, True


def _report(message: str, lines: list[str], sheet: Sheet) -> bool:
    """Report one error of the parser and blank its line; whether it is worth parsing again."""
    match = _PLACE.match(message)
    reason, place = (match[1], match[2]) if match else (message, None)
    number = int(place) if place else len(lines)
    line = lines[number - 1]
    if reason.startswith(_TWICE):
        _report_twice(reason, number, lines, sheet)
    else:
        what, remedy = _explained(reason, line, lines, number)
        sheet.add_at("E-CFG-008", number, "file", "syntax", what, remedy)
    if place is None or reason == "Unclosed array" or not line.strip():
        return False
    if line.lstrip().startswith("["):
        return _mend_header(number, lines)
    lines[number - 1] = ""
    return True


def _mend_header(number: int, lines: list[str]) -> bool:
    """Write a header right, or drop its section when that would not help."""
    match = re.match(rf"\s*\[+\s*({_NAME})", lines[number - 1])
    table = BY_NAME.get(match[1].partition(".")[0]) if match else None
    if table is not None and match is not None:
        mended = f"[[{match[1]}]]" if table.shape == "many" else f"[{match[1]}]"
        if mended != lines[number - 1].partition("#")[0].strip():
            lines[number - 1] = mended
            return True
    for at in range(number - 1, len(lines)):
        if at >= number and lines[at].lstrip().startswith("["):
            break
        lines[at] = ""
    return True


def _report_twice(reason: str, number: int, lines: list[str], sheet: Sheet) -> None:
    seen = Lines("\n".join(lines[:number]))
    path = seen.last
    names = [str(part) for part in path if isinstance(part, str)]
    inside = re.search(r"table key '([^']*)'$", reason)
    first = seen.of(*path)
    where = f", first on line {first}" if first < number else ""
    if lines[number - 1].lstrip().startswith("["):
        what = f"is given a second time{where}"
        remedy = "move its keys there and remove this header"
        sheet.add_at("E-CFG-009", number, ".".join(names) or "file", "table", what, remedy)
        return
    if inside is not None:
        what, remedy = "is given twice in one row", "keep one of them"
        sheet.add_at("E-CFG-009", number, ".".join(names) or "file", inside[1], what, remedy)
        return
    table = ".".join(names[:-1]) or "file"
    key = names[-1] if names else "key"
    what = f"is given a second time{where}"
    sheet.add_at("E-CFG-009", number, table, key, what, "keep one of them")


def _deep_line(lines: list[str]) -> int:
    depth = 0
    for number, line in enumerate(lines, 1):
        depth += sum(line.count(one) for one in "[{") - sum(line.count(one) for one in "]}")
        if depth > MAX_NESTING or line.count("[") + line.count("{") > MAX_NESTING:
            return number
    return 1


def _explained(reason: str, line: str, lines: list[str], number: int) -> tuple[str, str]:
    """What an installer probably did, and what to do instead."""
    if reason == "Unclosed array":
        opened = next((at for at in range(number, 0, -1) if re.search(r"=\s*\[", lines[at - 1])), 1)
        return (
            f"is inside the list that begins on line {opened}",
            "end every row with a comma, and the list with ]",
        )
    if reason.startswith("Unescaped"):
        return "has a backslash that stands for nothing", "write it twice"
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", _TEXT, line)
    for pattern, what, remedy in _MISTAKES:
        if re.search(pattern, bare):
            return what, remedy
    plain = re.sub(r"[^ -~]", "?", reason)[:80]
    return f"is not TOML ({plain[:1].lower()}{plain[1:]})", "compare it with config/reference.toml"


_TEXT = "\N{PILCROW SIGN}"

_MISTAKES: tuple[tuple[str, str, str], ...] = (
    ("[\u201c\u201d\u201e\u2018\u2019]", "has typographic quotes", 'write straight ones: "'),
    (r"^\s*(//|;)", "begins with a sign that TOML does not know", "begin a comment with #"),
    (r"^\s*\[[^\]]*$", "has a table's name without its closing bracket", "write [table] whole"),
    (r"^\s*\[\[[^\]]*\][^\]]*$", "has two opening brackets and one closing", "write [[table]]"),
    (rf"^\s*{_NAME}\s*:", "has a colon after its key", "write key = value"),
    (r"=\s*(True|TRUE|False|FALSE|[Yy]es|YES|[Nn]o|NO|[Oo]n|ON|[Oo]ff|OFF)\b",
     "has a word that is neither true nor false", "write true or false in small letters"),
    (r"=\s*0[0-9]", "has a number that begins with 0", "write it without, or in quotes"),
    (r"=\s*[0-9]+,[0-9]", "has a comma inside a number", "write a decimal point"),
    (r"=\s*[0-9.]+\s*[A-Za-z%]", "has a unit after its number",
     "write the number alone, since the key names the unit"),
    (r"=\s*(#.*)?$", "has no value", "write one after the =, or remove the key"),
    (r"=\s*[A-Za-z/+_]", "has text without quotes", 'write it in quotes: "text"'),
    (r"[\"']", "has a quote that is not closed", "close it on the same line"),
    (r"^[^=\[]*$", "is neither a key nor a table", "write key = value, or begin a comment with #"),
    ("\\}\\s*\\{|\N{PILCROW SIGN}\\s+[A-Za-z]|[0-9]\\s+[A-Za-z]", "has a comma missing",
     "put a comma between the keys of a row"),
)  # fmt: skip
"""What people write instead of TOML, seen after every complete text is reduced to one sign."""
