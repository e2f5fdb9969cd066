"""The life of a draft: who may take which step, what two writers at once lose, what publishing makes."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.urls import resolve, reverse
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chemsec.compendium.drafts import access, content, flows, queries
from chemsec.compendium.drafts.tests.making import (
    WRITTEN,
    make_cast,
    revision_of,
    write,
    written,
)
from chemsec.compendium.flows import publish_edition
from chemsec.compendium.models import Draft, Edition, Practice
from chemsec.compendium.tests.drafts import draft as made
from chemsec.platform.access import ANYONE, SYSTEM
from chemsec.platform.accounts import desk, notices
from chemsec.platform.accounts.models import Membership, Notice, Role
from chemsec.platform.accounts.tests.people import member
from chemsec.platform.audit import log
from chemsec.platform.audit.models import Entry

pytestmark = pytest.mark.usefixtures("compendium")

PERSONS = (
    "author", "colleague", "focal", "reader", "stranger", "reviewer", "second", "partial", "officer",
)  # fmt: skip
WRITERS = {"author", "colleague", "focal"}
STEPS = {
    "save": lambda draft, by: flows.save_draft(draft, {"limits": "None."}, seen=draft.revision, by=by),
    "submit": lambda draft, by: flows.submit_draft(draft, seen=draft.revision, by=by),
    "take_up": lambda draft, by: flows.take_up(draft, by=by),
    "ask_changes": lambda draft, by: flows.ask_changes(draft, "Say who.", by=by),
    "accept": lambda draft, by: flows.accept_draft(draft, seen=draft.revision, by=by),
    "decline": lambda draft, by: flows.decline_draft(draft, "It is there.", by=by),
    "publish": lambda draft, by: flows.publish_draft(draft, seen=draft.revision, by=by),
    "give_up": lambda draft, by: flows.give_up_draft(draft, by=by),
    "comment": lambda draft, by: flows.comment_draft(draft, text="Who?", by=by),
}
# state -> step -> who may take it; nobody else may, and no other step can be taken
TABLE = {
    "draft": {"save": WRITERS, "submit": WRITERS, "give_up": WRITERS, "comment": WRITERS},
    "submitted": {
        "take_up": {"reviewer", "second"},
        "give_up": WRITERS,
        "comment": WRITERS | {"reviewer", "second"},
    },
    "in_review": {
        "give_up": WRITERS,
        "ask_changes": {"reviewer"},
        "accept": {"reviewer"},
        "decline": {"reviewer"},
        "comment": WRITERS | {"reviewer", "second"},
    },
    "changes_asked": {
        "save": WRITERS,
        "submit": WRITERS,
        "give_up": WRITERS,
        "comment": WRITERS | {"reviewer", "second"},
    },
    "accepted": {
        "publish": {"second"},
        "ask_changes": {"reviewer", "second"},
        "give_up": WRITERS,
        "comment": WRITERS | {"reviewer", "second"},
    },
    "published": {},
    "declined": {},
    "given_up": {},
}


@pytest.fixture
def cast():
    return make_cast()


def brought_to(state, cast):
    draft = cast.bring(written(cast.author), state)
    draft.conflicts.create(person_id=cast.partial.person, reason="Her brother wrote it.")
    return draft


def everything(draft):
    with connection.cursor() as cursor:  # as it is stored, cells and all
        cursor.execute(
            "SELECT * FROM compendium_draft WHERE id = %s",
            [Draft.id.field.get_db_prep_value(draft.pk, connection)],
        )
        row = [bytes(cell) if isinstance(cell, memoryview) else cell for cell in cursor.fetchone()]
    return (
        row,
        draft.revisions.count(),
        draft.comments.count(),
        Practice.objects.count(),
        Notice.objects.count(),
    )


@pytest.mark.parametrize("state", TABLE)
def test_each_step_is_for_those_whom_the_table_names(state, cast):
    draft = brought_to(state, cast)

    taken = {
        step: {name for name in PERSONS if is_taken(STEPS[step], draft, getattr(cast, name))}
        for step in STEPS
    }
    assert {step: names for step, names in taken.items() if names} == TABLE[state]


def is_taken(step, draft, by):
    """Whether the step is taken; where it isn’t, nothing changes but that the log may say so. Undo it."""
    before, size = everything(draft), Entry.objects.count()
    undo = transaction.savepoint()
    try:
        step(draft, by)
    except (PermissionDenied, ValidationError):
        assert everything(draft) == before
        refused = Entry.objects.filter(seq__gt=size).values_list("body", flat=True)
        assert ["refuse"] * len(refused) == [json.loads(body)["verb"] for body in refused]
        return False
    else:
        assert everything(draft) != before
        return True
    finally:
        transaction.savepoint_rollback(undo)


def test_a_step_that_is_refused_stands_in_the_log(cast):
    draft = brought_to("submitted", cast)
    with pytest.raises(PermissionDenied):
        flows.take_up(draft, by=cast.author)
    with pytest.raises(ValidationError, match="submitted"):
        flows.publish_draft(draft, seen=draft.revision, by=cast.second)

    refused = [entry["facts"]["tried"] for entry in log.said("refuse")]
    assert refused == ["take_up", "publish_draft"]


@pytest.mark.parametrize("state", TABLE)
def test_who_may_see_a_draft_finds_it(state, cast):
    """The pair of access holds together for everybody in every state."""
    draft = brought_to(state, cast)
    persons = [*(getattr(cast, name) for name in PERSONS), ANYONE, SYSTEM]

    for person in persons:
        assert access.visible_to(person).filter(pk=draft.pk).exists() == bool(access.can_read(person, draft))
    seen = {name for name in PERSONS if access.can_read(getattr(cast, name), draft)}
    editors = {"reviewer", "second", "partial"}
    assert seen == WRITERS | {"reader"} | (set() if state in {"draft", "given_up"} else editors)


# ── writing ──


def test_two_writers_change_different_fields_and_both_stay(cast):
    draft = written(cast.author)
    seen = draft.revision
    flows.save_draft(draft, {"limits": "Small yards only."}, seen=seen, by=cast.author)
    conflicts = flows.save_draft(draft, {"needs_staff": "One foreman."}, seen=seen, by=cast.colleague)

    now = Draft.objects.get(pk=draft.pk).content
    assert (conflicts, now["limits"], now["needs_staff"]) == ({}, "Small yards only.", "One foreman.")


def test_two_writers_change_one_field_and_the_later_is_told(cast):
    draft = written(cast.author)
    seen = draft.revision
    flows.save_draft(draft, {"limits": "Small yards only."}, seen=seen, by=cast.author, page="a")
    late = {"limits": "Not outdoors.", "needs_time": "An hour a day."}
    conflicts = flows.save_draft(draft, late, seen=seen, by=cast.colleague, page="b")

    now = Draft.objects.get(pk=draft.pk).content
    assert conflicts == {"limits": "Small yards only."}
    assert (now["limits"], now["needs_time"]) == ("Small yards only.", "An hour a day.")


def test_a_page_that_saves_again_and_again_is_in_no_conflict_with_itself(cast):
    draft = written(cast.author)
    seen = draft.revision
    for words in ("S", "Sm", "Small yards"):
        assert flows.save_draft(draft, {"limits": words}, seen=seen, by=cast.author, page="a") == {}

    assert Draft.objects.get(pk=draft.pk).content["limits"] == "Small yards"


def test_a_page_doesnt_put_back_what_somebody_else_changed_meanwhile(cast):
    draft = written(cast.author)
    seen = draft.revision
    whole = draft.content
    flows.save_draft(draft, {"limits": "Theirs."}, seen=seen, by=cast.colleague, page="b")
    flows.save_draft(draft, whole | {"needs_time": "Mine."}, seen=seen, by=cast.author, page="a")
    flows.save_draft(draft, whole | {"needs_time": "Mine too."}, seen=seen, by=cast.author, page="a")

    now = Draft.objects.get(pk=draft.pk).content
    assert (now["limits"], now["needs_time"]) == ("Theirs.", "Mine too.")


OTHERS = st.sampled_from(["limits", "evidence", "needs_staff"])


@given(data=st.data())
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_word_of_anybody_is_lost(cast, data):
    """Whatever several pages save in whatever order: each word is in a revision or was given back."""
    draft = written(cast.author)
    pages = dict.fromkeys("abc", draft.revision)
    for place in range(data.draw(st.integers(1, 8))):
        page, name = data.draw(st.sampled_from("abc")), data.draw(OTHERS)
        words = f"{page}{place}"
        conflicts = flows.save_draft(draft, {name: words}, seen=pages[page], by=cast.author, page=page)
        kept = [revision.content[name] for revision in draft.revisions.all()]
        assert (words in kept) != (name in conflicts)
        assert all(theirs in kept for theirs in conflicts.values())


def test_what_was_can_be_had_again(cast):
    draft = written(cast.author)
    good = draft.revision
    write(draft, cast.colleague, summary="Gone.")
    flows.restore_revision(draft, good, by=cast.author)

    now = Draft.objects.get(pk=draft.pk)
    assert now.content["summary"] == WRITTEN["summary"]
    assert "Gone." in {revision.content["summary"] for revision in now.revisions.all()}


def test_a_page_that_is_too_old_says_so(cast):
    with pytest.raises(ValidationError, match="too old"):
        flows.save_draft(written(cast.author), {"limits": "x"}, seen=99, by=cast.author)


def test_the_history_shows_one_sitting_as_one(cast):
    draft = written(cast.author)
    draft = write(draft, cast.author, limits="Small yards.")
    draft = write(draft, cast.colleague, limits="Small yards only.")
    sittings = queries.history(Draft.objects.get(pk=draft.pk))

    assert [sitting.last.by.name for sitting in sittings] == ["colleague", "author"]
    assert [name for name, _pieces in sittings[0].fields] == ["Limits"]


# ── submitting and review ──


def test_what_is_missing_is_named(cast):
    draft = flows.begin_draft(by=cast.author)
    with pytest.raises(ValidationError, match="Title, What it is, How to adopt it"):
        flows.submit_draft(draft, seen=draft.revision, by=cast.author)
    assert Draft.objects.get(pk=draft.pk).state == "draft"


def test_who_acts_next_is_told_and_has_a_date(cast):
    draft = cast.bring(written(cast.author), "submitted")
    waiting = {
        name: [item.what for item in desk.items(getattr(cast, name))[desk.Section.WAITING]]
        for name in PERSONS
    }

    assert draft.due
    assert waiting["reviewer"] == waiting["second"] == ["Take up a review"]
    assert [waiting[name] for name in ("author", "reader", "stranger", "officer")] == [[]] * 4
    awaited = desk.items(cast.author)[desk.Section.AWAITED]
    assert [(item.what, item.due) for item in awaited] == [("An editor takes it up", draft.due)]
    assert Notice.objects.filter(kind="draft.submitted", person=cast.second.person).count() == 1


def test_an_editor_who_wrote_part_of_it_has_no_part_in_the_review(cast):
    draft = written(cast.second)
    draft = write(draft, cast.reviewer, limits="Small yards.")
    flows.submit_draft(draft, seen=draft.revision, by=cast.second)

    assert [access.can_judge(who, draft) for who in (cast.second, cast.reviewer, cast.third)] == [
        False,
        False,
        True,
    ]


def test_a_conflict_of_interest_takes_the_reviewer_out_for_good(cast):
    draft = cast.bring(written(cast.author), "accepted")
    flows.declare_conflict(draft, "I used to work there.", by=cast.reviewer)

    draft = Draft.objects.get(pk=draft.pk)
    assert (draft.state, draft.reviewer, draft.accepted_by) == ("submitted", None, None)
    with pytest.raises(PermissionDenied):
        flows.take_up(draft, by=cast.reviewer)


def test_proposed_words_are_taken_by_the_writer_alone(cast):
    draft = cast.bring(written(cast.author), "changes_asked")
    comment = flows.comment_draft(
        draft, field="summary", proposed="Two persons count the drums.", by=cast.reviewer
    )
    with pytest.raises(PermissionDenied):
        flows.settle_comment(comment, take=True, by=cast.reviewer)
    flows.settle_comment(comment, take=True, by=cast.author)

    comment.refresh_from_db()
    assert Draft.objects.get(pk=draft.pk).content["summary"] == "Two persons count the drums."
    assert comment.is_taken


# ── publishing ──


class TestPublishing:
    def test_makes_an_edition_under_its_owners_name(self, cast):
        draft = cast.bring(written(cast.author), "published")
        practice = Practice.objects.get(pk="count-the-drums-each-evening")
        edition = practice.editions.get()

        assert (draft.practice_id, practice.owner, practice.current) == (practice.pk, cast.arlandia, 1)
        assert edition.is_confirmed
        assert edition.texts.get().summary == WRITTEN["summary"]
        assert edition.stages == ["storage"]

    def test_a_title_without_latin_letters_gets_an_identifier_all_the_same(self, cast):
        titles = [
            "每晚清点桶数",
            "عد البراميل",
            "Count the drums each evening",
            "Count the drums each evening",
        ]
        made = [cast.bring(written(cast.author, title=title), "published").practice_id for title in titles]

        assert [name.startswith("practice-") for name in made] == [True, True, False, False]
        assert made[2:] == ["count-the-drums-each-evening", "count-the-drums-each-evening-2"]

    def test_a_starter_practice_is_taken_over_by_its_publisher_alone(self, cast):
        first = Edition.objects.get(practice="us-bmap")
        cast.bring(
            revision_of(first, cast.stranger, limits="Not for boats."), "published", author=cast.stranger
        )
        practice = Practice.objects.get(pk="us-bmap")
        assert (practice.owner, practice.editions.get(number=2).is_confirmed) == (None, False)
        again = practice.editions.get(number=2)
        cast.bring(revision_of(again, cast.author, claims=True), "published")
        practice.refresh_from_db()

        assert (practice.owner, practice.editions.get(number=3).is_confirmed) == (cast.arlandia, True)

    def test_a_next_edition_keeps_what_no_form_asks_for(self, cast):
        first = Edition.objects.get(practice="us-bmap")
        draft = cast.bring(
            revision_of(first, cast.author, claims=True, limits="Not for islands."), "published"
        )
        practice = Practice.objects.get(pk="us-bmap")

        assert (draft.base, practice.current, practice.owner) == (1, 2, cast.arlandia)
        second = practice.editions.get(number=2)
        assert (second.url, second.url_kind, second.is_checked) == (
            first.url, first.url_kind, first.is_checked,
        )  # fmt: skip
        assert second.texts.get(language="fr").state == "out_of_date"

    def test_translations_stay_as_good_as_they_were_where_no_word_changed(self, cast):
        first = Edition.objects.get(practice="us-bmap")
        cast.bring(revision_of(first, cast.author, audiences=["customs"]), "published")

        before, after = (
            Edition.objects.get(practice="us-bmap", number=number).texts.get(language="fr")
            for number in (1, 2)
        )
        assert after.state == before.state

    def test_nobody_else_writes_the_next_edition_of_an_owned_practice(self, cast):
        cast.bring(written(cast.author), "published")
        edition = Edition.objects.get(practice="count-the-drums-each-evening")
        with pytest.raises(PermissionDenied):
            flows.begin_draft(edition=edition, by=cast.stranger)

        draft = bring_to_by(cast.third, edition, cast)
        practice = Practice.objects.get(pk=draft.practice_id)
        assert (practice.owner, practice.editions.get(number=2).is_confirmed) == (cast.arlandia, False)

    def test_a_draft_that_the_practice_overtook_is_merged_field_by_field(self, cast):
        first = Edition.objects.get(practice="us-bmap")
        draft = revision_of(first, cast.author, limits="Mine.", needs_staff="Mine too.")
        draft = cast.bring(draft, "accepted")
        publish_edition(
            "us-bmap", content.to_publish(
                content.of_edition(first)
                | {"limits": "Theirs.", "evidence": "Theirs too."},
                first, is_confirmed=False,
            ), by=SYSTEM,
        )  # fmt: skip
        with pytest.raises(ValidationError, match="Another edition"):
            flows.publish_draft(draft, seen=draft.revision, by=cast.second)
        both = flows.refresh_draft(draft, by=cast.second)

        draft = Draft.objects.get(pk=draft.pk)
        assert (both, draft.state, draft.base) == (["limits"], "submitted", 2)
        assert [draft.content[name] for name in ("limits", "needs_staff", "evidence")] == [
            "Mine.", "Mine too.", "Theirs too.",
        ]  # fmt: skip
        assert draft.comments.get().proposed == "Theirs."

    def test_what_was_overtaken_under_review_isnt_accepted_before_its_reviewer_brought_it_up_to_date(
        self, cast
    ):
        first = Edition.objects.get(practice="us-bmap")
        draft = cast.bring(revision_of(first, cast.author, limits="Mine."), "in_review")
        theirs = content.of_edition(first) | {"evidence": "Theirs."}
        publish_edition("us-bmap", content.to_publish(theirs, first, is_confirmed=False), by=SYSTEM)
        with pytest.raises(ValidationError, match="Another edition"):
            flows.accept_draft(draft, seen=draft.revision, by=cast.reviewer)
        assert not access.can_refresh(cast.second, draft)

        flows.refresh_draft(draft, by=cast.reviewer)

        draft = Draft.objects.get(pk=draft.pk)
        assert (draft.state, draft.content["evidence"]) == ("in_review", "Theirs.")
        flows.accept_draft(draft, seen=draft.revision, by=cast.reviewer)
        assert access.is_second(cast.second, draft)

    def test_whoever_is_late_to_publish_is_told_that_it_is_published(self, cast):
        draft = cast.bring(revision_of(Edition.objects.get(practice="us-bmap"), cast.author), "accepted")
        flows.publish_draft(draft, seen=draft.revision, by=cast.second)

        with pytest.raises(ValidationError, match="with a practice that is: published"):
            flows.publish_draft(draft, seen=draft.revision, by=cast.third)

    def test_a_later_edition_names_what_is_new(self, cast):
        draft = flows.begin_draft(edition=Edition.objects.get(practice="us-bmap"), by=cast.author)
        with pytest.raises(ValidationError, match="What is new in this edition"):
            flows.submit_draft(draft, seen=draft.revision, by=cast.author)

    def test_the_reviewer_sees_the_change_against_the_live_edition(self, cast):
        draft = revision_of(Edition.objects.get(practice="us-bmap"), cast.author, limits="Not for islands.")
        sheet = queries.sheet(cast.author, Draft.objects.select_related("practice").get(pk=draft.pk))
        changed = {field.code for _section, fields in sheet.sections for field in fields if field.is_changed}

        assert changed == {"limits"}


class TestTwoPersons:
    """Who had a hand in a draft has no part in its review, whatever else they may act for."""

    def test_a_member_of_the_owner_with_a_second_seat(self, cast):
        draft = cast.bring(written(cast.author), "in_review")
        Membership.objects.create(person_id=cast.second.person, organisation=cast.arlandia, role=Role.READER)

        assert not access.can_judge(cast.second, draft)
        assert access.can_judge(cast.third, draft)

    def test_whoever_submitted_it(self, cast):
        draft = written(cast.second)
        flows.submit_draft(draft, seen=draft.revision, by=cast.reviewer)

        assert not access.can_judge(cast.reviewer, Draft.objects.get())

    def test_whose_words_were_taken(self, cast):
        draft = cast.bring(written(cast.author), "changes_asked")
        said = flows.comment_draft(draft, field="limits", proposed="Small yards.", by=cast.second)
        assert access.is_second(cast.second, draft)
        flows.settle_comment(said, take=True, by=cast.author)

        assert access.can_judge(cast.second, draft)
        assert not access.is_second(cast.second, draft)


class TestNothingGetsStuck:
    def test_another_editor_takes_over_from_one_who_has_left(self, cast):
        draft = cast.bring(written(cast.author), "in_review")
        with pytest.raises(ValidationError, match="Somebody else"):
            flows.take_up(draft, by=cast.second)
        Membership.objects.filter(person=cast.reviewer.person).update(ended_at=timezone.now())
        flows.take_up(draft, by=cast.second)

        assert Draft.objects.get().reviewer_id == cast.second.person

    def test_another_editor_takes_over_what_is_late(self, cast):
        draft = cast.bring(written(cast.author), "in_review")
        Draft.objects.update(due=timezone.now() - timedelta(days=1))
        flows.take_up(draft, by=cast.second)

        assert Draft.objects.get().reviewer_id == cast.second.person

    def test_where_no_second_editor_is_left_an_administrator_is_told(self, cast):
        home = Membership.objects.get(person=cast.reviewer.person).organisation
        admin = member("secretariat", Role.ADMINISTRATOR, of=home, name="admin")
        told = Notice.objects.filter(person=admin.person, kind="draft.no_second")
        cast.bring(written(cast.author), "accepted")
        assert not told.exists()
        others = (cast.second, cast.third, cast.partial)
        Membership.objects.filter(person__in=[one.person for one in others]).update(ended_at=timezone.now())

        cast.bring(written(cast.author), "accepted")

        (notice,) = told
        assert notices.url(notice) == "/en/organisation/"
        assert "Invite one more" in notices.sentence(notice)

    def test_what_was_accepted_can_be_sent_back(self, cast):
        draft = cast.bring(written(cast.author), "accepted")
        flows.ask_changes(draft, "The address has moved.", by=cast.second)

        now = Draft.objects.get()
        assert (now.state, now.accepted_by) == ("changes_asked", None)

    def test_a_former_reviewer_declares_a_conflict(self, cast):
        draft = cast.bring(written(cast.author), "changes_asked")
        flows.declare_conflict(draft, "A cousin works there.", by=cast.reviewer)

        assert Draft.objects.get().state == "changes_asked"
        assert not access.can_judge(cast.reviewer, draft)

    def test_bringing_in_a_newer_edition_makes_nobody_a_writer(self, cast):
        draft = cast.bring(revision_of(Edition.objects.get(practice="us-bmap"), cast.author), "accepted")
        publish_edition("us-bmap", made(source={"title": "Newer"}), by=SYSTEM)
        flows.refresh_draft(draft, by=cast.second)

        assert access.can_judge(cast.second, Draft.objects.get())

    def test_there_must_be_something_to_bring_in(self, cast):
        draft = cast.bring(revision_of(Edition.objects.get(practice="us-bmap"), cast.author), "accepted")
        with pytest.raises(ValidationError, match="up to date"):
            flows.refresh_draft(draft, by=cast.second)
        assert Draft.objects.get().state == "accepted"


class TestWhatWasReadIsWhatBinds:
    @pytest.mark.parametrize(
        ("state", "flow", "who"),
        [
            ("draft", flows.submit_draft, "author"),
            ("in_review", flows.accept_draft, "reviewer"),
            ("accepted", flows.publish_draft, "second"),
        ],
    )
    def test_an_older_page_binds_nothing(self, state, flow, who, cast):
        draft = cast.bring(written(cast.author), state)
        with pytest.raises(ValidationError, match="since you opened"):
            flow(draft, seen=draft.revision - 1, by=getattr(cast, who))
        assert Draft.objects.get().state == state

    def test_what_couldnt_be_published_isnt_submitted(self, cast):
        draft = written(cast.author, title="x" * 501)
        with pytest.raises(ValidationError, match="500"):
            flows.submit_draft(draft, seen=draft.revision, by=cast.author)

    def test_proposed_words_obey_the_limits_of_the_field(self, cast):
        draft = cast.bring(written(cast.author), "in_review")
        with pytest.raises(ValidationError, match="500"):
            flows.comment_draft(draft, field="title", proposed="x" * 501, by=cast.reviewer)
        said = flows.comment_draft(draft, field="title", proposed="Two\nlines", by=cast.reviewer)
        assert said.proposed == "Two lines"

    def test_words_are_taken_once(self, cast):
        draft = cast.bring(written(cast.author), "changes_asked")
        said = flows.comment_draft(draft, field="limits", proposed="Theirs.", by=cast.reviewer)
        flows.settle_comment(said, take=True, by=cast.author)
        write(Draft.objects.get(), cast.author, limits="Better.")
        with pytest.raises(ValidationError, match="already"):
            flows.settle_comment(said, take=True, by=cast.author)

        assert Draft.objects.get().content["limits"] == "Better."


class TestOfSeveralOrganisations:
    def test_what_came_to_belong_to_another_isnt_published(self, cast):
        first = Edition.objects.get(practice="us-bmap")
        late = revision_of(first, cast.stranger, limits="Ours.")
        cast.bring(revision_of(first, cast.author, claims=True, limits="Theirs."), "published")

        assert not access.can_write(cast.stranger, Draft.objects.get(pk=late.pk))
        with pytest.raises(ValidationError, match="another organisation"):
            flows.submit_draft(late, seen=late.revision, by=cast.stranger)

    def test_an_organisation_writes_one_next_edition_at_a_time(self, cast):
        first = Edition.objects.get(practice="us-bmap")
        flows.begin_draft(edition=first, by=cast.author)
        with pytest.raises(ValidationError, match="already"):
            flows.begin_draft(edition=first, by=cast.colleague)
        with pytest.raises(IntegrityError), transaction.atomic():
            Draft.objects.create(
                practice=first.practice,
                owner=cast.arlandia,
                author_id=cast.colleague.person,
                since=timezone.now(),
                content={},
                note="",
                reason="",
            )

    def test_whoever_has_left_is_told_nothing_more(self, cast):
        draft = written(cast.author)
        Membership.objects.filter(person=cast.author.person).update(ended_at=timezone.now())
        flows.submit_draft(draft, seen=draft.revision, by=cast.colleague)
        flows.take_up(draft, by=cast.reviewer)

        told = Notice.objects.filter(kind="draft.in_review").values_list("person__name", flat=True)
        assert list(told) == ["focal"]

    def test_the_writers_talk_before_they_submit_stays_theirs(self, cast):
        draft = written(cast.author)
        said = flows.comment_draft(draft, text="The minister hates it.", by=cast.colleague)
        draft = cast.bring(draft, "in_review")
        flows.comment_draft(draft, text="Who counts?", by=cast.reviewer)

        assert [one.text for one in access.comments_for(cast.reviewer, draft)] == ["Who counts?"]
        assert len(access.comments_for(cast.reader, draft)) == 2
        with pytest.raises(Http404):
            access.comment_of(cast.reviewer, draft.pk, said.pk)


def test_a_practice_gets_an_address_of_its_own(cast):
    for title in ("Compare", "Coverage", "Booklet"):
        practice_id = cast.bring(written(cast.author, title=title), "published").practice_id
        assert resolve(reverse("practice", args=[practice_id])).url_name == "practice"


@pytest.mark.parametrize(
    "text", ["!" * 8_000, "vx " + "1" * 900 + " " * 900 + "x", "1" * 4_000 + " " * 3_900]
)
def test_no_text_keeps_the_portal_busy(text, cast):
    """Each of these once took it half a minute: two writers could have kept everybody out."""
    draft = written(cast.author, summary=text, evidence=text[::-1])
    flows.comment_draft(draft, field="summary", proposed=text[1:] + "?", by=cast.colleague)
    for _time in range(20):
        queries.sheet(cast.author, draft)
        queries.history(draft)


def bring_to_by(editor, edition, cast):
    """An editor's own draft of the next edition, published by two others."""
    draft = revision_of(edition, editor, limits="Checked by the Secretariat.")
    flows.submit_draft(draft, seen=draft.revision, by=editor)
    flows.take_up(draft, by=cast.reviewer)
    flows.accept_draft(draft, seen=draft.revision, by=cast.reviewer)
    flows.publish_draft(draft, seen=draft.revision, by=cast.second)
    return Draft.objects.get(pk=draft.pk)


