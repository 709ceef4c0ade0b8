"""The custody report of a case: one page of HTML for a person who has to judge what happened.

Theory of operation.  The page is filled from a case's entries and from nothing else.  For each
handover it says what was handed over, what was seen, and in which entries; then everything in
order, every decision of a person with its reason, who acted and who enrolled them, what the record
cannot show, and how to check it with openssl.

Rules.  A command is not an opening, an opening is not a collection: each entry carries the class of
evidence that it is.  Every value is escaped, nothing unprintable survives, and the page refers to
nothing outside itself: no script, no picture, no font, no address.  Meaning never hangs on colour
alone.  The same case makes the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha256
from html import escape

from lockerd.core import events as ev
from lockerd.journal.casefile import EVENTS, Case, Entry, Part, is_final, second_of, subject_of
from lockerd.journal.page import PAGE
from lockerd.journal.signed import section
from lockerd.journal.weigh import CLASSES, class_of, is_decision, is_usual

Say = Callable[[Entry], str]
"""What an entry says, as a sentence."""

SIGNED = "recipient signed for it"
"""A step only where the profile asked for it."""

SEALED = "depositor read the number of the seal"
WHOLE = "recipient found the seal unbroken"
"""Steps only of an item with a seal."""

_NAMING = (ev.HandoverOrdered, ev.OrderCarried, ev.HandoverReassigned)
"""Entries that disclose who the recipient is."""

_ALWAYS = ("recipient", "item", "name")
"""What an entry that discloses anything has; the rest is there only where somebody gave it."""

ADOPTED = "two people found the item inside, after a new epoch"
"""A step that few handovers have: where it is missing, nothing is."""

_MILESTONES: tuple[tuple[str, tuple[type[ev.Event], ...]], ...] = (
    ("announced", (ev.HandoverOrdered, ev.OrderCarried)),
    (SEALED, (ev.ItemSealed,)),
    ("door opened for the depositor", (ev.DepositOpened,)),
    ("door closed behind the depositor", (ev.DepositClosed,)),
    ("depositor confirmed that the item is inside", (ev.DepositConfirmed,)),
    (ADOPTED, (ev.DepositAdopted,)),
    ("codes left the device", (ev.CredentialDelivered,)),
    ("recipient's code proven", (ev.ReleaseAuthorised,)),
    ("latch told to open for the recipient", (ev.PulseOrdered,)),
    ("door opened for the recipient", (ev.ReleaseOpened,)),
    ("door closed behind the recipient", (ev.HandoverCollected,)),
    (WHOLE, (ev.SealChecked,)),
    (SIGNED, (ev.CollectionSigned,)),
)


class Report:
    """Writes one report.  `say`: an entry as a sentence; `name`: the short reference of an id."""

    def __init__(self, case: Case, say: Say, name: Callable[[str], str], zone: tzinfo) -> None:
        self._case = case
        self._say = say
        self._name = name
        self._zone = zone

    def page(self) -> str:
        """The whole page."""
        part = self._case.parts[-1]
        names = ", ".join(self._name(one) for one in self._case.handovers[:8])
        more = len(self._case.handovers) - 8
        return PAGE.substitute(
            title=_t(names) + (f" and {more} more" if more > 0 else ""),
            origin=_t(part.origin),
            entries=sum(len(one.entries) for one in self._case.parts),
            size=part.size,
            until=self._moment(part.entries[-1]),
            simulated=self._simulated(),
            handovers="".join(self._handover(one) for one in self._case.handovers),
            classes="".join(
                f"<dt>{_badge(one)}</dt><dd>{_t(means)}.</dd>" for one, means in CLASSES.items()
            ),
            timeline="".join(self._timeline(one) for one in self._case.parts),
            decisions=self._decisions(),
            people=self._people(),
            keys="".join(_keys(one) for one in self._case.parts),
            recipe="\n".join(_t(line) for line in recipe(part)),
        )

    # -- one handover ------------------------------------------------------------------------------

    def _handover(self, ho: str) -> str:
        mine = [(part, one) for part, one in self._case.entries() if one.event.ho == ho]
        ordered = next(
            one
            for _, one in reversed(mine)
            if isinstance(one.event, ev.HandoverOrdered | ev.OrderCarried)
        )
        event = ordered.event
        assert isinstance(event, ev.HandoverOrdered | ev.OrderCarried)
        units = list(dict.fromkeys(one.event.unit for _, one in mine if one.event.unit))
        facts = (
            ("Item", self._name_of(ordered, "item")),
            ("Recipient", self._name_of(ordered, "recipient")),
            *self._others(mine),
            ("Reference", self._name_of(ordered, "reference")),
            *self._labels(ordered, mine),
            ("Profile", _t(f"{event.profile}, size {event.size}")),
            ("Compartment", _t(", ".join(units)) or "none was given"),
            ("Window", f"{self._time(event.opens)} to {self._time(event.closes)}"),
            ("Outcome", _t(outcome([one.event for _, one in mine]))),
        )
        rows = "".join(f"<dt>{label}</dt><dd>{value}</dd>" for label, value in facts)
        return (
            f"<section class=handover><h2>Handover {_t(self._name(ho))}</h2>"
            f"<p class=id>id {_t(ho)}, item number {_t(event.item_no)}</p>"
            f"<dl class=facts>{rows}</dl>{self._evidence(mine)}"
            f"{self._signatures(mine)}{self._doubts(mine)}</section>"
        )

    def _others(self, mine: Iterable[tuple[Part, Entry]]) -> Iterator[tuple[str, str]]:
        """Who was to collect instead, each with the entry that says so."""
        for part, one in mine:
            if isinstance(one.event, ev.HandoverReassigned):
                named = self._name_of(one, "recipient")
                yield "Recipient, then", f"{named} (entry {self._place(part, one)})"

    def _labels(
        self, ordered: Entry, mine: Iterable[tuple[Part, Entry]]
    ) -> Iterator[tuple[str, str]]:
        """The thing's own numbers, where it has any: the seal as its depositor read it."""
        if "asset" in ordered.disclosed:
            yield "Asset number", self._name_of(ordered, "asset")
        read = [one for _, one in mine if isinstance(one.event, ev.ItemSealed)]
        if read:
            yield "Seal", self._name_of(read[-1], "seal")
        elif "seal" in ordered.disclosed:
            yield "Seal, announced", self._name_of(ordered, "seal")

    def _signatures(self, mine: Sequence[tuple[Part, Entry]]) -> str:
        """What the recipient signed, with the name that the record has for them."""
        made, named = [], "<i>not on record</i>"
        for part, one in mine:
            if isinstance(one.event, _NAMING):
                named = self._name_of(one, "recipient")
            if isinstance(one.event, ev.CollectionSigned):
                event, drawn = one.event, one.disclosed.get("strokes")
                when, place = self._moment(one), self._place(part, one)
                made.append(section(event.how, event.means, drawn, one.sd, named, when, place))
        return "".join(made)

    def _doubts(self, mine: Sequence[tuple[Part, Entry]]) -> str:
        """What speaks against an undisturbed stay, with its entries."""
        begun = (mine[0][0].epoch, mine[0][1].idx)
        ended = [(part.epoch, one.idx) for part, one in mine if is_final(one.event)]
        over = ended[-1] if ended else _NEVER
        ho, units = mine[0][1].event.ho, {one.event.unit for _, one in mine} - {None}
        found = [
            f"<li>{self._place(part, one)}: {_t(self._say(one))}, {self._moment(one)}</li>"
            for part, one in self._case.entries()
            if not is_usual(one.event)
            and (
                one.event.ho == ho
                or subject_of(one.event) == ho  # broken glass names no other
                or (
                    one.event.ho is None
                    and one.event.unit in units
                    and begun <= (part.epoch, one.idx) <= over
                )
            )
        ]
        if not found:
            return "<p>Nothing unusual is on record about this handover or its compartment.</p>"
        return f"<h3>Unusual, and to be weighed</h3><ul>{''.join(found)}</ul>"

    def _evidence(self, mine: Iterable[tuple[Part, Entry]]) -> str:
        """The steps of a handover, and which entries are evidence of each."""
        rows = []
        every = list(mine)
        asked = any(getattr(one.event, "sign", False) for _, one in every)
        sealed = any(isinstance(one.event, ev.ItemSealed) for _, one in every)
        for what, kinds in _MILESTONES:
            found = [(part, one) for part, one in every if isinstance(one.event, kinds)]
            if kinds == (ev.PulseOrdered,):
                found = [one for one in found if getattr(one[1].event, "purpose", "") == "release"]
            if not found and what == SIGNED and not asked:
                continue
            if not found and what in (SEALED, WHOLE) and not sealed:
                continue
            if not found and what != ADOPTED:
                rows.append(f"<tr class=none><td>{what}<td colspan=3>no entry says so</tr>")
            for part, one in found:
                rows.append(
                    f"<tr><td>{what}<td>{_badge(class_of(one.event))}<td>{self._moment(one)}"
                    f"<td class=n>{self._place(part, one)}</tr>"
                )
        return (
            "<table><thead><tr><th>Step<th>Evidence<th>When<th class=n>Entry</tr></thead>"
            f"<tbody>{''.join(rows)}</tbody></table>"
        )

    def _name_of(self, entry: Entry, field: str) -> str:
        value = entry.disclosed.get(field)
        if value is not None:
            return f"<bdi>{_t(value)}</bdi>" if value else "none was given"
        if len(entry.disclosed) == entry.digests:
            return "none was given"
        if field not in _ALWAYS:
            return "<i>withheld or erased, if one was given</i>"
        return "<i>withheld or erased; the record keeps a digest of it</i>"

    # -- everything in order ----------------------------------------------------------------------

    def _timeline(self, part: Part) -> str:
        many = len(self._case.parts) > 1
        title = f"<h3>Epoch {part.epoch}: {_t(part.origin)}</h3>" if many else ""
        rows = "".join(self._line(part, one) for one in part.entries)
        return (
            f"{title}<table class=timeline><thead><tr><th class=n>Entry<th>When<th>Who<th>Door"
            f"<th>What<th>Evidence</tr></thead><tbody>{rows}</tbody></table>"
        )

    def _line(self, part: Part, one: Entry) -> str:
        event = one.event
        kind = "" if one.own else " class=around"
        ho = ""
        if len(self._case.handovers) > 1 and event.ho is not None:
            ho = f"<b>{_t(self._name(event.ho))}</b> "
        return (
            f"<tr{kind}><td class=n>{self._place(part, one)}<td>{self._moment(one)}"
            f"<td>{_t(_who(event))}<td>{_t(event.unit or '')}"
            f"<td>{ho}{_t(self._say(one))}<td>{_badge(class_of(event))}</tr>"
        )

    def _place(self, part: Part, one: Entry) -> str:
        """An entry's number, as a link to its receipt."""
        last = part is self._case.parts[-1]
        folder = EVENTS if last else f"{part.folder}/{EVENTS}"
        number = f"{one.idx}" if last else f"{part.epoch}/{one.idx}"
        return f'<a href="{escape(folder)}/{escape(one.file)}">{number}</a>'

    def _moment(self, one: Entry) -> str:
        """When an entry was written, and how sure that is."""
        now = one.now
        if now.error_ms is None:
            sure = "or later: nothing vouched for the clock"
        elif now.error_ms < 1_000:
            sure = f"within 1 s ({now.source})"
        else:
            sure = f"or up to {now.error_ms / 1000:.0f} s later ({now.source})"
        return f"{self._time(now.lo)}<span class=sure>{_t(sure)}</span>"

    def _time(self, ms: int) -> str:
        try:
            at = (_EPOCH + timedelta(milliseconds=ms)).astimezone(self._zone)
        except OverflowError:
            return "after the year 9999"
        return f"<time>{at:%Y-%m-%d %H:%M:%S} {_t(at.tzname() or '')}</time>"

    # -- people ------------------------------------------------------------------------------------

    def _decisions(self) -> str:
        rows = [
            f"<tr><td class=n>{self._place(part, one)}<td>{self._moment(one)}"
            f"<td>{_t(_who(one.event))}<td>{_t(self._say(one))}<td>{self._let(part, one)}</tr>"
            for part, one in self._case.entries()
            if is_decision(one.event)
        ]
        if not rows:
            return "<p>Nobody overrode, resolved or cancelled anything in this case.</p>"
        return (
            "<table><thead><tr><th class=n>Entry<th>When<th>Who<th>What, and why<th>Authorised by"
            f"</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        )

    def _let(self, part: Part, one: Entry) -> str:
        """Who else agreed to it, with the entry that says so; nobody where the glass was broken."""
        cause, second = one.event.cause, second_of(one.event)
        if cause is not None and cause.epoch == part.epoch:
            for each in part.entries:
                if each.idx == cause.idx and isinstance(each.event, ev.GlassBroken):
                    return f"nobody: the glass was broken (entry {self._place(part, each)})"
                if each.idx == cause.idx and isinstance(each.event, ev.ApprovalGiven):
                    return f"{_t(_who(each.event))} (entry {self._place(part, each)})"
        return "" if second is None else f"staff {_t(second)}"

    def _people(self) -> str:
        rows = []
        for part, one in self._case.entries():
            event = one.event
            if isinstance(event, ev.StaffEnrolled | ev.StaffCarried):
                mark = " (demonstration)" if event.demonstration else ""
                rows.append(
                    f"<tr><td>staff {_t(event.staff)}<td>{_t(event.role)}{mark}"
                    f"<td>{self._name_of(one, 'name')}<td>{_t(_who(event))}"
                    f"<td class=n>{self._place(part, one)}</tr>"
                )
        if not rows:
            return "<p>No member of staff acted in this case.</p>"
        return (
            "<table><thead><tr><th>Who<th>Role<th>Name<th>Enrolled by<th class=n>Entry</tr></thead>"
            f"<tbody>{''.join(rows)}</tbody></table>"
        )

    def _simulated(self) -> str:
        modes = {
            one.event.mode
            for _, one in self._case.entries()
            if isinstance(one.event, ev.LogGenesis)
        }
        if modes == {"device"}:
            return ""
        return "<p class=warning>This is the record of a simulated cabinet.</p>"


def outcome(events: Iterable[ev.Event]) -> str:
    """How a handover stands, in a sentence that says no more than its entries do."""
    said = "announced; nothing was deposited"
    for event in events:
        said = _later(event, said)
        match event:
            case ev.DepositConfirmed():
                said = "deposited; not collected"
            case ev.DepositCarried():
                said = f"deposited or begun to be, and not collected; {_ANEW}"
            case ev.DepositAdopted():
                said = f"deposited; not collected; {_FOUND_AGAIN}"
            case ev.ItemFound():
                said = "two people found it inside; it is to go back to whoever left it"
            case ev.ReleaseOpened():
                said = "the door was seen to open for the recipient; not yet seen to close"
            case ev.HandoverCollected():
                said = (
                    "collected: a code of this handover was proven, the door was seen to open, "
                    "then to close"
                )
            case ev.CollectionSigned():
                said += "; the recipient signed for it"
            case ev.CollectionUnsigned():
                said += "; nobody signed for it"
            case ev.HandoverExpired():
                said = "its window ended without a collection"
            case ev.HandoverFrozen():
                said = f"frozen: nobody may collect until a person has looked ({event.reason})"
            case ev.HandoverThawed():
                said = "deposited; not collected; a person found the item in its place"
            case ev.HandoverWithdrawn():
                found = "was there" if event.found else "was not there"
                said = f"ended by staff without a collection; the item {found} ({event.reason})"
            case ev.HandoverCancelled():
                said = f"cancelled before anything was deposited ({event.reason})"
            case _:
                pass
    return said


def _later(event: ev.Event, said: str) -> str:
    """The same where something is in dispute, goes back, or was handed over by key."""
    match event:
        case ev.DepositUnconfirmed():
            return f"in doubt: the depositor did not confirm the deposit ({event.reason})"
        case ev.HandoverKept():
            return "deposited; not collected; its recipient left it inside"
        case ev.CollectionDisputed():
            return f"{said}; the recipient disputes it ({event.what})"
        case ev.HandoverDisputed():
            return f"frozen: the recipient disputed it at the open door ({event.what})"
        case ev.DisputeSettled():
            return f"{said}; an operator looked inside ({event.found}: {event.reason})"
        case ev.HandoverAwaitingReturn() | ev.HandoverRefused():
            return f"not to be collected any more; it is to go back ({event.reason})"
        case ev.HandoverReturned():
            return "taken back: the door was seen to open, then to close, for whoever took it back"
        case ev.HandoverCollectedManually():
            by = _before(event.witness)
            return f"handed over by means of the mechanical key, {by} ({event.reason})"
        case _:
            return said


def _before(witness: str | None) -> str:
    return "by one person alone" if witness is None else f"before staff {witness}"


_NEVER = (1 << 62, 0)
_ANEW = "the record began anew: what lies there is not known until a person has looked"
_FOUND_AGAIN = "two people found the item after the record began anew"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _who(event: ev.Event) -> str:
    if event.actor.role == "device":
        return "cabinet"
    if event.actor.role == "recipient":
        return "recipient"
    return f"staff {event.actor.id} ({event.actor.role})"


def _badge(kind: str) -> str:
    return f'<span class="badge {kind}">{kind}</span>'


def _t(text: object) -> str:
    """Text for the page: nothing unprintable, everything escaped."""
    plain = "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode("ascii")
        for one in str(text)
    )
    return escape(plain)


