"""The tree: published roots, a naive tree as the judge, and every damaged proof refused."""

from __future__ import annotations

import random
from collections.abc import Sequence
from hashlib import sha256

import pytest

from lockerd.journal import tlog

LEAVES = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def naive(leaves: Sequence[bytes]) -> bytes:
    """The root by the definition, over leaf hashes."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\1" + naive(leaves[:split]) + naive(leaves[split:])).digest()


class Shelf:
    """Stored hashes as the database keeps them: leaves, and complete subtrees of 256, 65536."""

    def __init__(self, size: int, seed: int = 7) -> None:
        make = random.Random(seed)
        self.rows: dict[int, list[bytes]] = {0: [], 8: [], 16: [], 24: []}
        self.frontier = tlog.Frontier()
        for _ in range(size):
            hashed = make.randbytes(32)
            self.rows[0].append(hashed)
            for level, n, node in self.frontier.append(hashed):
                assert n == len(self.rows[level])
                self.rows[level].append(node)

    def read(self, level: int, start: int, count: int) -> Sequence[bytes]:
        assert count <= tlog.TILE_WIDTH
        found = self.rows[level][start : start + count]
        assert len(found) == count
        return found


def flipped(hashes: Sequence[bytes], which: int, bit: int) -> list[bytes]:
    changed = bytearray(hashes[which])
    changed[bit // 8] ^= 1 << bit % 8
    return [*hashes[:which], bytes(changed), *hashes[which + 1 :]]


def test_the_published_roots() -> None:
    frontier = tlog.Frontier()
    assert frontier.root() == tlog.EMPTY_ROOT == sha256(b"").digest()
    for leaf, root in zip(LEAVES, ROOTS, strict=True):
        assert frontier.append(tlog.leaf_hash(leaf)) == []
        assert frontier.root().hex() == root


def test_a_leaf_is_not_a_node() -> None:
    a, b = b"a" * 32, b"b" * 32
    assert tlog.leaf_hash(a + b) != tlog.node_hash(a, b)


def test_the_frontier_is_the_naive_tree_at_every_size() -> None:
    shelf = Shelf(0)
    make, leaves = random.Random(3), []
    for size in range(1, 600):
        leaves.append(make.randbytes(32))
        for level, _, node in shelf.frontier.append(leaves[-1]):
            shelf.rows[level].append(node)
        shelf.rows[0].append(leaves[-1])
        assert shelf.frontier.size == size
        if size < 70 or size % 37 == 0 or size % 256 in (0, 1, 255):
            assert shelf.frontier.root() == naive(leaves)
            assert tlog.frontier_at(shelf.read, size).peaks == shelf.frontier.peaks


def test_a_copy_does_not_touch_the_original() -> None:
    frontier = Shelf(5).frontier
    before = (frontier.size, list(frontier.peaks))
    frontier.copy().append(b"x" * 32)
    assert (frontier.size, frontier.peaks) == before


def test_whole_subtrees_join_as_their_leaves_do() -> None:
    shelf = Shelf(3 * 256 + 17)
    joined = tlog.Frontier()
    for n in range(3):
        joined.append(tlog.fold(shelf.rows[0][n * 256 : n * 256 + 256]), 8)
    for one in shelf.rows[0][768:]:
        joined.append(one)
    assert joined.peaks == shelf.frontier.peaks
    with pytest.raises(AssertionError):
        joined.append(b"x" * 32, 8)


def test_every_inclusion_proof_to_64_and_every_damage_refused() -> None:
    shelf, pick = Shelf(64), random.Random(11)
    for size in range(1, 65):
        root = naive(shelf.rows[0][:size])
        for index in range(size):
            proof = tlog.inclusion_proof(shelf.read, index, size)
            leaf = shelf.rows[0][index]
            tlog.check_inclusion(index, size, leaf, proof, root)
            bit = pick.randrange(256)
            wrong = [(index, size, leaf, flipped(proof, n, bit), root) for n in range(len(proof))]
            wrong += [
                (index, size, flipped([leaf], 0, bit)[0], proof, root),
                (index, size, leaf, proof, flipped([root], 0, bit)[0]),
                (index, size, leaf, [*proof, root], root),
                (index + size, size, leaf, proof, root),
                (-1, size, leaf, proof, root),
            ]
            if proof:
                wrong += [
                    (index, size, leaf, proof[:-1], root),
                    (index ^ 1, size, leaf, proof, root),
                    (index, size, leaf, [one[:31] for one in proof], root),
                ]
            for one in wrong:
                with pytest.raises(tlog.ProofError):
                    tlog.check_inclusion(*one)


def test_every_consistency_proof_to_64_and_every_damage_refused() -> None:
    shelf, pick = Shelf(64), random.Random(12)
    roots = [naive(shelf.rows[0][:size]) for size in range(65)]
    for new in range(65):
        for old in range(new + 1):
            proof = tlog.consistency_proof(shelf.read, old, new)
            tlog.check_consistency(old, new, roots[old], roots[new], proof)
            bit = pick.randrange(256)
            wrong = [
                (old, new, roots[old], roots[new], flipped(proof, n, bit))
                for n in range(len(proof))
            ]
            wrong += [
                (old, new, flipped([roots[old]], 0, bit)[0], roots[new], proof),
                (old, new, roots[old], roots[new], [*proof, roots[new]]),
                (new + 1, new, roots[old], roots[new], proof),
            ]
            if old:
                wrong.append((old, new, roots[old], flipped([roots[new]], 0, bit)[0], proof))
            if proof:
                wrong.append((old, new, roots[old], roots[new], proof[:-1]))
            for one in wrong:
                with pytest.raises(tlog.ProofError):
                    tlog.check_consistency(*one)


def test_every_bit_of_one_proof_counts() -> None:
    shelf = Shelf(45)
    root = naive(shelf.rows[0])
    proof = tlog.inclusion_proof(shelf.read, 29, 45)
    growth = tlog.consistency_proof(shelf.read, 29, 45)
    for which in range(len(proof)):
        for bit in range(256):
            with pytest.raises(tlog.ProofError):
                tlog.check_inclusion(29, 45, shelf.rows[0][29], flipped(proof, which, bit), root)
    for which in range(len(growth)):
        for bit in range(256):
            with pytest.raises(tlog.ProofError):
                tlog.check_consistency(
                    29, 45, naive(shelf.rows[0][:29]), root, flipped(growth, which, bit)
                )


@pytest.mark.parametrize("size", [255, 256, 257, 511, 513, 65_535, 65_536, 65_793, 70_094])
def test_proofs_across_stored_subtrees(size: int) -> None:
    shelf, pick = Shelf(size), random.Random(size)
    root = tlog.frontier_at(shelf.read, size).root()
    assert root == shelf.frontier.root()
    for index in {0, size - 1, size // 2, *(pick.randrange(size) for _ in range(20))}:
        proof = tlog.inclusion_proof(shelf.read, index, size)
        tlog.check_inclusion(index, size, shelf.rows[0][index], proof, root)
        if index:
            older = tlog.frontier_at(shelf.read, index).root()
            growth = tlog.consistency_proof(shelf.read, index, size)
            tlog.check_consistency(index, size, older, root, growth)


@pytest.mark.parametrize("size", [2**24, 2**24 + 1, 2**26 + 12_345])
def test_proofs_of_trees_that_no_device_will_fill(size: int) -> None:
    """All leaves alike, so that a stored hash is known by its level."""
    level_hash = [b"\7" * 32]
    while len(level_hash) < 42:
        level_hash.append(tlog.node_hash(level_hash[-1], level_hash[-1]))

    def read(level: int, start: int, count: int) -> Sequence[bytes]:
        assert level in (0, 8, 16, 24) and (start + count) << level <= size
        return [level_hash[level]] * count

    root = tlog.frontier_at(read, size).root()
    for index in (0, 1, size // 3, size - 1):
        proof = tlog.inclusion_proof(read, index, size)
        tlog.check_inclusion(index, size, level_hash[0], proof, root)


def test_a_proof_of_64_hashes_is_refused() -> None:
    with pytest.raises(tlog.ProofError):
        tlog.root_from_inclusion(0, 2**62, b"x" * 32, [b"y" * 32] * 64)


def test_the_empty_tree_is_a_prefix_of_every_tree() -> None:
    tlog.check_consistency(0, 5, tlog.EMPTY_ROOT, b"r" * 32, [])
    with pytest.raises(tlog.ProofError):
        tlog.check_consistency(0, 5, b"q" * 32, b"r" * 32, [])
    with pytest.raises(tlog.ProofError):
        tlog.check_consistency(3, 5, b"q" * 32, b"r" * 32, [])
