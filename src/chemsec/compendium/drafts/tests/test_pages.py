"""What a writer and an editor are shown and may send."""

import re

import pytest
from django.urls import reverse
from tests.house.cast import sign_in

from chemsec.compendium import queries as practices
from chemsec.compendium.drafts import queries
from chemsec.compendium.drafts.tests.making import make_cast, revision_of, written
from chemsec.compendium.models import Draft, Edition, Practice
from chemsec.platform.access import ANYONE
from chemsec.platform.accounts.models import Membership, Person, Role
from chemsec.platform.accounts.tests.people import organisation

pytestmark = pytest.mark.usefixtures("compendium")


@pytest.fixture
def cast():
    return make_cast()


def browser_of(actor):
    return sign_in(Person.objects.get(pk=actor.person))


def hidden(response):
    """What a loaded page sends back: every field as it shows it, and what it knows of itself."""
    body = response.content.decode()
    shown = response.context["draft"].content
    shown = {name: value for name, value in shown.items() if value not in (None, False)}
    aside = {name: re.search(rf'name="{name}" value="(\w+)"', body)[1] for name in ("revision", "page")}
    return shown | aside


def test_what_can_be_kept_is_kept_and_the_rest_stays_in_the_form(cast):
    draft = written(cast.author)
    client, address = browser_of(cast.author), reverse("draft_edit", args=[draft.pk])
    form = hidden(client.get(address))
    response = client.post(address, form | {"year": "MMXX", "url": "javascript:alert(1)", "limits": "Few."})

    body = response.content.decode()
    assert Draft.objects.get(pk=draft.pk).content["limits"] == "Few."
    assert 'value="MMXX"' in body
    assert body.count('class="errorlist"') == 2


def test_two_pages_are_told_of_each_other(cast):
    draft = written(cast.author)
    address = reverse("draft_edit", args=[draft.pk])
    mine, theirs = browser_of(cast.author), browser_of(cast.colleague)
    pages = [hidden(client.get(address)) for client in (mine, theirs)]
    mine.post(address, pages[0] | {"summary": "My words."}, headers={"HX-Request": "true"})
    response = theirs.post(address, pages[1] | {"summary": "Their words."})

    body = response.content.decode()
    assert Draft.objects.get(pk=draft.pk).content["summary"] == "My words."
    assert "Their words." in body
    assert "My words." in body
    theirs.post(address, hidden(response) | {"summary": "My words. Their words."})
    assert Draft.objects.get(pk=draft.pk).content["summary"] == "My words. Their words."


def test_a_page_that_saves_itself_answers_with_its_state(cast):
    draft = written(cast.author)
    client, address = browser_of(cast.author), reverse("draft_edit", args=[draft.pk])
    aside = hidden(client.get(address))
    saved = client.post(address, aside | {"limits": "Few."}, headers={"HX-Request": "true"})
    broken = client.post(address, aside | {"limits": "Few.", "year": "x"}, headers={"HX-Request": "true"})
    client.logout()
    out = client.post(address, aside | {"limits": "None."}, headers={"HX-Request": "true"})

    assert "data-saved" in saved.content.decode()
    assert "data-saved" not in broken.content.decode()
    assert out.status_code == 401
    assert Draft.objects.get(pk=draft.pk).content["limits"] == "Few."


def test_nobody_can_smuggle_in_a_field_or_a_code(cast):
    draft = written(cast.author)
    client, address = browser_of(cast.author), reverse("draft_edit", args=[draft.pk])
    aside = hidden(client.get(address))
    client.post(
        address, aside | {"stages": ["moon"], "owner": "x", "state": "published", "scope": "national:XX"}
    )

    now = Draft.objects.get(pk=draft.pk)
    assert (now.content["stages"], now.content["scope"], now.state) == (["storage"], "global", "draft")
    assert "owner" not in now.content


def test_characters_that_turn_the_text_are_taken_out(cast):
    draft = written(cast.author)
    client, address = browser_of(cast.author), reverse("draft_edit", args=[draft.pk])
    client.post(address, hidden(client.get(address)) | {"title": "Lock\u202ekcol <script>alert(1)</script>"})
    page = client.get(reverse("draft", args=[draft.pk])).content.decode()

    assert Draft.objects.get(pk=draft.pk).content["title"] == "Lockkcol <script>alert(1)</script>"
    assert "<script>alert" not in page


def test_the_reviewer_sees_hints_and_the_change(cast):
    first = Edition.objects.get(practice="us-bmap")
    draft = cast.bring(
        revision_of(first, cast.author, limits="Ask +1 202 555 0123 for the key."), "in_review"
    )
    page = browser_of(cast.reviewer).get(reverse("draft", args=[draft.pk])).content.decode()

    assert "+1 202 555 0123</mark>" in page
    assert "<ins>" in page


def test_without_the_checklist_nothing_is_accepted(cast):
    draft = cast.bring(written(cast.author), "in_review")
    client = browser_of(cast.reviewer)
    address = reverse("draft_decide", args=[draft.pk, "accept"])
    response = client.post(address, {"works": "on"})

    assert response.status_code == 200
    assert Draft.objects.get(pk=draft.pk).state == "in_review"
    checked = dict.fromkeys(("works", "graded", "filed", "sourced", "harmless"), "on")
    client.post(address, checked | {"revision": draft.revision})
    assert Draft.objects.get(pk=draft.pk).state == "accepted"


