"""The words of drafts are sealed for whoever writes them: kept, sent and shown nowhere in plain."""

import io
import logging
import uuid
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from tests import databases
from tests.house.cast import sign_in

from chemsec.compendium.drafts import flows
from chemsec.compendium.drafts.tests.making import make_cast, written
from chemsec.compendium.models import Draft
from chemsec.platform.access import SYSTEM
from chemsec.platform.accounts.digests import mail_digests
from chemsec.platform.accounts.models import ApiKey, Notice, Person
from chemsec.platform.accounts.software.flows import make_key
from chemsec.platform.audit import log
from chemsec.platform.sharing.models import Share
from chemsec.platform.vault import errors, keys
from chemsec.platform.vault import flows as vault
from chemsec.platform.vault.public import opens
from chemsec.platform.vault.tests.sealing import damage, everything_kept, store, stored, without_master

LOCKED = str(errors.LOCKED)


@pytest.fixture
def installation(loaded, django_db_setup, django_db_blocker):
    """All content, in databases that keep what is committed."""
    instance = databases.clone(loaded, "sealed")
    with django_db_blocker.unblock(), databases.switched_to(instance):
        yield instance
        connections.close_all()


@pytest.fixture
def cast(compendium):
    return make_cast()


def browser_of(actor):
    return sign_in(Person.objects.get(pk=actor.person))


def test_what_a_draft_says_is_found_nowhere(installation, caplog):
    caplog.set_level(logging.DEBUG)
    connections["default"].force_debug_cursor = True
    cast = make_cast()
    planted = [f"planted{uuid.uuid4().hex}" for _ in range(12)]
    title, summary, later, note, said, line, proposed, reason, purpose, taken, more, answer = planted
    draft = written(cast.author, title=title, summary=f"{summary} {line}")
    browser = browser_of(cast.author)
    page = browser.get(f"/en/drafts/{draft.pk}/edit/").context["form"].initial
    sent = {name: value for name, value in page.items() if value is not None and value is not False}
    browser.post(f"/en/drafts/{draft.pk}/edit/", sent | {"limits": later}, headers={"HX-Request": "true"})
    draft.refresh_from_db()
    assert draft.content["limits"] == later
    flows.submit_draft(draft, note, seen=draft.revision, by=cast.author)
    flows.take_up(draft, by=cast.reviewer)
    first = flows.comment_draft(
        draft, field="summary", text=said, line=line, proposed=proposed, by=cast.reviewer
    )
    flows.comment_draft(draft, text=answer, answers=first, by=cast.author)
    flows.ask_changes(draft, reason, by=cast.reviewer)
    shared = {"to": str(cast.stranger.organisation), "purpose": purpose, "until": str(timezone.localdate())}
    for day in ("2000-01-01", shared["until"]):
        browser.post(f"/en/shares/new/draft/{draft.pk}/", shared | {"until": day})
    assert Share.objects.get().purpose == purpose
    draft.refresh_from_db()
    flows.save_draft(draft, {"evidence": taken, "needs_staff": more}, seen=draft.revision, by=cast.author)
    for path in (f"drafts/{draft.pk}/", f"drafts/{draft.pk}/preview/", "drafts/", "desk/", "shares/"):
        assert browser.get(f"/en/{path}").status_code == 200
    Notice.objects.update(told_at=timezone.now() - timedelta(days=2))
    assert mail_digests() > 1
    dump = io.StringIO()
    sealed = [f"compendium.{model}" for model in ("draft", "draftrevision", "comment")]
    call_command("dumpdata", *sealed, "sharing.share", stdout=dump)
    for session in Session.objects.all():  # kept compressed
        dump.write(str(session.get_decoded()))

    kept = everything_kept(installation) + dump.getvalue().encode() + caplog.text.encode()
    kept += "".join(f"{one.subject}{one.body}" for one in mail.outbox).encode()

    assert str(draft.pk).encode() in kept
    assert [text for text in planted if text.encode() in kept] == []
    opened = Draft.objects.get(pk=draft.pk)
    assert (opened.content["title"], opened.note, opened.reason) == (title, note, reason)


