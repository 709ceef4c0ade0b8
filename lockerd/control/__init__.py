"""The Unix socket that `lockerctl` speaks to: a codec, a server for the loop, a blocking client.

Theory of operation.  One JSON object per line each way.  A request names an operation and its
arguments; the answer carries the same number.  `codec` reads and writes lines, `server` turns
readable descriptors into requests for a handler, `client` asks and waits.  docs/socket.md tells a
programmer the same.

Rules.  What an operation means is not known here.  Nothing is imported here, so that a client pays
only for what it uses.
"""
