"""The public standards' own examples, and every bit of every file that leaves a device.

`vectors/` holds what the standards print, as data.  Trees are judged by the definition, in a few
lines of their own here; nothing that is tested makes its own expectation.
"""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from journal_kit import filled, large

from lockerd.journal import certificate, note, proof, tlog, witness
from lockerd.journal import leaf as lf

VECTORS = Path(__file__).parent / "vectors"
SIZES = 100
WITNESS = note.SigningKey("witness.example/w1", b"\2" * 32, note.COSIGNATURE)
OWNER = note.SigningKey("owner.example", b"\3" * 32)
TIME = 1_767_225_600


def vectors(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def joined(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


class Shelf:
    """Leaf hashes alone: trees below 256 have no stored subtree."""

    def __init__(self, hashes: Sequence[bytes]) -> None:
        self.hashes = hashes

    def read(self, level: int, start: int, count: int) -> Sequence[bytes]:
        assert level == 0
        return self.hashes[start : start + count]


# -- the tree -------------------------------------------------------------------------------------


def test_the_tree_that_the_standard_draws() -> None:
    known = vectors("rfc6962")
    nodes: dict[str, bytes] = {}
    for name, made in known["nodes"].items():
        if isinstance(made, str):
            nodes[name] = sha256(b"\0" + made.encode()).digest()
        else:
            nodes[name] = joined(nodes[made[0]], nodes[made[1]])
    leaves = [nodes[name] for name in "abcdefj"]
    root = nodes[known["root"]]
    shelf = Shelf(leaves)
    assert tlog.frontier_at(shelf.read, 7).root() == root
    for one in known["paths"]:
        path = [nodes[name] for name in one["path"]]
        assert tlog.inclusion_proof(shelf.read, one["index"], 7) == path
        tlog.check_inclusion(one["index"], 7, leaves[one["index"]], path, root)
    for one in known["proofs"]:
        steps = [nodes[name] for name in one["proof"]]
        named = one["old_root"]
        old = nodes[named] if isinstance(named, str) else joined(*(nodes[name] for name in named))
        assert tlog.consistency_proof(shelf.read, one["old"], 7) == steps
        tlog.check_consistency(one["old"], 7, old, root, steps)


def test_the_tree_that_implementations_share() -> None:
    known = vectors("tree8")
    shelf = Shelf([tlog.leaf_hash(bytes.fromhex(one)) for one in known["leaves"]])
    roots = [bytes.fromhex(one) for one in known["roots"]]
    for size, root in enumerate(roots, 1):
        assert tlog.frontier_at(shelf.read, size).root() == root
    for one in known["inclusion"]:
        steps = [bytes.fromhex(step) for step in one["proof"]]
        index, size = one["index"], one["size"]
        assert tlog.inclusion_proof(shelf.read, index, size) == steps
        tlog.check_inclusion(index, size, shelf.hashes[index], steps, roots[size - 1])
    for one in known["consistency"]:
        steps = [bytes.fromhex(step) for step in one["proof"]]
        old, new = one["old"], one["new"]
        assert tlog.consistency_proof(shelf.read, old, new) == steps
        tlog.check_consistency(old, new, roots[old - 1], roots[new - 1], steps)


def unbased(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def accepts(check: Callable[..., None], *given: object) -> bool:
    try:
        check(*given)
    except tlog.ProofError:
        return False
    return True


def test_the_proofs_that_other_implementations_judge() -> None:
    """196 of them, most made to be refused."""
    known = vectors("merkle")
    assert len(known["inclusion"]) == len(known["consistency"]) == 98
    for case, index, size, leaf, root, proof_, refused in known["inclusion"]:
        steps = [unbased(one) for one in proof_ or ()]
        taken = accepts(tlog.check_inclusion, index, size, unbased(leaf), steps, unbased(root))
        assert taken is not refused, case
    differ = []
    for case, old, new, first, second, proof_, refused in known["consistency"]:
        steps = [unbased(one) for one in proof_ or ()]
        heads = unbased(first), unbased(second)
        if accepts(tlog.check_consistency, old, new, *heads, steps) is refused:
            differ.append((case, old))
    # A proof from nothing is an error there; here, as witnesses have it, it is an empty one.
    assert differ == [("additional/size1-is-zero-and-size2-is-not-zero", 0)]


@pytest.fixture(scope="module")
def grown() -> tuple[Shelf, list[bytes]]:
    """Leaf hashes of the largest tree, and the root of every size by the definition."""
    make = random.Random(41)
    hashes = [make.randbytes(32) for _ in range(SIZES)]
    known: dict[tuple[int, int], bytes] = {}

    def root(start: int, end: int) -> bytes:
        if end - start == 1:
            return hashes[start]
        if (start, end) not in known:
            split = 1
            while split * 2 < end - start:
                split *= 2
            known[start, end] = joined(root(start, start + split), root(start + split, end))
        return known[start, end]

    return Shelf(hashes), [sha256(b"").digest(), *(root(0, size) for size in range(1, SIZES + 1))]


def damaged(steps: Sequence[bytes], chance: random.Random) -> Iterator[list[bytes]]:
    """The proof with one bit of each of its hashes flipped in turn."""
    for at, step in enumerate(steps):
        bit = 1 << chance.randrange(256)
        wrong = (int.from_bytes(step, "big") ^ bit).to_bytes(32, "big")
        yield [*steps[:at], wrong, *steps[at + 1 :]]


def test_every_entry_of_every_tree(grown: tuple[Shelf, list[bytes]]) -> None:
    shelf, roots = grown
    chance = random.Random(42)
    for size in range(1, SIZES + 1):
        for index in range(size):
            steps = tlog.inclusion_proof(shelf.read, index, size)
            leaf = shelf.hashes[index]
            tlog.check_inclusion(index, size, leaf, steps, roots[size])
            for wrong in damaged(steps, chance):
                with pytest.raises(tlog.ProofError):
                    tlog.check_inclusion(index, size, leaf, wrong, roots[size])


def test_every_pair_of_sizes(grown: tuple[Shelf, list[bytes]]) -> None:
    shelf, roots = grown
    chance = random.Random(43)
    for new in range(SIZES + 1):
        for old in range(new + 1):
            steps = tlog.consistency_proof(shelf.read, old, new)
            tlog.check_consistency(old, new, roots[old], roots[new], steps)
            for wrong in damaged(steps, chance):
                with pytest.raises(tlog.ProofError):
                    tlog.check_consistency(old, new, roots[old], roots[new], wrong)


# -- disclosures and leaves -----------------------------------------------------------------------


def test_the_disclosures_that_the_standard_prints() -> None:
    known = vectors("disclosures")["disclosures"]
    for one in known:
        assert lf.digest_of(one["text"]) == one["digest"]
        assert lf.read_disclosure(one["text"]) == (one["name"], one["value"])
    digests = [one["digest"] for one in known]
    with pytest.raises(lf.LeafError):  # two of them say `family_name`
        lf.disclosed_fields([one["text"] for one in known], digests)


def test_the_canonical_form_that_the_standard_prints() -> None:
    for one in vectors("jcs")["cases"]:
        canonical, raw = one["canonical"].encode(), one["raw"].encode()
        assert rfc8785.dumps(json.loads(raw)) == canonical, one["rule"]
        assert lf.load(canonical) == json.loads(raw)
        assert lf.load_loosely(raw) == json.loads(raw)
        with pytest.raises(lf.NotCanonical):
            lf.load(raw)


@pytest.mark.parametrize("number", ["1e2", "1.0", "-0", "9007199254740992", "NaN", "1E30"])
def test_numbers_outside_the_grammar_are_refused(number: str) -> None:
    with pytest.raises(lf.LeafError):
        lf.load(b'{"n":%s}' % number.encode())


# -- every bit ------------------------------------------------------------------------------------


def each_flip(text: str) -> Iterator[bytes]:
    data = text.encode()
    for at in range(8 * len(data)):
        wrong = bytearray(data)
        wrong[at // 8] ^= 1 << at % 8
        yield bytes(wrong)


class Files:
    """What leaves one journal, and the keys that it is judged with."""

    def __init__(self, directory: Path) -> None:
        with large(directory, 300) as store:
            self.vkey = store.vkey
            self.log = note.parse_vkey(store.vkey)
            self.head = store.head()
            self.witness, line = note.cosign(self.head.text, WITNESS, TIME)
            self.line = line.line
            plain = proof.receipt(store, 259)
            self.receipt = plain + self.line
            self.checkpoint = store.checkpoint()
            self.seen = note.Checkpoint(store.origin, 44, tlog.frontier_at(store.hashes, 44).root())
            self.request = witness.ask(store, 44).text
        self.certificate = certificate.make(self.vkey, 1_000 * TIME, OWNER)

    def answered(self, data: bytes) -> int:
        """The status that a witness who saw 44 entries gives to a request."""
        held = note.Note(self.seen.text, (note.cosign(self.seen.text, WITNESS, TIME)[1],)).full
        logs = {self.log.name: [self.log]}
        return witness.answer(data, logs, lambda _: held, WITNESS, TIME + 1).status


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return Files(tmp_path_factory.mktemp("files"))


def as_text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def receipt_holds(files: Files, data: bytes) -> bool:
    facts = proof.check(as_text(data), files.vkey, [files.witness])
    return facts.witnessed == (WITNESS.name,)


def checkpoint_holds(files: Files, data: bytes) -> bool:
    return proof.open_checkpoint(as_text(data), files.log)[0] == files.head


def request_holds(files: Files, data: bytes) -> bool:
    return files.answered(data) == witness.OK


def answer_holds(files: Files, data: bytes) -> bool:
    heard = witness.hear(data, files.log, [files.witness], [files.checkpoint])
    return [one.head for one in heard.words] == [files.head]


def certificate_holds(files: Files, data: bytes) -> bool:
    return certificate.check_for(as_text(data), OWNER.vkey, files.vkey).owner == OWNER.name


Holds = Callable[[Files, bytes], bool]
FILES: tuple[tuple[str, Holds], ...] = (
    ("receipt", receipt_holds),
    ("checkpoint", checkpoint_holds),
    ("request", request_holds),
    ("line", answer_holds),
    ("certificate", certificate_holds),
)
REFUSALS = (proof.ReceiptError, note.NoteError, witness.WitnessError, certificate.CertificateError)


@pytest.mark.parametrize(("name", "holds"), FILES, ids=[one[0] for one in FILES])
def test_no_bit_of_a_file_may_differ(files: Files, name: str, holds: Holds) -> None:
    text: str = getattr(files, name)
    assert holds(files, text.encode())
    for wrong in each_flip(text):
        try:
            held = holds(files, wrong)
        except REFUSALS:
            continue
        assert not held, wrong


@pytest.mark.parametrize("idx", [0, 1, 255, 256, 298])
def test_no_bit_of_any_path_may_differ(tmp_path: Path, idx: int) -> None:
    """Receipts at other places of the tree: the index and the hashes alone."""
    with filled(tmp_path, 299, most=60) as store:
        whole, vkey = proof.receipt(store, idx), store.vkey
    above, below = whole.split("\nindex ", 1)
    path, rest = below.split("\n\n", 1)
    assert proof.check(whole, vkey).index == idx
    for wrong in each_flip(path):
        with pytest.raises(proof.ReceiptError):
            proof.check(f"{above}\nindex {as_text(wrong)}\n\n{rest}", vkey)
