"""A log that proves itself: the Merkle tree of RFC 9162, section 2, kept as a frontier of few hashes.

The frontier of a tree of n leaves holds the roots of its full subtrees, the largest first: one for each bit
that is set in n. With it a leaf is added, and the root of the whole tree computed, without reading any other
leaf.
All hashes are SHA-256, 32 bytes.
"""

import hashlib
from collections.abc import Sequence

SIZE = 32
Frontier = tuple[bytes, ...]
EMPTY_ROOT = hashlib.sha256(b"").digest()


def hash_leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def append(frontier: Frontier, size: int, leaf: bytes) -> Frontier:
    """The frontier of the tree of `size` leaves with one leaf hash more."""
    roots, joined = list(frontier), leaf
    while size & 1:  # the last subtree is full and as large as what is added: the two become one
        joined = hash_node(roots.pop(), joined)
        size >>= 1
    return (*roots, joined)


def root_of(frontier: Frontier) -> bytes:
    """The root of the tree that has this frontier."""
    if not frontier:
        return EMPTY_ROOT
    root = frontier[-1]
    for left in reversed(frontier[:-1]):
        root = hash_node(left, root)
    return root


def root(leaves: Sequence[bytes]) -> bytes:
    """The root of the tree of these leaf hashes."""
    frontier: Frontier = ()
    for size, leaf in enumerate(leaves):
        frontier = append(frontier, size, leaf)
    return root_of(frontier)


def _split(size: int) -> int:
    """The largest power of two below `size`: so many leaves stand in the left subtree."""
    return 1 << ((size - 1).bit_length() - 1)


def prove_inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from the leaf at `index` (from 0) to the root, at most log₂ n of them (RFC 9162,
    2.1.3.1).
    """
    if len(leaves) == 1:
        return []
    left = _split(len(leaves))
    if index < left:
        return [*prove_inclusion(leaves[:left], index), root(leaves[left:])]
    return [*prove_inclusion(leaves[left:], index - left), root(leaves[:left])]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> bool:
    """Whether the proof shows this leaf at `index` of the tree of `size` leaves with the root `expected`
    (RFC 9162, 2.1.3.2).
    """
    if not 0 <= index < size:
        return False
    place, last, reached = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            reached = hash_node(sibling, reached)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            reached = hash_node(reached, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and reached == expected


def prove_consistency(leaves: Sequence[bytes], older: int) -> list[bytes]:
    """The hashes that show that the tree of the first `older` leaves (1 to n) grew into this one (RFC 9162,
    2.1.4.1).
    """
    return _consistency(leaves, older, whole=True)


def _consistency(leaves: Sequence[bytes], older: int, *, whole: bool) -> list[bytes]:
    if older == len(leaves):
        return [] if whole else [root(leaves)]
    left = _split(len(leaves))
    if older <= left:
        return [*_consistency(leaves[:left], older, whole=whole), root(leaves[left:])]
    return [*_consistency(leaves[left:], older - left, whole=False), root(leaves[:left])]


def verify_consistency(
    older: int, older_root: bytes, size: int, newer_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the proof shows that the tree of `size` leaves extends the one of `older` leaves (RFC 9162,
    2.1.4.2).
    """
    if not 0 < older <= size:
        return False
    if older == size:
        return not proof and older_root == newer_root
    steps = list(proof)
    if older & (older - 1) == 0:  # a full tree: its root is itself the first step
        steps.insert(0, older_root)
    if not steps:
        return False
    place, last = older - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = hash_node(step, old), hash_node(step, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = hash_node(new, step)
        place, last = place >> 1, last >> 1
    return last == 0 and old == older_root and new == newer_root
