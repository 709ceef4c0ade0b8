"""The pure core: no I/O, no clock, no randomness, no thread.

Theory of operation.  Facts from outside arrive as *messages*; `decide` turns one message into
*events*; the journal makes them durable; `apply` folds them into `State`; `effects_of` says what to
do about them.  Times and random values arrive inside messages.  Everything here can be replayed.
"""