def test_without_the_key_readers_read_and_drafts_say_that_they_are_locked(cast, settings, tmp_path):
    draft = written(cast.author)
    browser = browser_of(cast.author)
    _key, token = make_key("A script", ApiKey.Scope.values, 30, by=cast.author)
    with without_master(settings, tmp_path):
        for path in ("", "practices/", "practices/us-bmap/", "search/?q=chlorine"):
            assert browser.get(f"/en/{path}").status_code == 200, path
        for path in ("drafts/", "desk/", f"history/draft/{draft.pk}/"):
            answer = browser.get(f"/en/{path}")
            assert answer.status_code == 200, path
            assert LOCKED in answer.text, path
        for path in ("", "edit/", "preview/"):
            answer = browser.get(f"/en/drafts/{draft.pk}/{path}")
            assert answer.status_code == 503
            assert "This is locked" in answer.text
        assert browser.post("/en/drafts/new/", {"title": "X", "language": "en"}).status_code == 503
        by_key = {"headers": {"Authorization": f"Bearer {token}"}}
        Authenticator.objects.create(user_id=cast.author.person, type=Authenticator.Type.TOTP, data={})
        assert LOCKED in browser.get("/api/v1/drafts", **by_key).text
        assert browser.get(f"/api/v1/drafts/{draft.pk}", **by_key).status_code == 503
    assert browser.get(f"/en/drafts/{draft.pk}/").status_code == 200


def test_a_locked_draft_stops_no_list_of_the_editors_and_can_be_given_up(cast):
    damage(draft := cast.bring(written(cast.author), "submitted"), "content")
    keys.forget()
    for path in ("editors/", "editors/queue/", "editors/queue/list.csv", "desk/", "drafts/"):
        answer = browser_of(cast.reviewer).get(f"/en/{path}")
        assert answer.status_code == 200, path
        assert LOCKED in answer.getvalue().decode(), path

    browser_of(cast.author).post(f"/en/drafts/{draft.pk}/give-up/")

    assert Draft.objects.get(pk=draft.pk).state == Draft.State.GIVEN_UP


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", "history/"), ("post", "history/0/"), ("post", "edit/")],
)
def test_where_one_revision_is_locked_what_needs_it_says_so(cast, method, path):
    draft = written(cast.author)
    cast.bring(draft, "changes_asked")
    damage(draft.revisions.get(number=1), "content")
    if path == "history/0/":
        damage(draft.revisions.get(number=0), "content")
    keys.forget()

    answer = getattr(browser_of(cast.author), method)(
        f"/en/drafts/{draft.pk}/{path}", {"revision": "1", "title": "Anew"}
    )

    assert answer.status_code == 503
    assert "This is locked" in answer.text
    assert browser_of(cast.author).get(f"/en/drafts/{draft.pk}/").status_code == 200


def test_a_locked_comment_and_note_say_that_they_are(cast):
    draft = cast.bring(written(cast.author), "changes_asked")
    damage(writing := flows.comment_draft(draft, text="Who counts?", by=cast.reviewer), "text")
    damage(draft, "reason")
    keys.forget()

    page = browser_of(cast.author).get(f"/en/drafts/{draft.pk}/").text

    assert writing.author.name in page
    assert page.count(LOCKED) == 2


def test_a_cell_from_elsewhere_or_altered_is_refused_and_the_lists_still_answer(cast, caplog):
    draft, other = written(cast.author, title="Mine"), written(cast.stranger, title="Theirs")
    store(draft, stored(other, "content"), "content")
    damage(spoilt := written(cast.author, title="Spoilt"), "content")
    keys.forget()
    browser = browser_of(cast.author)

    page = browser.get("/en/drafts/").text

    assert page.count(LOCKED) == 2
    assert "Theirs" not in page
    assert "Refused: table compendium_draft, field content" in caplog.text
    assert browser.get(f"/en/drafts/{spoilt.pk}/").status_code == 503


