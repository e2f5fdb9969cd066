from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from chemsec.compendium import flows as practices
from chemsec.compendium import version
from chemsec.compendium.access import ANYONE, SYSTEM, can_keep, kept_by, listed_for
from chemsec.compendium.drafts.tests.making import bring_to, make_cast, revision_of
from chemsec.compendium.models import Practice, Reminded, Withdrawal
from chemsec.compendium.tests.drafts import draft
from chemsec.compendium.upkeep import access, flows, tasks
from chemsec.platform.accounts.models import Notice, Person

pytestmark = pytest.mark.usefixtures("compendium")

SAID = {"reason": "Its law was repealed.", "language": "en"}


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def owned(cast):
    """A practice of Arlandia, written by its author."""
    content = draft(facts={"is_confirmed": True})
    made = practices.publish_edition(
        "arlandia-locks", content, by=SYSTEM, owner=cast.arlandia.pk, keeper=cast.author.person
    )
    return made.practice


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def due(practice, days):
    Practice.objects.filter(pk=practice.pk).update(review_by=in_days(days))


def told():
    return sorted(Notice.objects.filter(kind="practice.review").values_list("person__name", flat=True))


# ── reminders ──


@pytest.mark.parametrize(
    ("days", "who"),
    [
        (31, Reminded.NOBODY),
        (30, Reminded.KEEPER),
        (1, Reminded.KEEPER),
        (0, Reminded.OWNER),
        (-29, Reminded.OWNER),
        (-30, Reminded.READERS),
    ],
)
def test_one_more_is_told_the_longer_a_review_is_due(days, who):
    assert flows.reminded_by(in_days(days), timezone.localdate()) == who


def test_who_wrote_it_is_told_first_then_its_organisation_then_its_readers(owned, client):
    page = "/en/practices/arlandia-locks/"
    due(owned, 20)
    assert tasks.remind_all() == 1
    assert told() == ["author"]
    assert tasks.remind_all() == 0, "each is told once"

    due(owned, 0)
    tasks.remind_all()
    assert told() == ["author", "author", "colleague", "focal"], "readers don't write, strangers aren't told"
    assert "Nobody has confirmed since" not in client.get(page).text

    due(owned, -30)
    tasks.remind_all()
    assert "Nobody has confirmed since" in client.get(page).text


def test_who_has_left_hands_reminders_over_to_the_focal_point(owned, cast):
    Person.objects.get(pk=cast.author.person).memberships.update(ended_at=timezone.now())
    due(owned, 20)

    tasks.remind_all()

    assert told() == ["focal"]


def test_nobody_is_written_to_about_a_practice_that_nobody_owns(cast):
    practices.publish_edition("compiled-locks", draft(), by=SYSTEM)
    due(Practice.objects.get(pk="compiled-locks"), -40)

    tasks.remind_all()

    assert told() == []
    assert Practice.objects.get(pk="compiled-locks").is_stale


def test_a_reminder_is_the_portals_own(owned, cast):
    with pytest.raises(PermissionDenied):
        flows.remind(owned, by=cast.reviewer)


# ── confirming ──


def test_confirming_takes_the_mark_away_and_changes_no_edition(owned, cast, client):
    due(owned, -30)
    tasks.remind_all()
    before, editions = version.current(), owned.editions.count()

    practices.confirm_practice(owned, in_days(365), by=cast.colleague)

    page = client.get("/en/practices/arlandia-locks/").text
    assert "Nobody has confirmed since" not in page
    assert "Last confirmed" in page
    owned.refresh_from_db()
    assert (owned.review_by, owned.keeper_id) == (in_days(365), cast.colleague.person)
    assert owned.editions.count() == editions
    assert version.current() > before, "kept pages step aside"


def test_who_keeps_a_practice(owned, cast):
    compiled = practices.publish_edition("compiled-locks", draft(), by=SYSTEM).practice
    may = {
        name: [can_keep(getattr(cast, name), one) for one in (owned, compiled)]
        for name in ("author", "focal", "reader", "stranger", "reviewer", "officer")
    }

    assert may == {
        "author": [True, False],
        "focal": [True, False],
        "reader": [False, False],
        "stranger": [False, False],
        "reviewer": [False, True],
        "officer": [False, False],
    }
    for name in may:
        actor = getattr(cast, name)
        listed = {one.pk for one in listed_for(actor) if can_keep(actor, one)}
        assert set(kept_by(actor).values_list("pk", flat=True)) == listed, name


@pytest.mark.parametrize("days", [0, -1, 731])
def test_a_day_of_review_lies_within_two_years(owned, cast, days):
    with pytest.raises(ValidationError):
        practices.confirm_practice(owned, in_days(days), by=cast.author)


def test_strangers_confirm_nothing(owned, cast):
    for actor in (cast.stranger, cast.reader, cast.reviewer, ANYONE):
        with pytest.raises(PermissionDenied):
            practices.confirm_practice(owned, in_days(365), by=actor)


