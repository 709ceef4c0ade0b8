"""The beginning of a site's config: four questions, and the commented file that follows from them.

Theory of operation.  Who collects chooses a shipped profile; the other three answers are written
below it even where they are the profile's own, so that the file says what was decided.  What the
answers need beside them (a printer, a key, somebody to tell) is written too.  The front is a plain
one, to be corrected against the cabinet.

Rules.  What is written passes `check-config` without a warning.  Pure text: the caller writes it.
"""

from __future__ import annotations

from collections.abc import Mapping

from lockerd.config.layout import FrontPlan, plan
from lockerd.config.schema import Value
from lockerd.config.shipped import shipped
from lockerd.core.record import Record


class Question(Record):
    """One question.  `answers`: each answer's word and what it means."""

    name: str
    text: str
    answers: Mapping[str, str]


DEPOSITS = Question(
    "deposits",
    "Who deposits?",
    {
        "desk": "somebody at a desk, who tells the recipient the code that the kiosk shows",
        "counter": "staff, who hand or send on the slip that the cabinet prints",
        "office": "an office with a list, which sends letters from a sealed file",
    },
)
COLLECTS = Question(
    "collects",
    "Who collects?",
    {
        "client": "one client, signed papers",
        "keyholder": "a contractor, a tenant, a colleague: keys and credentials",
        "owner": "the owner of a repaired device",
        "technician": "a field technician: spare parts",
        "guest": "guests of one day, once each",
        "customer": "a customer, when nobody is there",
        "official": "a named person of a laboratory or a court: evidence and samples",
    },
)
PROOF = Question(
    "proof",
    "What proof does a recipient give?",
    {
        "code": "the code alone",
        "document": "the code, and a document that a member of staff looks at",
        "fact": "the code, and a date of birth that both know",
        "operator": "the code, and an operator who says yes",
        "both": "the code, a document, and an operator who says yes",
    },
)
FAILS = Question(
    "fails",
    "What when it fails, and nobody comes in time?",
    {
        "wait": "it stays, and an operator decides",
        "return": "it goes back to whoever deposited it",
        "reassign": "the next person collects instead",
        "escalate": "somebody is told, again and again",
    },
)
QUESTIONS = (DEPOSITS, COLLECTS, PROOF, FAILS)

PROFILE_OF: Mapping[str, str] = {
    "client": "documents",
    "keyholder": "keys",
    "owner": "repairs",
    "technician": "parts",
    "guest": "one-time",
    "customer": "out-of-hours",
    "official": "evidence",
}
DELIVERY_OF: Mapping[str, str] = {"desk": "screen", "counter": "slip", "office": "file"}
PROOF_OF: Mapping[str, tuple[str, int]] = {
    "code": ("none", 0),
    "document": ("witnessed", 0),
    "fact": ("fact", 0),
    "operator": ("none", 1),
    "both": ("witnessed", 1),
}
"""An answer -> second_factor and authorisers."""


class Answers(Record):
    """What was answered.  `driver`: `sim` or `gpio`, the latter with its `board`.

    `scanner` and `printer` are device paths, `slips_key` and `slips_dir` those of `[slips]`; each
    empty when there is none.
    """

    deposits: str
    collects: str
    proof: str
    fails: str
    name: str
    device: str
    help_phone: str
    time_zone: str
    fleet: str = "lockerd.example"
    driver: str = "sim"
    board: str = "cm"
    doors: int = 12
    owner_key: str = ""
    battery_clock: bool = True
    scanner: str = ""
    printer: str = "/dev/usb/lp0"
    slips_key: str = ""
    slips_dir: str = "/media/slips/lockerd"

    @property
    def profile(self) -> str:
        """The shipped profile that these answers begin with."""
        return PROFILE_OF[self.collects]

    @property
    def delivery(self) -> str:
        """How codes leave: in a simulation its telephone shows them."""
        return "phone" if self.driver == "sim" else DELIVERY_OF[self.deposits]


def usual(collects: str) -> dict[str, str]:
    """The answers to the other questions that the shipped profile itself gives."""
    values = shipped(PROFILE_OF[collects]).values
    proof = (values["second_factor"], values["authorisers"])
    return {
        "deposits": next(k for k, v in DELIVERY_OF.items() if v == values["delivery"]),
        "proof": next(k for k, v in PROOF_OF.items() if v == proof),
        "fails": str(values["at_expiry"]),
    }


def begin(given: Answers) -> str:
    """The text of the file."""
    front = plan(given.doors, given.board)
    parts = [
        _head(given),
        _front(front),
        _site(given),
        _driver(given),
        _inputs(given),
        _outlets(given),
        _profile(given),
    ]
    return "\n".join(one for one in parts if one)


def _head(given: Answers) -> str:
    lines = ["# The answers that this file was begun with:", "#"]
    for question in QUESTIONS:
        answer = str(getattr(given, question.name))
        lines += [f"#   {question.text}", f"#   {answer}: {question.answers[answer]}", "#"]
    lines += [
        "# It holds no secret. After every change: lockerctl check-config FILE",
        "# docs/configuration.md explains every key, docs/installer.md what to do next.",
    ]
    return "\n".join(lines) + "\n"


