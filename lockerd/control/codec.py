"""Lines of the control socket: strict both ways, bounded in bytes, depth and numbers.

Theory of operation.  A line is one JSON object in UTF-8, ended by LF.  A request is
`{"v":1,"id":n,"op":"...","args":{...}}`; an answer is `{"v":1,"id":n,"ok":true,"result":{...}}` or
`{"v":1,"id":n,"ok":false,"code":"...","why":"...","error":"..."}`.

Standard: RFC 8259 in a smaller grammar: integers within 2^53-1 and no fractions, no key twice, no
lone surrogate, at most `DEPTH_MAX` levels.

Rules.  Nothing that was received is repeated in an error: it may be a name or a code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

VERSION = 1
LINE_MAX = 65_536
"""Bytes of one line, its newline included."""

DEPTH_MAX = 8
INT_MAX = 2**53 - 1
OP_MAX = 64

CODES: Mapping[str, str] = {
    "declined": "it is not possible now, or not for this person; `why` is one constant word",
    "failed": "a device, the journal or the disk failed",
    "staff": "the user of the socket is no member of staff, so it may read but not act",
    "usage": "the arguments are wrong",
    "unknown-op": "there is no such operation",
    "malformed": "the line is not a request; the connection stays",
    "version": "the request is of another version",
    "too-long": "the line, or the answer to it, is longer than a line may be",
    "unfinished": "the connection ended in the middle of a line",
    "busy": "too many clients are connected, or this one does not read its answers",
    "forbidden": "the socket is for the daemon's own user and for root",
}
"""Every code of an error and its meaning."""


class RequestError(Exception):
    """The answer is no.  `code` is one of `CODES`; the text ends with the remedy.

    `why`: for `declined`, one constant word.  `id`: of the request, where it could be read.
    """

    def __init__(self, code: str, text: str, why: str = "", request_id: int | None = None) -> None:
        assert code in CODES, code
        super().__init__(text)
        self.code = code
        self.why = why
        self.id = request_id


class Request(NamedTuple):
    """One question."""

    id: int
    op: str
    args: Mapping[str, Any]


class Reply(NamedTuple):
    """One answer.  `id` is None when the daemon could not read the question's."""

    id: int | None
    ok: bool
    result: Mapping[str, Any]
    code: str = ""
    why: str = ""
    error: str = ""


def parse_request(line: bytes) -> Request:
    """The request of one line, its newline removed.  Raises RequestError."""
    raw = _object(line)
    number = raw.get("id")
    known = number if _natural(number) else None
    if raw.get("v") != VERSION or type(raw.get("v")) is not int:
        raise RequestError(
            "version",
            f'a request begins with "v":{VERSION}; use the lockerctl of this release',
            request_id=known,
        )
    op, args = raw.get("op"), raw.get("args", {})
    if known is None or not isinstance(op, str) or not isinstance(args, dict):
        raise RequestError(
            "malformed",
            "a request has an id (0 to 2^53-1), an op and args; write all three",
            request_id=known,
        )
    if len(raw) > 4 or set(raw) - {"v", "id", "op", "args"} or len(op) > OP_MAX:
        raise RequestError(
            "malformed", "a request has v, id, op and args only; remove the rest", request_id=known
        )
    return Request(known, op, args)


def parse_reply(line: bytes) -> Reply:
    """The answer of one line, its newline removed.  Raises RequestError."""
    raw = _object(line)
    number, ok = raw.get("id"), raw.get("ok")
    known = number if _natural(number) else None
    ours = raw.get("v") == VERSION and type(raw.get("v")) is int
    if ours and ok is True and isinstance(raw.get("result"), dict):
        return Reply(known, True, raw["result"])
    texts = [raw.get(name, "") for name in ("code", "why", "error")]
    if ours and ok is False and all(isinstance(one, str) for one in texts):
        return Reply(known, False, {}, *texts)
    raise RequestError(
        "malformed", "the daemon's answer is not understood; use the lockerctl of its release"
    )


def request_line(request: Request) -> bytes:
    """A request as a line.  Raises RequestError when it is too long or cannot be written."""
    return _line({"v": VERSION, "id": request.id, "op": request.op, "args": dict(request.args)})


def reply_line(request_id: int | None, result: Mapping[str, Any]) -> bytes:
    """A good answer as a line.  Raises RequestError when it is too long."""
    return _line({"v": VERSION, "id": request_id, "ok": True, "result": dict(result)})


def error_line(error: RequestError, request_id: int | None) -> bytes:
    """A refusal as a line; its text is cut when it would not fit."""
    text = str(error)[:4_000]
    answer = {"v": VERSION, "id": request_id, "ok": False, "code": error.code, "error": text}
    if error.why:
        answer["why"] = error.why
    return _line(answer)


def fits(value: Any) -> int:
    """How many bytes a value takes in a line."""
    return len(_DUMPS(value).encode("utf-8", "replace"))


def _line(value: Mapping[str, Any]) -> bytes:
    try:
        line = _DUMPS(value).encode("utf-8") + b"\n"
    except UnicodeEncodeError:
        raise RequestError("malformed", "a text is not Unicode; send well-formed text") from None
    if len(line) > LINE_MAX:
        raise RequestError(
            "too-long", f"a line has at most {LINE_MAX} bytes; ask for less at a time"
        )
    return line


def _object(line: bytes) -> dict[str, Any]:
    if len(line) >= LINE_MAX:
        raise RequestError("too-long", f"a line has at most {LINE_MAX} bytes; send less at a time")
    try:
        value = _LOADS(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise RequestError("malformed", "the line is not UTF-8; send UTF-8") from None
    except (ValueError, RecursionError):
        raise RequestError(
            "malformed", "the line is not plain JSON; send one object with integers only"
        ) from None
    if type(value) is not dict:
        raise RequestError("malformed", "the line is not a JSON object; send one object")
    _check(value, 1)
    return value


def _check(value: Any, depth: int) -> None:
    """Refuse what is too deep, too large a number or no Unicode."""
    if depth > DEPTH_MAX:
        raise RequestError("malformed", f"more than {DEPTH_MAX} levels; send a flatter object")
    if isinstance(value, str):
        _check_text(value)
    elif type(value) is int:
        if not -INT_MAX <= value <= INT_MAX:
            raise RequestError("malformed", "a number is beyond 2^53-1; send a smaller one")
    elif isinstance(value, dict):
        for key, one in value.items():
            _check(key, depth)
            _check(one, depth + 1)
    elif isinstance(value, list):
        for one in value:
            _check(one, depth + 1)


def _check_text(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise RequestError("malformed", "a text is not Unicode; send well-formed text") from None


def _natural(value: object) -> bool:
    return type(value) is int and 0 <= value <= INT_MAX


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_fraction(_: str) -> Any:
    raise ValueError("integers only")


_DUMPS = json.JSONEncoder(
    separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False
).encode
_LOADS = json.JSONDecoder(
    parse_float=_no_fraction, parse_constant=_no_fraction, object_pairs_hook=_once
).decode
