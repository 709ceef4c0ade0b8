"""The signed, append-only record: a C2SP transparency log in one SQLite file.

Theory of operation.  An event becomes a `leaf` (canonical JSON, hashed verbatim); leaves form an
RFC 6962 tree (`tlog`); every transaction ends in one Ed25519 `note` over the tree's head, kept on
the transaction's last row (`store`).  A `proof` is a receipt that anyone can check; `export` writes
what other people's software reads; `verify` judges a journal or an export.  docs/journal.md tells
an auditor the same byte for byte.

Rules.  Nothing here knows the time or makes a random number: both are arguments.  Personal data is
never in a leaf, only a salted digest of it.  Nothing is imported here, so that each tool pays only
for the modules that it uses.
"""