def _front(front: FrontPlan) -> str:
    lines = [
        "# The front from the left, as you face it; the first column is 0. Correct it against the",
        "# cabinet: one row per door, each column from the top, and the middle of each door above",
        "# the floor, for people who sit.",
        "column = [",
        *(
            f'  {{ kind = "{kind}", width_mm = 300, height = {front.height} }},'
            for kind in front.columns
        ),
        "]",
        "",
        "# Strikes are on lines that are low while the board starts, and not on its console.",
        "compartment = [",
    ]
    for one in front.doors:
        lines.append(
            f'  {{ unit = "{one.unit}", column = {one.column}, height = {one.height},'
            f' size = "{one.size}", strike_pin = {one.strike_pin},'
            f" contact_pin = {one.contact_pin}, reach_mm = {one.reach_mm} }},"
        )
    return "\n".join([*lines, "]"]) + "\n"


def _site(given: Answers) -> str:
    owner = (
        [f"owner_key = {_text(given.owner_key)} # enrols the first operator"]
        if given.owner_key
        else ["# No owner_key: a simulation enrols its own, labelled staff."]
    )
    return _table(
        "site",
        f"name = {_text(given.name)}",
        f"fleet = {_text(given.fleet)} # stands in the journal's name: never changes",
        f"device = {_text(given.device)} # the same",
        f"help_phone = {_text(given.help_phone)} # shown with every failure",
        f"time_zone = {_text(given.time_zone)}",
        *owner,
    )


def _driver(given: Answers) -> str:
    real = given.driver == "gpio"
    driver = _table("driver", f'kind = "{given.driver}"', f'board = "{given.board}"')
    screen = _table("screen", "fullscreen = true") if real else ""
    battery = "true" if given.battery_clock else "false"
    clock = _table(
        "clock",
        f"battery_backed = {battery} # whether the clock runs on while the board is off",
    )
    return "\n".join(one for one in (driver, screen, clock) if one)


def _inputs(given: Answers) -> str:
    """The scanner: given, or as lines to uncomment."""
    port = given.scanner or "/dev/serial/by-id/NAME"
    lines = ["[scanner]", 'kind = "serial"', f"port = {_text(port)}"]
    if given.scanner:
        return "\n".join(lines) + "\n"
    if given.driver == "sim":
        return ""
    head = "# A code scanner, when one is fitted; ls /dev/serial/by-id says its name."
    return "\n".join([head, *(f"# {one}" for one in lines)]) + "\n"


def _outlets(given: Answers) -> str:
    if given.delivery == "slip":
        return _table("printer", 'kind = "escpos"', f"device = {_text(given.printer)}")
    if given.delivery == "file":
        return _table(
            "slips",
            f"key = {_text(given.slips_key)} # its private half opens the file: keep it elsewhere",
            f"directory = {_text(given.slips_dir)}",
        )
    return ""


def _profile(given: Answers) -> str:
    base = shipped(given.profile)
    factor, authorisers = PROOF_OF[given.proof]
    shown = given.delivery == "screen" or (given.driver == "sim" and given.deposits == "desk")
    lines = [
        f'like = "{base.name}" # config/profiles/{base.name}.toml says the rest, and why',
        f'delivery = "{given.delivery}"' + _instead(given),
        f"show_code = {'true' if shown else 'false'}",
        f'second_factor = "{factor}"',
        f"authorisers = {authorisers}",
        f'at_expiry = "{given.fails}"',
    ]
    if not given.battery_clock and base.values["straddle"] == "deny":
        lines.append('straddle = "ask-operator" # "deny" asks for a clock with a battery')
    lines += _ends(given, base.under({"at_expiry": given.fails}))
    told = _told(given, base.values)
    table = _table(f"profile.{base.name}", *lines)
    return f"{told}\n{table}" if told else table


def _instead(given: Answers) -> str:
    real = DELIVERY_OF[given.deposits]
    return f' # the simulation\'s telephone; on a cabinet "{real}"' if given.driver == "sim" else ""


def _ends(given: Answers, below: Mapping[str, Value]) -> list[str]:
    """Whom the end of a window concerns, where the shipped profile does not say it."""
    if given.fails == "escalate" and not below.get("escalate_to"):
        return ['escalate_h = "0 24" # hours after the end', 'escalate_to = "desk"']
    if given.fails == "reassign" and not below.get("reassign_to"):
        return ['reassign_to = "on-call"']
    return []


def _told(given: Answers, values: Mapping[str, Value]) -> str:
    """The table of whoever is told, or collects instead; empty when nobody is."""
    if given.fails == "escalate":
        key = str(values.get("escalate_to") or "desk")
    elif given.fails == "reassign":
        key = str(values.get("reassign_to") or "on-call")
    else:
        return ""
    title = key.replace("-", " ").capitalize()
    return _table(f"notify.{key}", f'title = "{title}"', f"telephone = {_text(given.help_phone)}")


def _table(name: str, *lines: str) -> str:
    return "\n".join([f"[{name}]", *lines]) + "\n"


def _text(value: str) -> str:
    """A text as TOML writes it; what no config may hold is found by the check that follows."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
