"""Words of a text in six languages, brought to a form in which a question and a practice can meet.

A word becomes a token: lower case, stemmed by its language (Snowball for ar, en, es, fr, ru; jieba cuts
Chinese), accents and Arabic letter forms folded, with its language in front: `en_chemic`. The prefix keeps
languages apart in one index, so `sale` (English) never meets `sale` (Spanish: goes out).
"""

import logging
import re
import threading
import unicodedata
from collections.abc import Collection, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple, cast

import snowballstemmer

from .stopwords import STOPWORDS

LATIN_HOME = "en"  # Latin words in Arabic, Russian and Chinese text are taken as English ones
ANY = "any"  # the prefix of names that are written alike in several languages: ADR, ISO, 1540
CHINESE = "zh-hans"
chinese_dictionary_directory: Path | None = (
    None  # where jieba keeps its prepared dictionary; None = the system's
)
_SNOWBALL = {"ar": "arabic", "en": "english", "es": "spanish", "fr": "french", "ru": "russian"}

# what decomposition leaves apart: hamza on its carrier is a combining mark and goes with the accents
_LETTERS = str.maketrans(
    {
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ة": "ه",
        "ک": "ك",
        "ـ": None,
        "'": None,
        "’": None,
    }  # aujourd'hui: one word
)
_WORD = re.compile(
    r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff0-9]+(?:['’][A-Za-z\u00c0-\u024f]+)*"  # Latin, with 's and l'
    r"|[\u0400-\u052f\u0300-\u036f0-9]+"  # Cyrillic
    r"|[\u0610-\u061a\u0620-\u06ff\u0750-\u077f0-9]+"  # Arabic, with its diacritics
    r"|[\u3400-\u4dbf\u4e00-\u9fff]+"  # Chinese
)
_ARABIC_AND_THE = re.compile(r"^[وف]ال(?=\w{3})")
_ELISION = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’]", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s?$", re.IGNORECASE)


class Word(NamedTuple):
    """One word as it stands in a text, and the token under which it is found."""

    token: str
    loose: str  # the token of the same word typed without its accents; equals `token` for most words
    start: int
    end: int


