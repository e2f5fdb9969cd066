import json
from collections import Counter
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from chemsec.platform import languages, taxonomy
from chemsec.platform.models import Article, Concept, LoadedContent, Region, State

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reference():
    call_command("load_reference", stdout=StringIO())
    yield
    taxonomy.forget()


def test_there_are_193_states_parties_in_the_groups_that_the_regions_count():
    regions = json.loads(
        (settings.CHEMSEC_CONTENT_DIR / "reference" / "regions.json").read_text(encoding="utf-8")
    )

    assert State.objects.count() == 193
    assert Counter(State.objects.values_list("group", flat=True)) == {
        group["code"]: group["states"] for group in regions["groups"]
    }


def test_every_state_region_and_article_has_its_name_in_six_languages():
    for model in (State, Region, Article):
        for row in model.objects.all():
            assert set(row.names) == set(languages.CODES), row.pk
            assert all(row.names.values()), row.pk


def test_every_concept_has_a_code_of_its_own_and_six_labels_and_definitions():
    concepts = list(Concept.objects.all())

    assert {concept.scheme for concept in concepts} == set(taxonomy.SCHEMES)
    assert len({(concept.scheme, concept.code) for concept in concepts}) == len(concepts)
    for concept in concepts:
        assert set(concept.labels) == set(languages.CODES), concept
        assert set(concept.definitions) == set(languages.CODES), concept


def test_there_are_seven_stages_in_the_order_of_the_life_cycle():
    assert [stage.labels["en"] for stage in taxonomy.concepts("stages")] == [
        "Research and development",
        "Manufacture",
        "Storage",
        "Transportation",
        "Distribution",
        "End use",
        "Recycling",
    ]


def test_articles_name_measure_kinds_and_stages_that_exist():
    for article in Article.objects.all():
        assert set(article.measure_kinds) <= set(taxonomy.codes("measure_kinds")), article
        assert set(article.stages) <= set(taxonomy.codes("stages")), article


def test_loading_again_writes_nothing(django_assert_num_queries):
    before = list(Concept.objects.values())

    with django_assert_num_queries(3):  # savepoint, the digest, release
        call_command("load_reference", stdout=StringIO())

    assert list(Concept.objects.values()) == before


def test_what_content_no_longer_has_goes_and_what_stays_keeps_its_key():
    kept = Concept.objects.get(scheme="stages", code="storage")
    Concept.objects.filter(pk=kept.pk).update(labels={"en": "Old words"})
    gone = Concept.objects.create(scheme="stages", code="alchemy", order=9, labels={}, definitions={})
    Article.objects.all().delete()
    LoadedContent.objects.all().delete()

    call_command("load_reference", stdout=StringIO())

    assert not Concept.objects.filter(pk=gone.pk).exists()
    assert Concept.objects.get(pk=kept.pk).labels == kept.labels
    assert Article.objects.count() == 7
