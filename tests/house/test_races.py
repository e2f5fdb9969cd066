"""Two people at once on one thing: one of them wins, the other is told, and the log holds.

Each race is run on connections of their own that start together. A database error that reaches the view, a
deadlock among them, fails the race.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, connections
from django.test import Client
from django.utils import timezone, translation
from tests import databases
from tests.house.cast import sign_in

from chemsec.compendium import flows as practices
from chemsec.compendium.applications import flows as applications
from chemsec.compendium.applications.tests.telling import SAID
from chemsec.compendium.drafts import flows as drafts
from chemsec.compendium.drafts.tests.making import Cast, make_cast, revision_of, written
from chemsec.compendium.models import (
    PROSE,
    Application,
    Draft,
    Edition,
    EditionText,
    Gap,
    Practice,
    Translation,
    Withdrawal,
)
from chemsec.compendium.tests.drafts import draft as content
from chemsec.compendium.translations import flows as translations
from chemsec.compendium.translations.tests.reading import as_shown
from chemsec.compendium.upkeep import flows as upkeep
from chemsec.platform import caching
from chemsec.platform.access import ANYONE, SYSTEM, Actor
from chemsec.platform.accounts import flows as accounts
from chemsec.platform.accounts.access import actor_for
from chemsec.platform.accounts.models import (
    Admission,
    ApiKey,
    CalendarFeed,
    Invitation,
    Membership,
    Notice,
    Organisation,
    Person,
    Role,
)
from chemsec.platform.accounts.software import flows as software
from chemsec.platform.accounts.tests.people import member, person
from chemsec.platform.audit import log
from chemsec.platform.audit.models import Entry
from chemsec.platform.files.tests.given import LETTER
from chemsec.platform.models import State
from chemsec.platform.sharing import flows as sharing
from chemsec.platform.sharing.models import Share
from chemsec.platform.vault import keys
from chemsec.platform.vault.models import OwnerKey

REFUSED = (ValidationError, PermissionDenied)
FEW, MANY = 3, 200


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each of these gave, or how it was refused; whatever else went wrong is raised."""
    together = threading.Barrier(len(acts))
    told: list[Any] = [None] * len(acts)

    def act(place: int) -> None:
        try:
            connection.ensure_connection()
            with translation.override("en"):
                together.wait()
                told[place] = acts[place]()
        except Exception as error:  # noqa: BLE001  sorted out below
            told[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=[place]) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in told:
        if isinstance(one, Exception) and not isinstance(one, REFUSED):
            raise one
    return told


def winners(told: list[Any]) -> list[int]:
    return [place for place, one in enumerate(told) if not isinstance(one, Exception)]


def written_down(verb: str, thing: str = "") -> int:
    """How often the log says so."""
    found = Entry.objects.filter(body__contains=f'"verb":"{verb}"')
    return (found.filter(thing=thing) if thing else found).count()


def told_of(kind: str, key: str) -> int:
    """How many notices the person got who got most of them."""
    people = list(Notice.objects.filter(kind=kind, key=key).values_list("person", flat=True))
    return max((people.count(one) for one in people), default=0)


@dataclass
class House:
    cast: Cast
    registrars: list[Actor]

    @property
    def editors(self) -> tuple[Actor, Actor]:
        return self.cast.second, self.cast.third

    def owned(self, title: str = "") -> Practice:
        """A practice of Arlandia."""
        name = f"arlandia-{uuid4().hex[:8]}"
        owner = self.cast.arlandia.pk
        return practices.publish_edition(
            name, content(source={"title": title or name}), by=SYSTEM, owner=owner
        ).practice

    def proposed(self, practice: Practice | None = None, **more: Any) -> Withdrawal:
        said = {"reason": "Its law was repealed.", "language": "en"} | more
        return upkeep.propose_withdrawal(practice or self.owned(), by=self.cast.author, **said)

    def sent(self) -> Application:
        practice = self.owned()
        return applications.report_application(practice, by=self.cast.stranger, **SAID)

    def translated(self) -> Practice:
        """A practice of Arlandia with a working copy that can be put in place."""
        practice = self.owned()
        source = practice.editions.get(number=1).texts.get(state="source")
        words = {name: f"En otras palabras: {name}" for name in PROSE if getattr(source, name)}
        translations.save_translation(practice, "es", words, seen={}, by=self.cast.author)
        return practice


