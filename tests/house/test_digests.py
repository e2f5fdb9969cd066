"""The daily e-mail: what changed, what waits and by when, and nothing confidential."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.utils import timezone

from chemsec.compendium.drafts.tests.making import make_cast, written
from chemsec.compendium.models import Draft
from chemsec.platform.accounts import digests
from chemsec.platform.accounts.models import Notice, Person


@pytest.fixture
def cast(compendium):
    return make_cast()


@pytest.fixture
def draft(cast):
    person = Person.objects.get(pk=cast.author.person)  # whose desk opens with a second factor alone
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return cast.bring(written(cast.author, title="Zyzzyva locks"), "changes_asked")


def due_in(draft, **time):
    Draft.objects.filter(pk=draft.pk).update(due=timezone.now() + timedelta(**time))


def sent_to(actor):
    """What goes to them when all are looked at."""
    mail.outbox.clear()
    digests.mail_digests()
    address = Person.objects.get(pk=actor.person).email
    return [one.body for one in mail.outbox if one.to == [address]]


def a_day_passes():
    Person.objects.update(digest_at=timezone.now() - timedelta(days=1))


def test_it_says_what_changed_and_what_waits_by_when_and_where_but_no_title(cast, draft):
    (body,) = sent_to(cast.author)

    assert "Changes are asked for in a practice of yours." in body
    assert "Waits for me" in body
    assert "- Revise and submit it again (by " in body
    assert f"/en/drafts/{draft.pk}/edit/" in body
    assert "Zyzzyva" not in body


def test_no_more_than_once_a_day_and_only_with_news_or_something_due(cast, draft):
    assert len(sent_to(cast.author)) == 1
    assert sent_to(cast.author) == []
    a_day_passes()
    assert sent_to(cast.author) == [], "nothing new, and due in a month"
    a_day_passes()
    due_in(draft, hours=40)
    (body,) = sent_to(cast.author)
    assert "Changes are asked" not in body
    a_day_passes()
    due_in(draft, days=-3)
    assert sent_to(cast.author) == [], "what is late is no reason to write every day"


def test_whoever_wants_none_gets_none(cast, draft):
    Person.objects.update(digest=Person.Digest.OFF)
    assert sent_to(cast.author) == []
    assert Notice.objects.filter(person=cast.author.person, mailed_at__isnull=True).exists()


def test_what_was_seen_in_the_page_is_no_news(cast, draft):
    Notice.objects.update(read_at=timezone.now())
    assert sent_to(cast.author) == []
