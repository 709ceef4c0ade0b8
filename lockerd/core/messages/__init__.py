"""Facts from outside, as the loop hands them to the engine, one at a time.

Theory of operation.  A message says what someone did or what a device reported.  Random values and
times that a decision needs arrive inside it.  Messages from a person at the kiosk (`Intent`) go to
`visit` first, which knows who stands there; what a person completed becomes a message like any
other.  Requests over the control socket become messages too.

Rules.  Frozen; nothing mutable crosses.  A secret is never part of a repr.  Every text that comes
from outside is bounded by the parser that made the message.
"""

from lockerd.core.messages.adopt import *
from lockerd.core.messages.approvals import *
from lockerd.core.messages.base import *
from lockerd.core.messages.count import *
from lockerd.core.messages.daemon import *
from lockerd.core.messages.delivery import *
from lockerd.core.messages.deposits import *
from lockerd.core.messages.devices import *
from lockerd.core.messages.emergency import *
from lockerd.core.messages.fact import *
from lockerd.core.messages.founding import *
from lockerd.core.messages.handovers import *
from lockerd.core.messages.intents import *
from lockerd.core.messages.life import *
from lockerd.core.messages.lost import *
from lockerd.core.messages.maintenance import *
from lockerd.core.messages.people import *
from lockerd.core.messages.privacy import *
from lockerd.core.messages.queue import *
from lockerd.core.messages.seals import *
from lockerd.core.messages.service import *
from lockerd.core.messages.setup import *
from lockerd.core.messages.signature import *
from lockerd.core.messages.stick import *
from lockerd.core.messages.vault import *
from lockerd.core.messages.windows import *