@pytest.fixture
def house(loaded, django_db_setup, django_db_blocker):
    """An installation of its own, whose database keeps what is committed."""
    instance = databases.clone(loaded, "races")
    caching.forget()
    with django_db_blocker.unblock(), databases.switched_to(instance):
        cast = make_cast()
        staff = Organisation.objects.get(pk=cast.second.organisation)
        registrars = [member("", Role.REGISTRAR, of=staff, name=f"registrar-{n}") for n in range(3)]
        yield House(cast, registrars)
        report = log.verify()
        connections.close_all()
    assert report.fault == ""


@pytest.fixture
def rounds(request):
    return range(MANY if request.config.getoption("long") else FEW)


pytestmark = pytest.mark.usefixtures("loaded")

# ── drafts ──


@pytest.mark.parametrize("is_revision", [False, True], ids=["new practice", "next edition"])
def test_two_editors_publish_one_draft_once(is_revision, house, rounds):
    second, third = house.editors
    for number in rounds:
        if is_revision:
            begun = revision_of(house.owned().editions.get(number=1), house.cast.author)
        else:
            begun = written(house.cast.author, title=f"Count drums in store {number}")
        draft = house.cast.bring(begun, "accepted")

        told = at_once(
            partial(drafts.publish_draft, draft, seen=draft.revision, by=second),
            partial(drafts.publish_draft, draft, seen=draft.revision, by=third),
        )

        assert len(winners(told)) == 1
        edition = told[winners(told)[0]]
        assert Edition.objects.filter(practice=edition.practice_id).count() == 1 + is_revision
        assert Practice.objects.get(pk=edition.practice_id).current == 1 + is_revision
        assert Draft.objects.get(pk=draft.pk).practice_id == edition.practice_id
        assert written_down("publish", f"draft/{draft.pk}") == 1
        assert written_down("publish_edition", f"practice/{edition.practice_id}") == 1 + is_revision
        assert told_of("draft.published", str(draft.pk)) == 1


def test_a_draft_is_shared_with_each_once_and_ended_once(house, rounds):
    """Twice with one organisation, and again while it is ended: one holds at most, and the log has each."""
    cast, day = house.cast, timezone.localdate()
    for _round in rounds:
        draft = written(cast.author)
        anew = [
            partial(sharing.share, "draft", draft.pk, cast.stranger.organisation, why, day, by=by)
            for why, by in (("Remarks", cast.author), ("Records", cast.colleague))
        ]

        assert winners(at_once(*anew)) == [0, 1]
        current = Share.objects.get(key=draft.pk, ended_at__isnull=True)
        ends = [partial(sharing.end_share, current, by=by) for by in (cast.focal, cast.stranger)]
        told = at_once(*ends, anew[0])

        assert 2 in winners(told)
        assert len(winners(told)) in {1, 2}
        assert Share.objects.filter(key=draft.pk, ended_at__isnull=True).count() == 1
        thing = f"draft/{draft.pk}"
        assert written_down("share", thing) == Share.objects.filter(key=draft.pk).count() == 3
        assert written_down("end_share", thing) == len(winners(told)) - 1


def test_drafts_of_one_title_get_an_identifier_each(house, rounds):
    second, third = house.editors
    for number in rounds:
        one, other = (
            house.cast.bring(written(house.cast.author, title=f"Same name {number}"), "accepted")
            for _place in range(2)
        )

        told = at_once(
            partial(drafts.publish_draft, one, seen=one.revision, by=second),
            partial(drafts.publish_draft, other, seen=other.revision, by=third),
        )

        assert winners(told) == [0, 1]
        assert len({edition.practice_id for edition in told}) == 2


