"""Signed notes: the published example, what was produced before, and every small change refused."""

from __future__ import annotations

import pytest

from lockerd.journal import note

EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = (
    "This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXpp"
    "zi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
ORIGIN = "lockerd.example/dev/8f2c"
LOG_VKEY = f"{ORIGIN}+69d6e83a+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"
WITNESS_VKEY = "witness.example/w1+df1c0a35+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU"
CHECKPOINT = f"{ORIGIN}\n70094\nERzFmkaGKLReWz6LvEk9e9z3KLkAeR0roAJaF0psUe4=\n"
LOG_LINE = (
    f"\u2014 {ORIGIN} adboOr2udzts42f2dUYEdLK5DiJIVDEK12sQS/vnQ4Ep50SHVWVyPRkdVild6Cj+GaYUhrZ9ld2s"
    "Igxq0wM8CmwNeAk=\n"
)
WITNESS_LINE = (
    "\u2014 witness.example/w1 3xwKNQAAAABrASXQdJ4kAlkm9zvFKdqTXAh+oM9YKOi+MdpKoNHeYaQ8JyG4qJ1RqaLO"
    "X81jjwxuLQWojHiLHmqi7ipaQFM5qeA/DA==\n"
)
WITNESSED = f"{CHECKPOINT}\n{LOG_LINE}{WITNESS_LINE}"


def signer(fill: int = 1, name: str = ORIGIN) -> note.SigningKey:
    return note.SigningKey(name, bytes([fill]) * 32)


def test_the_published_example_verifies() -> None:
    opened, proven = note.open_note(EXAMPLE, [note.parse_vkey(EXAMPLE_KEY)])
    assert opened.text == "This is an example message.\n"
    assert [one.key.name for one in proven] == ["example.com/foo"]
    assert opened.full == EXAMPLE


def test_keys_have_the_form_that_others_use() -> None:
    assert signer(1).vkey == LOG_VKEY
    assert note.parse_vkey(LOG_VKEY) == signer(1).key
    witness, _ = note.cosign(CHECKPOINT, signer(2, "witness.example/w1"), 1)
    assert witness.vkey == WITNESS_VKEY
    private = signer(1).secret_text
    assert private.startswith("PRIVATE+KEY+lockerd.example/dev/8f2c+69d6e83a+AQEB")
    assert note.parse_signing_key(private + "\n").vkey == LOG_VKEY
    assert private not in repr(signer(1))


def test_a_checkpoint_is_signed_and_cosigned_byte_for_byte() -> None:
    signed = note.sign_note(CHECKPOINT, signer(1))
    assert signed.full == f"{CHECKPOINT}\n{LOG_LINE}"
    time = int.from_bytes(note.parse_note(WITNESSED).signatures[1].body[:8], "big")
    witness, line = note.cosign(CHECKPOINT, signer(2, "witness.example/w1"), time)
    assert line.line == WITNESS_LINE
    _, proven = note.open_note(WITNESSED, [signer(1).key, witness])
    assert [(one.key.name, one.time) for one in proven] == [
        (ORIGIN, None),
        ("witness.example/w1", time),
    ]
    head = note.parse_checkpoint(CHECKPOINT)
    assert (head.origin, head.size) == (ORIGIN, 70094)
    assert head.text == CHECKPOINT


def test_unknown_keys_are_ignored_and_known_ones_must_hold() -> None:
    log, witness = note.parse_vkey(LOG_VKEY), note.parse_vkey(WITNESS_VKEY)
    assert len(note.open_note(WITNESSED, [log])[1]) == 1
    with pytest.raises(note.NoteError, match="trusted here"):
        note.open_note(WITNESSED, [note.parse_vkey(EXAMPLE_KEY)])
    swapped = WITNESSED.replace(
        "witness.example/w1 3xwKNQAAAABr", "witness.example/w1 3xwKNQAAAABs"
    )
    with pytest.raises(note.NoteError, match=r"witness\.example/w1 is wrong"):
        note.open_note(swapped, [log, witness])
    assert note.open_note(swapped, [log])  # to whom the witness is nobody


def test_a_second_line_of_one_key_is_ignored() -> None:
    _, proven = note.open_note(f"{CHECKPOINT}\n{LOG_LINE}{LOG_LINE}", [note.parse_vkey(LOG_VKEY)])
    assert len(proven) == 1


def test_sixteen_lines_are_accepted_and_a_flood_is_not() -> None:
    others = [
        note.cosign(CHECKPOINT, signer(n + 3, f"w{n}"), 5)[1].line
        for n in range(note.MAX_SIGNATURES)
    ]
    many = f"{CHECKPOINT}\n{LOG_LINE}" + "".join(others[:16])
    assert note.open_note(many, [note.parse_vkey(LOG_VKEY)])
    with pytest.raises(note.NoteError, match="too many"):
        note.parse_note(f"{CHECKPOINT}\n{LOG_LINE}" + "".join(others))


@pytest.mark.parametrize("whole", [EXAMPLE, WITNESSED])
def test_no_flipped_bit_survives(whole: str) -> None:
    """Every bit of text and signatures, for someone who trusts every signer."""
    keys = [note.parse_vkey(one) for one in (EXAMPLE_KEY, LOG_VKEY, WITNESS_VKEY)]
    data = whole.encode()
    assert note.open_note(data, keys)
    whole_proof = len(note.open_note(data, keys)[1])
    for at in range(len(data) * 8):
        damaged = bytearray(data)
        damaged[at // 8] ^= 1 << at % 8
        try:
            _, proven = note.open_note(bytes(damaged), keys)
        except note.NoteError:
            continue
        # A line whose key is no longer recognised proves nothing; nothing else may pass.
        assert len(proven) < whole_proof, f"bit {at} of {damaged!r}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no signature\n",
        "text\n\n",
        f"text\n{LOG_LINE}",
        f"{CHECKPOINT}\n{LOG_LINE.removesuffix(chr(10))}",
        f"{CHECKPOINT}\n{LOG_LINE}\n",
        f"\n\n{LOG_LINE}",
        f"{CHECKPOINT}\n- {ORIGIN} AAAAAAAAAA==\n",
        f"{CHECKPOINT}\n\u2014 {ORIGIN} AAAA\n",
        f"{CHECKPOINT}\n\u2014 {ORIGIN}\n",
        f"{CHECKPOINT}\n\u2014  AAAAAAAAAA==\n",
        f"{CHECKPOINT}\n\u2014 a+b AAAAAAAAAA==\n",
        f"tab\there\n\n{LOG_LINE}",
        f"cr\r\n\n{LOG_LINE}",
        "x" * note.MAX_NOTE_BYTES + f"\n\n{LOG_LINE}",
    ],
)
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(note.NoteError):
        note.parse_note(text)


