"""Properties that hold for whatever goes in."""

import dataclasses

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from chemsec.kernel import ranking, tokens, vectors
from chemsec.kernel.sentences import split_sentences

LANGUAGES = st.sampled_from(["ar", "en", "es", "fr", "ru", "zh-hans"])
floats = st.floats(-1, 1, width=32)
WORDS = st.text("abcdefgh éüж. ،؟。！\n", max_size=120)


@given(WORDS)
def test_sentences_joined_give_the_text_again(text):
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())


@given(WORDS)
def test_no_sentence_is_empty(text):
    assert all(sentence.strip() for sentence in split_sentences(text))


def test_an_abbreviation_ends_no_sentence():
    assert split_sentences("See No. 4 of the list. Then stop.") == ["See No. 4 of the list.", "Then stop."]


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(word):
    assert tokens.fold(tokens.fold(word)) == tokens.fold(word)


@given(st.text(max_size=120), LANGUAGES)
def test_no_token_can_end_its_quotes_or_become_two(text, language):
    for token in tokens.index_tokens(text, language):
        assert not set(token) & set("\"'\\")
        assert len(token.split()) == 1


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_calibration_keeps_the_order_and_stays_between_0_and_1(one, other):
    low, high = (ranking.calibrate(x, middle=0.6, width=0.12) for x in sorted((one, other)))

    assert 0 <= low <= high <= 1


def test_the_middle_is_one_half():
    assert ranking.calibrate(0.6, middle=0.6, width=0.12) == 0.5


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_rarer_token_says_at_least_as_much(documents, total):
    assert ranking.idf(documents, total) >= ranking.idf(documents + 1, total) >= 0


@given(st.lists(st.floats(-2, 2), min_size=1, max_size=20))
def test_shares_add_up_to_one(values):
    assert abs(sum(ranking.softmax(values, 0.05)) - 1) < 1e-9


@given(hnp.arrays(np.float32, st.integers(0, 12), elements=floats), st.data())
def test_smoothing_stays_within_the_scores(scores, data):
    stored = data.draw(hnp.arrays(np.int8, (len(scores), 4), elements=st.integers(-127, 127)))

    smoothed = ranking.smooth(scores, stored, share=0.25, neighbours=3)

    assert len(smoothed) == len(scores)
    if len(scores):
        assert smoothed.max() <= max(scores.max(), 0) + 1e-5
        assert smoothed.min() >= min(scores.min(), 0) - 1e-5


@given(hnp.arrays(np.float32, (3, 16), elements=floats))
def test_what_is_quantised_is_restored_within_a_hundredth(drawn):
    unit = vectors.unit(drawn)
    kept = np.abs(unit).max(axis=1) <= 127 / vectors.SCALE  # greater components are cut, as it says

    restored = vectors.restore(vectors.quantise(unit))

    assert np.abs(restored - unit)[kept].max(initial=0) < 0.02


def test_a_state_of_the_question_counts_more_than_its_region():
    members, covers = frozenset({"KEN"}), frozenset({"KEN", "UGA"})

    assert ranking.place_fit(members, set(), scope="national:KEN", covers=frozenset({"KEN"})) == (1, 0, 0)
    assert ranking.place_fit(members, set(), scope="regional:Africa", covers=covers) == (0, 1, 0)
    assert ranking.place_fit(members, set(), scope="national:USA", covers=frozenset({"USA"})) == (0, 0, 1)
    assert ranking.place_fit(members, set(), scope="global", covers=None) == (0, 0, 0)


SIGNALS = [field.name for field in dataclasses.fields(ranking.Signals)]


@given(hnp.arrays(np.float32, (len(SIGNALS), 5), elements=floats), st.data())
def test_a_greater_signal_never_lowers_the_sum_unless_its_weight_is_negative(drawn, data):
    signals = ranking.Signals(**dict(zip(SIGNALS, drawn, strict=True)))
    name = data.draw(st.sampled_from(SIGNALS))
    greater = dataclasses.replace(signals, **{name: getattr(signals, name) + np.float32(0.5)})

    before, after = (ranking.combine(one, ranking.WEIGHTS) for one in (signals, greater))

    assert np.allclose(after - before, 0.5 * ranking.WEIGHTS[name], atol=1e-5)


@given(hnp.arrays(np.float32, (len(SIGNALS), 5), elements=floats))
def test_a_choice_of_candidates_keeps_their_sums(drawn):
    signals = ranking.Signals(**dict(zip(SIGNALS, drawn, strict=True)))
    chosen = np.array([3, 0])

    assert np.array_equal(
        ranking.combine(signals.only(chosen), ranking.WEIGHTS),
        ranking.combine(signals, ranking.WEIGHTS)[chosen],
    )


def test_every_signal_has_a_weight_and_belongs_to_one_part():
    assert sorted(name for names in ranking.PARTS.values() for name in names) == sorted(SIGNALS)
    assert sorted(ranking.WEIGHTS) == sorted(SIGNALS)


@given(st.dictionaries(st.sampled_from("abcdef"), st.floats(0, 1)), st.sets(st.sampled_from("abcdef")))
def test_no_more_is_covered_than_there_is(likely, tags):
    covered = ranking.share_covered(likely, tags)

    assert 0 <= covered <= sum(likely.values()) + 1e-9
    assert (covered > 0) == any(likely.get(tag) for tag in tags)


def test_neighbours_draw_scores_together():
    stored = np.array([[100, 0], [100, 1], [0, 100], [1, 100]], dtype=np.int8)

    smoothed = ranking.smooth(np.array([1, 0, 0, 0], dtype=np.float32), stored, share=0.5, neighbours=1)

    assert smoothed[1] > smoothed[2]
    assert smoothed[0] < 1


@given(
    hnp.arrays(np.float32, (4, vectors.SIZE), elements=floats),
    hnp.arrays(np.float32, vectors.SIZE, elements=floats),
)
def test_cosines_of_stored_vectors_are_those_of_the_vectors(drawn, query):
    units, asked = vectors.unit(drawn), vectors.unit(query)
    most = 127 / vectors.SCALE
    kept = (np.abs(units).max(axis=1) <= most) & (np.abs(asked).max() <= most)

    near = vectors.cosines(vectors.quantise(units), asked)

    assert np.abs(near - units @ asked)[kept].max(initial=0) < 0.08