def test_drafts_of_two_organisations_make_the_next_edition_one_after_the_other(house, rounds):
    """Of a practice that nobody has taken over, both may write the next edition; one is told to catch up."""
    second, third = house.editors
    for _round in rounds:
        edition = practices.publish_edition(f"free-{uuid4().hex[:8]}", content(), by=SYSTEM)
        one, other = (
            house.cast.bring(revision_of(edition, by, summary=f"As {by.name} does."), "accepted", author=by)
            for by in (house.cast.author, house.cast.stranger)
        )

        told = at_once(
            partial(drafts.publish_draft, one, seen=one.revision, by=second),
            partial(drafts.publish_draft, other, seen=other.revision, by=third),
        )

        assert len(winners(told)) == 1
        assert Practice.objects.get(pk=edition.practice_id).current == 2
        assert Edition.objects.filter(practice=edition.practice_id).count() == 2


def test_a_draft_is_accepted_or_declined(house, rounds):
    by = house.cast.reviewer
    for _round in rounds:
        draft = house.cast.bring(written(house.cast.author), "in_review")

        told = at_once(
            partial(drafts.accept_draft, draft, seen=draft.revision, by=by),
            partial(drafts.decline_draft, draft, "It is there.", by=by),
            partial(drafts.ask_changes, draft, "Say who counts.", by=by),
        )

        # what was accepted may still be given back; nothing else follows on anything
        state = Draft.objects.get(pk=draft.pk).state
        assert (winners(told), state) in [
            ([0], "accepted"),
            ([1], "declined"),
            ([2], "changes_asked"),
            ([0, 2], "changes_asked"),
        ]
        verbs = ("accept", "decline", "ask_changes")
        counted = [written_down(verb, f"draft/{draft.pk}") for verb in verbs]
        assert counted == [int(place in winners(told)) for place in range(3)]


def test_a_draft_is_submitted_once(house, rounds):
    for _round in rounds:
        draft = written(house.cast.author)

        told = at_once(
            partial(drafts.submit_draft, draft, seen=draft.revision, by=house.cast.author),
            partial(drafts.submit_draft, draft, seen=draft.revision, by=house.cast.colleague),
        )

        assert len(winners(told)) == 1
        assert written_down("submit", f"draft/{draft.pk}") == 1
        assert told_of("draft.submitted", str(draft.pk)) == 1


def test_a_draft_has_one_reviewer(house, rounds):
    for _round in rounds:
        draft = house.cast.bring(written(house.cast.author), "submitted")

        told = at_once(*(partial(drafts.take_up, draft, by=by) for by in house.editors))

        assert len(winners(told)) == 1
        assert Draft.objects.get(pk=draft.pk).reviewer_id == house.editors[winners(told)[0]].person


def test_what_is_submitted_is_what_was_read(house, rounds):
    """Somebody saves while a colleague submits: the words are those that were read, or it is refused."""
    for _round in rounds:
        draft = written(house.cast.author)

        told = at_once(
            partial(drafts.submit_draft, draft, seen=draft.revision, by=house.cast.author),
            partial(
                drafts.save_draft, draft, {"limits": "Late."}, seen=draft.revision, by=house.cast.colleague
            ),
        )

        assert len(winners(told)) == 1
        now = Draft.objects.get(pk=draft.pk)
        assert (now.state, now.content["limits"]) == [("submitted", ""), ("draft", "Late.")][winners(told)[0]]


