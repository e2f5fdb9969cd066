"""A form that makes something makes it once, however often it is sent."""

import re

import pytest
from tests.house.cast import sign_in

from chemsec.compendium.drafts.tests.making import make_cast, written
from chemsec.compendium.models import Comment, Draft
from chemsec.platform.accounts.models import Person
from chemsec.platform.models import SentForm
from chemsec.platform.sent import forget


@pytest.fixture
def cast(compendium):
    return make_cast()


def browser_of(actor):
    return sign_in(Person.objects.get(pk=actor.person))


def asked(browser, path):
    """The field of the page's form that makes it one of its own."""
    return {"once": re.search('name="once" value="([0-9a-f]+)"', browser.get(path).text)[1]}


def test_sent_twice_it_makes_one_thing_and_leads_there_both_times(cast):
    browser = browser_of(cast.author)
    sent = {"title": "Locks", "language": "en"} | asked(browser, "/en/drafts/new/")

    first, again = (browser.post("/en/drafts/new/", sent) for _time in range(2))

    assert first.url == again.url
    assert Draft.objects.count() == 1


def test_with_other_words_or_from_a_page_of_its_own_it_is_another(cast):
    browser = browser_of(cast.author)
    sent = {"title": "Locks", "language": "en"} | asked(browser, "/en/drafts/new/")
    browser.post("/en/drafts/new/", sent)

    browser.post("/en/drafts/new/", sent | {"title": "Doors"})
    browser.post("/en/drafts/new/", sent | asked(browser, "/en/drafts/new/"))
    browser_of(cast.colleague).post("/en/drafts/new/", sent)

    assert Draft.objects.count() == 4


def test_what_was_refused_may_be_sent_again(cast):
    draft = written(cast.author)
    path, browser = f"/en/drafts/{draft.pk}/", browser_of(cast.author)
    sent = {"field": "summary", "text": "Who?", "line": "Nobody."} | asked(browser, path)
    assert browser.post(f"{path}comments/", sent).status_code == 200
    assert not SentForm.objects.exists()
    assert browser_of(cast.stranger).post(f"{path}comments/", sent).status_code == 404

    for _time in range(2):
        browser.post(f"{path}comments/", sent | {"line": ""})

    assert Comment.objects.count() == 1
    forget()
    assert SentForm.objects.count() == 1
    assert "Who" not in str(SentForm.objects.values())


def test_what_was_pasted_makes_one_draft_however_often_it_is_sent(cast):
    browser = browser_of(cast.author)
    sent = {"text": "Locks\n\nThree of them.", "language": "en"} | asked(browser, "/en/drafts/new/from/")
    before = Draft.objects.count()

    first, again = (browser.post("/en/drafts/new/from/", sent) for _time in range(2))

    assert first["Location"] == again["Location"]
    assert Draft.objects.count() == before + 1
