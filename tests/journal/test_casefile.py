"""A case bundle: everything that concerns a handover, each entry provable, read aloud by a page."""

from __future__ import annotations

import html
import json
import stat
import subprocess
from datetime import UTC
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from journal_kit import NAME, START_MS, again, genesis, moment, seeded, started

from lockerd.core import events as ev
from lockerd.journal import casefile, epochs, proof
from lockerd.journal import leaf as lf
from lockerd.journal.casefile import Case, CaseError, Entry, Wanted
from lockerd.journal.export import DISCLOSURES
from lockerd.journal.report import Report, outcome, recipe
from lockerd.journal.store import Store
from lockerd.journal.weigh import CLASSES, class_of, is_decision, is_usual

ROOT = Path(__file__).resolve().parents[2]
ADA, BOB, EVE = "aaaa000000000001", "bbbb000000000002", "cccc000000000003"
OPERATOR, DEPOSITOR = ev.Actor("operator", "1"), ev.Actor("depositor", "7")
CARRIED = ev.DepositCarried(
    profile="evidence", size="S", opens=1, closes=2, recipient_no="r", item_no="i", depositor="7"
)
NASTY = '<script>alert("x")</script>'


def order(ho: str, recipient: str, reference: str, item_no: str = "") -> ev.HandoverOrdered:
    return ev.HandoverOrdered(
        actor=OPERATOR,
        ho=ho,
        profile="evidence",
        size="S",
        opens=START_MS,
        closes=START_MS + 3_600_000,
        recipient_no=ho[:8],
        item_no=item_no or ho[8:],
        recipient=recipient,
        item="Envelope & key",
        reference=reference,
    )


def stay(ho: str, unit: str) -> list[ev.Event]:
    """From the deposit to the collection, with a door that was forced meanwhile."""
    about: dict[str, Any] = {"ho": ho, "unit": unit}
    return [
        ev.DepositStarted(actor=DEPOSITOR, **about),
        ev.PulseOrdered(purpose="deposit", pulse_ms=500, attempt=1, **about),
        ev.DepositOpened(**about),
        ev.DepositClosed(**about),
        ev.DepositConfirmed(actor=DEPOSITOR, **about),
        ev.CredentialMinted(cred=f"c{unit}", **about),
        ev.DoorForced(unit=unit),
        ev.DoorClosed(unit=unit),
        ev.DoorForced(unit="99"),
        ev.ClockStepped(by_ms=5, source="synced"),
        ev.ReleaseAuthorised(actor=ev.Actor("recipient", "p1"), cred="c", kind="pin", **about),
        ev.PulseOrdered(purpose="release", pulse_ms=500, attempt=1, **about),
        ev.ReleaseOpened(cred=f"c{unit}", **about),
        ev.HandoverCollected(opened=13, **about),
    ]


def fill(store: Store) -> None:
    staff = ev.StaffEnrolled
    store.append(
        [
            staff(staff="1", role="operator", cred="s1", name="Olga Operator"),
            staff(actor=OPERATOR, staff="7", role="depositor", cred="s7", name="Dora Depositor"),
            staff(actor=OPERATOR, staff="8", role="depositor", cred="s8", name="Nobody Here"),
        ],
        moment(1),
    )
    for ho, who, unit in ((ADA, "Ada", "1"), (EVE, "Eve", "2")):
        store.append([order(ho, who, "2 BvR 1/26")], moment(store.size))
        for one in stay(ho, unit):
            store.append([one], moment(store.size, hi=True))
        forced = ev.Cause(1, store.size - 8)
        said = f"seal intact {NASTY}"
        event = ev.AttentionResolved(
            actor=OPERATOR, cause=forced, key=f"forced:{unit}", reason=said
        )
        store.append([event], moment(store.size))
    store.append([order(BOB, "Bob", "other")], moment(store.size))
    store.append([ev.PrivacyHeld(actor=OPERATOR, subject=f"ho:{ADA}", reason="court")], moment(99))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    with started(tmp_path / "state") as store:
        fill(store)
    return tmp_path / "state"


def page_of(case: Case) -> str:
    return Report(
        case,
        lambda one: str(getattr(one.event, "reason", one.event.TYPE)),
        lambda ho: f"RL07-{ho[:4]}",
        UTC,
    ).page()


def bundle(state: Path, wanted: Wanted, *, disclose: bool = True) -> tuple[Case, Path]:
    case = casefile.collect(state, wanted, disclose=disclose)
    casefile.write(state, case, state.parent / "out", page_of(case))
    return case, state.parent / "out"