def test_two_writers_of_one_draft_lose_no_word(house, rounds):
    """Each writes in a field of their own, and both in one: there one is given what the other wrote."""
    draft = written(house.cast.author)
    for number in rounds:
        seen = Draft.objects.get(pk=draft.pk).revision
        words = {by: f"{by} wrote this, {number}." for by in ("author", "colleague")}
        own = {"author": "evidence", "colleague": "limits"}

        values = {by: {"summary": words[by], own[by]: words[by]} for by in words}

        told = at_once(
            *(
                partial(drafts.save_draft, draft, values[by], seen=seen, page=by, by=getattr(house.cast, by))
                for by in words
            )
        )

        now = Draft.objects.get(pk=draft.pk)
        assert winners(told) == [0, 1]
        assert [now.content[own[by]] for by in words] == list(words.values())
        assert sorted(map(bool, told)) == [False, True]
        kept, lost = ("author", "colleague") if told[1] else ("colleague", "author")
        assert now.content["summary"] == words[kept]
        assert {"author": told[0], "colleague": told[1]}[lost] == {"summary": words[kept]}
        assert now.revision == seen + 2
    numbers = draft.revisions.values_list("number", flat=True)
    assert sorted(numbers) == list(range(now.revision + 1))


def test_one_organisation_begins_one_next_edition(house, rounds):
    for _round in rounds:
        edition = house.owned().editions.get(number=1)

        told = at_once(
            partial(drafts.begin_draft, by=house.cast.author, edition=edition),
            partial(drafts.begin_draft, by=house.cast.colleague, edition=edition),
        )

        assert len(winners(told)) == 1
        assert Draft.objects.filter(practice=edition.practice_id).count() == 1


def test_a_comment_is_settled_once(house, rounds):
    for _round in rounds:
        draft = house.cast.bring(written(house.cast.author), "changes_asked")
        words = {"field": "limits", "proposed": "None known."}
        comment = drafts.comment_draft(draft, by=house.cast.reviewer, **words)

        told = at_once(
            partial(drafts.settle_comment, comment, take=True, by=house.cast.author),
            partial(drafts.settle_comment, comment, take=False, by=house.cast.colleague),
        )

        assert len(winners(told)) == 1
        comment.refresh_from_db()
        is_taken = winners(told) == [0]
        assert comment.is_taken == is_taken
        assert Draft.objects.get(pk=draft.pk).content["limits"] == ("None known." if is_taken else "")


def test_whoever_steps_aside_does_so_once(house, rounds):
    for _round in rounds:
        draft = house.cast.bring(written(house.cast.author), "in_review")

        told = at_once(
            *(
                partial(drafts.declare_conflict, draft, "A cousin.", by=house.cast.reviewer)
                for _place in range(2)
            )
        )

        assert len(winners(told)) == 1
        assert draft.conflicts.count() == 1


# ── practices ──


def test_a_withdrawal_is_decided_once(house, rounds):
    states = ("carried_out", "declined", "taken_back")
    for _round in rounds:
        found = house.proposed()

        told = at_once(
            partial(upkeep.carry_out_withdrawal, found, by=house.cast.second),
            partial(upkeep.decline_withdrawal, found, "Still true.", by=house.cast.third),
            partial(upkeep.take_back_withdrawal, found, by=house.cast.colleague),
        )

        assert len(winners(told)) == 1
        found = Withdrawal.objects.select_related("practice").get(pk=found.pk)
        assert found.state == states[winners(told)[0]]
        assert found.practice.is_withdrawn == (found.state == "carried_out")
        thing = f"practice/{found.practice_id}"
        verbs = ("carry_out_withdrawal", "decline_withdrawal", "take_back_withdrawal", "withdraw_practice")
        decided = [written_down(verb, thing) for verb in verbs]
        assert sum(decided[:3]) == 1
        assert decided[3] == decided[0]


def test_a_withdrawal_is_proposed_once(house, rounds):
    said = {"reason": "Its law was repealed.", "language": "en"}
    for _round in rounds:
        practice = house.owned()

        told = at_once(
            partial(upkeep.propose_withdrawal, practice, by=house.cast.author, **said),
            partial(upkeep.propose_withdrawal, practice, by=house.cast.second, **said),
        )

        assert len(winners(told)) == 1
        assert practice.withdrawals.count() == 1
        assert told_of("withdrawal.proposed", str(practice.withdrawals.get().pk)) == 1


