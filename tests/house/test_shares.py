"""What an organisation shares the other one sees, for what and as long as was said, and no longer."""

import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import Http404
from django.utils import timezone
from tests.house.cast import sign_in

from chemsec.compendium.drafts import access as drafts
from chemsec.compendium.drafts import flows as writing
from chemsec.compendium.drafts.tests.making import make_cast, written
from chemsec.platform.accounts.access import actor_for
from chemsec.platform.accounts.models import Membership, Notice, Organisation, Person, Role
from chemsec.platform.accounts.tests.people import member, organisation
from chemsec.platform.files import giving
from chemsec.platform.sharing import access, flows, tasks
from chemsec.platform.sharing.models import Share

PURPOSE = "For your remarks on Zyzzyva"


@pytest.fixture
def cast(compendium):
    return make_cast()


@pytest.fixture
def bellmare(cast):
    return organisation("state", "Bellmare")


@pytest.fixture
def partner(bellmare):
    return member("state", Role.CONTRIBUTOR, of=bellmare, name="partner")


@pytest.fixture
def draft(cast):
    found = written(cast.author)
    writing.comment_draft(found, text="Among us alone.", by=cast.author)
    return found


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr(giving, "PIECE", 1000)


def share(draft, to, *, by, days=7, purpose=PURPOSE):
    until = timezone.localdate() + timedelta(days=days)
    return flows.share("draft", draft.pk, to.pk, purpose, until, by=by)


def browser_of(actor):
    return sign_in(Person.objects.get(pk=actor.person))


def statuses(actor, draft):
    pages = ("", "preview/", "draft.pdf", "edit/", "history/", "submit/")
    return [browser_of(actor).get(f"/en/drafts/{draft.pk}/{page}").status_code for page in pages]


NOTHING = [404] * 6
THE_WORDS = [200, 200, 200, 404, 404, 404]


def test_a_share_opens_the_words_to_the_other_organisation_alone(cast, bellmare, partner, draft):
    reader = member("state", Role.READER, of=bellmare, name="its-reader")
    assert statuses(partner, draft) == NOTHING

    share(draft, bellmare, by=cast.author)

    assert statuses(partner, draft) == THE_WORDS
    assert statuses(reader, draft) == THE_WORDS
    assert statuses(cast.stranger, draft) == NOTHING
    assert statuses(cast.reviewer, draft) == NOTHING
    listed = browser_of(partner).get("/en/drafts/")
    assert [one.pk for one in listed.context["drafts"].shared.rows] == [draft.pk]


def test_who_is_shared_with_is_told_what_for_and_nothing_of_how_it_is_judged(cast, bellmare, partner, draft):
    cast.bring(draft, "changes_asked")
    share(draft, bellmare, by=cast.author)
    draft.refresh_from_db()
    page = browser_of(partner).get(f"/en/drafts/{draft.pk}/").text

    assert PURPOSE in page
    assert draft.reason
    assert draft.reason not in page
    assert "Among us alone." not in page
    assert "reviewer" not in page.replace("previewer", "")
    assert browser_of(partner).get(f"/en/history/draft/{draft.pk}/").status_code == 404
    told = Notice.objects.get(person=partner.person, kind="share.received")
    assert PURPOSE not in str(told.facts)


def test_a_guest_sees_the_words_as_they_stand_and_not_who_reviews_them(cast, bellmare, partner):
    draft = cast.bring(written(cast.author, limits="Not at the Zyzzyva plant."), "changes_asked")
    writing.save_draft(draft, {"limits": "Few."}, seen=draft.revision, by=cast.author)
    share(draft, bellmare, by=cast.author)
    assert "Zyzzyva plant" in browser_of(cast.reader).get(f"/en/drafts/{draft.pk}/").text
    assert "Zyzzyva plant" not in browser_of(partner).get(f"/en/drafts/{draft.pk}/").text

    draft.refresh_from_db()
    writing.submit_draft(draft, seen=draft.revision, by=cast.author)
    writing.take_up(draft, by=cast.reviewer)

    assert "reviewer reviews it" in browser_of(cast.reader).get(f"/en/drafts/{draft.pk}/").text
    assert "reviewer" not in browser_of(partner).get(f"/en/drafts/{draft.pk}/").text


