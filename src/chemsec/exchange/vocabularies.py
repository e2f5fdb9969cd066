"""The vocabularies as SKOS, for software that speaks it."""

from functools import cache

from rdflib import SKOS, Graph, Literal, URIRef

from chemsec.platform import taxonomy
from chemsec.platform.languages import from_tag

TURTLE, JSON_LD = "text/turtle", "application/ld+json"
FORMS = {"ttl": TURTLE, "jsonld": JSON_LD}


@cache
def _graph(scheme: str) -> Graph:
    return Graph(bind_namespaces="none").parse(taxonomy.scheme_file(scheme), format="turtle")


@cache
def write(scheme: str, form: str) -> str:
    """The vocabulary in that form; the Turtle is the very file that the portal reads."""
    if form == "ttl":
        return taxonomy.scheme_file(scheme).read_text(encoding="utf-8")
    return _graph(scheme).serialize(format="json-ld", auto_compact=True)


@cache
def _titles(scheme: str) -> dict[str, str]:
    titles = _graph(scheme).objects(URIRef(f"{taxonomy.BASE}{scheme}/"), SKOS.prefLabel)
    return {from_tag(title.language): str(title) for title in titles if isinstance(title, Literal)}


def title(scheme: str) -> str:
    """The vocabulary's name in the reader's language."""
    return taxonomy.in_language(_titles(scheme))