def test_notices_are_in_the_readers_language(cast):
    draft = cast.bring(written(cast.author), "in_review")
    told = Notice.objects.get(person=cast.author.person, kind="draft.in_review")
    with translation.override("en"):
        assert notices.sentence(told) == "An editor has taken up a practice of yours.", "as it is mailed"
        assert notices.sentences(cast.author, [told]) == [
            "An editor has taken up “Count the drums each evening”."
        ]
        assert notices.sentences(cast.stranger, [told]) == ["An editor has taken up a practice of yours."]
    assert notices.url(told).endswith(f"/drafts/{draft.pk}/")


@pytest.mark.parametrize("state", ["published", "declined"])
def test_who_had_a_part_in_what_is_decided_stays_on_record(state, cast):
    draft = brought_to(state, cast)

    with pytest.raises(ValidationError, match="can’t be done"):
        flows.declare_conflict(draft, "A cousin.", by=cast.reviewer)

    now = Draft.objects.get(pk=draft.pk)
    assert (now.reviewer_id, now.accepted_by_id) == (draft.reviewer_id, draft.accepted_by_id)
    assert now.reviewer_id == cast.reviewer.person


class TestComments:
    def test_the_words_that_it_is_about_stand_in_the_section(self, cast):
        draft = cast.bring(written(cast.author), "in_review")
        with pytest.raises(ValidationError, match="don’t stand there"):
            flows.comment_draft(draft, field="summary", line="Nobody counts.", text="?", by=cast.reviewer)

        said = flows.comment_draft(
            draft, field="how_to_apply", line="drums. Count them", text="When?", by=cast.reviewer
        )
        assert said.line

    def test_that_something_was_said_is_on_record_and_what_was_said_isnt(self, cast):
        draft = written(cast.author)
        among = flows.comment_draft(draft, text="Zyzzyva?", by=cast.author)
        cast.bring(draft, "in_review")
        flows.settle_comment(among, take=False, by=cast.author)
        said = flows.comment_draft(draft, field="limits", proposed="Zyzzyva.", by=cast.reviewer)
        flows.settle_comment(said, take=False, by=cast.author)

        verbs = ("comment_among", "settle_among", "comment", "settle")
        entries = [list(log.said(verb))[-1] for verb in verbs]
        assert [entry["facts"]["comment"] for entry in entries] == [
            str(one.key) for one in (among, among, said, said)
        ]
        assert "Zyzzyva" not in str(entries)