def test_of_two_practices_that_replace_each_other_one_stays(house, rounds):
    for _round in rounds:
        one, other = house.owned(), house.owned()
        first, second = house.proposed(one, successor=other), house.proposed(other, successor=one)

        told = at_once(
            partial(upkeep.carry_out_withdrawal, first, by=house.cast.second),
            partial(upkeep.carry_out_withdrawal, second, by=house.cast.third),
        )

        assert len(winners(told)) == 1
        both = Practice.objects.filter(pk__in=[one.pk, other.pk])
        assert both.filter(withdrawn_at__isnull=True).count() == 1


def test_what_is_withdrawn_is_confirmed_no_more(house, rounds):
    until = timezone.localdate() + timedelta(days=365)
    for _round in rounds:
        found = house.proposed()

        told = at_once(
            partial(practices.confirm_practice, found.practice, until, by=house.cast.author),
            partial(upkeep.carry_out_withdrawal, found, by=house.cast.second),
        )

        # confirmed before, or not at all
        assert 1 in winners(told)
        practice = Practice.objects.get(pk=found.practice_id)
        assert practice.is_withdrawn
        assert written_down("confirm_practice", f"practice/{practice.pk}") == (0 in winners(told))
        if 0 in winners(told):
            assert practice.confirmed_at < practice.withdrawn_at


def test_what_is_withdrawn_gets_no_other_edition_afterwards(house, rounds):
    for _round in rounds:
        found = house.proposed()
        begun = revision_of(found.practice.editions.get(number=1), house.cast.author)
        draft = house.cast.bring(begun, "accepted")

        told = at_once(
            partial(drafts.publish_draft, draft, seen=draft.revision, by=house.cast.third),
            partial(upkeep.carry_out_withdrawal, found, by=house.cast.second),
        )

        assert 1 in winners(told)
        practice = Practice.objects.get(pk=found.practice_id)
        assert practice.is_withdrawn
        assert practice.current == practice.editions.count() == 1 + (0 in winners(told))
        assert Draft.objects.get(pk=draft.pk).state == ("published" if 0 in winners(told) else "accepted")


def test_a_reminder_goes_out_once(house, rounds):
    for _round in rounds:
        practice = house.owned()
        Practice.objects.filter(pk=practice.pk).update(review_by=timezone.localdate())

        at_once(*(partial(upkeep.remind, practice, by=SYSTEM) for _place in range(2)))

        assert told_of("practice.review", practice.pk) == 1
        assert written_down("remind", f"practice/{practice.pk}") == 1


def test_an_application_is_shown_or_withdrawn(house, rounds):
    for _round in rounds:
        told_one = house.sent()

        told = at_once(
            partial(applications.show_application, told_one, by=house.cast.second),
            partial(applications.withdraw_application, told_one, by=house.cast.stranger),
        )

        assert 1 in winners(told)  # also what is shown can be taken back
        now = Application.objects.select_related("practice").get(pk=told_one.pk)
        assert now.state == "withdrawn"
        assert now.practice.reports == 0
        assert written_down("show_application", f"application/{now.pk}") == (0 in winners(told))


def test_an_application_is_decided_once(house, rounds):
    for _round in rounds:
        told_one = house.sent()

        told = at_once(
            partial(applications.show_application, told_one, by=house.cast.second),
            partial(applications.show_application, told_one, by=house.cast.third),
        )

        assert len(winners(told)) == 1
        assert Application.objects.get(pk=told_one.pk).practice.reports == 1
        assert told_of("application.listed", str(told_one.pk)) == 1


def test_reports_of_two_organisations_are_both_counted(house, rounds):
    for _round in rounds:
        first = house.sent()
        second = applications.report_application(
            first.practice, by=member("company", Role.CONTRIBUTOR), **SAID
        )

        at_once(
            partial(applications.show_application, first, by=house.cast.second),
            partial(applications.show_application, second, by=house.cast.third),
        )

        assert Practice.objects.get(pk=first.practice_id).reports == 2


