"""What a question says: its words (also in the other languages, by the glossary), places, stages,
audiences, measures.
"""

import gc
import json
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
import pycountry
from babel import Locale
from babel.core import get_global
from django.conf import settings

from chemsec.kernel import tokens
from chemsec.kernel.places import Gazetteer, Name, Place
from chemsec.kernel.vectors import Floats
from chemsec.platform import languages

from . import meaning
from .models import Spelling


def _reference(name: str) -> Any:
    """Reference data that only recognises things in questions: no record refers to it, so it has no table."""
    return json.loads((settings.CHEMSEC_CONTENT_DIR / "reference" / name).read_text(encoding="utf-8"))


# --- places ---


@cache
def regions() -> Mapping[str, frozenset[str]]:
    return {name: frozenset(row["members"]) for name, row in _reference("regions.json")["scopes"].items()}


@cache
def gazetteer() -> Gazetteer:
    places, world = _reference("states.json"), _reference("regions.json")
    ordinary = {(language, word) for language, words in places["ordinary_words"].items() for word in words}
    names: list[Name] = []

    def add(row: dict, place: Place | None) -> None:
        forms = [(language, text) for language, text in row["names"].items()]
        forms += [(language, text) for language, text in row.get("short_names", {}).items()]
        forms += [(language, text) for language, texts in row.get("also", {}).items() for text in texts]
        names.extend(Name(language, text, place, (language, text) in ordinary) for language, text in forms)

    for row in places["states"]:
        add(row, Place(row["iso3"], f"national:{row['iso3']}", frozenset({row["iso3"]})))
    for row in places["other_places"]:
        add(row, Place(row["iso3"], f"national:{row['iso3']}", frozenset({row["iso3"]})))
    for row in places["not_party"]:
        add(row, None)
    for name, row in world["scopes"].items():
        add(row, Place(name, f"regional:{name}", frozenset(row["members"])))
    for code, row in world["areas"].items():
        add(row, Place(code, "", frozenset(row["members"])))
    of_group: dict[str, set[str]] = {}
    for row in places["states"]:
        of_group.setdefault(row["group"], set()).add(row["iso3"])
    for row in world["groups"]:
        add(row, Place(row["code"], "", frozenset(of_group[row["code"]])))
    names += _cities_and_provinces({row["iso2"]: row["iso3"] for row in places["states"]})
    made = Gazetteer(names)
    gc.freeze()  # a hundred thousand objects that live as long as the process: no collection visits them
    return made


def _cities_and_provinces(states: Mapping[str, str]) -> Iterator[Name]:
    """Names inside States, from CLDR (the cities of time zones, six languages) and ISO 3166-2 (as written
    there).

    They count only as written, with the capital, and only where one State alone has the name.
    """
    owners: dict[tuple[str, str], set[str]] = {}
    for language in languages.CODES:
        locale = Locale.parse(language.replace("-", "_"), sep="_")
        for zone, names in locale.time_zones.items():
            if "city" in names and zone in get_global("zone_territories"):
                owners.setdefault((language, names["city"]), set()).add(get_global("zone_territories")[zone])
    for zone, territory in get_global("zone_territories").items():  # English uses the name of the zone
        owners.setdefault(("en", zone.rpartition("/")[2].replace("_", " ")), set()).add(territory)
    for province in pycountry.subdivisions:
        for language in ("en", "es", "fr"):
            owners.setdefault((language, province.name), set()).add(province.country_code)
    for (language, text), territories in owners.items():
        (territory, *others) = territories
        if not others and territory in states and len(text) >= (3 if language == "zh-hans" else 5):
            iso3 = states[territory]
            yield Name(language, text, Place(iso3, f"national:{iso3}", frozenset({iso3})), ordinary=True)


# --- the glossary ---


@cache
def glossary(language: str) -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """Terms of a language as tokens -> tokens of the same terms in the other languages."""
    terms: dict[tuple[str, ...], tuple[str, ...]] = {}
    for row in _reference("glossary.json"):
        if language in row:
            key = tuple(tokens.query_tokens(row[language], language))
            others = [
                token
                for code in languages.CODES
                if code != language
                for token in tokens.query_tokens(row[code], code)
            ]
            if key:
                terms[key] = tuple(dict.fromkeys((*terms.get(key, ()), *others)))
    return terms


def expand(asked: list[str], language: str) -> dict[str, None]:
    """Tokens in the other languages of the glossary's terms whose words all stand in the question."""
    have = set(asked)
    return dict.fromkeys(
        token for key, others in glossary(language).items() if have.issuperset(key) for token in others
    )


# --- concepts ---


NAMED = 0.15  # what a word of a concept's name in the question adds to its nearness; two words add twice that


def nearness(question: Floats | None, words: Collection[str], language: str) -> dict[str, dict[str, float]]:
    """How near the question is to each concept: scheme -> code -> cosine, and more where it is named."""
    known = meaning.examples()
    if known is None or question is None:
        return {}
    cosines = known.nearness(question)
    named = np.zeros(len(cosines), dtype=np.float32)
    have = set(words)
    for concept, wanted in known.names.get(language, ()):
        if have.issuperset(wanted):
            named[concept] = max(named[concept], min(len(wanted), 2))
    near: dict[str, dict[str, float]] = {}
    for (scheme, code), value in zip(known.concepts, cosines + NAMED * named, strict=True):
        near.setdefault(scheme, {})[code] = float(value)
    return near


# --- a word that is being typed ---


def complete(text: str, language: str) -> list[str]:
    """Tokens of the words that begin with the last word of the text, at most a dozen, the shortest first."""
    last = list(tokens.spellings(text, language))[-1]
    if len(last.partition("_")[2]) < (1 if language == "zh-hans" else 2):
        return []
    known = Spelling.objects.filter(word__gte=last, word__lt=last + "\U0010ffff").order_by("word")[:200]
    return list(dict.fromkeys(s.token for s in sorted(known, key=lambda s: len(s.word))))[:12]


def spellings_of(wanted: Collection[str]) -> dict[str, str]:
    """Every known way of writing words of these tokens, folded, with the language's prefix, and its token."""
    return dict(Spelling.objects.filter(token__in=wanted).values_list("word", "token"))