def test_a_new_edition_counts_as_a_confirmation(owned, cast):
    due(owned, -30)
    tasks.remind_all()
    one = revision_of(owned.editions.get(number=1), cast.colleague)

    bring_to(one, "published", author=cast.colleague, reviewer=cast.reviewer, second=cast.second)

    owned.refresh_from_db()
    assert (owned.reminded, owned.keeper_id) == (Reminded.NOBODY, cast.colleague.person)
    assert owned.review_by == in_days(730)


# ── withdrawal ──


def test_a_withdrawal_takes_two_persons(owned, cast, client):
    successor = Practice.objects.get(pk="us-bmap")
    proposed = flows.propose_withdrawal(owned, by=cast.author, successor=successor, **SAID)
    assert client.get("/en/practices/arlandia-locks/").status_code == 200
    assert "Nobody" not in client.get("/en/practices/").text

    flows.carry_out_withdrawal(proposed, by=cast.reviewer)

    page = client.get("/en/practices/arlandia-locks/").text
    assert "Its law was repealed." in page
    assert "/en/practices/us-bmap/" in page
    assert not listed_for(ANYONE).filter(pk=owned.pk).exists()
    gone = client.get("/api/v1/practices/arlandia-locks")
    assert gone.status_code == 410
    assert gone.json()["replaced_by"].endswith("/practices/us-bmap/")


def test_who_proposes_a_withdrawal_doesnt_carry_it_out(owned, cast):
    proposed = flows.propose_withdrawal(owned, by=cast.reviewer, **SAID)

    for actor in (cast.reviewer, cast.author, cast.focal, cast.stranger, cast.officer):
        with pytest.raises(PermissionDenied):
            flows.carry_out_withdrawal(proposed, by=actor)
    owned.refresh_from_db()
    assert not owned.is_withdrawn


@pytest.mark.parametrize("verb", ["carry_out_withdrawal", "decline_withdrawal", "take_back_withdrawal"])
def test_what_has_been_decided_isnt_decided_again(owned, cast, verb):
    proposed = flows.propose_withdrawal(owned, by=cast.author, **SAID)
    flows.decline_withdrawal(proposed, "It still holds.", by=cast.reviewer)
    words = ["Once more."] if verb == "decline_withdrawal" else []

    by = cast.author if verb == "take_back_withdrawal" else cast.second
    with pytest.raises(ValidationError):
        getattr(flows, verb)(proposed, *words, by=by)

    assert Withdrawal.objects.get(pk=proposed.pk).state == "declined"


def test_a_withdrawal_is_proposed_once_at_a_time(owned, cast):
    flows.propose_withdrawal(owned, by=cast.author, **SAID)

    with pytest.raises(ValidationError, match="already"):
        flows.propose_withdrawal(owned, by=cast.reviewer, **SAID)


def test_what_was_taken_back_can_be_proposed_again(owned, cast):
    flows.take_back_withdrawal(flows.propose_withdrawal(owned, by=cast.author, **SAID), by=cast.focal)

    flows.propose_withdrawal(owned, by=cast.author, **SAID)


def test_a_practice_is_replaced_by_one_that_is_there(owned, cast):
    with pytest.raises(ValidationError, match="itself"):
        flows.propose_withdrawal(owned, by=cast.author, successor=owned, **SAID)

    successor = practices.publish_edition("new-locks", draft(), by=SYSTEM).practice
    proposed = flows.propose_withdrawal(owned, by=cast.author, successor=successor, **SAID)
    practices.withdraw_practice(successor, "A mistake.", by=SYSTEM)
    with pytest.raises(ValidationError, match="any more"):
        flows.carry_out_withdrawal(proposed, by=cast.reviewer)
    owned.refresh_from_db()
    assert not owned.is_withdrawn


def test_who_may_see_a_withdrawal(owned, cast):
    proposed = flows.propose_withdrawal(owned, by=cast.author, **SAID)
    names = ("author", "reader", "stranger", "reviewer", "officer")
    seen = {name: access.can_read(getattr(cast, name), proposed) for name in names}

    assert seen == {"author": True, "reader": True, "stranger": False, "reviewer": True, "officer": False}
    for name in names:
        assert access.visible_to(getattr(cast, name)).filter(pk=proposed.pk).exists() == seen[name]


# ── questions ──


def test_a_question_is_settled_by_an_editor_and_can_be_opened_again(cast):
    gap = practices.keep_gap("drones over stores", "en", by=ANYONE)

    flows.settle_search(gap, by=cast.reviewer)
    assert gap.settled_at
    flows.settle_search(gap, is_open=True, by=cast.reviewer)
    assert gap.settled_at is None
    with pytest.raises(PermissionDenied):
        flows.settle_search(gap, by=cast.officer)
