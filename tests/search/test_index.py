"""The index keeps up with what it is made of, whoever changes it and whenever."""

import threading
from collections import Counter

import pytest

from chemsec.compendium import flows
from chemsec.compendium.access import SYSTEM
from chemsec.compendium.tests.drafts import draft
from chemsec.kernel import tokens
from chemsec.search import indexing, meaning
from chemsec.search.finding import Query, find
from chemsec.search.models import Entry, Part, Token

pytestmark = pytest.mark.usefixtures("compendium")

KIND = "practice"


def publish(summary):
    flows.publish_edition("arlandia-locks", draft(source={"title": "Quokka", "summary": summary}), by=SYSTEM)


def sentence_of(key, text):
    return {hit.key: hit.reasons.sentence for hit in find(Query(text, "en"), kind=KIND).hits}[key]


def test_a_sentence_is_quoted_once_its_meaning_is_known_and_no_longer_when_it_has_gone():
    publish("The quokka guards the key to the store.")
    assert sentence_of("arlandia-locks", "quokka") == ""

    indexing.write_vectors(KIND, ["arlandia-locks"])
    assert sentence_of("arlandia-locks", "quokka") == "The quokka guards the key to the store."

    publish("The quokka retired.")
    assert sentence_of("arlandia-locks", "quokka") == ""


def test_meaning_is_computed_once_for_the_same_texts():
    publish("The quokka guards the key to the store.")

    assert indexing.write_vectors(KIND, ["arlandia-locks"]) == 1
    assert indexing.write_vectors(KIND, ["arlandia-locks"]) == 0


def test_while_somebody_makes_new_vectors_the_old_ones_answer():
    before = find(Query("quay containers", "en"), kind=KIND)
    indexing.next_generation(KIND)

    with meaning.making(KIND) as mine:
        assert mine
        assert find(Query("quay containers", "en"), kind=KIND) == before


def test_before_any_vectors_are_there_words_answer():
    Part.objects.all().delete()
    Entry.objects.update(fingerprint="")
    indexing.next_generation(KIND)
    meaning.forget()

    hits = find(Query("ammonium nitrate", "en"), kind=KIND).hits

    assert "in-ammonium-nitrate-rules-2012" in [hit.key for hit in hits]
    assert {hit.reasons.sentence for hit in hits} == {""}


def test_every_state_of_the_vectors_has_a_name_of_its_own():
    names = set()
    for _change in range(3):
        indexing.next_generation(KIND)
        names.add(meaning.generation(KIND))

    assert len(names) == 3


def test_counting_anew_gives_what_was_counted_on_the_way():
    before = dict(Token.objects.filter(documents__gt=0).values_list("token", "documents"))

    indexing.recount()

    assert dict(Token.objects.values_list("token", "documents")) == before


def test_counts_that_went_astray_never_fall_below_nought():
    publish("The quokka guards the key.")
    Token.objects.filter(token="en_quokka").update(documents=0)

    publish("The wombat guards the key.")

    assert Token.objects.get(token="en_quokka").documents == 1  # in the title


def test_threads_stem_without_mixing_their_words():
    words = ["réglementation", "entreposage", "sûreté", "transporteurs", "fournisseurs", "déclarations"]
    right = {word: tokens.stem.__wrapped__(word, "fr") for word in words}
    seen: Counter[bool] = Counter()

    def work():
        for _round in range(200):
            seen.update(tokens.stem.__wrapped__(word, "fr") == right[word] for word in words)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == {True: 4 * 200 * len(words)}