def types(case: Case) -> list[str]:
    return [one.event.TYPE for _, one in case.entries()]


# -- what belongs to it ---------------------------------------------------------------------------


def test_a_case_holds_what_concerns_the_handover_and_no_more(state: Path) -> None:
    case = casefile.collect(state, Wanted(ho=ADA))
    assert case.handovers == (ADA,)
    found = types(case)
    own = [one.TYPE for one in stay(ADA, "1")]
    del own[8]  # the door that was forced at another compartment
    assert found == [
        "log.genesis",
        "staff.enrolled",
        "staff.enrolled",
        "handover.ordered",
        *own,
        "attention.resolved",
        "privacy.held",
    ]
    assert {one.event.unit for _, one in case.entries()} == {None, "1"}
    staff = [
        one.event.staff for _, one in case.entries() if isinstance(one.event, ev.StaffEnrolled)
    ]
    assert staff == ["1", "7"]
    around = [one.event.TYPE for _, one in case.entries() if not one.own]
    assert around == ["log.genesis", "staff.enrolled", "staff.enrolled", "clock.stepped"]


def test_a_case_number_means_every_handover_that_has_it(state: Path) -> None:
    for said in ("2 BvR 1/26", " 2 bvr 1/26 "):
        assert casefile.collect(state, Wanted(reference=said)).handovers == (ADA, EVE)
    assert casefile.collect(state, Wanted(reference="other")).handovers == (BOB,)


def test_an_item_means_every_handover_of_it(state: Path) -> None:
    with again(state) as store:
        store.append([order("dddd000000000004", "Dan", "", item_no=ADA[8:])], moment(100))
    found = casefile.collect(state, Wanted(item_no=ADA[8:])).handovers
    assert found == (ADA, "dddd000000000004")


def test_the_number_on_a_thing_means_every_handover_of_it(state: Path) -> None:
    """One leg's names were erased: the thing's number in the record still says that it is one."""
    legs = "dddd000000000004", "eeee000000000005"
    with again(state) as store:
        labelled = order(legs[0], "Dan", "", item_no="thing7").but(asset="A-77")
        store.append([labelled], moment(100))
        store.append([order(legs[1], "Eva", "", item_no="thing7")], moment(101))
        store.append([order("ffff000000000006", "F", "", item_no="t8").but(asset="A-78")], moment())
    for said in ("A-77", " a-77 ", "thing7"):
        assert casefile.collect(state, Wanted(item_no=said)).handovers == legs
    with pytest.raises(CaseError):
        casefile.collect(state, Wanted(item_no="A-7"))
    page = page_of(casefile.collect(state, Wanted(item_no="A-77")))
    assert "<dt>Asset number</dt><dd><bdi>A-77</bdi>" in page


@pytest.mark.parametrize(
    "wanted",
    [Wanted(ho="ffff"), Wanted(reference="2 BvR"), Wanted(item_no="77"), Wanted(ho=ADA[:8])],
)
def test_what_is_not_there_is_no_case(state: Path, wanted: Wanted) -> None:
    with pytest.raises(CaseError, match="journal search"):
        casefile.collect(state, wanted)


@pytest.mark.parametrize(
    "wanted", [Wanted(), Wanted(ho=""), Wanted(reference=" "), Wanted(item_no="")]
)
def test_an_empty_number_is_not_everything_that_has_none(state: Path, wanted: Wanted) -> None:
    with again(state) as store:
        store.append([order("dddd000000000004", "Dan", "")], moment(100))
    with pytest.raises(CaseError, match="not empty"):
        casefile.collect(state, wanted)