def test_shared_with_the_secretariat_an_editor_reads_and_judges_nothing(cast, draft):
    share(draft, Organisation.objects.get(pk=cast.reviewer.organisation), by=cast.author)
    page = browser_of(cast.reviewer).get(f"/en/drafts/{draft.pk}/")

    assert page.status_code == 200
    assert "conflict of interest" not in page.text
    with pytest.raises(PermissionDenied):
        writing.declare_conflict(draft, "A cousin.", by=cast.reviewer)


def test_who_became_an_editor_sees_what_editors_see(cast, draft):
    said = writing.comment_draft(draft, text="Zyzzyva?", by=cast.author)
    cast.bring(draft, "submitted")
    Membership.objects.filter(person=cast.author.person).update(ended_at=timezone.now())
    editors = Organisation.objects.get(pk=cast.reviewer.organisation)
    mover = Person.objects.get(pk=cast.author.person)
    Membership.objects.create(person=mover, organisation=editors, role=Role.EDITOR)
    draft.refresh_from_db()

    assert drafts.can_read(actor_for(mover), draft)
    assert not drafts.comments_for(actor_for(mover), draft).filter(pk=said.pk).exists()


def test_they_comment_and_see_the_answer_and_no_other_word(cast, bellmare, partner, draft):
    share(draft, bellmare, by=cast.author)
    said = writing.comment_draft(draft, text="Count them twice.", by=partner)
    writing.comment_draft(draft, text="We will.", answers=said, by=cast.author)

    page = browser_of(partner).get(f"/en/drafts/{draft.pk}/").text
    assert "Count them twice." in page
    assert "We will." in page
    assert "Among us alone." not in page
    assert "Count them twice." in browser_of(cast.reader).get(f"/en/drafts/{draft.pk}/").text
    proposed = writing.comment_draft(draft, field="summary", proposed="Other words.", by=partner)
    with pytest.raises(PermissionDenied):
        writing.settle_comment(proposed, take=True, by=partner)


def test_what_guests_and_writers_say_is_theirs_and_not_the_editors(cast, bellmare, partner, draft):
    colleague = member("state", Role.READER, of=bellmare, name="its-reader")
    share(draft, bellmare, by=cast.author)
    cast.bring(draft, "in_review")
    said = writing.comment_draft(draft, text="Count them twice.", by=partner)
    writing.comment_draft(draft, text="We will.", answers=said, by=cast.author)
    theirs = browser_of(colleague).get(f"/en/drafts/{draft.pk}/").text
    editors = browser_of(cast.reviewer).get(f"/en/drafts/{draft.pk}/").text

    assert "Bellmare" in browser_of(cast.author).get(f"/en/drafts/{draft.pk}/").text
    for words in ("Count them twice.", "We will."):
        assert words in theirs
        assert words not in editors
    assert Notice.objects.filter(person=partner.person, kind="draft.comment").exists()
    assert not Notice.objects.filter(person=cast.reviewer.person, kind="draft.comment").exists()


def test_whoever_isnt_shared_with_any_more_is_not_told_of_answers(cast, bellmare, partner, draft):
    made = share(draft, bellmare, by=cast.author)
    said = writing.comment_draft(draft, text="Count them twice.", by=partner)
    flows.end_share(made, by=cast.author)

    writing.comment_draft(draft, text="We will.", answers=said, by=cast.author)

    assert not Notice.objects.filter(person=partner.person, kind="draft.comment").exists()


def test_a_guest_settles_nothing(cast, bellmare, partner, draft):
    share(draft, bellmare, by=cast.author)
    said = writing.comment_draft(draft, text="Count them twice.", by=partner)
    assert "/settle/" not in browser_of(partner).get(f"/en/drafts/{draft.pk}/").text

    answer = browser_of(partner).post(f"/en/drafts/{draft.pk}/comments/{said.pk}/settle/")

    said.refresh_from_db()
    assert answer.status_code == 404
    assert said.settled_at is None
    writing.settle_comment(said, take=False, by=cast.author)


