"""The vocabularies as SKOS."""

import pytest
from rdflib import SKOS, Graph, URIRef

from chemsec.platform import taxonomy

pytestmark = pytest.mark.usefixtures("compendium")


@pytest.mark.parametrize("scheme", taxonomy.SCHEMES)
def test_both_forms_hold_the_same_concepts_in_six_languages(client, scheme):
    turtle = client.get(f"/taxonomy/{scheme}.ttl")
    linked = client.get(f"/taxonomy/{scheme}.jsonld")

    graph = Graph().parse(data=turtle.content, format="turtle")
    codes = {str(code) for code in graph.objects(None, SKOS.notation)}
    first = next(graph.subjects(SKOS.notation, None))
    assert (turtle["Content-Type"], linked["Content-Type"]) == (
        "text/turtle; charset=utf-8",
        "application/ld+json; charset=utf-8",
    )
    concepts = [node for node in linked.json()["@graph"] if node["@type"] == "skos:Concept"]
    assert codes == {node["skos:notation"] for node in concepts} == set(taxonomy.codes(scheme))
    assert {len(node["skos:prefLabel"]) for node in concepts} == {6}
    assert len(list(graph.objects(first, SKOS.prefLabel))) == 6
    assert first.startswith(URIRef(f"{taxonomy.BASE}{scheme}/"))


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/turtle", "ttl"),
        ("application/ld+json", "jsonld"),
        ("application/ld+json;q=0.3, text/turtle", "ttl"),
        ("text/html", "ttl"),
        ("*/*", "ttl"),
    ],
)
def test_the_name_of_a_vocabulary_leads_to_the_form_that_is_preferred(client, accept, form):
    response = client.get("/taxonomy/stages/", headers={"accept": accept})

    assert (response.status_code, response["Location"]) == (303, f"/taxonomy/stages.{form}")
    assert "Accept" in response["Vary"]


@pytest.mark.parametrize("path", ["nothing.ttl", "stages.xml", "nothing/", "../settings.ttl"])
def test_what_is_no_vocabulary_is_not_found(client, path):
    assert client.get(f"/taxonomy/{path}").status_code == 404