LONGEST = 150  # letters of a word that count: what no language needs and every database holds


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Lower case, compatibility forms resolved, without accents, Arabic diacritics, tatweel and letter
    variants.
    """
    plain = unicodedata.normalize("NFKD", word).casefold()
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return letters.translate(_LETTERS)[:LONGEST]


@cache
def _jieba():  # type: ignore[no-untyped-def]
    import jieba  # its dictionary takes a second: only for those who read Chinese

    jieba.setLogLevel(logging.WARNING)
    if chinese_dictionary_directory:
        chinese_dictionary_directory.mkdir(parents=True, exist_ok=True)
        jieba.dt.tmp_dir = str(chinese_dictionary_directory)
    return jieba


_of_thread = threading.local()  # a stemmer holds the word that it works on: each thread has its own


def _stemmer(language: str):  # type: ignore[no-untyped-def]
    stemmers = _of_thread.__dict__
    if language not in stemmers:
        stemmers[language] = snowballstemmer.stemmer(_SNOWBALL[language])
    return stemmers[language]


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """The folded stem of one word; `word` with or without accents, in any case."""
    lower = unicodedata.normalize("NFC", word).casefold().replace("ё", "е")
    if language == "ar":
        lower = _ARABIC_AND_THE.sub("ال", lower)  # "and the …", which Snowball leaves on
    return fold(cast("str", _stemmer(language).stemWord(lower))) if language in _SNOWBALL else fold(lower)


@lru_cache(maxsize=200_000)
def is_stopword(folded: str, language: str) -> bool:
    """Whether the folded word only holds sentences of its language together."""
    return folded in _stopwords(language)


@cache
def _stopwords(language: str) -> frozenset[str]:
    return frozenset(fold(word) for word in STOPWORDS.get(language, "").split())


def _is_latin(word: str) -> bool:
    return word[0] <= "\u024f" or "\u1e00" <= word[0] <= "\u1eff"


def _is_name(word: str) -> bool:
    """Written alike in several languages: holds a digit, or is an abbreviation in Latin capitals."""
    return any(c.isdigit() for c in word) or (len(word) > 1 and word.isupper() and _is_latin(word))


def prefix(language: str) -> str:
    """What stands in front of the tokens of a language."""
    return language.partition("-")[0] + "_"


def split_words(text: str, language: str, *, with_stopwords: bool = False) -> Iterator[Word]:
    """The words of `text` that carry meaning, in order, with their places; stopwords are left out, unless
    asked for (in Chinese they always are).
    """
    for match in _WORD.finditer(unicodedata.normalize("NFC", text)):
        written, start = match.group(), match.start()
        if "\u3400" <= written[0] <= "\u9fff":
            yield from _split_chinese(written, start)
            continue
        home = _home(written, language)
        bare = _bare(written)
        folded = fold(bare)
        means_little = is_stopword(folded, home) and not (
            bare.isupper() and len(bare) > 1 and _is_latin(bare)
        )
        if not folded or (means_little and not with_stopwords):
            continue
        token = prefix(home) + stem(bare, home)
        loose = prefix(home) + stem(folded, home)
        yield Word(token, loose, start, match.end())


def _split_chinese(run: str, offset: int) -> Iterator[Word]:
    for part, start, end in _jieba().tokenize(run, mode="search"):
        if not is_stopword(part, CHINESE):
            token = prefix(CHINESE) + part
            yield Word(token, token, offset + start, offset + end)


def index_tokens(text: str, language: str) -> list[str]:
    """Tokens of a text to be found: its words in order, then what finds them however they are typed.

    The second part (names under the language-free prefix, words typed without accents) stands behind a gap
    so that no phrase reaches into it.
    """
    text = unicodedata.normalize("NFC", text)
    words = list(split_words(text, language))
    more = sorted({word.loose for word in words} - {word.token for word in words})
    more += sorted({f"{ANY}_{fold(text[w.start : w.end])}" for w in words if _is_name(text[w.start : w.end])})
    return [word.token for word in words] + (["_gap", *more] if more else [])


def query_tokens(text: str, language: str) -> list[str]:
    """Tokens to look for, each once, in the order of the question; names also under the language-free
    prefix.
    """
    found: dict[str, None] = {}
    for word in split_words(text, language):
        found[word.token] = None
        written = unicodedata.normalize("NFC", text)[word.start : word.end]
        if _is_latin(written) and (_is_name(written) or language not in {"en", "es", "fr"}):
            found[f"{ANY}_{fold(written)}"] = None
    return list(found)


def spellings(text: str, language: str) -> dict[str, str]:
    """Folded words of the text as one would type them, with the language's prefix -> their tokens."""
    text = unicodedata.normalize("NFC", text)
    return {
        word.token.partition("_")[0] + "_" + fold(_bare(text[word.start : word.end])): word.token
        for word in split_words(text, language)
    }


def _home(written: str, language: str) -> str:
    return LATIN_HOME if _is_latin(written) and language not in {"en", "es", "fr"} else language


def _bare(written: str) -> str:
    return _ELISION.sub("", _POSSESSIVE.sub("", written)) if _is_latin(written) else written


def words_written(text: str, language: str, wanted: Collection[str]) -> Iterator[tuple[str, str]]:
    """The words of the text that are among the `wanted` (folded, with their language's prefix), in their
    order: as written, and which of the wanted it is.

    No stemming and no cutting of Chinese, where it's the characters that count: so it is fast.
    """
    chinese = [word.removeprefix(prefix(CHINESE)) for word in wanted if word.startswith(prefix(CHINESE))]
    for run in dict.fromkeys(_WORD.findall(unicodedata.normalize("NFC", text))):
        if "\u3400" <= run[0] <= "\u9fff":
            for word in sorted((word for word in chinese if word in run), key=run.index):
                yield word, prefix(CHINESE) + word
        else:
            written, folded = _written(run, language)
            if folded in wanted:
                yield written, folded


@lru_cache(maxsize=200_000)
def _written(word: str, language: str) -> tuple[str, str]:
    bare = _bare(word)
    return bare, prefix(_home(word, language)) + fold(bare)


_QUOTED = re.compile(r'"([^"]*)"|“([^”]*)”|«([^»]*)»|„([^“”]*)[“”]|「([^」]*)」')


def split_phrases(text: str, language: str) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """The question without its quotation marks, and the phrases in quotes as tokens; an unpaired quote
    means nothing.
    """
    phrases = []
    for match in _QUOTED.finditer(text):
        words = [word.token for word in split_words(next(filter(None, match.groups()), ""), language)]
        if words:
            phrases.append(tuple(words))
    return _QUOTED.sub(lambda m: " " + next(filter(None, m.groups()), "") + " ", text), tuple(phrases)
