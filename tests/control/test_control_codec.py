"""Lines of the control socket: what is taken, what is refused, and that nothing else happens."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockerd.control import codec
from lockerd.control.codec import Request, RequestError

GOOD = {"v": 1, "id": 7, "op": "status", "args": {}}


def line(**changes: object) -> bytes:
    return json.dumps({**GOOD, **changes}).encode()


def refusal(data: bytes) -> RequestError:
    with pytest.raises(RequestError) as caught:
        codec.parse_request(data)
    return caught.value


def test_a_request_comes_back_as_it_was_written() -> None:
    asked = Request(7, "handover.list", {"phase": "ordered", "deep": [1, {"a": None}], "f": True})
    written = codec.request_line(asked)
    assert written.endswith(b"\n") and written.count(b"\n") == 1
    assert codec.parse_request(written[:-1]) == asked


def test_args_may_be_left_out() -> None:
    assert codec.parse_request(b'{"v":1,"id":0,"op":"status"}') == Request(0, "status", {})


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "malformed"),
        (b"hello", "malformed"),
        (b"[1,2]", "malformed"),
        (b"null", "malformed"),
        (b"{}", "version"),
        (line(v=2), "version"),
        (line(v=True), "version"),
        (line(v="1"), "version"),
        (line(id=-1), "malformed"),
        (line(id="7"), "malformed"),
        (line(id=True), "malformed"),
        (line(id=2**53), "malformed"),
        (line(op=7), "malformed"),
        (line(op="x" * 65), "malformed"),
        (line(args=[]), "malformed"),
        (line(extra=1), "malformed"),
        (line(args={"n": 1.5}), "malformed"),
        (line(args={"n": 1e3}), "malformed"),
        (line(args={"n": 2**53}), "malformed"),
        (line(args={"n": -(2**53)}), "malformed"),
        (b'{"v":1,"id":1,"op":"a","args":{"n":NaN}}', "malformed"),
        (b'{"v":1,"id":1,"op":"a","args":{"n":Infinity}}', "malformed"),
        (b'{"v":1,"id":1,"op":"a","op":"b"}', "malformed"),
        (b'{"v":1,"id":1,"op":"a","args":{"k":1,"k":1}}', "malformed"),
        (b'{"v":1,"id":1,"op":"a","args":{"t":"\\ud800"}}', "malformed"),
        (b'{"v":1,"id":1,"op":"a","args":{"\\udfff":1}}', "malformed"),
        (b'{"v":1,"id":1,"op":"a"} {}', "malformed"),
        (b'\xff\xfe{"v":1}', "malformed"),
        (b"\xef\xbb\xbf" + line(), "malformed"),
        (b"[" * 60_000, "malformed"),
        (b'{"v":1,"id":' + b"9" * 60_000 + b"}", "malformed"),
        (b'{"v":1,"id":1,"op":"a","args":' + b'{"a":' * 9 + b"1" + b"}" * 9 + b"}", "malformed"),
        (b" " * codec.LINE_MAX, "too-long"),
        (b"\x00" * 100, "malformed"),
    ],
)
def test_what_is_no_request_is_refused(data: bytes, code: str) -> None:
    assert refusal(data).code == code


def test_the_number_is_kept_where_it_can_be_read() -> None:
    assert refusal(line(v=9)).id == 7
    assert refusal(line(extra=1)).id == 7
    assert refusal(b"{").id is None


def test_nothing_that_was_sent_is_repeated() -> None:
    for data in (line(extra="SECRET"), line(v="SECRET"), b'{"v":1,"id":1,"op":"a","SECRET":1}'):
        assert "SECRET" not in str(refusal(data))


def test_the_deepest_request_that_is_taken() -> None:
    # The object itself is the first level.
    inside = b'{"a":' * (codec.DEPTH_MAX - 2) + b"1" + b"}" * (codec.DEPTH_MAX - 2)
    codec.parse_request(b'{"v":1,"id":1,"op":"a","args":' + inside + b"}")
    deeper = b'{"a":' + inside + b"}"
    assert "levels" in str(refusal(b'{"v":1,"id":1,"op":"a","args":' + deeper + b"}"))


def test_the_longest_line_that_is_taken() -> None:
    def of(length: int) -> bytes:
        head = b'{"v":1,"id":1,"op":"a","args":{"t":"'
        return head + b"x" * (length - len(head) - 3) + b'"}}'

    assert codec.parse_request(of(codec.LINE_MAX - 1)).op == "a"
    assert refusal(of(codec.LINE_MAX)).code == "too-long"


def test_an_answer_comes_back_as_it_was_written() -> None:
    written = codec.reply_line(7, {"rows": [1], "name": "Zoë\u2028\x00"})
    assert written.count(b"\n") == 1
    reply = codec.parse_reply(written[:-1])
    assert (reply.id, reply.ok, reply.result) == (7, True, {"rows": [1], "name": "Zoë\u2028\x00"})


def test_a_refusal_comes_back_as_it_was_written() -> None:
    written = codec.error_line(RequestError("declined", "not now; later", why="phase"), 7)
    reply = codec.parse_reply(written[:-1])
    assert (reply.ok, reply.code, reply.why) == (False, "declined", "phase")
    assert reply.error == "not now; later"


def test_a_refusal_always_fits() -> None:
    assert len(codec.error_line(RequestError("failed", "\u00e9" * 100_000), 1)) < codec.LINE_MAX


def test_an_answer_that_is_too_long_is_not_written() -> None:
    with pytest.raises(RequestError) as caught:
        codec.reply_line(1, {"t": "x" * codec.LINE_MAX})
    assert caught.value.code == "too-long"


def test_a_text_that_is_no_unicode_is_not_written() -> None:
    with pytest.raises(RequestError):
        codec.request_line(Request(1, "a", {"t": "\ud800"}))


@pytest.mark.parametrize(
    "data", [b"{}", b'{"v":1,"id":1,"ok":1,"result":{}}', b'{"v":1,"id":1,"ok":false,"code":1}']
)
def test_what_is_no_answer_is_refused(data: bytes) -> None:
    with pytest.raises(RequestError):
        codec.parse_reply(data)


def test_every_code_has_a_meaning_and_other_codes_are_a_bug() -> None:
    with pytest.raises(AssertionError):
        RequestError("whatever", "x")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON)
@settings(max_examples=300, deadline=None)
def test_any_json_is_a_request_or_is_refused(value: object) -> None:
    try:
        codec.parse_request(json.dumps(value).encode())
    except RequestError as no:
        assert no.code in codec.CODES


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_request_or_are_refused(data: bytes) -> None:
    try:
        codec.parse_request(data)
    except RequestError as no:
        assert no.code in codec.CODES