def test_ended_it_is_gone_from_the_next_request(cast, bellmare, partner, draft):
    made = share(draft, bellmare, by=cast.author)
    browser = browser_of(partner)
    assert browser.get(f"/en/drafts/{draft.pk}/").status_code == 200

    assert browser_of(cast.focal).post(f"/en/shares/{made.pk}/end/").status_code == 302

    assert browser.get(f"/en/drafts/{draft.pk}/").status_code == 404
    assert browser.post(f"/en/drafts/{draft.pk}/comments/", {"text": "Late."}).status_code == 404
    assert not browser.get("/en/drafts/").context["drafts"].shared
    with pytest.raises(ValidationError, match="already"):
        flows.end_share(made, by=cast.focal)


def test_it_ends_by_itself_after_its_last_day(cast, bellmare, partner, draft):
    made = share(draft, bellmare, by=cast.author, days=0)
    assert drafts.visible_to(partner).exists()
    Share.objects.filter(pk=made.pk).update(until=timezone.now())

    assert not drafts.visible_to(partner).exists()
    with pytest.raises(PermissionDenied):
        writing.comment_draft(draft, text="Late.", by=partner)


def test_when_it_is_over_both_sides_are_told_once(cast, bellmare, partner, draft):
    made = share(draft, bellmare, by=cast.author, days=0)
    assert tasks.end_what_is_over() == 0
    Share.objects.filter(pk=made.pk).update(until=timezone.now())

    assert [tasks.end_what_is_over(), tasks.end_what_is_over()] == [1, 0]

    made.refresh_from_db()
    assert (made.ended_at, made.ended_by) == (made.until, None)
    for told in (cast.author, partner):
        assert Notice.objects.filter(person=told.person, kind="share.over").count() == 1
    history = browser_of(cast.author).get(f"/en/history/draft/{draft.pk}/").text
    assert "The time for which it was shared is over, with: Bellmare." in history


def test_shared_again_after_it_was_over_the_first_keeps_its_last_day(cast, bellmare, partner, draft):
    over = share(draft, bellmare, by=cast.author)
    Share.objects.filter(pk=over.pk).update(until=timezone.now() - timedelta(days=1))
    with pytest.raises(ValidationError, match="already"):
        flows.end_share(over, by=cast.focal)

    share(draft, bellmare, by=cast.author)

    over.refresh_from_db()
    assert (over.ended_at, over.ended_by) == (over.until, None)
    assert drafts.can_read(partner, draft)


def test_notices_name_what_is_shared_to_whoever_sees_it(cast, bellmare, partner, draft):
    made = share(draft, bellmare, by=cast.author)
    named = "Arlandia shares “Count the drums each evening” with Bellmare."
    assert named in browser_of(partner).get("/en/desk/").text
    assert "drums" not in str(Notice.objects.filter(kind__startswith="share.").values_list("facts", "key"))

    flows.end_share(made, by=cast.author)

    page = browser_of(partner).get("/en/desk/").text
    assert "drums" not in page
    assert "Arlandia no longer shares something with Bellmare." in page


@pytest.mark.usefixtures("small_pieces")
def test_ended_while_a_download_runs_it_breaks_off(cast, bellmare, partner, draft):
    made = share(draft, bellmare, by=cast.author)
    download = browser_of(partner).get(f"/en/drafts/{draft.pk}/draft.pdf")
    pieces = iter(download)
    assert next(pieces).startswith(b"%PDF")

    flows.end_share(made, by=cast.focal)

    with pytest.raises(PermissionDenied):
        next(pieces)


@pytest.mark.parametrize("ends", ["session", "its time", "password", "account", "role"])
@pytest.mark.usefixtures("small_pieces")
def test_so_it_does_when_session_password_account_or_role_end(cast, bellmare, partner, draft, ends):
    share(draft, bellmare, by=cast.author)
    browser = browser_of(partner)
    pieces = iter(browser.get(f"/en/drafts/{draft.pk}/draft.pdf"))
    next(pieces)

    if ends == "session":
        browser.session.flush()
    if ends == "its time":
        Session.objects.update(expire_date=timezone.now())
    if ends == "password":
        person = Person.objects.get(pk=partner.person)
        person.set_password("another one of theirs")
        person.save()
    if ends == "account":
        Person.objects.filter(pk=partner.person).update(is_active=False)
    if ends == "role":
        Membership.objects.filter(person=partner.person).update(ended_at=timezone.now())

    with pytest.raises(PermissionDenied):
        next(pieces)


