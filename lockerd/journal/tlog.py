"""The Merkle tree: hashes, the compact range, proofs and their checks.  Pure arithmetic.

Theory of operation.  Leaves are hashed with a 0x00 prefix, nodes with 0x01.  A tree of n leaves is
known by its frontier: the roots of the perfect subtrees that n's binary digits name, largest first.
Appending joins equal neighbours; the root joins all from the right.  Only the roots of complete
subtrees of 256, 65,536 and 16,777,216 leaves are stored besides the leaf hashes (levels 8, 16, 24:
exactly the tiles of an export); any other node is folded from at most 256 of those.

Standard: RFC 6962 section 2.1 (hashes, proofs), RFC 9162 section 2.1 (checks), C2SP tlog-tiles.

Rules.  No I/O: stored hashes come from a `Read` function.  A check either returns or raises.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
TILE_LEVELS = (8, 16, 24)
TILE_WIDTH = 256
MAX_PROOF = 63

Read = Callable[[int, int, int], Sequence[bytes]]
"""`read(level, start, count)`: consecutive hashes of level 0, 8, 16 or 24, numbered from 0."""


class ProofError(ValueError):
    """The proof does not connect what it claims to connect."""


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 || leaf)."""
    return sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return sha256(b"\1" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root of a perfect subtree over its nodes of one level (1, 2, 4, ... of them)."""
    row = list(hashes)
    assert row and len(row) & (len(row) - 1) == 0, "not a perfect subtree"
    while len(row) > 1:
        pairs = iter(row)
        row = [sha256(b"\1" + a + b).digest() for a, b in zip(pairs, pairs, strict=True)]
    return row[0]


def join(peaks: Sequence[bytes]) -> bytes:
    """The root over the roots of neighbouring perfect subtrees, largest first."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for left in reversed(peaks[:-1]):
        root = node_hash(left, root)
    return root


class Frontier:
    """A growing tree's compact range.  `peaks`: one hash per binary digit of `size` that is 1."""

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        assert len(peaks) == size.bit_count(), "a frontier has one hash per binary one"
        self.size = size
        self.peaks = list(peaks)

    def copy(self) -> Frontier:
        """An independent frontier of the same tree."""
        return Frontier(self.size, self.peaks)

    def append(self, hashed: bytes, level: int = 0) -> list[tuple[int, int, bytes]]:
        """Add one leaf hash; the `(level, n, hash)` of larger stored subtrees that it completed.

        With `level`, add the root of a perfect subtree of 2^level leaves, which `size` must fit.
        """
        assert self.size & ((1 << level) - 1) == 0, "a subtree begins at a multiple of its width"
        completed: list[tuple[int, int, bytes]] = []
        node, grown = hashed, 1 << level
        while self.size >> level & 1:
            node = node_hash(self.peaks.pop(), node)
            level += 1
            if level in TILE_LEVELS:
                completed.append((level, self.size >> level, node))
        self.peaks.append(node)
        self.size += grown
        return completed

    def root(self) -> bytes:
        """The tree's root hash, 32 bytes."""
        return join(self.peaks)


def node_at(read: Read, level: int, n: int) -> bytes:
    """The root of the complete subtree of leaves [n * 2^level, (n + 1) * 2^level)."""
    stored = min(level // 8 * 8, TILE_LEVELS[-1])
    width = 1 << (level - stored)
    return fold(read(stored, n * width, width))


def peaks_of(read: Read, start: int, end: int) -> list[bytes]:
    """Roots of the perfect subtrees of leaves [start, end), largest first.

    `start` is a multiple of the largest one's width.
    """
    found: list[bytes] = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append(node_at(read, level, start >> level))
        start += 1 << level
    return found


def range_hash(read: Read, start: int, end: int) -> bytes:
    """The Merkle tree hash of leaves [start, end), aligned as in `peaks_of`."""
    return join(peaks_of(read, start, end))


def frontier_at(read: Read, size: int) -> Frontier:
    """The frontier of the first `size` leaves, from at most 256 stored hashes a level."""
    return Frontier(size, peaks_of(read, 0, size))


def _split(count: int) -> int:
    """The largest power of two below `count` (2 or more)."""
    return 1 << ((count - 1).bit_length() - 1)


def inclusion_proof(read: Read, index: int, size: int) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves, the leaf's sibling first."""
    assert 0 <= index < size, "no such leaf in this tree"
    start, end = 0, size
    path: list[bytes] = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_hash(read, middle, end))
            end = middle
        else:
            path.append(range_hash(read, start, middle))
            start = middle
    path.reverse()
    return path


def consistency_proof(read: Read, old: int, new: int) -> list[bytes]:
    """That the tree of `old` leaves is a prefix of the tree of `new`; empty for 0 and for equal."""
    assert 0 <= old <= new, "the old tree is the smaller one"
    if old in (0, new):
        return []
    start, end, whole = 0, new, True
    path: list[bytes] = []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(range_hash(read, middle, end))
            end = middle
        else:
            path.append(range_hash(read, start, middle))
            start, whole = middle, False
    if not whole:
        path.append(range_hash(read, start, end))
    path.reverse()
    return path


def _sound(proof: Sequence[bytes]) -> None:
    if len(proof) > MAX_PROOF or any(len(one) != 32 for one in proof):
        raise ProofError("the proof's hashes are not at most 63 of 32 bytes; get it again")


def root_from_inclusion(index: int, size: int, hashed: bytes, proof: Sequence[bytes]) -> bytes:
    """The root that the path leads to (RFC 9162 2.1.3.2).  ProofError when it has a wrong length.

    The caller compares it with a root that is signed.
    """
    if not 0 <= index < size or len(hashed) != 32:
        raise ProofError("the index is outside the tree; get the proof again")
    _sound(proof)
    low, high, node = index, size - 1, hashed
    for one in proof:
        if high == 0:
            raise ProofError("the proof is too long; get it again")
        if low & 1 or low == high:
            node = node_hash(one, node)
            while not low & 1 and low:
                low, high = low >> 1, high >> 1
        else:
            node = node_hash(node, one)
        low, high = low >> 1, high >> 1
    if high:
        raise ProofError("the proof is too short; get it again")
    return node


def check_inclusion(
    index: int, size: int, hashed: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Raises ProofError unless the leaf with this hash is at `index` of the tree with this root."""
    if root_from_inclusion(index, size, hashed, proof) != root:
        raise ProofError("the proof does not lead to the signed root; the entry is not in this log")


def check_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Raises ProofError unless the old tree is a prefix of the new one (RFC 9162 2.1.4.2)."""
    if not 0 <= old <= new:
        raise ProofError("the new tree is smaller than the old one; the log was cut or replaced")
    _sound(proof)
    if old == new or old == 0:
        if proof:
            raise ProofError("the proof is too long; get it again")
        if (old == new and old_root != new_root) or (old == 0 and old_root != EMPTY_ROOT):
            raise ProofError("two trees of one size differ; the log was replaced")
        return
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        raise ProofError("the proof is empty; get it again")
    low, high = old - 1, new - 1
    while low & 1:
        low, high = low >> 1, high >> 1
    first = second = path[0]
    for one in path[1:]:
        if high == 0:
            raise ProofError("the proof is too long; get it again")
        if low & 1 or low == high:
            first, second = node_hash(one, first), node_hash(one, second)
            while not low & 1 and low:
                low, high = low >> 1, high >> 1
        else:
            second = node_hash(second, one)
        low, high = low >> 1, high >> 1
    if high or first != old_root or second != new_root:
        raise ProofError("the old tree is not a prefix of the new one; the log was replaced")