def test_a_case_is_bounded(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(casefile, "HANDOVERS_MAX", 1)
    with pytest.raises(CaseError, match="at most 1"):
        casefile.collect(state, Wanted(reference="2 BvR 1/26"))
    monkeypatch.setattr(casefile, "ENTRIES_MAX", 5)
    with pytest.raises(CaseError, match="fewer"):
        casefile.collect(state, Wanted(ho=ADA))


# -- the files ------------------------------------------------------------------------------------


def test_every_receipt_verifies_here_and_with_openssl(state: Path) -> None:
    case, out = bundle(state, Wanted(ho=ADA))
    vkey = (out / "vkey").read_text().strip()
    head = (out / "checkpoint").read_text()
    files = sorted((out / "events").iterdir())
    assert [one.name for one in files] == [one.file for _, one in case.entries()]
    for file, (_, one) in zip(files, case.entries(), strict=True):
        facts = proof.check(file.read_text(), vkey)
        assert (facts.index, facts.event, facts.disclosed) == (one.idx, one.event, one.disclosed)
        assert proof.parse_proof(file.read_text()).checkpoint == head
        script = [str(ROOT / "scripts" / "verify-receipt.sh"), str(out / "vkey"), str(file)]
        done = subprocess.run(script, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    for path in out.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_the_five_lines_of_the_report_check_the_whole_bundle(state: Path) -> None:
    case, out = bundle(state, Wanted(ho=ADA))
    said = html.unescape((out / "report.html").read_text().split("<pre>")[1].split("</pre>")[0])
    assert said == "\n".join(recipe(case.parts[-1])) and len(said.splitlines()) == 5
    lines = said.replace("verify-receipt.sh", str(ROOT / "scripts" / "verify-receipt.sh"))
    script = f"set -e\n{lines}"

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", script], cwd=out, capture_output=True, text=True, check=False
        )

    done = run()
    assert done.returncode == 0 and "Signature Verified Successfully" in done.stdout, done.stderr
    assert done.stdout.count("\nVERIFIED: ") == len(list(case.entries()))
    head = out / "checkpoint"
    head.write_text(head.read_text().replace("\n", "0\n", 2).replace("0\n", "\n", 1))
    assert run().returncode != 0


def test_names_stand_in_their_file_and_can_stay_behind(state: Path) -> None:
    case, out = bundle(state, Wanted(ho=ADA))
    rows = [json.loads(line) for line in (out / DISCLOSURES).read_text().splitlines()]
    assert {lf.read_disclosure(one["disclosure"])[1] for one in rows} == {
        "Ada",
        "Envelope & key",
        "2 BvR 1/26",
        "Olga Operator",
        "Dora Depositor",
    }
    assert all(lf.digest_of(one["disclosure"]) == one["digest"] for one in rows)
    bare = casefile.collect(state, Wanted(ho=ADA), disclose=False)
    casefile.write(state, bare, state.parent / "bare", page_of(bare))
    every = b"".join(
        one.read_bytes() for one in (state.parent / "bare").rglob("*") if one.is_file()
    )
    assert b"Ada" not in every and b"Olga" not in every and b"WyJ" not in every
    vkey = (out / "vkey").read_text().strip()
    for _, one in bare.entries():
        facts = proof.check((state.parent / "bare" / "events" / one.file).read_text(), vkey)
        assert facts.disclosed == {} and facts.withheld == one.digests
    assert types(bare) == types(case)


def test_a_journal_that_grew_meanwhile_still_gives_the_case_that_was_read(state: Path) -> None:
    case = casefile.collect(state, Wanted(ho=ADA))
    with again(state) as store:
        store.append([ev.DoorForced(unit="5")] * 300, moment(200))
    casefile.write(state, case, state.parent / "out", page_of(case))
    vkey = (state.parent / "out" / "vkey").read_text().strip()
    for file in (state.parent / "out" / "events").iterdir():
        assert proof.check(file.read_text(), vkey).size == case.parts[0].size


def test_only_an_empty_directory_is_written_to(state: Path) -> None:
    case, out = bundle(state, Wanted(ho=ADA))
    with pytest.raises(CaseError, match="not empty"):
        casefile.write(state, case, out, "")


def test_the_same_entries_make_the_same_page(state: Path) -> None:
    case, out = bundle(state, Wanted(ho=ADA))
    assert (out / "report.html").read_text() == page_of(casefile.collect(state, Wanted(ho=ADA)))
    assert case == casefile.collect(state, Wanted(ho=ADA))


def test_a_case_that_began_in_an_epoch_before_has_both(state: Path) -> None:
    with again(state) as store:
        store.append([ev.LogFrozen(reason="a test")], moment(200))
    epochs.next_epoch(state, NAME, seeded(5))
    with again(state) as store:
        carried = ev.OrderCarried(
            ho=BOB,
            profile="evidence",
            size="S",
            opens=START_MS,
            closes=START_MS + 9,
            recipient_no="b",
            item_no="b",
            recipient="Bob",
        )
        store.append([genesis(store), carried], moment(201))
    case, out = bundle(state, Wanted(ho=BOB))
    assert [one.epoch for one in case.parts] == [1, 2]
    for part, place in zip(case.parts, (out / "epoch-1", out), strict=True):
        vkey = (place / "vkey").read_text().strip()
        assert vkey == part.vkey
        for one in part.entries:
            facts = proof.check((place / "events" / one.file).read_text(), vkey)
            assert facts.event == one.event
    assert 'href="epoch-1/events/' in (out / "report.html").read_text()
    old = casefile.collect(state, Wanted(ho=ADA))
    assert [one.epoch for one in old.parts] == [1]


# -- the page -------------------------------------------------------------------------------------


class Page(HTMLParser):
    """Well-formed enough: what is opened is closed, and nothing is loaded from anywhere."""

    VOID = frozenset({"meta", "br"})
    IMPLIED = frozenset({"td", "th", "tr", "li"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not {name for name, _ in attrs} & {"src", "style", "onload", "onclick", "srcset"}
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open[-1] != tag:
            assert self.open.pop() in self.IMPLIED, (tag, self.open)
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += data


def read(page: str) -> Page:
    found = Page()
    found.feed(page)
    found.close()
    assert not found.open
    return found


def test_the_page_loads_nothing_and_its_links_lead_to_receipts(state: Path) -> None:
    _, out = bundle(state, Wanted(ho=ADA))
    page = read((out / "report.html").read_text())
    assert not page.tags & {"script", "img", "link", "iframe", "object", "base", "form", "svg"}
    assert page.links and all((out / one).is_file() for one in page.links)
    text = (out / "report.html").read_text()
    assert "://" not in text and "@import" not in text and "url(" not in text
    assert "default-src 'none'" in text


def test_every_value_is_escaped(state: Path) -> None:
    with again(state) as store:
        nasty = order("dddd000000000004", NASTY, "a\u202eb\u0007").but(item="</title>")
        store.append([nasty], moment(100))
    case = casefile.collect(state, Wanted(ho="dddd000000000004"))
    page = read(page_of(case))
    assert NASTY in page.text and "</title>" in page.text and "script" not in page.tags
    assert "a\\u202eb\\x07" in page.text
    resolved = page_of(casefile.collect(state, Wanted(ho=ADA)))
    assert NASTY in read(resolved).text and NASTY not in resolved


def test_the_page_says_what_was_seen_and_by_whom(state: Path) -> None:
    case = casefile.collect(state, Wanted(ho=ADA))
    text = read(page_of(case)).text
    for words in (
        "Custody report: RL07-aaaa",
        "Ada",
        "Envelope & key",
        "2 BvR 1/26",
        "Olga Operator",
        "Dora Depositor",
        "simulated cabinet",
        "Unusual, and to be weighed",
        "Decisions by people",
        "or later: nothing vouched for the clock",
        "within 1 s (synced)",
        "openssl pkeyutl",
        "the door was seen to open, then to close",
        f"{case.parts[0].size}",
    ):
        assert words in text, words
    assert "Nobody Here" not in text and EVE not in text


def test_a_quiet_handover_is_said_to_be_quiet(state: Path) -> None:
    text = read(page_of(casefile.collect(state, Wanted(ho=BOB)))).text
    assert "Nothing unusual is on record" in text and "no entry says so" in text
    assert "nothing was deposited" in text and "Nobody overrode" in text


def test_what_was_never_given_is_not_said_to_be_withheld(state: Path) -> None:
    with again(state) as store:
        store.append([order("dddd000000000004", "Dan", "")], moment(100))

    def reference(ho: str, disclose: bool = True) -> str:
        page = page_of(casefile.collect(state, Wanted(ho=ho), disclose=disclose))
        return page.split("<dt>Reference</dt><dd>")[1].split("</dd>")[0]

    assert reference("dddd000000000004") == "none was given"
    assert reference(BOB) == "<bdi>other</bdi>"
    assert "if one was given" in reference(BOB, disclose=False)


def test_whoever_was_to_collect_instead_is_named(state: Path) -> None:
    with again(state) as store:
        named = ev.HandoverReassigned(
            actor=OPERATOR,
            ho=BOB,
            recipient_no="r2",
            was="r1",
            reason="ill",
            recipient="Joan Clarke",
        )
        at = store.append([named], moment(100))
    said = read(page_of(casefile.collect(state, Wanted(ho=BOB)))).text
    facts = said[: said.index("Reference")]
    assert "Bob" in facts and f"Joan Clarke (entry {at})" in facts
    assert "Nothing unusual" not in said and "Nobody overrode" not in said


def overridden(state: Path) -> list[int]:
    """BOB's item lies behind door 5; every act of a person that a court asks about."""
    other = ev.Actor("operator", "8")
    with again(state) as store:

        def add(event: ev.Event) -> ev.Cause:
            return ev.Cause(1, store.append([event], moment(store.size + 100)))

        add(ev.StaffEnrolled(actor=OPERATOR, staff="9", role="operator", cred="s9", name="Nina"))
        add(ev.DepositStarted(actor=DEPOSITOR, ho=BOB, unit="5"))
        late = add(ev.HandoverExtended(actor=OPERATOR, ho=BOB, was=1, closes=2, reason="asked"))
        glass = add(ev.GlassBroken(actor=OPERATOR, subject=f"release:{BOB}", reason="alone here"))
        agreed = add(ev.ApprovalGiven(actor=other, subject="emergency"))
        fire = add(
            ev.EmergencyStarted(
                actor=OPERATOR, cause=agreed, units=("5",), reason="fire", approver="9"
            )
        )
        turn = add(ev.EmergencyDoor(unit="5", cause=fire))
        add(ev.PulseOrdered(purpose="emergency", pulse_ms=1, attempt=1, unit="5", cause=turn))
        noted = add(ev.CorrectionNoted(actor=OPERATOR, cause=late, entry=late.idx, reason="typo"))
        add(ev.CorrectionNoted(actor=OPERATOR, cause=ev.Cause(1, 4), entry=4, reason="no matter"))
        alone = add(
            ev.HandoverCollectedManually(actor=OPERATOR, ho=BOB, unit="5", cause=glass, reason="k")
        )
        reviewed = add(
            ev.AttentionResolved(actor=other, cause=glass, key="glass:7", reason="looked at it")
        )
    return [one.idx for one in (late, glass, agreed, fire, turn, noted, alone, reviewed)]


def test_what_people_overrode_is_said_with_who_let_them(state: Path) -> None:
    late, glass, agreed, fire, turn, noted, alone, reviewed = overridden(state)
    case = casefile.collect(state, Wanted(ho=BOB))
    found = {one.idx for _, one in case.entries()}
    assert {late, glass, agreed, fire, turn, noted, alone, reviewed} <= found
    assert noted + 1 not in found, "the correction of an entry that is not of this case"
    page = page_of(case)
    decisions = page.split("<h2>Decisions by people</h2>")[1].split("<h2>")[0]
    rows = {int(one.split(">")[2].split("<")[0]): one for one in decisions.split("<tr>")[2:]}
    assert set(rows) == {late, glass, agreed, fire, noted, alone, reviewed}
    assert "staff 8 (operator) (entry" in rows[fire]
    assert f"/{agreed:08}-approval.given" in rows[fire]
    assert "(entry" not in rows[late], "what an entry is about has authorised nothing"
    assert "the glass was broken" in rows[alone] and f"/{glass:08}-" in rows[alone]
    assert "glass" not in rows[fire], "the twin: two people"
    unusual = page.split("Unusual, and to be weighed")[1].split("</ul>")[0]
    for idx in (late, glass, turn, alone):
        assert f"/{idx:08}-" in unusual
    people = page.split("<h2>Who acted")[1]
    assert "Nobody Here" in people and "Nina" in people, "who agreed is named too"


def test_a_kind_that_nobody_thought_of_is_shown() -> None:
    class SomethingNew(ev.Event):
        TYPE = "something.new"

    assert not is_usual(SomethingNew()) and is_decision(SomethingNew(actor=OPERATOR))
    assert not is_decision(SomethingNew()), "the cabinet decides nothing"
    assert is_usual(ev.ReleaseAuthorised(cred="c", kind="pin"))
    assert not is_usual(ev.ReleaseAuthorised(cred="c", kind="pin", flag="clock"))
    assert not is_usual(ev.ReleaseOpened(cred="c", late=True))
    assert is_usual(ev.CountEntered(seen="item", expected="item"))
    assert not is_usual(ev.CountEntered(seen="empty", expected="item"))
    assert not is_usual(ev.ItemSealed(announced="other", seal="1"))


def test_a_forced_door_belongs_to_the_stay_during_which_it_was_forced(state: Path) -> None:
    with again(state) as store:
        store.append([order("dddd000000000004", "Dan", "2 BvR 1/26")], moment(100))
        quiet = [one for one in stay("dddd000000000004", "1") if one.ho is not None]
        store.append(quiet, moment(101))
    page = page_of(casefile.collect(state, Wanted(reference="2 BvR 1/26")))
    sections = page.split("<section")[1:]
    assert ["Unusual" in one for one in sections] == [True, True, False]


def test_erased_names_are_said_to_be_gone(state: Path) -> None:
    with again(state) as store:
        gone = ev.PrivacyErased(subject=f"ho:{EVE}", basis="asked", digests=store.entry(20).digests)
        assert store.entry(20).event.ho == EVE
        store.append([gone], moment(120))
    case = casefile.collect(state, Wanted(ho=EVE))
    assert "privacy.erased" in types(case)
    assert "withheld or erased" in page_of(case)


def test_every_kind_of_entry_has_a_class_of_evidence() -> None:
    for cls in ev.CATALOGUE.values():
        assert _class(cls) in CLASSES
    opened = {one.TYPE for one in ev.CATALOGUE.values() if _class(one) == "opened"}
    doors = {"deposit.opened", "release.opened", "return.opened", "move.opened"}
    assert opened == {*doors, "door.opened", "door.forced"}
    recipient = ev.Actor("recipient", "p1")
    assert class_of(ev.HandoverDisputed(actor=recipient, what="empty")) == "person"
    assert class_of(ev.CollectionUnsigned(actor=recipient, reason="declined")) == "person"
    assert class_of(ev.HandoverWithdrawn(actor=OPERATOR, reason="r", found=True)) == "person"


def _class(cls: type[ev.Event]) -> str:
    values: dict[Any, Any] = {str: "x", int: 1, bool: False, tuple[str, ...]: ()}
    make: Any = cls
    return class_of(make(**{name: values.get(hint) for name, hint in ev.hints(cls).items()}))


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ([], "nothing was deposited"),
        ([ev.DepositConfirmed()], "deposited; not collected"),
        ([ev.DepositConfirmed(), ev.ReleaseOpened(cred="c")], "not yet seen to close"),
        ([ev.DepositConfirmed(), CARRIED], "is not known until a person has looked"),
        ([ev.DepositConfirmed(), ev.HandoverExpired()], "window ended"),
        ([ev.HandoverFrozen(reason="cut")], "(cut)"),
        ([ev.HandoverFrozen(reason="cut"), ev.HandoverThawed(reason="r")], "found the item"),
        ([ev.HandoverWithdrawn(reason="r", found=False)], "was not there (r)"),
        ([ev.HandoverWithdrawn(reason="r", found=True)], "was there (r)"),
        ([ev.HandoverCancelled(reason="r")], "cancelled before"),
        ([ev.DepositUnconfirmed(reason="left")], "did not confirm the deposit (left)"),
        ([ev.DepositConfirmed(), ev.HandoverKept(opened=1)], "left it inside"),
        ([ev.HandoverDisputed(what="empty")], "disputed it at the open door (empty)"),
        (
            [ev.HandoverCollected(opened=1), ev.CollectionDisputed(what="seal-broken")],
            "then to close; the recipient disputes it (seal-broken)",
        ),
        (
            [
                ev.HandoverCollected(opened=1),
                ev.CollectionDisputed(what="wrong"),
                ev.DisputeSettled(reason="r", found="missing"),
            ],
            "looked inside (missing: r)",
        ),
        ([ev.HandoverAwaitingReturn(reason="expired")], "it is to go back (expired)"),
        ([ev.HandoverRefused(reason="leaks")], "it is to go back (leaks)"),
        ([ev.HandoverRefused(reason="leaks"), ev.HandoverReturned(opened=1)], "taken back:"),
        ([ev.HandoverCollectedManually(reason="dark", witness="4")], "key, before staff 4 (dark)"),
        ([ev.HandoverCollectedManually(reason="dark")], "mechanical key, by one person alone"),
    ],
)
def test_the_outcome_says_no_more_than_the_entries(events: list[ev.Event], words: str) -> None:
    said = outcome(events)
    assert words in said
    assert ("collected:" in said) == any(isinstance(one, ev.HandoverCollected) for one in events)


def test_an_entry_names_its_receipt() -> None:
    made = Entry(7, ev.DoorForced(unit="1"), moment(), 0, {}, True)
    assert made.file == "00000007-door.forced.tlog-proof"
