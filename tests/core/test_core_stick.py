"""Papers on a stick: who may take what, what is on record first, and how it ends."""

from __future__ import annotations

import corekit as kit
import pytest
import reachstick
from corekit import DEPOSITOR, OPERATOR, TECHNICIAN, Cabinet, same_again
from corekit import declined as why
from forged_stick import DIGEST, of, over, writing

from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.stick import REASONS, WHAT


def done(c: Cabinet, entry: int) -> msg.PapersWritten:
    return msg.PapersWritten(entry, "rl-07-week-9", 3, 900, DIGEST)


@pytest.mark.parametrize("what", WHAT)
def test_it_is_on_record_before_the_first_byte_leaves(what: str) -> None:
    c = Cabinet()
    about = "0123456789abcdef" if what == "case" else ""
    events = c.send(msg.WritePapers(OPERATOR, what, about))
    assert ev.names(events) == ["export.started"]
    assert c.effects[-1] == ef.Carry(of(c).idx, what, about)
    same_again(c)


def test_what_was_written_names_its_digest_and_who_asked() -> None:
    c = over()
    event = c.log[-1].event
    assert isinstance(event, ev.ExportWritten) and event.digest == DIGEST
    assert event.cause is not None
    asked = c.log[event.cause.idx].event
    assert isinstance(asked, ev.ExportStarted)
    assert (asked.actor, asked.what) == (OPERATOR, "week")
    assert c.state.export is None
    same_again(c)


def test_only_operators_and_auditors() -> None:
    c = Cabinet()
    for actor in (DEPOSITOR, TECHNICIAN):
        assert why(c, msg.WritePapers(actor, "week")) == "role"
    auditor = ev.Actor("auditor", "8")
    c.enrol(auditor)
    assert c.send(msg.WritePapers(auditor, "journal"))


def test_what_cannot_be_asked_for() -> None:
    c = Cabinet()
    assert why(c, msg.WritePapers(OPERATOR, "names")) == "what"
    assert why(c, msg.WritePapers(OPERATOR, "case")) == "about"
    assert why(c, msg.WritePapers(OPERATOR, "case", "Ada Lovelace")) == "about"
    assert why(c, msg.WritePapers(OPERATOR, "week", "0123")) == "about"
    assert why(writing(), msg.WritePapers(OPERATOR, "week")) == "running"
    without = Cabinet(kit.site().but(stick_dir=""))
    assert why(without, msg.WritePapers(OPERATOR, "week")) == "stick"


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_every_failure_is_on_record_and_ends_it(reason: str) -> None:
    c = writing()
    assert ev.names(c.send(msg.PapersFailed(of(c).idx, reason))) == ["export.failed"]
    assert c.state.export is None
    assert c.send(msg.WritePapers(OPERATOR, "week"))
    same_again(c)


def test_an_answer_to_an_export_that_is_over_changes_nothing() -> None:
    c = writing()
    first = of(c).idx
    c.send(msg.PapersFailed(first, "pulled"))
    assert c.send(done(c, first)) == []
    c.send(msg.WritePapers(OPERATOR, "month"))
    assert c.send(done(c, first)) == [] == c.send(msg.PapersFailed(first, "full"))
    assert c.state.export is not None


def test_a_cut_ends_it_and_the_next_start_says_so() -> None:
    c = writing()
    events = c.cut()
    assert "export.failed" in ev.names(events)
    failed = next(one for one in events if isinstance(one, ev.ExportFailed))
    assert (failed.why, failed.cause) == ("power", of(c))
    same_again(c)
    assert "export.failed" not in ev.names(c.cut()), "it is said once"


# -- at the kiosk ---------------------------------------------------------------------------------


def test_nobody_leaves_while_it_is_written() -> None:
    c = reachstick.stick_writing()
    for action in ("home", "back", "leave", "sign-out"):
        c.press(action)
    assert (c.visit.step, c.visit.staff) == ("stick_writing", OPERATOR.id)


def test_the_end_is_shown_until_its_reader_leaves() -> None:
    c = reachstick.stick_done()
    assert (c.visit.step, c.visit.item) == ("stick_done", "rl-07-week-9")
    c.press("leave")
    assert c.visit.step == "staff_menu"
    again = reachstick.stick_failed()
    assert (again.visit.step, again.visit.why) == ("stick_failed", "full")
    again.press("back")
    assert again.visit.step == "stick"


def test_a_name_is_no_reference_and_reaches_no_record() -> None:
    c = reachstick.stick_case()
    before = len(c.log)
    c.act(msg.FormSent({"case": "Ada Lovelace"}, ("x", "y", "z")))
    assert (c.visit.step, len(c.log)) == ("stick_case", before)
    assert "names no handover" in c.visit.notice
    c.act(msg.FormSent({"case": " rl07-4k2m "}, ("x", "y", "z")))
    assert c.visit.step == "stick_writing"
    started = c.log[-1].event
    assert isinstance(started, ev.ExportStarted) and started.about == "24c54"
