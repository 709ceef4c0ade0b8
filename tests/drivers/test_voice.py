"""The voice on a program that behaves like espeak-ng, and on espeak-ng itself."""

from __future__ import annotations

import math
import shutil
import struct
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from drivers import open_voice
from drivers.voice import (
    AMPLITUDES,
    LINES_MAX,
    PROGRAM,
    TEXT_MAX,
    VOICES,
    EspeakSpeaker,
    command_of,
    run,
)
from lockerd.core.messages import Message, PartChanged
from lockerd.core.site import LANGUAGES, Speech
from support.cabinets import a_site

DEAD = PartChanged("speech", False, "failed")
BACK = PartChanged("speech", True)
NO_CARD = b"ALSA lib pcm.c:2666: Unknown PCM default\nerror: No such file or directory\n"


class Program:
    """What one run of espeak-ng does: speaks, complains, hangs, or is killed while it speaks."""

    def __init__(self, complaint: bytes = b"", code: int = 0, hangs: bool = False) -> None:
        self.complaint, self.code, self.hangs = complaint, code, hangs
        self.heard = b""
        self.killed = False
        self.meanwhile: Callable[[], None] = lambda: None

    @property
    def returncode(self) -> int | None:
        return -9 if self.killed else self.code

    def communicate(self, input: bytes, timeout: float) -> tuple[bytes, bytes]:
        self.heard += input
        self.meanwhile()
        if self.hangs and not self.killed:
            raise subprocess.TimeoutExpired(PROGRAM, timeout)
        return b"", self.complaint

    def kill(self) -> None:
        self.killed = True


class Machine:
    """Where programs are started: the next one that was laid out, else one that speaks."""

    def __init__(self) -> None:
        self.next: list[Program | OSError] = []
        self.ran: list[Program] = []
        self.commands: list[list[str]] = []
        self.posted: list[Message] = []

    def launch(self, command: Sequence[str]) -> Program:
        program = self.next.pop(0) if self.next else Program()
        if isinstance(program, OSError):
            raise program
        self.commands.append(list(command))
        self.ran.append(program)
        return program

    @property
    def texts(self) -> list[str]:
        return [one.heard.decode() for one in self.ran]


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def voice(machine: Machine) -> EspeakSpeaker:
    return EspeakSpeaker(machine.posted.append, machine.launch)


def test_lines_are_said_in_order_each_in_its_language(
    voice: EspeakSpeaker, machine: Machine
) -> None:
    voice.speak([("en", "Locker 3 is open"), ("ar", "استلم"), ("zh", "取件")], 1)
    voice.turn()
    assert machine.texts == ["Locker 3 is open", "استلم", "取件"]
    assert [command[2] for command in machine.commands] == ["en", "ar", "cmn-latn-pinyin"]
    assert {command[4] for command in machine.commands} == {str(AMPLITUDES[1])}
    assert machine.posted == [BACK]


def test_no_text_stands_among_the_machine_s_processes(
    voice: EspeakSpeaker, machine: Machine
) -> None:
    voice.speak([("en", "Ada Marsh")], 0)
    voice.turn()
    assert not any("Ada" in word for command in machine.commands for word in command)


def test_something_newer_ends_what_is_said(voice: EspeakSpeaker, machine: Machine) -> None:
    long = Program()
    long.meanwhile = lambda: voice.speak([("en", "newer")], 0)
    machine.next = [long]
    voice.speak([("en", "a long text"), ("en", "never said")], 0)
    voice.turn()
    voice.turn()
    assert long.killed
    assert machine.texts == ["a long text", "newer"]
    assert machine.posted == [BACK], "a program that was ended has not failed"


def test_twin_without_something_newer_everything_is_said(
    voice: EspeakSpeaker, machine: Machine
) -> None:
    voice.speak([("en", "a long text"), ("en", "said too")], 0)
    voice.turn()
    assert machine.texts == ["a long text", "said too"]
    assert not any(one.killed for one in machine.ran)


def test_hushed_in_the_middle_nothing_more_is_said(voice: EspeakSpeaker, machine: Machine) -> None:
    long = Program()
    long.meanwhile = voice.hush
    machine.next = [long]
    voice.speak([("en", "one"), ("en", "two")], 0)
    voice.turn()
    assert long.killed
    assert machine.texts == ["one"]


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (FileNotFoundError("espeak-ng"), "missing"),
        (BlockingIOError("fork"), "failed"),
        (Program(code=1), "failed"),
        (Program(code=-11), "failed"),
        (Program(NO_CARD), "failed"),
        (Program(hangs=True), "failed"),
    ],
    ids=["no program", "no process", "exit 1", "crash", "no sound card", "hung"],
)
def test_a_dead_voice_is_reported_once_and_is_back_when_it_speaks(
    voice: EspeakSpeaker, machine: Machine, broken: Program | OSError, why: str
) -> None:
    again = Program(code=1) if why == "failed" else FileNotFoundError("espeak-ng")
    machine.next = [broken, again]
    for _ in range(2):
        voice.speak([("en", "hello")], 0)
        voice.turn()
    assert machine.posted == [PartChanged("speech", False, why)]
    voice.speak([("en", "hello")], 0)
    voice.turn()
    assert machine.posted[1:] == [BACK]
    if isinstance(broken, Program) and broken.hangs:
        assert broken.killed


