"""What a person at the kiosk may know now: one frozen class per screen.

Theory of operation.  A view carries data, not words and not pixels: `ui.screens` turns it into a
tree of widgets, and two equal views look the same.  `due` says when a view made from unchanged
facts would differ, because a clock or a countdown moved.

Rules.  Nothing enters a view that may not stand on the screen of the step it belongs to.  Typed
digits never do: a view knows how many there are.  Times are words already, in the site's time zone;
they are empty where the clock is not known.
"""

from ui.model.amiss import *
from ui.model.approve import *
from ui.model.attention import *
from ui.model.base import *
from ui.model.count import *
from ui.model.deposit import *
from ui.model.emergency import *
from ui.model.fact import *
from ui.model.fetch import *
from ui.model.history import *
from ui.model.lost import *
from ui.model.maintenance import *
from ui.model.orders import *
from ui.model.people import *
from ui.model.recipient import *
from ui.model.seal import *
from ui.model.setup import *
from ui.model.signature import *
from ui.model.staff import *
from ui.model.stick import *