def test_an_organisation_that_is_forgotten_takes_its_drafts_with_it(cast):
    draft, other = written(cast.author), written(cast.stranger)
    flows.comment_draft(draft, text="Among us.", by=cast.author)

    vault.forget_owner(cast.author.organisation, by=SYSTEM)

    assert Draft.objects.get(pk=draft.pk).is_locked
    assert not draft.revisions.get(number=0).content
    assert not draft.comments.get().text
    assert not Draft.objects.get(pk=other.pk).is_locked


def test_the_log_can_show_which_words_were_submitted_and_holds_none_of_them(cast):
    draft = cast.bring(written(cast.author), "accepted")
    said = {entry["verb"]: entry for verb in ("submit", "accept") for entry in log.said(verb)}

    draft.refresh_from_db()
    for entry in said.values():
        assert entry["facts"]["revision"] == draft.revision
        assert opens(entry["facts"]["words"], log.canonical(draft.content))
        assert not opens(entry["facts"]["words"], log.canonical(draft.content | {"title": "Others"}))


def test_news_on_the_desk_name_the_draft_to_whoever_may_see_it_now(cast):
    draft = cast.bring(written(cast.author), "declined")
    assert "“Count the drums each evening” was declined" in browser_of(cast.author).get("/en/desk/").text
    assert all(notice.facts == {} for notice in Notice.objects.filter(key=str(draft.pk)))
    Draft.objects.filter(pk=draft.pk).update(owner=cast.stranger.organisation)

    page = browser_of(cast.author).get("/en/desk/").text

    assert "Count the drums" not in page
    assert "A practice of yours was declined" in page


def test_drafts_from_before_are_sealed_with_nothing_lost(migrated, django_db_setup, django_db_blocker):
    instance = databases.clone(migrated, "from-before")
    with django_db_blocker.unblock(), databases.switched_to(instance):
        before = ("compendium", "0011_drafts_gather")
        MigrationExecutor(connection).migrate([before])
        loader = MigrationExecutor(connection).loader
        old = loader.project_state([before, *loader.graph.leaf_nodes("accounts")]).apps
        author, home = member_of(old)
        draft = old.get_model("compendium", "Draft").objects.create(
            owner=home, author=author, content={"title": "Locks"}, note="For you", since=timezone.now()
        )
        for number in range(2):
            draft.revisions.create(number=number, content={"title": f"{number}"}, by=author)
        old.get_model("accounts", "Notice").objects.create(
            person=author, kind="draft.comment", key=str(draft.pk), facts={"title": "Locks"}
        )
        first = draft.comments.create(text="Who?", line="Locks", author=author)
        draft.comments.create(text="We", proposed="Two locks", answers=first, author=author)

        changed = draft.changed_at
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes("compendium"))

        now = Draft.objects.get()
        assert now.changed_at == changed
        assert (now.content, now.note, now.reason) == ({"title": "Locks"}, "For you", "")
        assert [one.content["title"] for one in now.revisions.order_by("number")] == ["0", "1"]
        said = [(one.text, one.line, one.proposed) for one in now.comments.all()]
        assert said == [("Who?", "Locks", ""), ("We", "", "Two locks")]
        assert len({one.key for one in now.comments.all()}) == 2
        assert now.comments.last().answers_id == first.pk
        assert Notice.objects.get().facts == {}
        connections.close_all()


def member_of(old):
    """A person and an organisation as the models of that time make them."""
    person = old.get_model("accounts", "Person").objects.create(email="a@b.example", name="A", password="!")
    home = old.get_model("accounts", "Organisation").objects.create(kind="company", names={"en": "Halden"})
    return person, home
