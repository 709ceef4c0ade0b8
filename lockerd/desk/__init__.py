"""What a request over the control socket means: an operation becomes a reading or a message.

Theory of operation.  `table` holds the operations; `desk` answers one request.  `reads` answer
from the state and the journal; the same code answers a tool that opened the database without a
daemon.  `acts` make a message like any other, with the member of staff behind the socket as its
actor; what it came to is the answer.  `hands` reach into a simulated cabinet.

Rules.  Times are RFC 3339 text in the site's time zone, both ways.  Answers that may be long come
in pages.  A name appears only where somebody asked about that handover or person; a code appears
only on the simulated telephone and on a badge at the moment it is made.
"""

from lockerd.desk.desk import Desk, reading
from lockerd.desk.parts import Hands, House, Shelf

__all__ = ["Desk", "Hands", "House", "Shelf", "reading"]
