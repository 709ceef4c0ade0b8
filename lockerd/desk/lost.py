"""The key with which an operator answers for people who lost a code, as a request.

Rules.  It is answered once, on record before it is shown, and kept nowhere; a new badge makes
another one.
"""

from __future__ import annotations

from collections.abc import Mapping

from lockerd.core import messages as msg
from lockerd.core import telephone
from lockerd.desk.acts import Bench, sent
from lockerd.desk.op import DONE, Answer, Args, Op


def key(bench: Bench, args: Args) -> Answer:
    """The actor's own key."""
    done = sent(bench, msg.GiveTelephoneKey(bench.actor))
    known = bench.shelf.state.staff[bench.actor.id]
    made = telephone.key_text(bench.house.vault.telephone_key(known.cred))
    return {**done, "staff": known.staff, "key": made}


OPS: tuple[Op, ...] = (
    Op(
        "telephone.key",
        "act",
        (),
        "Your own key, for answering challenges of this cabinet on the telephone; a new badge "
        "makes another one.",
        key,
    ),
)

GIVES: Mapping[str, str] = {"telephone.key": f"{DONE} staff key"}
