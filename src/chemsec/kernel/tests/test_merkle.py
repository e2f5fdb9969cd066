"""The tree of the audit log: its proofs convince of what is so and of nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chemsec.kernel import merkle

leaves = st.lists(st.binary(max_size=8).map(merkle.hash_leaf), min_size=1, max_size=70)


def test_the_roots_are_those_of_the_test_vectors_of_certificate_transparency():
    entries = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    hashes = [merkle.hash_leaf(bytes.fromhex(entry)) for entry in entries]

    roots = [merkle.root(hashes[:size]).hex() for size in range(1, 9)]

    assert roots[0] == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert roots[2] == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
    assert roots[7] == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@given(leaves, st.data())
def test_each_leaf_is_proved_in_its_place_and_no_other(hashes, data):
    index = data.draw(st.integers(0, len(hashes) - 1))
    root, proof = merkle.root(hashes), merkle.prove_inclusion(hashes, index)

    assert merkle.verify_inclusion(hashes[index], index, len(hashes), proof, root)
    assert len(proof) <= (len(hashes) - 1).bit_length()
    assert not merkle.verify_inclusion(merkle.hash_leaf(b"another entry"), index, len(hashes), proof, root)
    assert not merkle.verify_inclusion(hashes[index], index, len(hashes), [*proof, root], root)
    assert not merkle.verify_inclusion(hashes[index], len(hashes), len(hashes), proof, root)


@given(leaves, st.data())
def test_a_longer_log_proves_that_it_extends_the_shorter_one(hashes, data):
    older = data.draw(st.integers(1, len(hashes)))
    before, now = merkle.root(hashes[:older]), merkle.root(hashes)
    proof = merkle.prove_consistency(hashes, older)

    assert merkle.verify_consistency(older, before, len(hashes), now, proof)
    assert not merkle.verify_consistency(older, merkle.hash_leaf(b"fork"), len(hashes), now, proof)
    assert not merkle.verify_consistency(older, before, len(hashes), merkle.hash_leaf(b"fork"), proof)


@pytest.mark.parametrize("older", [0, 4])
def test_nothing_is_proved_of_a_size_that_the_log_never_had(older):
    hashes = [merkle.hash_leaf(bytes([number])) for number in range(3)]

    assert not merkle.verify_consistency(older, merkle.EMPTY_ROOT, 3, merkle.root(hashes), [])


def test_no_entries_have_the_root_of_nothing():
    assert merkle.root([]) == merkle.EMPTY_ROOT