def test_what_is_no_utf8_is_refused() -> None:
    with pytest.raises(note.NoteError, match="UTF-8"):
        note.parse_note(b"\xff" + WITNESSED.encode())
    with pytest.raises(note.NoteError, match="UTF-8"):
        note.parse_note("\ud800" + WITNESSED)


def test_the_text_ends_at_the_last_blank_line() -> None:
    text = "one\n\ntwo\n"
    signed = note.sign_note(text, signer(1))
    assert note.open_note(signed.full, [signer(1).key])[0].text == text
    with pytest.raises(note.NoteError, match="newline"):
        note.sign_note("no newline", signer(1))


def test_base64_is_taken_in_one_form_only() -> None:
    assert note.unb64("AAE=", "it") == b"\0\1"
    for other in ("AAF=", "AAE", "AA E=", "AAE=\n", "AAE==", "AA-E", "=AAE", "\u00e9AE="):
        with pytest.raises(note.NoteError):
            note.unb64(other, "it")


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n70094\n{'A' * 43}=",
        f"{ORIGIN}\n070094\n{'A' * 43}=\n",
        f"{ORIGIN}\n-1\n{'A' * 43}=\n",
        f"{ORIGIN}\n+1\n{'A' * 43}=\n",
        f"{ORIGIN}\n1_0\n{'A' * 43}=\n",
        f"{ORIGIN}\n\u0661\n{'A' * 43}=\n",
        f"{ORIGIN}\n{2**63}\n{'A' * 43}=\n",
        f"{ORIGIN}\n{'9' * 5000}\n{'A' * 43}=\n",
        f"{ORIGIN}\n1\n{'A' * 40}\n",
        f"{ORIGIN}\n1\n{'A' * 43}=\nextension\n",
        f"\n1\n{'A' * 43}=\n",
        f"two words\n1\n{'A' * 43}=\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(note.NoteError):
        note.parse_checkpoint(text)
    good = f"{ORIGIN}\n{2**63 - 1}\n{'A' * 43}=\n"
    assert note.parse_checkpoint(good).text == good


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name+69d6e83a",
        LOG_VKEY.replace("69d6e83a", "69d6e83b"),
        LOG_VKEY.replace("69d6e83a", "69D6E83A"),
        LOG_VKEY.replace("/8f2c+", "/8f2d+"),
        LOG_VKEY.replace("+AYqI", "+AoqI"),
        LOG_VKEY.replace("D29c", "D29"),
        LOG_VKEY + "\n\n",
        " " + LOG_VKEY,
        f"{ORIGIN}+00000000+",
        "x" * 600 + LOG_VKEY,
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(note.NoteError):
        note.parse_vkey(text)
    with pytest.raises(note.NoteError):
        note.parse_signing_key(text)
    with pytest.raises(note.NoteError):
        note.parse_signing_key("PRIVATE+KEY+" + text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\nb", "x" * 256, "a\x01b"])
def test_names_that_would_break_a_line_are_refused(name: str) -> None:
    with pytest.raises(note.NoteError):
        note.check_name(name)
    assert note.check_name("fl\u00f6tte.example/rl07/1")


def test_a_seed_has_32_bytes() -> None:
    with pytest.raises(note.NoteError):
        note.SigningKey(ORIGIN, b"short")
    assert not signer(1).key.verifies(b"x", b"short")
    assert not note.Key(ORIGIN, 1, b"short").verifies(b"x", bytes(64))
