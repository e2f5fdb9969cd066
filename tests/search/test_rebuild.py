"""A rebuild changes nothing that is right, and computes no vector twice."""

from io import StringIO

import pytest
from django.core.management import call_command

from chemsec.compendium import flows
from chemsec.compendium.access import SYSTEM
from chemsec.compendium.tests.drafts import draft
from chemsec.search import meaning
from chemsec.search.finding import Query, find
from chemsec.search.models import Entry, Example, Part, Token

pytestmark = pytest.mark.usefixtures("compendium")

KIND = "practice"
QUESTION = Query("How do we check chemicals in containers at the quay?", "en")


def rebuild():
    said = StringIO()
    call_command("rebuild_index", stdout=said, stderr=StringIO())
    return said.getvalue()


def counts():
    return dict(Token.objects.filter(documents__gt=0).values_list("token", "documents"))


def test_a_rebuild_computes_only_what_is_new_and_finds_the_same():
    before, number, parts = (
        find(QUESTION, kind=KIND),
        Entry.objects.count(),
        set(Part.objects.values_list("pk")),
    )
    phrases = list(Example.objects.values_list("text", flat=True).order_by("text"))
    flows.publish_edition("arlandia-locks", draft(source={"title": "Quokka padlock"}), by=SYSTEM)
    counted = counts()

    assert rebuild() == f"Indexed {number + 1} of kind practice; meaning computed of 1.\n"

    assert counts() == counted
    assert parts < set(Part.objects.values_list("pk"))
    assert list(Example.objects.values_list("text", flat=True).order_by("text")) == phrases
    assert find(QUESTION, kind=KIND).keys[:3] == before.keys[:3]
    assert "arlandia-locks" in meaning.snapshot(KIND).keys
    assert rebuild() == f"Indexed {number + 1} of kind practice; meaning computed of 0.\n"


def test_phrases_of_another_encoder_are_computed_anew():
    Example.objects.filter(language="es").update(version="another", vector=b"\0" * meaning.SIZE)
    number = len(set(Example.objects.filter(language="es").values_list("text", flat=True)))
    elsewhere = set(Example.objects.exclude(language="es").values_list("text", flat=True))
    shared = sum(
        text in elsewhere
        for text in set(Example.objects.filter(language="es").values_list("text", flat=True))
    )

    assert meaning.write_examples() == number - shared
    assert not Example.objects.filter(vector=b"\0" * meaning.SIZE).exists()
    assert set(Example.objects.values_list("version", flat=True)) == {meaning.VERSION}
