import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from chemsec.compendium import filters, flows, queries, version
from chemsec.compendium.access import ANYONE, SYSTEM
from chemsec.compendium.models import Practice

from .drafts import draft

pytestmark = pytest.mark.usefixtures("compendium")

STAGES = {
    "research_and_development": 26,
    "manufacture": 78,
    "storage": 97,
    "transportation": 84,
    "distribution": 90,
    "end_use": 58,
    "recycling": 26,
}


def listing(query=""):
    return queries.practices(ANYONE, filters.read(QueryDict(query)))


def counts(shown, facet):
    return {value.code: value.count for value in shown.facets[facet]}


def test_the_facets_count_what_the_collection_holds():
    shown = listing()

    assert shown.total == 134
    assert counts(shown, "stage") == STAGES
    assert counts(shown, "regulatory") == {"yes": 49, "no": 85}
    assert counts(shown, "evidence") == {"none": 80, "reported": 46, "evaluated": 8}


def test_values_of_one_facet_widen_and_facets_narrow_each_other():
    assert listing("stage=storage&stage=recycling").total > listing("stage=storage").total
    assert listing("stage=storage&measure=legislation").total == 48


def test_a_facet_in_use_still_shows_what_its_other_values_would_bring():
    assert counts(listing("stage=storage"), "stage") == STAGES


def test_every_count_is_the_size_of_the_list_behind_it():
    shown = listing("measure=legislation")

    for facet in ("stage", "region", "document", "language"):
        for value in shown.facets[facet]:
            assert listing(f"measure=legislation&{facet}={value.code}").total == value.count


def test_the_pages_hold_every_practice_once():
    pages = [[card.id for card in listing(f"page={page}").cards] for page in range(1, 8)]

    assert [len(page) for page in pages] == [20] * 6 + [14]
    assert len({key for page in pages for key in page}) == 134


def test_sorting_by_year_puts_what_states_none_last():
    years = [card.edition.year for page in range(1, 8) for card in listing(f"sort=year&page={page}").cards]
    known = [year for year in years if year is not None]

    assert known == sorted(known, reverse=True)
    assert years[len(known) :] == [None] * 30


def test_the_cells_of_the_matrix_are_the_sizes_of_their_lists():
    table = queries.coverage(ANYONE, "measure", filters.Filters())
    cells = {(code, stage): count for code, _name, line in table.lines for stage, count in line}

    assert cells["legislation", "storage"] == 48
    assert cells["cyber_and_information_security", "recycling"] == 1
    for code, stage in [("know_your_customer", "distribution"), ("culture_and_ethics", "end_use")]:
        assert listing(f"measure={code}&stage={stage}").total == cells[code, stage]


def test_a_reader_gets_the_own_language_and_else_the_source():
    flows.publish_edition("arlandia-locks", draft(), by=SYSTEM)

    with translation.override("ru"):
        translated, source = queries.by_ids(ANYONE, ["us-bmap", "arlandia-locks"])

    assert (translated.text.language, translated.text.state, translated.is_foreign) == (
        "ru",
        "machine",
        False,
    )
    assert (source.text.language, source.text.state) == ("en", "source")


def test_what_is_hidden_or_withdrawn_is_in_no_list_and_no_count():
    before = listing("stage=storage")
    flows.publish_edition("arlandia-locks", draft(), by=SYSTEM)
    assert listing("stage=storage").total == before.total + 1

    Practice.objects.filter(pk="arlandia-locks").update(visibility="owner")
    version.bump()

    after = listing("stage=storage")
    assert (after.total, after.facets) == (before.total, before.facets)
    assert queries.by_ids(ANYONE, ["arlandia-locks"]) == []
    assert queries.totals(ANYONE).practices == 134


def test_related_practices_share_something_and_are_not_the_practice_itself():
    sheet = queries.practice(ANYONE, "us-bmap")

    assert len(sheet.related) == 4
    assert all(near.stages or near.measure_kinds for near in sheet.related)
    assert "us-bmap" not in [near.card.id for near in sheet.related]


@pytest.mark.parametrize(
    "ids", [["us-bmap"], ["us-bmap", "uk-supplying-precursors-poisons", "us-cfats"]], ids=len
)
def test_cards_take_three_queries_whatever_their_number(ids):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        queries.by_ids(ANYONE, ids)

    assert len(asked) == 3


def test_a_page_of_a_practice_takes_at_most_eight_queries(client):
    other = "/en/practices/uk-supplying-precursors-poisons/"
    client.get(other)  # the vocabularies are read once a process, tags counted once a version
    with CaptureQueriesContext(connection) as asked:
        client.get("/fr/practices/us-bmap/")

    assert len(asked) <= 8


def test_a_page_served_again_takes_one_query(client):
    client.get("/en/practices/us-bmap/")
    with CaptureQueriesContext(connection) as asked:
        again = client.get("/en/practices/us-bmap/")

    assert (again.status_code, len(asked)) == (200, 1)