def test_who_may_share(cast, bellmare, draft):
    for other, refusal in ((cast.reader, PermissionDenied), (cast.reviewer, Http404)):
        with pytest.raises(refusal):
            share(draft, bellmare, by=other)
    assert not Share.objects.exists()
    share(draft, bellmare, by=cast.colleague)
    assert Share.objects.get().shared_by_id == cast.colleague.person


def test_a_receiver_doesnt_pass_it_on(cast, bellmare, partner, draft):
    share(draft, bellmare, by=cast.author)
    with pytest.raises(PermissionDenied):
        share(draft, Organisation.objects.get(pk=cast.stranger.organisation), by=partner)


@pytest.mark.parametrize("days", [-1, 366])
def test_until_a_day_within_a_year(cast, bellmare, draft, days):
    with pytest.raises(ValidationError, match="within a year"):
        share(draft, bellmare, by=cast.author, days=days)


def test_not_with_oneself(cast, draft):
    with pytest.raises(ValidationError, match="than your own"):
        share(draft, cast.arlandia, by=cast.author)


def test_shared_again_the_new_word_replaces_the_old(cast, bellmare, draft):
    share(draft, bellmare, by=cast.author)
    share(draft, bellmare, by=cast.author, purpose="For your records")

    current = [
        line.share.purpose for line in browser_of(cast.focal).get("/en/shares/").context["shares"].given
    ]
    assert current == ["For your records"]
    assert Share.objects.count() == 2


def test_a_receiver_gives_it_back_and_readers_end_nothing(cast, bellmare, partner, draft):
    made = share(draft, bellmare, by=cast.author)
    reader = member("state", Role.READER, of=bellmare, name="its-reader")
    for other in (reader, cast.reader):
        assert not access.can_end(other, made)
    flows.end_share(made, by=partner)
    assert not drafts.visible_to(partner).exists()
    assert Notice.objects.filter(person=cast.author.person, kind="share.ended").exists()


def test_the_page_says_what_is_wrong_and_keeps_the_rest(cast, bellmare, draft):
    browser = browser_of(cast.author)
    address = f"/en/shares/new/draft/{draft.pk}/"
    sent = {"to": str(bellmare.pk), "purpose": "Remarks\u202e", "until": "yesterday"}
    page = browser.post(address, sent).text

    assert "characters that nobody sees" in page
    assert "valid date" in page
    assert f'value="{bellmare.pk}" selected' in page
    done = browser.post(address, sent | {"purpose": "Remarks", "until": str(timezone.localdate())})
    assert done.url == f"/en/drafts/{draft.pk}/"


def test_a_form_sent_too_long_after_the_second_factor_is_kept_for_a_second_click(cast, bellmare, draft):
    person = Person.objects.get(pk=cast.author.person)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    stale = sign_in(person, factor_at=time.time() - 301)
    address = f"/en/shares/new/draft/{draft.pk}/"
    sent = {
        "to": str(bellmare.pk),
        "purpose": 'Two <lines>\nof "remarks"',
        "until": str(timezone.localdate()),
    }

    asked = stale.post(address, sent)

    assert asked.status_code == 403
    assert not Share.objects.exists()
    assert dict(asked.context["sent"]) == sent
    assert "Two &lt;lines&gt;" in asked.text
    assert sign_in(person).post(address, dict(asked.context["sent"])).status_code == 302
    assert Share.objects.get().purpose == sent["purpose"]


def test_what_is_over_for_the_draft_is_not_shared_any_more(cast, bellmare, draft):
    cast.bring(draft, "declined")
    with pytest.raises(PermissionDenied):
        share(draft, bellmare, by=cast.author)


def test_what_for_is_sealed(cast, bellmare, draft):
    share(draft, bellmare, by=cast.author)
    with connection.cursor() as cursor:
        cursor.execute("SELECT purpose FROM sharing_share")
        (cell,) = cursor.fetchone()
    assert b"Zyzzyva" not in bytes(cell)


def test_the_history_of_the_draft_tells_of_it_to_its_own(cast, bellmare, partner, draft):
    made = share(draft, bellmare, by=cast.author)
    flows.end_share(made, by=partner)
    page = browser_of(cast.reader).get(f"/en/history/draft/{draft.pk}/").text

    assert "It was shared with: Bellmare." in page
    assert "It isn’t shared any more with: Bellmare." in page