def test_a_translation_is_put_in_place_once(house, rounds):
    for _round in rounds:
        practice = house.translated()
        seen = as_shown(practice)

        told = at_once(
            partial(translations.place_translation, practice, "es", seen=seen, by=house.cast.second),
            partial(translations.place_translation, practice, "es", seen=seen, by=house.cast.third),
        )

        assert len(winners(told)) == 1
        assert EditionText.objects.filter(edition__practice=practice, language="es").count() == 1
        assert not Translation.objects.filter(practice=practice).exists()
        assert written_down("add_translation", f"practice/{practice.pk}") == 1
        assert told_of("translation.placed", f"{practice.pk} es") == 1


def test_two_translators_lose_no_word_and_know_what_is_offered(house, rounds):
    for number in rounds:
        practice = house.translated()
        words = {"title": f"Otro título {number}"}
        seen = {"title": "En otras palabras: title"}

        told = at_once(
            partial(translations.save_translation, practice, "es", words, seen=seen, by=house.cast.stranger),
            partial(translations.offer_translation, practice, "es", by=house.cast.author),
        )

        assert winners(told) == [0, 1]
        work = Translation.objects.get(practice=practice)
        assert work.words["title"] == words["title"]
        told = told_of("translation.changed", f"{practice.pk} es")
        assert (work.offered_by_id, told) in {(house.cast.author.person, 0), (None, 1)}


def test_a_question_that_two_ask_at_once_can_be_asked_again(house, rounds):
    for number in rounds:
        at_once(*(partial(practices.keep_gap, f"drones {number}", "en", by=ANYONE) for _place in range(2)))

        practices.keep_gap(f"drones {number}", "en", by=ANYONE)
        assert Gap.objects.filter(text=f"drones {number}").count() in {1, 2}


# ── persons ──


def test_a_focal_point_is_confirmed_once(house, rounds):
    states = list(State.objects.all()[:2])
    for number in rounds:
        entered = accounts.enter_focal_point(
            states[number % 2], f"focal{number}@state.example", "Note 12", LETTER, by=house.registrars[0]
        )

        told = at_once(
            partial(accounts.confirm_focal_point, entered, by=house.registrars[1]),
            partial(accounts.confirm_focal_point, entered, by=house.registrars[2]),
        )

        assert len(winners(told)) == 1
        entered.refresh_from_db()
        assert entered.confirmed_by_id == house.registrars[1 + winners(told)[0]].person
        assert Invitation.objects.filter(email=entered.email).count() == 1


def test_a_focal_point_is_confirmed_or_withdrawn(house, rounds):
    for number in rounds:
        entered = accounts.enter_focal_point(
            State.objects.first(), f"focal{number}@state.example", "Note 12", LETTER, by=house.registrars[0]
        )

        told = at_once(
            partial(accounts.confirm_focal_point, entered, by=house.registrars[1]),
            partial(accounts.withdraw_focal_point, entered, by=house.registrars[0]),
        )

        assert len(winners(told)) == 1
        invited = Invitation.objects.filter(email=entered.email).count()
        assert invited == (1 if winners(told) == [0] else 0)


def invited(house: House) -> tuple[Invitation, str, Person, Actor]:
    found = person(f"invited-{uuid4().hex[:8]}")
    invitation, secret = accounts.invite_person(
        house.cast.arlandia, found.email, Role.CONTRIBUTOR, by=house.cast.focal
    )
    return invitation, secret, found, actor_for(found)


def test_an_invitation_is_accepted_once(house, rounds):
    for _round in rounds:
        _invitation, secret, found, by = invited(house)

        told = at_once(*(partial(accounts.accept_invitation, secret, found, by=by) for _place in range(2)))

        assert len(winners(told)) == 1
        assert Membership.objects.filter(person=found).count() == 1
        began = Notice.objects.filter(kind="membership.began", facts__name=found.name)
        assert began.filter(person=house.cast.focal.person).count() == 1


