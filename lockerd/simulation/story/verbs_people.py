"""What people do at the cabinet: the verbs of staff and recipients."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from lockerd.core import messages as msg
from lockerd.core import telephone
from lockerd.core.claim import groups
from lockerd.core.reference import reference
from lockerd.simulation.story.reading import BadStory, span_ms

if TYPE_CHECKING:
    from lockerd.simulation.story.player import Player


def wait(player: Player, words: Sequence[str]) -> None:
    """wait SPAN"""
    player.stage.run_for(span_ms(words[0]))


def sign_in(player: Player, words: Sequence[str]) -> None:
    """sign-in STAFF: badge and PIN"""
    player.hands.sign_in(words[0])


def badge(player: Player, words: Sequence[str]) -> None:
    """badge STAFF: show the badge only"""
    player.stage.world.badge(words[0])
    player.stage.run_for(400)


def type_badge(player: Player, words: Sequence[str]) -> None:
    """type-badge STAFF: type what the badge says, as a person copies it, where nothing scans"""
    text = groups(player.stage.world.badges[words[0]].text.lower())
    player.stage.do(msg.Pressed("type-badge"), 400)
    form(player, [f"badge={text}"])
    player.stage.run_for(400)


def approve(player: Player, words: Sequence[str]) -> None:
    """approve STAFF: as a second person, show a badge and type its PIN"""
    badge = player.stage.world.badges[words[0]]
    player.hands.scan(badge.text)
    player.hands.expect("approve_pin")
    player.stage.do(msg.CodeTyped(badge.pin), 400)


def order(player: Player, words: Sequence[str]) -> None:
    """order LABEL recipient=… item=… [size=] [profile=] [reference=] [seal=] [fact=]
    [from=SPAN] [until=SPAN]"""
    given = dict(one.split("=", 1) for one in words[1:])
    now = player.stage.house.clock.now().lo
    opens, closes = given.pop("from", None), given.pop("until", None)
    player.labels[words[0]] = player.hands.order(
        given.pop("recipient", "A recipient"),
        given.pop("item", "An item"),
        size=given.pop("size", "S"),
        profile=given.pop("profile", player.stage.house.site.profiles[0].name),
        reference=given.pop("reference", ""),
        seal=given.pop("seal", ""),
        fact=given.pop("fact", ""),
        staff=given.pop("staff", "1"),
        opens=None if opens is None else now + span_ms(opens),
        closes=None if closes is None else now + span_ms(closes),
    )
    if given:
        raise BadStory(f"order does not know {sorted(given)}; see the verb's form")


def deposit(player: Player, words: Sequence[str]) -> None:
    """deposit LABEL: pick, place, close, confirm"""
    player.hands.place(_labelled(player, words[0]))


def start_deposit(player: Player, words: Sequence[str]) -> None:
    """start-deposit LABEL: pick it and wait for the door"""
    player.hands.start_deposit(_labelled(player, words[0]))


def read_code(player: Player, words: Sequence[str]) -> None:
    """read-code LABEL: write down the code that the kiosk shows, kept as `$LABEL.pin .qr`"""
    visit = player.stage.house.engine.visit
    if not visit.pin:
        raise BadStory("no code is on the screen; only a profile with show_code puts one there")
    player.found[words[0], "pin"], player.found[words[0], "qr"] = visit.pin, visit.qr


def sign_out(player: Player, words: Sequence[str]) -> None:
    """sign-out"""
    player.hands.sign_out()


def press(player: Player, words: Sequence[str]) -> None:
    """press ACTION [ARGUMENT]"""
    player.hands.press(*words)


def type_digits(player: Player, words: Sequence[str]) -> None:
    """type DIGITS: digits and OK"""
    if player.hands.step == "staff_pin":
        player.stage.do(msg.CodeTyped(words[0]), 400)
    else:
        player.hands.type_code(words[0])


def guess(player: Player, words: Sequence[str]) -> None:
    """guess LABEL: a wrong PIN with the right selector"""
    pin = player.value(f"${words[0]}.pin")
    wrong = pin[:3] + f"{(int(pin[3:]) + 1) % 1_000_000:06d}"
    type_digits(player, [wrong])


def form(player: Player, words: Sequence[str]) -> None:
    """form KEY=VALUE…: send the form that is on the screen"""
    fields = dict(one.split("=", 1) for one in words)
    ids = (player.stage.id(), player.stage.id(), player.stage.id())
    player.stage.do(msg.FormSent(fields, ids), 400)


def scan(player: Player, words: Sequence[str]) -> None:
    """scan TEXT"""
    player.hands.scan(words[0])


def collect(player: Player, words: Sequence[str]) -> None:
    """collect LABEL: type the PIN, wait, close the door, take the receipt"""
    player.hands.collect(player.value(f"${words[0]}.pin"))


def know(player: Player, words: Sequence[str]) -> None:
    """know DIGITS: type what both know, and OK"""
    player.hands.expect("fact", "deposit_fact")
    player.stage.do(msg.CodeTyped(words[0]), 400)


def sign(player: Player, words: Sequence[str]) -> None:
    """sign: draw a signature and hand it on"""
    player.hands.sign()


def ticket(player: Player, words: Sequence[str]) -> None:
    """ticket LABEL: keep the number of the newest ticket of a lost code, as `$LABEL.ticket`"""
    tickets = player.stage.house.engine.state.tickets
    if not tickets:
        raise BadStory("no code is reported lost; press lost on the help screen first")
    player.found[words[0], "ticket"] = list(tickets)[-1]


def read_out(player: Player, words: Sequence[str]) -> None:
    """read-out STAFF LABEL: an operator hears the challenge and vouches for a handover; kept as
    `$LABEL.answer`"""
    staff, label = words
    house = player.stage.house
    known = house.engine.state.tickets.get(house.engine.visit.item or "")
    if known is None or not known.challenge:
        raise BadStory("no challenge is on the screen; press telephone beside a ticket first")
    key = house.vault.telephone_key(house.engine.state.staff[staff].cred)
    name = reference(house.site, _labelled(player, label))
    player.found[label, "answer"] = telephone.answer(key, known.challenge, name)


def queue(player: Player, words: Sequence[str]) -> None:
    """queue RULE SUBJECT FINDING REASON: the signed-in operator resolves an item"""
    rule, subject, finding, reason = words
    subject = player.labels.get(subject, subject)
    player.hands.press("queue")
    player.hands.press("item", f"{rule}:{subject}")
    player.hands.press("resolve", finding)
    form(player, [f"reason={reason}"])


def _labelled(player: Player, label: str) -> str:
    return player.value(f"${label}.ho")


VERBS: Mapping[str, Callable[[Player, Sequence[str]], None]] = {
    "wait": wait,
    "sign-in": sign_in,
    "badge": badge,
    "type-badge": type_badge,
    "approve": approve,
    "order": order,
    "deposit": deposit,
    "start-deposit": start_deposit,
    "read-code": read_code,
    "sign-out": sign_out,
    "press": press,
    "type": type_digits,
    "guess": guess,
    "form": form,
    "scan": scan,
    "collect": collect,
    "know": know,
    "sign": sign,
    "ticket": ticket,
    "read-out": read_out,
    "queue": queue,
}
