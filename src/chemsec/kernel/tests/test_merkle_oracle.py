"""Our tree and pymerkle's agree. (GPL: in tests only.)"""

import random

import pymerkle
import pytest

from chemsec.kernel import merkle


@pytest.mark.parametrize("trees", [200, pytest.param(10_000, marks=pytest.mark.long)])
def test_random_trees_have_the_roots_and_proofs_of_the_oracle(trees):
    chance = random.Random(1)  # noqa: S311  no secret
    for _tree in range(trees):
        entries = [chance.randbytes(chance.randrange(12)) for _entry in range(chance.randint(1, 40))]
        older = chance.randint(1, len(entries))
        oracle = pymerkle.InmemoryTree.init_from_entries(entries, algorithm="sha256")
        leaves = [merkle.hash_leaf(entry) for entry in entries]
        before, now = merkle.root(leaves[:older]), merkle.root(leaves)

        assert oracle.get_root(len(entries)) == now
        assert oracle.get_root(older) == before
        pymerkle.verify_inclusion(leaves[older - 1], now, oracle.prove_inclusion(older))
        pymerkle.verify_consistency(before, now, oracle.prove_consistency(older))
