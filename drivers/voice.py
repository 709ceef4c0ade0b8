"""The voice: espeak-ng as a program of its own, fed a line at a time by one thread.

Theory of operation.  `speak` leaves lines in a box that holds one message, ends the program that is
still talking, and returns.  The thread takes what is in the box and runs espeak-ng once for each
line: the text goes in on standard input, so that no name stands among the machine's processes.
All it does is in `turn`, which a test calls without a thread.  At the start, and every `RETRY_S`
while it is dead, it says one letter at amplitude 0: the audio device is opened, and nothing heard.

Rules.  The loop never waits.  A newer message ends an older one.  espeak-ng ends with 0 where there
is no audio device and only complains on standard error, so a complaint there is a failure too.  A
voice that is dead says so once (`PartChanged`), and again when it speaks.  Four steps of 6 dB: the
amplitudes leave room below the one at which espeak-ng begins to clip (above 120 of 200).

Source: espeak-ng(1), 1.51; EN 301 549 8.2.1.1 and 8.2.1.2 (18 dB, an intermediate step of 12 dB).
"""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, Protocol

from lockerd.core.messages import PartChanged
from lockerd.ports import Post

PROGRAM: Final = "espeak-ng"
VOICES: Final = {
    "en": "en", "de": "de", "fr": "fr", "ar": "ar", "hi": "hi", "zh": "cmn-latn-pinyin",
}  # fmt: skip
"""The plain `cmn` of espeak-ng 1.51 reads the pinyin of most characters as English words."""

AMPLITUDES: Final = (12, 20, 40, 80)
"""Measured: 0, 5.9, 12.0 and 18.2 dB; espeak-ng rounds small amplitudes."""

WORDS_PER_MIN: Final = 160
LINE_S: Final = 60.0
"""Longer than the longest line takes; a program that talks on is hung."""

TEXT_MAX: Final = 1_000
LINES_MAX: Final = 64
RETRY_S: Final = 60.0
ENDS_S: Final = 2.0


class Talking(Protocol):
    """A program that was started: the part of `subprocess.Popen` that is used."""

    @property
    def returncode(self) -> int | None: ...

    def communicate(self, input: bytes, timeout: float) -> tuple[bytes, bytes]: ...
    def kill(self) -> None: ...


class Job(NamedTuple):
    """What one call of `speak` left.  `number` grows with each call."""

    number: int
    lines: tuple[tuple[str, str], ...]
    level: int


def run(command: Sequence[str]) -> Talking:
    """Start a program with pipes.  Raises OSError when there is none."""
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=subprocess.DEVNULL, stderr=pipe)


def command_of(language: str, amplitude: int) -> list[str]:
    """What says one line.  A language without a voice is spoken in English."""
    voice = VOICES.get(language.partition("-")[0], "en")
    speed = str(WORDS_PER_MIN)
    return [PROGRAM, "-v", voice, "-a", str(amplitude), "-s", speed, "-b", "1", "--stdin"]


def _end(talking: Talking) -> None:
    """Kill a program and let its process go; one that a dead device holds is left to the system."""
    talking.kill()
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        talking.communicate(b"", ENDS_S)


class EspeakSpeaker:
    """Implements `ports.Speaker`; `start` begins its thread."""

    def __init__(self, post: Post, launch: Callable[[Sequence[str]], Talking] = run) -> None:
        self._post, self._launch = post, launch
        self._box = threading.Condition()
        self._job = Job(0, (), 0)
        self._done = 0
        self._talking: Talking | None = None
        self._closed = False
        self._voice = ""
        self._jack = ""
        self._said: str | None = None
        self._thread: threading.Thread | None = None

    # -- ports.Speaker -----------------------------------------------------------------------------

    def sound(self, tone: str) -> None:
        """espeak-ng makes no tones."""

    def speak(self, lines: Sequence[tuple[str, str]], level: int) -> None:
        """Say lines of (language, text) instead of what is being said."""
        cut = tuple((language, text[:TEXT_MAX]) for language, text in lines[:LINES_MAX])
        with self._box:
            self._job = Job(self._job.number + 1, cut, level)
            self._silence()
            self._box.notify()

    def hush(self) -> None:
        """Say nothing more."""
        self.speak((), 0)

    # -- life --------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to talk, on a thread of its own."""
        assert self._thread is None, "the voice was started twice"
        self._thread = threading.Thread(target=self._run, name="speech", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop talking and end the thread; idempotent."""
        with self._box:
            self._closed = True
            self._silence()
            self._box.notify()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join(timeout=ENDS_S)

    def jack(self, present: bool) -> None:
        """The headphone jack came or went; from any thread."""
        with self._box:
            self._jack = "" if present else "gone"
            self._report()

    # -- the thread --------------------------------------------------------------------------------

    def _run(self) -> None:
        self.probe()
        while not self._closed:
            with self._box:
                if self._job.number == self._done and not self._closed:
                    self._box.wait(RETRY_S if self._voice else None)
                idle = self._job.number == self._done
            if idle and self._voice and not self._closed:
                self.probe()
            else:
                self.turn()

    def probe(self) -> None:
        """Find out whether it could speak, without a sound."""
        self._found(self._say(self._job.number, "en", "a", 0))

    def turn(self) -> None:
        """Say what was left last, line by line, until something newer comes."""
        job = self._job
        for language, text in job.lines:
            if self._job.number != job.number or self._closed:
                break
            self._found(self._say(job.number, language, text, AMPLITUDES[job.level]))
        self._done = job.number

    def _say(self, number: int, language: str, text: str, amplitude: int) -> str | None:
        """Run the program once: a word of `lockerd.core.parts`, empty if it spoke, None if cut."""
        try:
            with self._box:
                if self._job.number != number or self._closed:
                    return None
                talking = self._talking = self._launch(command_of(language, amplitude))
        except FileNotFoundError:
            return "missing"
        except OSError:  # it is there and cannot be started: no memory, no process, no permission
            return "failed"
        try:
            # Half a surrogate pair in a name is a question mark and not the end of the voice.
            _, complaint = talking.communicate(text.encode(errors="replace"), LINE_S)
        except subprocess.TimeoutExpired:
            _end(talking)
            complaint = b"error"
        except OSError:  # it ended before it had read its line
            _end(talking)
            complaint = b"error"
        finally:
            with self._box:
                self._talking = None
        if self._job.number != number or self._closed:
            return None
        return "failed" if talking.returncode or b"error" in complaint.lower() else ""

    def _found(self, why: str | None) -> None:
        """What the last attempt says of the voice."""
        if why is not None:
            with self._box:
                self._voice = why
                if not self._closed:  # nobody listens any more
                    self._report()

    def _report(self) -> None:
        """Say what is wrong with speech when that is another thing than before."""
        why = self._voice or self._jack
        if why != self._said:
            self._said = why
            self._post(PartChanged("speech", not why, why or "gone"))

    def _silence(self) -> None:
        """End what is talking; the box is held."""
        if self._talking is not None:
            self._talking.kill()