def test_a_stale_page_is_told_what_happened_meanwhile(cast):
    draft = cast.bring(written(cast.author), "accepted")
    client, address = browser_of(cast.second), reverse("draft_publish", args=[draft.pk])
    seen = {"revision": draft.revision}
    first = client.post(address, seen)
    again = client.post(address, seen, follow=True)

    assert first["Location"].endswith("/practices/count-the-drums-each-evening/")
    assert "published" in again.content.decode()
    assert Practice.objects.get(pk="count-the-drums-each-evening").current == 1


def test_the_next_edition_is_begun_once(cast):
    client = browser_of(cast.author)
    address = reverse("revise", args=["us-bmap"])
    begun = client.post(address)
    again = client.get(address)

    draft = Draft.objects.get()
    assert begun["Location"] == reverse("draft_edit", args=[draft.pk])
    assert again["Location"] == reverse("draft", args=[draft.pk])


def test_an_answer_belongs_to_a_comment_of_the_same_draft(cast):
    mine, other = (cast.bring(written(cast.author), "in_review") for _place in range(2))
    client = browser_of(cast.author)
    client.post(reverse("comment_new", args=[mine.pk]), {"field": "summary", "text": "Who counts?"})
    said = mine.comments.get()
    foreign = client.post(reverse("comment_new", args=[other.pk]), {"text": "I do.", "answers": said.pk})
    client.post(reverse("comment_new", args=[mine.pk]), {"text": "The foreman.", "answers": said.pk})

    assert foreign.status_code == 404
    assert [reply.text for reply in said.replies.all()] == ["The foreman."]


@pytest.mark.parametrize("page", ["draft_edit", "draft", "draft_preview", "draft_history", "draft_submit"])
def test_a_page_takes_as_many_queries_however_much_was_said(page, cast, django_assert_max_num_queries):
    draft = written(cast.author)
    client, address = browser_of(cast.author), reverse(page, args=[draft.pk])
    counts = []
    for _round in range(2):
        client.get(address)  # vocabularies are read once a process, messages shown once
        with django_assert_max_num_queries(60) as queries:
            client.get(address)
        counts.append(len(queries))
        for place in range(10):
            client.post(reverse("comment_new", args=[draft.pk]), {"field": "summary", "text": str(place)})
            edit = reverse("draft_edit", args=[draft.pk])
            client.post(edit, hidden(client.get(edit)) | {"limits": str(place)})

    assert counts[0] == counts[1]


def test_strange_requests_get_an_answer(cast):
    draft = cast.bring(written(cast.author), "in_review")
    client, address = browser_of(cast.author), reverse("comment_new", args=[draft.pk])
    sent = [
        {"field": "draft", "text": ""},
        {"field": "request", "text": "x"},
        {"field": "accept", "text": ""},
        {"text": "x", "answers": "9" * 5_000},
        {"text": "x", "answers": "٣"},
        {"text": "x", "answers": "-1"},
    ]

    assert [client.post(address, body).status_code for body in sent] == [404] * len(sent)
    publish = reverse("draft_publish", args=[draft.pk])
    assert browser_of(cast.second).post(publish, {"revision": "9" * 5_000}).status_code == 302


def test_a_page_acts_for_whom_it_was_made(cast):
    person = Person.objects.get(pk=cast.author.person)
    other = organisation("company", "Halden")
    Membership.objects.create(person=person, organisation=other, role=Role.CONTRIBUTOR)
    client, address = browser_of(cast.author), reverse("draft_new")
    client.post(reverse("act_for"), {"organisation": other.pk})
    form = {"title": "Locks", "language": "en", "acting_for": cast.arlandia.pk}
    made = client.post(address, form, follow=True)
    client.post(address, form | {"acting_for": organisation("company", "Foreign").pk})

    assert [draft.owner.name for draft in Draft.objects.order_by("begun_at")] == ["Arlandia", "Arlandia"]
    assert made.status_code == 200


@pytest.mark.parametrize("title", ["\u200b\u2060", "\u200d", "\u00ad \ufeff"])
def test_a_title_that_nobody_sees_is_none(title, cast):
    client = browser_of(cast.author)
    response = client.post(reverse("draft_new"), {"title": title, "language": "en"})

    assert response.status_code == 200
    assert not Draft.objects.exists()


def test_no_line_can_be_smuggled_into_a_title(cast):
    client = browser_of(cast.author)
    client.post(reverse("draft_new"), {"title": "Locks\r\n\r\nYour account is locked", "language": "en"})

    assert Draft.objects.get().content["title"] == "Locks Your account is locked"


def test_a_long_list_goes_on_on_the_next_page(cast, monkeypatch):
    monkeypatch.setattr(queries, "MOST", 2)
    titles = [f"Practice {number}" for number in range(3)]
    for title in titles:
        written(cast.author, title=title)
    browser = browser_of(cast.author)
    first, second = (browser.get(f"/en/drafts/?own={number}").text for number in (1, 2))

    assert 'rel="next" href="?own=2"' in first
    assert 'aria-label="Pages: Of your organisation"' in first
    assert [title in first for title in titles] == [False, True, True]
    assert [title in second for title in titles] == [True, False, False]


def test_what_is_here_already_leads_to_telling_how_it_was_applied(cast, monkeypatch):
    found = practices.by_ids(ANYONE, ["us-bmap"])
    monkeypatch.setattr(queries, "similar", lambda _draft: found)
    draft = written(cast.author)
    page = browser_of(cast.author).get(f"/en/drafts/{draft.pk}/edit/").text

    assert 'href="/en/practices/us-bmap/applications/new/"' in page