def test_an_invitation_is_accepted_or_taken_back(house, rounds):
    for _round in rounds:
        invitation, secret, found, by = invited(house)
        said = written_down("withdraw_invitation")

        told = at_once(
            partial(accounts.accept_invitation, secret, found, by=by),
            partial(accounts.withdraw_invitation, invitation, by=house.cast.focal),
        )

        assert len(winners(told)) == 1
        assert Membership.objects.filter(person=found).count() == (winners(told) == [0])
        assert written_down("withdraw_invitation") - said == (winners(told) == [1])


def test_one_of_the_last_two_managers_stays(house, rounds):
    for number in rounds:
        focals = [member("company", Role.FOCAL_POINT, name=f"first-{number}")]
        home = Organisation.objects.get(pk=focals[0].organisation)
        focals.append(member("", Role.FOCAL_POINT, of=home, name=f"second-{number}"))
        roles = {by: Membership.objects.get(person=by.person) for by in focals}

        told = at_once(*(partial(accounts.end_membership, role, by=by) for by, role in roles.items()))

        assert len(winners(told)) == 1
        assert home.memberships.current().count() == 1


def test_of_two_administrators_who_close_each_others_account_one_stays(house, rounds):
    for number in rounds:
        first = member("secretariat", Role.ADMINISTRATOR, name=f"admin-{number}")
        home = Organisation.objects.get(pk=first.organisation)
        second = member("", Role.ADMINISTRATOR, of=home, name=f"other-admin-{number}")
        pairs = [(first, second), (second, first)]

        told = at_once(
            *(
                partial(accounts.close_account, Person.objects.get(pk=whose.person), "Left.", by=by)
                for by, whose in pairs
            )
        )

        assert len(winners(told)) == 1
        assert home.memberships.current().count() == 1
        assert not log.verify().fault


def test_an_admission_is_decided_once(house, rounds):
    for number in rounds:
        guest = person(f"guest-{number}")
        asked = accounts.ask_admission(guest, "company", "Vale Solvents", "Safety", by=actor_for(guest))

        told = at_once(
            partial(accounts.admit_person, asked, None, by=house.registrars[0]),
            partial(accounts.decline_admission, asked, "Who are you?", by=house.registrars[1]),
        )

        assert len(winners(told)) == 1
        assert Membership.objects.filter(person=guest).count() == (winners(told) == [0])
        kinds = ("admission.admitted", "admission.declined")
        assert Notice.objects.filter(person=guest, kind__in=kinds).count() == 1


def test_an_admission_is_asked_for_once(house, rounds):
    for number in rounds:
        guest = person(f"guest-{number}")
        said, by = (guest, "company", "Vale Solvents", "Safety"), actor_for(guest)

        told = at_once(*(partial(accounts.ask_admission, *said, by=by) for _place in range(2)))

        assert len(winners(told)) == 1
        assert Admission.objects.filter(person=guest).count() == 1


# ── software ──


def test_a_key_of_a_name_is_made_once(house, rounds):
    for number in rounds:
        told = at_once(
            *(
                partial(software.make_key, f"Script {number}", ["desk:read"], 30, by=house.cast.author)
                for _place in range(2)
            )
        )

        assert len(winners(told)) == 1
        assert ApiKey.objects.filter(name=f"Script {number}").count() == 1


def test_a_calendar_has_one_address(house, rounds):
    """Of two, the one made last opens it."""
    for _round in rounds:
        told = at_once(*(partial(software.make_feed, by=house.cast.author) for _place in range(2)))

        assert winners(told) == [0, 1]
        open_ones = CalendarFeed.objects.filter(person=house.cast.author.person, ended_at__isnull=True)
        assert open_ones.count() == 1