def recipe(part: Part) -> tuple[str, ...]:
    """Five lines for a shell in the bundle: the head's signature, then one receipt after another.

    Needs openssl 3.
    """
    der = r"\060\052\060\005\006\003\053\145\160\003\041\000"
    return (
        f"{{ printf '{der}'; cut -d+ -f3- vkey | openssl base64 -d -A | tail -c 32; }} >key.der",
        "head -n 3 checkpoint >head",
        f"grep '^— {part.origin} ' checkpoint | cut -d' ' -f3 | openssl base64 -d -A "
        "| tail -c 64 >signature",
        "openssl pkeyutl -verify -pubin -keyform DER -inkey key.der -rawin -in head "
        "-sigfile signature",
        r"printf '%s\n' events/* | xargs -n 1 sh verify-receipt.sh vkey",
    )


def _keys(part: Part) -> str:
    root = part.head.split("\n")[2]
    digest = sha256(part.vkey.encode()).hexdigest()
    return (
        f"<dl class=facts><dt>Log</dt><dd>{_t(part.origin)}</dd>"
        f"<dt>Verifier key</dt><dd class=mono>{_t(part.vkey)}</dd>"
        f"<dt>SHA-256 of it</dt><dd class=mono>{digest}</dd>"
        f"<dt>Entries in the head</dt><dd>{part.size}</dd>"
        f"<dt>Root hash</dt><dd class=mono>{_t(root)}</dd>"
        f"<dt>Owner's certificate</dt><dd>"
        f"{'certificate.note' if part.certified else 'none was installed'}</dd></dl>"
    )
