"""The controlled vocabularies: read once a process, shown everywhere, published as SKOS.

The Turtle files in content/taxonomy are the only source; `load_reference` copies them into the database.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language
from rdflib import RDF, SKOS, Graph, Literal, URIRef

from .languages import SOURCE, from_tag
from .models import Article, Concept, Region, RegionalGroup, State

BASE = "https://chemsec.example/taxonomy/"
ORDER = URIRef(BASE + "order")
SCHEMES = (
    "stages",
    "audiences",
    "facility_types",
    "measure_kinds",
    "document_types",
    "publisher_kinds",
    "evidence_grades",
    "regulatory",
)


def in_language(names: dict, language: str | None = None) -> str:
    """The text in the reader's language, else in English; vocabularies are complete in all six."""
    return names.get(language or get_language() or SOURCE) or names[SOURCE]


@cache
def concepts(scheme: str) -> tuple[Concept, ...]:
    return tuple(Concept.objects.filter(scheme=scheme))


@cache
def by_code(scheme: str) -> dict[str, Concept]:
    return {concept.code: concept for concept in concepts(scheme)}


def codes(scheme: str) -> tuple[str, ...]:
    return tuple(by_code(scheme))


def label(scheme: str, code: str, language: str | None = None) -> str:
    return in_language(by_code(scheme)[code].labels, language)


def definition(scheme: str, code: str, language: str | None = None) -> str:
    return in_language(by_code(scheme)[code].definitions, language)


@cache
def states() -> dict[str, State]:
    return {state.iso3: state for state in State.objects.all()}


@cache
def regions() -> dict[str, Region]:
    return {region.code: region for region in Region.objects.all()}


def region_groups() -> tuple[str, ...]:
    """`global` and the five regional groups: the regions that lists are filtered by."""
    return ("global", *RegionalGroup.values)


@cache
def articles() -> tuple[Article, ...]:
    return tuple(Article.objects.all())


def forget() -> None:
    """Read the reference data anew at the next use: after loading it, and between tests."""
    for reader in (concepts, by_code, states, regions, articles):
        reader.cache_clear()


def scheme_file(scheme: str) -> Path:
    return settings.CHEMSEC_CONTENT_DIR / "taxonomy" / f"{scheme}.ttl"


def read_scheme(scheme: str) -> Iterator[Concept]:
    """The concepts of a Turtle file as unsaved rows, in no order."""
    graph = Graph().parse(scheme_file(scheme), format="turtle")

    def texts(subject, predicate) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        values: Iterator[Literal] = graph.objects(subject, predicate)  # type: ignore[assignment]  # SKOS says so
        for value in values:
            found.setdefault(from_tag(value.language), []).append(str(value))
        return {language: sorted(values) for language, values in sorted(found.items())}

    def one(subject, predicate) -> dict[str, str]:
        return {language: values[0] for language, values in texts(subject, predicate).items()}

    for subject in graph.subjects(RDF.type, SKOS.Concept):
        yield Concept(
            scheme=scheme,
            code=str(graph.value(subject, SKOS.notation)),
            order=int(str(graph.value(subject, ORDER))),
            labels=one(subject, SKOS.prefLabel),
            definitions=one(subject, SKOS.definition),
            alt_labels=texts(subject, SKOS.altLabel),
            examples=texts(subject, SKOS.example),
        )
