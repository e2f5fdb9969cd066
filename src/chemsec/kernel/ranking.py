"""From signals to an order: how words, meaning, places and concepts are put together.

Every signal is on a scale of its own that doesn't depend on the other candidates (a cosine, a share of the
question's words, a share of a probability), so the weighted sum compares between questions, and "nothing
fits" is a threshold. The weights were chosen by cross-validation over problems (bench/retrieval.py,
docs/performance.md); round numbers, because finer ones didn't hold on problems left out.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
BM25_MOST = 2.2  # what one word can give at most: k1 + 1, with k1 = 1.2


@dataclass(frozen=True)
class Signals:
    """One array (n,) for n candidates each. Cosines in [-1, 1], the others in [0, 1]."""

    whole: Floats  # cosine with the mean over languages of the whole text
    title: Floats  # cosine with the nearest title
    how: Floats  # cosine with the nearest "how to apply"
    sentence: Floats  # cosine with the nearest sentence
    words: Floats  # share of the question's words, by what they say
    expanded: Floats  # the same of the words that the glossary gives in other languages
    unspoken: Floats  # 1: others have a text in the language of the question, this one has none to be met by
    nation: Floats  # the State named in the question is the one that the practice comes from
    region: Floats  # the practice's region covers a place named in the question
    elsewhere: Floats  # the practice belongs to other places than those named
    stages: Floats  # of what the question is likely about, how much the item's tags cover
    audiences: Floats
    measure_kinds: Floats
    facility_types: Floats
    document_types: Floats
    publisher_kinds: Floats

    def only(self, chosen: NDArray[np.int64]) -> "Signals":
        """The signals of these candidates, by their indices (m,), in that order."""
        return Signals(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})


WEIGHTS: Mapping[str, float] = {
    "whole": 1.0,
    "title": 0.35,
    "how": 0.2,
    "sentence": 0.5,
    "words": 0.6,
    "expanded": 0.2,
    "unspoken": 0.06,
    "nation": 0.3,
    "region": 0.1,
    "elsewhere": -0.06,
    "stages": 0.05,
    "audiences": 0.1,
    "measure_kinds": 0.3,
    "facility_types": 0.2,
    "document_types": 0.05,
    "publisher_kinds": 0.2,
}
PARTS: Mapping[str, tuple[str, ...]] = {
    "words": ("words",),
    "meaning": ("whole", "title", "how", "sentence", "unspoken"),
    "glossary": ("expanded",),
    "places": ("nation", "region", "elsewhere"),
    "concepts": (
        "stages", "audiences", "measure_kinds", "facility_types", "document_types", "publisher_kinds",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Mix:
    """How the signals are put together."""

    weights: Mapping[str, float]
    shared: float  # see smooth()
    neighbours: int = 6


MIX = Mix(WEIGHTS, shared=0.25)


def mix_of(*parts: str, shared: float = 0.0) -> Mix:
    """A mix of some parts only, to measure what each of them brings."""
    return Mix({name: WEIGHTS[name] for part in parts for name in PARTS[part]}, shared=shared)


def combine(signals: Signals, weights: Mapping[str, float]) -> Floats:
    """The weighted sum of the signals (n,); a signal without weight counts nothing."""
    total = np.zeros(len(signals.whole), dtype=np.float32)
    for field in fields(signals):
        total += np.float32(weights.get(field.name, 0.0)) * getattr(signals, field.name)
    return total


def idf(documents: int, total: int) -> float:
    """How much a token says that stands in `documents` of `total`: ln(1 + (N − n + ½)/(n + ½)), never
    negative.
    """
    documents = min(documents, total)
    return math.log(1 + (total - documents + 0.5) / (documents + 0.5))


def softmax(values: Sequence[float], temperature: float) -> list[float]:
    """Values as shares of 1; the lower the temperature, the more the greatest gets."""
    if not values:
        return []
    top = max(values)
    powers = [math.exp((value - top) / temperature) for value in values]
    whole = sum(powers)
    return [power / whole for power in powers]


def share_covered(likely: Mapping[str, float], tags: Collection[str]) -> float:
    """How much of what the question is likely about (code -> share of 1) an item's tags cover: 0 to 1.

    Divided by the root of their number: an item about everything is about nothing in particular.
    """
    total = 0.0
    for tag in tags:  # a loop: asked of every candidate, it is twice as fast as a sum
        total += likely.get(tag, 0.0)
    return total / math.sqrt(max(len(tags), 1))


def smooth(scores: Floats, stored: NDArray[np.int8], *, share: float, neighbours: int) -> Floats:
    """Scores (n,) drawn by `share` towards those of each item's nearest `neighbours`, by their (n, d)
    vectors.

    Items alike answer questions alike (the cluster hypothesis of retrieval: van Rijsbergen, 1979).
    """
    if len(scores) <= neighbours:
        return scores
    floats = stored.astype(np.float32)
    floats /= np.maximum(np.linalg.norm(floats, axis=1, keepdims=True), 1e-9)
    alike = floats @ floats.T
    np.fill_diagonal(alike, 0)
    least = np.partition(alike, -neighbours, axis=1)[:, -neighbours][:, None]
    alike = np.where(alike >= least, np.maximum(alike, 0), 0)
    alike /= np.maximum(alike.sum(axis=1, keepdims=True), 1e-9)
    return ((1 - share) * scores + share * (alike @ scores)).astype(np.float32)


def place_fit(
    members: frozenset[str], scopes: Collection[str], *, scope: str, covers: frozenset[str] | None
) -> tuple[float, float, float]:
    """(nation, region, elsewhere) of an item for the places named: their States `members`, their scopes as
    written.

    `covers`: the States of the item's scope, None = all. A State within a named region counts for less, the
    more States the region has.
    """
    if not members and not scopes:
        return 0.0, 0.0, 0.0
    if scope in scopes:
        return 1.0, 0.0, 0.0
    if covers is None:
        return 0.0, 0.0, 0.0
    if covers & members:
        return (1 / math.sqrt(len(members)), 0.0, 0.0) if scope.startswith("national:") else (0.0, 1.0, 0.0)
    return 0.0, 0.0, 1.0


def calibrate(score: float, *, middle: float, width: float) -> float:
    """A sum of signals as a figure between 0 and 1; `middle` becomes ½, wherever "fits" begins."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, (score - middle) / width))))
