"""What happened: one frozen class per kind of journal line.

Theory of operation.  An event is a past participle.  Its class declares everything that the rest of
the program needs to know about its line: `TYPE` (the leaf's `type`), its fields, `DISCLOSED` (the
fields that are personal data: never in the leaf, only as salted digests with the values in an
erasable table) and `ATTACHED` (the fields that are written to the verifier table in the same
transaction and never appear in a leaf at all).  The class name is also the trigger of the state
tables in `handover`, `door` and `duty`.  Each module here is a room of the record; its `__all__` is
what it adds to the catalogue.

Rules.  Fields are `str`, `int`, `bool`, those or None with None as the default (None is left out of
a leaf), tuples of `str`, `Actor` or `Cause`.  A disclosed field is `str | None` and
defaults to None, because replay reads leaves alone: nothing that decides may depend on it.  A field
is never renamed or retyped once a release has written it; a new fact is a new field with a default.
"""

from lockerd.core.events.adopt import *
from lockerd.core.events.approvals import *
from lockerd.core.events.base import *
from lockerd.core.events.cabinet import *
from lockerd.core.events.carried import *
from lockerd.core.events.codec import *
from lockerd.core.events.count import *
from lockerd.core.events.credentials import *
from lockerd.core.events.delivery import *
from lockerd.core.events.deposits import *
from lockerd.core.events.dispute import *
from lockerd.core.events.doors import *
from lockerd.core.events.emergency import *
from lockerd.core.events.fact import *
from lockerd.core.events.founding import *
from lockerd.core.events.handovers import *
from lockerd.core.events.life import *
from lockerd.core.events.log import *
from lockerd.core.events.lost import *
from lockerd.core.events.maintenance import *
from lockerd.core.events.moving import *
from lockerd.core.events.people import *
from lockerd.core.events.privacy import *
from lockerd.core.events.queue import *
from lockerd.core.events.releases import *
from lockerd.core.events.seals import *
from lockerd.core.events.setup import *
from lockerd.core.events.signature import *
from lockerd.core.events.stick import *
from lockerd.core.events.windows import *