def test_two_organisations_get_a_first_key_each(house, rounds):
    for _round in rounds:
        owners = [uuid4(), uuid4()]

        told = at_once(*(partial(keys.newest, owner) for owner in [*owners, *owners]))

        assert [key.id for key in told[:2]] == [key.id for key in told[2:]]
        assert OwnerKey.objects.filter(owner__in=owners).count() == 2
        keys.forget()


# ── everybody at once ──


def test_flows_on_different_things_dont_stop_each_other(house, rounds):
    """All of them change what search and pages are made of, and append to one log: none waits for another
    that waits for it.
    """
    until = timezone.localdate() + timedelta(days=365)
    for number in rounds:
        draft = house.cast.bring(written(house.cast.author, title=f"Drums in yard {number}"), "accepted")
        begun = revision_of(house.owned().editions.get(number=1), house.cast.author)
        revision = house.cast.bring(begun, "accepted")
        kept, told_one, translated, leaving = (
            house.owned(), house.sent(), house.translated(), house.proposed()
        )  # fmt: skip
        seen = as_shown(translated)

        told = at_once(
            partial(drafts.publish_draft, draft, seen=draft.revision, by=house.cast.second),
            partial(drafts.publish_draft, revision, seen=revision.revision, by=house.cast.third),
            partial(practices.confirm_practice, kept, until, by=house.cast.author),
            partial(applications.show_application, told_one, by=house.cast.second),
            partial(translations.place_translation, translated, "es", seen=seen, by=house.cast.third),
            partial(upkeep.carry_out_withdrawal, leaving, by=house.cast.second),
            partial(practices.publish_edition, f"another-{number}", content(), by=SYSTEM),
            house.sent,
        )

        assert winners(told) == list(range(8)), told


# ── at the door ──


DOORS = {
    "calendar": ("/en/account/calendar/new/", {}),
    "key": ("/en/account/api-keys/new/", {"name": "Twice", "scopes": "desk:read", "days": "30"}),
    "admission": ("/en/account/admission/", {"kind": "company", "name": "Vale", "why": "Safety there"}),
    "question": ("/en/search/gap/", {"q": "A question twice", "tell": "1"}),
    "draft": ("/en/drafts/new/", {"title": "X", "language": "en"}),
    "profile": ("/en/account/", {"name": "X", "language": "fr", "digest": "off"}),
    "invitation": ("/en/organisation/", {"email": "twice@a.example", "role": "reader"}),
    "notices": ("/en/desk/read/", {}),
}


@pytest.mark.parametrize("door", DOORS)
def test_a_form_that_is_sent_twice_at_once_is_answered_twice(door, house):
    path, said = DOORS[door]
    found = Person.objects.get(pk=house.cast.focal.person)
    cookies = sign_in(found).cookies

    def send():
        client = Client(raise_request_exception=False)
        client.cookies = cookies
        return client.post(path, said).status_code

    assert set(at_once(send, send)) <= {200, 302}


def test_a_form_that_is_sent_twice_at_once_makes_one_thing(house, rounds):
    cookies = sign_in(Person.objects.get(pk=house.cast.author.person)).cookies
    for number in rounds:
        said = {"title": f"Sent twice {number}", "language": "en", "once": uuid4().hex}

        def send(said=said):
            client = Client(raise_request_exception=False)
            client.cookies = cookies
            return client.post("/en/drafts/new/", said)["Location"]

        assert len(set(at_once(send, send))) == 1
        assert Draft.objects.count() == number + 1


def test_an_invitation_that_is_taken_back_twice_is_answered_twice(house):
    invitation, _secret, _found, _by = invited(house)
    client_of = sign_in(Person.objects.get(pk=house.cast.focal.person)).cookies

    def send():
        client = Client(raise_request_exception=False)
        client.cookies = client_of
        return client.post(f"/en/organisation/invitations/{invitation.pk}/withdraw/").status_code

    assert set(at_once(send, send)) <= {302, 404}
    assert written_down("withdraw_invitation") == 1
