"""Words meet however they are written, in six languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chemsec.kernel import tokens

LANGUAGES = st.sampled_from(["ar", "en", "es", "fr", "ru", "zh-hans"])


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "Licences", "licence"),
        ("en", "customer's", "customers"),
        ("fr", "l'entrepôt", "entrepôts"),
        ("es", "químicas", "química"),
        ("ru", "Лаборатории", "лаборатория"),
        ("ru", "учёт", "учет"),
        ("ar", "الأَمْن", "الامن"),
        ("ar", "مـــواد", "مواد"),
        ("ar", "والمختبرات", "المختبرات"),
        ("ar", "مراقبة", "مراقبه"),
    ],
)
def test_forms_of_a_word_share_a_token(language, one, other):
    assert tokens.query_tokens(one, language) == tokens.query_tokens(other, language) != []


@pytest.mark.parametrize(
    ("language", "text"),
    [("fr", "sécurité"), ("es", "fabricación"), ("en", "café")],
)
def test_a_word_typed_without_accents_finds_the_accented_one(language, text):
    assert set(tokens.query_tokens(tokens.fold(text), language)) & set(tokens.index_tokens(text, language))


def test_the_same_letters_in_two_languages_stay_apart():
    assert not set(tokens.query_tokens("sale", "en")) & set(tokens.query_tokens("sale", "es"))


def test_a_name_written_alike_everywhere_meets_across_languages():
    assert set(tokens.query_tokens("МОТ и ADR", "ru")) & set(tokens.index_tokens("the ADR agreement", "en"))


def test_chinese_is_cut_into_words_and_the_words_within_them():
    assert tokens.query_tokens("化学品安全", "zh-hans") == ["zh_化学", "zh_化学品", "zh_安全"]


@pytest.mark.parametrize(
    ("language", "text"), [("en", "how can I get the"), ("fr", "où est le"), ("ru", "как это")]
)
def test_words_of_asking_say_nothing(language, text):
    assert tokens.query_tokens(text, language) == []


@pytest.mark.parametrize(
    "text", ['"dangerous goods" list', "«dangerous goods» list", "“dangerous goods” list"]
)
def test_phrases_are_what_stands_in_paired_quotes_of_any_kind(text):
    rest, phrases = tokens.split_phrases(text, "en")

    assert rest.split() == ["dangerous", "goods", "list"]
    assert phrases == (tuple(tokens.query_tokens("dangerous goods", "en")),)
    assert len(phrases[0]) == 2


def test_an_unpaired_quote_is_no_phrase():
    assert tokens.split_phrases('the "dual use', "en")[1] == ()


@given(st.text(max_size=120), LANGUAGES)
def test_a_text_is_found_by_every_word_of_itself(text, language):
    assert set(tokens.query_tokens(text, language)) <= set(tokens.index_tokens(text, language)) | {
        token for token in tokens.query_tokens(text, language) if token.startswith(tokens.ANY)
    }


@given(st.text(max_size=120), LANGUAGES)
def test_words_stand_where_they_say(text, language):
    words = list(tokens.split_words(text, language))

    assert all(0 <= word.start < word.end for word in words)
    assert [word.start for word in words] == sorted(word.start for word in words)
    assert all(len(word.token) <= tokens.LONGEST + 5 for word in words if not word.token.startswith("zh_"))


def test_an_apostrophe_inside_a_word_is_no_part_of_its_token():
    assert tokens.query_tokens("aujourd'hui", "fr") == tokens.query_tokens("aujourd’hui", "fr")
    assert tokens.index_tokens("0'a", "en")[0] == "en_0a"
