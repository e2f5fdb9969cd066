"""Collections: practices gathered in an order, with the life of a practice."""

import pytest
from django.core.exceptions import ValidationError
from tests.house.cast import sign_in

from chemsec.compendium import flows as practices
from chemsec.compendium import queries
from chemsec.compendium.access import ANYONE, SYSTEM
from chemsec.compendium.drafts import flows
from chemsec.compendium.drafts.tests.making import make_cast, revision_of
from chemsec.compendium.filters import Filters
from chemsec.compendium.models import Draft, Edition, Practice
from chemsec.compendium.record import digest
from chemsec.compendium.tests.drafts import draft
from chemsec.platform.accounts.models import Person

pytestmark = pytest.mark.usefixtures("compendium")

SAID = {
    "summary": "Four practices to begin with at a small customs post.",
    "stages": ["transportation"],
    "audiences": ["customs"],
    "measure_kinds": ["know_your_customer"],
}


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def some():
    """Three practices, not in the order of their ids."""
    ids = list(Practice.objects.order_by("pk").values_list("pk", flat=True)[:3])
    return [ids[2], ids[0], ids[1]]


@pytest.fixture
def collection(cast, some):
    begun = flows.begin_draft(by=cast.author, title="For small customs posts", language="en", gathers=some)
    flows.save_draft(begun, SAID, seen=0, by=cast.author)
    return Draft.objects.get(pk=begun.pk)


def browser_of(actor):
    return sign_in(Person.objects.get(pk=actor.person))


def test_a_collection_is_published_by_two_editors_and_shows_its_practices_in_their_order(
    collection, cast, some, client
):
    published = cast.bring(collection, "published")

    page = client.get(f"/en/practices/{published.practice_id}/").text
    places = [page.index(f'/en/practices/{key}/"') for key in some]
    assert places == sorted(places)
    assert "How to adopt it" not in page, "what a collection has nothing of isn't “not stated”"
    assert "For small customs posts" in client.get(f"/en/practices/{some[0]}/").text
    assert client.get(f"/api/v1/practices/{published.practice_id}").json()["gathers"] == some


def test_collections_arent_counted_as_practices(collection, cast):
    before = queries.totals(ANYONE).practices, queries.coverage(ANYONE, "measure", Filters()).total

    cast.bring(collection, "published")

    assert (queries.totals(ANYONE).practices, queries.coverage(ANYONE, "measure", Filters()).total) == before


@pytest.mark.parametrize(
    "wrong",
    [
        lambda some, _cast: some[:1],
        lambda some, _cast: [some[0], some[0]],
        lambda some, _cast: [*some, "no-such-practice"],
        lambda some, _cast: [*some, withdrawn()],
        lambda some, cast: [*some, another_collection(some, cast)],
    ],
)
def test_a_collection_gathers_practices_that_are_there(collection, cast, some, wrong):
    flows.save_draft(collection, {"gathers": wrong(some, cast)}, seen=collection.revision, by=cast.author)

    with pytest.raises(ValidationError):
        cast.bring(Draft.objects.get(pk=collection.pk), "submitted")


def withdrawn():
    made = practices.publish_edition("arlandia-locks", draft(), by=SYSTEM).practice
    return practices.withdraw_practice(made, "A mistake.", by=SYSTEM).pk


def another_collection(some, cast):
    begun = flows.begin_draft(by=cast.author, title="Another one", language="en", gathers=some)
    flows.save_draft(begun, SAID, seen=0, by=cast.author)
    return cast.bring(Draft.objects.get(pk=begun.pk), "published").practice_id


def test_a_practice_that_is_withdrawn_leaves_the_collection_and_its_edition_stays(
    collection, cast, some, client
):
    key = cast.bring(collection, "published").practice_id
    edition = Edition.objects.get(practice=key)
    kept = digest(edition)

    practices.withdraw_practice(Practice.objects.get(pk=some[1]), "Its law was repealed.", by=SYSTEM)

    page = client.get(f"/en/practices/{key}/").text
    assert "has been withdrawn since" in page
    assert f'/en/practices/{some[1]}/"' not in page
    edition.refresh_from_db()
    assert (edition.gathers, digest(edition)) == (some, kept)


def test_what_a_practice_states_isnt_changed_by_there_being_collections():
    """The digest of an edition from before has to stay what it was."""
    assert Edition.objects.filter(gathers__isnull=False).count() == 0
    edition = practices.publish_edition("arlandia-locks", draft(), by=SYSTEM)
    with_none = digest(edition)
    edition.gathers = ["a", "b"]

    assert digest(edition) != with_none, "what a collection gathers is covered"


def test_the_next_edition_shows_the_reviewer_another_order(collection, cast, some):
    key = cast.bring(collection, "published").practice_id
    revised = revision_of(Edition.objects.get(practice=key), cast.author, gathers=some[::-1])
    cast.bring(revised, "in_review")

    page = browser_of(cast.reviewer).get(f"/en/drafts/{revised.pk}/").text

    title = queries.titles(ANYONE, some[:1])[0]
    assert f"<del><bdi>1. {title}</bdi></del>" in page
    assert f"<ins><bdi>3. {title}</bdi></ins>" in page


def test_addresses_in_any_language_are_taken_and_others_refused_with_the_words_kept(cast, some):
    client = browser_of(cast.author)
    lines = [f"http://localhost:8000/ar/practices/{some[0]}/?x=1", f" /fr/practices/{some[1]} ", some[2], ""]
    begun = client.post(
        "/en/collections/new/", {"title": "Mine", "language": "en", "gathers": "\r\n".join(lines)}
    )
    assert Draft.objects.get(pk=begun.url.split("/")[3]).content["gathers"] == some

    wrong = client.post(
        "/en/collections/new/", {"title": "Mine", "language": "en", "gathers": "https://a.example/none"}
    )
    assert "No practice has this address: https://a.example/none." in wrong.text
    assert "https://a.example/none" in wrong.text


def test_my_list_becomes_a_collection(cast, some):
    client = browser_of(cast.author)
    shown = client.get("/en/list/", {"id": some}).text
    address = "/en/collections/new/?" + "&amp;".join(f"id={key}" for key in some)

    assert address in shown
    assert "\n".join(some) in client.get(address.replace("&amp;", "&")).text


def test_a_collection_is_written_without_what_it_has_nothing_of(collection, cast):
    page = browser_of(cast.author).get(f"/en/drafts/{collection.pk}/edit/").text

    assert 'name="gathers"' in page
    for name in ("evidence_grade", "needs_law", "url", "document_type"):
        assert f'name="{name}"' not in page


def test_the_form_of_a_practice_offers_no_collection(cast):
    begun = flows.begin_draft(by=cast.author, title="Locks", language="en")

    page = browser_of(cast.author).get(f"/en/drafts/{begun.pk}/edit/").text

    assert 'value="guideline"' in page
    assert 'value="collection"' not in page
    assert 'name="gathers"' not in page
