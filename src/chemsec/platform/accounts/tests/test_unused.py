"""Accounts that nobody uses: warned, then without roles; nothing is lost, nothing is left to nobody."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from chemsec.platform.accounts import flows, unused
from chemsec.platform.accounts.access import actor_for
from chemsec.platform.accounts.models import ApiKey, Membership, Notice, Organisation, Person, Role
from chemsec.platform.accounts.software.flows import make_key
from chemsec.platform.accounts.tests.people import member
from chemsec.platform.audit import log

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_demonstration(settings):
    settings.CHEMSEC_DEMO = False


@pytest.fixture
def focal():
    return member("state", Role.FOCAL_POINT, name="focal")


@pytest.fixture
def writer(focal):
    home = Organisation.objects.get(pk=focal.organisation)
    return member("state", Role.CONTRIBUTOR, of=home, name="writer")


def seen(actor, *, days, **more):
    at = timezone.now() - timedelta(days=days)
    Person.objects.filter(pk=actor.person).update(last_login=at, joined_at=at, **more)


def told(actor):
    return list(Notice.objects.filter(person=actor.person).values_list("kind", flat=True))


def roles(actor):
    return Membership.objects.current().filter(person=actor.person).count()


def warned(*, days):
    return {"warned_at": timezone.now() - timedelta(days=days)}


def test_who_was_there_lately_hears_nothing(focal, writer):
    seen(writer, days=329)
    assert unused.see_to_unused() == 0


def test_first_a_warning_and_only_one(focal, writer, django_capture_on_commit_callbacks):
    seen(writer, days=331)
    assert [unused.see_to_unused(), unused.see_to_unused()] == [1, 0]
    assert told(writer) == ["account.unused"]
    assert roles(writer) == 1


def test_after_a_month_their_roles_end_and_whoever_manages_is_told(focal, writer):
    seen(writer, days=361, **warned(days=31))

    assert [unused.see_to_unused(), unused.see_to_unused()] == [1, 0]

    assert roles(writer) == 0
    assert told(writer) == ["account.unused_ended"]
    assert told(focal) == ["membership.unused"]
    assert Person.objects.get(pk=writer.person).is_active
    (entry,) = log.said("end_membership")
    assert (entry["by"], entry["facts"]["person"]) == ("system", str(writer.person))


@pytest.mark.parametrize(("days", "warning"), [(361, 29), (359, 31), (200, 31)])
def test_not_before_both_a_year_and_the_month_of_warning_are_over(focal, writer, days, warning):
    seen(writer, days=days, **warned(days=warning))
    assert unused.see_to_unused() == 0
    assert roles(writer) == 1


def test_a_warning_from_before_they_came_back_counts_no_more(focal, writer):
    seen(writer, days=361, **warned(days=600))
    unused.see_to_unused()
    assert roles(writer) == 1
    assert told(writer) == ["account.unused"]


def test_a_key_at_work_is_use(focal, writer):
    make_key("A script", ApiKey.Scope.values, 365, by=writer)
    ApiKey.objects.update(used_on=timezone.localdate() - timedelta(days=40))
    seen(writer, days=361, **warned(days=31))

    assert unused.see_to_unused() == 0
    assert roles(writer) == 1


def test_whoever_alone_manages_an_organisation_stays_and_registrars_are_told(focal):
    registrar = member("secretariat", Role.REGISTRAR, name="registrar")
    seen(focal, days=331)
    unused.see_to_unused()
    assert told(registrar) == ["account.unused_alone"]
    seen(focal, days=361, **warned(days=31))

    unused.see_to_unused()

    assert roles(focal) == 1
    assert told(focal) == ["account.unused"]


def test_a_demonstrations_persons_stay(focal, writer, settings):
    settings.CHEMSEC_DEMO = True
    seen(writer, days=900, **warned(days=40))
    assert unused.see_to_unused() == 0


def test_only_the_portal_itself_does_it(focal, writer):
    found = Person.objects.get(pk=writer.person)
    for flow in (flows.warn_unused, flows.end_unused):
        with pytest.raises(PermissionDenied):
            flow(found, by=actor_for(found))
    assert not mail.outbox
