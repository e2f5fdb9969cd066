"""What a question finds, and what it never does."""

import shutil

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from chemsec.compendium import flows
from chemsec.compendium.access import SYSTEM
from chemsec.compendium.models import Practice
from chemsec.compendium.tests.drafts import draft
from chemsec.kernel import tokens
from chemsec.search import meaning
from chemsec.search.finding import Query, find
from chemsec.search.marking import highlight
from chemsec.search.models import Token

pytestmark = pytest.mark.usefixtures("compendium")

KIND = "practice"


def keys(text, language="en", **options):
    return list(find(Query(text, language), kind=KIND, **options).keys)


def test_a_question_in_russian_finds_an_english_practice_and_quotes_it_in_russian():
    found = find(
        Query("Незнакомый покупатель берёт кислоту за наличные и не говорит, зачем она ему", "ru"), kind=KIND
    )

    assert found.fits
    best = found.hits[0]
    assert best.reasons.sentence_language == "ru"
    assert best.reasons.sentence
    assert "know_your_customer" in best.reasons.measure_kinds


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "how do I bake sourdough bread for a wedding"),
        ("fr", "recette de tarte aux pommes"),
        ("es", "resultados de fútbol de ayer"),
        ("ru", "рецепт яблочного пирога с корицей"),
        ("zh-hans", "明天的天气怎么样"),
        ("ar", "وصفة كعكة الشوكولاتة"),
    ],
)
def test_a_question_about_something_else_fits_nothing(language, text):
    assert not find(Query(text, language), kind=KIND).fits


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "university laboratory security"),
        ("fr", "sûreté des laboratoires universitaires"),
        ("es", "seguridad de los laboratorios universitarios"),
        ("ru", "защищенность университетских лабораторий"),
        ("zh-hans", "大学实验室的安保"),
        ("ar", "أمن المختبرات الجامعية"),
    ],
)
def test_the_same_question_fits_in_every_language(language, text):
    assert find(Query(text, language), kind=KIND).fits


def test_a_state_that_is_named_brings_its_practices_first():
    assert "kenya" in keys("chemical security in Kenya")[0]


@pytest.mark.parametrize(
    ("plain", "marked"), [("المختبرات", "المُخْتَبَرات"), ("الأمن", "الامن"), ("مراقبة", "مراقبه")]
)
def test_arabic_diacritics_and_letter_forms_make_no_difference(plain, marked):
    assert tokens.query_tokens(plain, "ar") == tokens.query_tokens(marked, "ar")


def test_accents_make_no_difference_to_words():
    with_accents = find(Query("sécurité", "fr"), kind=KIND)
    without = find(Query("securite", "fr"), kind=KIND)

    assert set(with_accents.keys) & set(without.keys)


def test_a_word_is_named_once_and_marked_in_every_form():
    flows.publish_edition(
        "arlandia-locks",
        draft(source={"title": "Padlocks for quokkas", "summary": "A quokka has a padlock."}),
        by=SYSTEM,
    )

    found = {hit.key: hit.reasons for hit in find(Query("quokka padlock", "en"), kind=KIND).hits}

    assert found["arlandia-locks"].named == ("Padlocks", "quokkas")
    assert found["arlandia-locks"].words == ("Padlocks", "quokkas", "quokka", "padlock")


def test_a_phrase_in_quotes_stands_as_written():
    assert keys('"explosives precursors"', limit=100)
    assert not keys('"precursors precursors"', limit=100)


def test_only_what_the_asker_may_see_is_found():
    among = {"us-bmap", "iec-62443"}

    assert set(keys("customer pays cash", among=among)) <= among
    assert keys("customer pays cash", among=set()) == []


@given(among=st.sets(st.sampled_from(["us-bmap", "iec-62443", "gh-national-profile-1997", "nowhere"])))
@effort(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whoever_asks_and_however_nothing_hidden_is_found(among):
    for text in ("customer pays cash", '"explosives precursors"', "chemical", ""):
        assert set(keys(text, among=among, limit=200)) <= among
    assert set(keys("chemical security", among=among)) == among - {"nowhere"}


def test_what_is_indexed_but_has_no_meaning_yet_is_found_among_those_that_may_be_seen_only():
    flows.publish_edition("arlandia-locks", draft(source={"title": "Quokka padlock"}), by=SYSTEM)

    assert keys("quokka", among={"arlandia-locks", "us-bmap"})[0] == "arlandia-locks"
    assert "arlandia-locks" not in keys("quokka", among={"us-bmap"})


def test_a_word_that_is_being_typed_stands_for_those_that_begin_with_it():
    assert "in-ammonium-nitrate-rules-2012" in keys("ammoni")


def test_no_question_fits_nothing():
    assert not find(Query("", "en"), kind=KIND).fits


def test_a_new_edition_is_found_by_its_words_at_once_and_no_longer_by_the_old_ones():
    flows.publish_edition("arlandia-locks", draft(source={"title": "Quokka padlock"}), by=SYSTEM)
    assert "arlandia-locks" in keys("quokka")
    flows.publish_edition("arlandia-locks", draft(source={"title": "Wombat padlock"}), by=SYSTEM)

    assert "arlandia-locks" in keys("wombat")
    assert not find(Query('"quokka"', "en"), kind=KIND).keys


def test_a_withdrawn_practice_is_found_no_more_and_leaves_no_count():
    before = dict(Token.objects.filter(documents__gt=0).values_list("token", "documents"))
    flows.publish_edition("arlandia-locks", draft(source={"title": "Quokka padlock"}), by=SYSTEM)

    flows.withdraw_practice(Practice.objects.get(pk="arlandia-locks"), "An example.", by=SYSTEM)

    assert "arlandia-locks" not in keys("quokka padlock", limit=200)
    assert dict(Token.objects.filter(documents__gt=0).values_list("token", "documents")) == before


def test_vectors_survive_a_restart_and_a_lost_file():
    text = "Who should hold the key to our poisons cabinet?"
    before = find(Query(text, "en"), kind=KIND)

    shutil.rmtree(settings.CHEMSEC_DATA_DIR / "search")
    meaning.forget()

    assert find(Query(text, "en"), kind=KIND) == before


@pytest.mark.parametrize(
    "text",
    [
        '"',
        '""',
        '"unpaired',
        "AND OR NOT NEAR(",
        "a* b^2 -c +d",
        "title:x {y} [z]",
        "'; DROP TABLE x; --",
        "😀🧪",
        "?!.,;:…",
        " ",
        "\t\n",
        "x" * 10_000,
        "кислота " * 1_500,
        "化学" * 5_000,
        "\u202eright to left",
        "%_\\",
        '"' + "x" * 10_000 + '"',
    ],
)
@pytest.mark.parametrize("language", ["en", "zh-hans", "ar"])
def test_nothing_that_one_types_breaks_the_search(text, language):
    find(Query(text, language), kind=KIND)


@given(text=st.text(max_size=80), language=st.sampled_from(["ar", "en", "es", "fr", "ru", "zh-hans"]))
@effort(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_gives_an_answer(text, language):
    found = find(Query(text.replace("\x00", ""), language), kind=KIND)

    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_marking_escapes_what_is_not_a_word():
    assert highlight("<b>cash & acid</b>", ("cash",)) == "&lt;b&gt;<mark>cash</mark> &amp; acid&lt;/b&gt;"