def test_a_warning_that_is_no_error_is_no_failure(voice: EspeakSpeaker, machine: Machine) -> None:
    """The twin: a sound system may talk and play all the same."""
    machine.next = [Program(b"ALSA lib: underrun occurred\n")]
    voice.speak([("en", "hello")], 0)
    voice.turn()
    assert machine.posted == [BACK]


def test_whether_it_could_speak_is_found_out_without_a_sound(
    voice: EspeakSpeaker, machine: Machine
) -> None:
    machine.next = [Program(NO_CARD)]
    voice.probe()
    voice.probe()
    assert machine.posted == [DEAD, BACK]
    assert {command[4] for command in machine.commands} == {"0"}


def test_a_program_that_not_even_a_kill_ends_is_not_the_end_of_the_voice(
    voice: EspeakSpeaker, machine: Machine
) -> None:
    """A sound device that hangs in the kernel holds it; `turn` must return all the same."""

    class Stuck(Program):
        def kill(self) -> None:
            """It is still there."""

    machine.next = [Stuck(hangs=True)]
    voice.speak([("en", "hello")], 0)
    voice.turn()
    voice.speak([("en", "again")], 0)
    voice.turn()
    assert machine.posted == [DEAD, BACK]


def test_half_a_character_does_not_end_the_voice(voice: EspeakSpeaker, machine: Machine) -> None:
    voice.speak([("en", "a \ud83d b")], 0)
    voice.turn()
    assert machine.texts == ["a ? b"]


def test_a_voice_that_was_closed_meanwhile_reports_nothing(
    voice: EspeakSpeaker, machine: Machine
) -> None:
    hung = Program(hangs=True)
    hung.meanwhile = voice.close
    machine.next = [hung]
    voice.probe()
    assert machine.posted == [], "the loop is gone"


def test_a_jack_that_went_is_speech_that_went(voice: EspeakSpeaker, machine: Machine) -> None:
    voice.probe()
    voice.jack(False)
    voice.probe()
    voice.jack(False)
    voice.jack(True)
    assert machine.posted == [BACK, PartChanged("speech", False, "gone"), BACK]


def test_a_voice_that_is_closed_says_nothing(voice: EspeakSpeaker, machine: Machine) -> None:
    voice.speak([("en", "hello")], 0)
    voice.close()
    voice.turn()
    assert machine.ran == []


def test_what_is_said_has_an_end(voice: EspeakSpeaker, machine: Machine) -> None:
    voice.speak([("en", "x" * (TEXT_MAX + 5))] * (LINES_MAX + 5), 0)
    voice.turn()
    assert len(machine.texts) == LINES_MAX
    assert {len(one) for one in machine.texts} == {TEXT_MAX}


def test_every_language_of_the_kiosk_has_a_voice() -> None:
    assert set(VOICES) == set(LANGUAGES)
    assert command_of("ar-XB", 10)[2] == "ar"
    assert command_of("xx", 10)[2] == "en"


def test_a_site_without_a_voice_has_none(machine: Machine) -> None:
    assert open_voice(a_site(), machine.posted.append) is None
    speaking = a_site().but(speech=Speech(kind="espeak"))
    assert isinstance(open_voice(speaking, machine.posted.append), EspeakSpeaker)


class TestTheProgramItself:
    """espeak-ng of Debian; `.ci/run` installs it."""

    @pytest.fixture(autouse=True)
    def installed(self) -> None:
        assert shutil.which(PROGRAM), "espeak-ng is not installed; run .ci/run, or apt-get install"

    @staticmethod
    def card(where: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        """Make `name` the only sound card: `null` swallows everything, another is not there."""
        conf = where / "asound.conf"
        conf.write_text(f"pcm.!default {{ type {name} }}\nctl.!default {{ type {name} }}\n")
        monkeypatch.setenv("ALSA_CONFIG_PATH", str(conf))
        monkeypatch.setenv("PULSE_SERVER", "unix:/nonexistent")

    def test_it_speaks_every_language(
        self, machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.card(tmp_path, monkeypatch, "null")
        voice = EspeakSpeaker(machine.posted.append, run)
        voice.speak([(one, "7") for one in LANGUAGES], 0)
        voice.turn()
        assert machine.posted == [BACK]

    def test_without_a_sound_card_it_is_dead(
        self, machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.card(tmp_path, monkeypatch, "nosuchcard")
        voice = EspeakSpeaker(machine.posted.append, run)
        voice.probe()
        assert machine.posted == [DEAD]

    def test_from_the_first_step_to_the_last_are_18_db_without_clipping(self) -> None:
        loud = [self.level(amplitude) for amplitude in AMPLITUDES]
        gains = [one - loud[0][0] for one, _ in loud]
        assert gains[-1] >= 18
        assert any(11.5 < one < 12.5 for one in gains), "no step at +12 dB"
        assert max(peak for _, peak in loud) < 32_000

    @staticmethod
    def level(amplitude: int) -> tuple[float, int]:
        """(loudness in dB, peak) of a sentence."""
        command = [*command_of("en", amplitude), "--stdout"]
        words = b"Locker seven is open. Take your item and close the door."
        wave = subprocess.run(command, input=words, capture_output=True, check=True).stdout[44:]
        samples = [one for (one,) in struct.iter_unpack("<h", wave[: len(wave) // 2 * 2])]
        power = sum(one * one for one in samples) / len(samples)
        return 10 * math.log10(power), max(map(abs, samples))
