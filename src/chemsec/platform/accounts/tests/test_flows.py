"""Who may change who may do what."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from tests.house.cast import sign_in

from chemsec.platform.access import ANYONE, SYSTEM
from chemsec.platform.accounts import access, digests, flows, forms, notices, queries
from chemsec.platform.accounts.access import actor_for
from chemsec.platform.accounts.models import (
    Admission,
    Appointment,
    Invitation,
    Membership,
    Notice,
    Organisation,
    Person,
    Role,
)
from chemsec.platform.accounts.tests.people import member, organisation, person
from chemsec.platform.audit import log
from chemsec.platform.files.tests.given import LETTER, PDF, given
from chemsec.platform.models import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def arlandia():
    return organisation("state", "Arlandia")


@pytest.fixture
def focal(arlandia):
    return member("state", Role.FOCAL_POINT, of=arlandia)


@pytest.fixture
def secretariat():
    return organisation("secretariat", "Secretariat")


@pytest.fixture
def registrar(secretariat):
    return member("secretariat", Role.REGISTRAR, of=secretariat)


def test_an_invitation_gives_the_role_to_whoever_has_its_address(arlandia, focal):
    _invitation, secret = flows.invite_person(arlandia, "New@People.example ", Role.CONTRIBUTOR, by=focal)
    new = person("new")
    flows.accept_invitation(secret, new, by=actor_for(new))

    actor = actor_for(new)
    assert (actor.organisation, actor.roles) == (arlandia.pk, {"contributor"})
    assert [notice.kind for notice in Notice.objects.filter(person=focal.person)] == ["membership.began"]


def test_an_invitation_opens_once(arlandia, focal):
    _invitation, secret = flows.invite_person(arlandia, "new@people.example", Role.READER, by=focal)
    new = person("new")
    flows.accept_invitation(secret, new, by=actor_for(new))

    with pytest.raises(ValidationError):
        flows.accept_invitation(secret, new, by=actor_for(new))


def test_an_invitation_is_no_good_to_another_person(arlandia, focal):
    _invitation, secret = flows.invite_person(arlandia, "new@people.example", Role.READER, by=focal)
    thief = person("thief")

    with pytest.raises(PermissionDenied):
        flows.accept_invitation(secret, thief, by=actor_for(thief))
    assert flows.open_invitation(secret) is not None


@pytest.mark.parametrize(
    "change", [{"expires_at": timezone.now() - timedelta(hours=1)}, {"ended_at": timezone.now()}]
)
def test_an_invitation_that_expired_or_was_taken_back_opens_nothing(arlandia, focal, change):
    invitation, secret = flows.invite_person(arlandia, "new@people.example", Role.READER, by=focal)
    Invitation.objects.filter(pk=invitation.pk).update(**change)
    new = person("new")

    assert flows.open_invitation(secret) is None
    with pytest.raises(ValidationError):
        flows.accept_invitation(secret, new, by=actor_for(new))


def test_the_link_of_an_invitation_is_kept_nowhere(arlandia, focal):
    invitation, secret = flows.invite_person(arlandia, "new@people.example", Role.READER, by=focal)

    assert secret not in str(Invitation.objects.filter(pk=invitation.pk).values())
    assert secret not in str(list(log.said("invite_person")))


@pytest.mark.parametrize(
    ("kind", "role", "gives"),
    [
        ("state", Role.FOCAL_POINT, {Role.CONTRIBUTOR, Role.READER}),
        ("state", Role.CONTRIBUTOR, set()),
        ("state", Role.READER, set()),
        ("company", Role.FOCAL_POINT, {Role.FOCAL_POINT, Role.CONTRIBUTOR, Role.READER}),
        (
            "secretariat",
            Role.ADMINISTRATOR,
            {Role.EDITOR, Role.OFFICER, Role.REGISTRAR, Role.ADMINISTRATOR, Role.READER},
        ),
        ("secretariat", Role.REGISTRAR, set()),
        ("secretariat", Role.EDITOR, set()),
    ],
)
def test_who_gives_which_role(kind, role, gives):
    home = organisation(kind, "Home")
    actor = member(kind, role, of=home)
    other = organisation(kind, "Other")

    for wanted in Role:
        if wanted in gives:
            flows.invite_person(home, "new@people.example", wanted, by=actor)
        else:
            with pytest.raises(PermissionDenied):
                flows.invite_person(home, "new@people.example", wanted, by=actor)
        with pytest.raises(PermissionDenied):
            flows.invite_person(other, "new@people.example", wanted, by=actor)


def test_a_role_that_ends_is_gone_at_the_next_look_and_stays_on_record(arlandia, focal):
    writer = member("state", Role.CONTRIBUTOR, of=arlandia, name="writer")
    found = Person.objects.get(pk=writer.person)
    flows.end_membership(found.memberships.get(), by=focal)

    assert actor_for(found).roles == frozenset()
    assert Membership.objects.filter(person=found, ended_at__isnull=False).exists()
    assert [notice.kind for notice in found.notices.all()] == ["membership.ended"]


def test_the_last_who_manages_an_organisation_hands_over_first(arlandia, focal):
    own = Membership.objects.get(person=focal.person)

    with pytest.raises(ValidationError, match="hand over"):
        flows.end_membership(own, by=focal)
    member("state", Role.FOCAL_POINT, of=arlandia, name="successor")
    flows.end_membership(own, by=focal)


def test_nobody_ends_a_role_in_another_organisation(arlandia, focal):
    stranger = member("state", Role.FOCAL_POINT, name="stranger")
    reader = member("state", Role.READER, of=arlandia, name="reader")

    with pytest.raises(PermissionDenied):
        flows.end_membership(Membership.objects.get(person=reader.person), by=stranger)


def test_a_registrar_admits_somebody_as_focal_point_of_a_new_organisation(registrar):
    new = person("new")
    asked = flows.ask_admission(new, "company", "Vale Solvents", "Safety manager", by=actor_for(new))
    flows.admit_person(asked, None, by=registrar)

    actor = actor_for(new)
    assert (actor.kind, actor.roles) == ("company", {"focal_point"})
    with pytest.raises(ValidationError):
        flows.decline_admission(asked, "Too late", by=registrar)


def test_a_declined_admission_says_why_and_one_may_ask_again(registrar):
    new = person("new")
    asked = flows.ask_admission(new, "company", "Vale Solvents", "Safety manager", by=actor_for(new))
    with pytest.raises(ValidationError):
        flows.ask_admission(new, "academia", "A second one", "At once", by=actor_for(new))
    flows.decline_admission(asked, " Nobody there knows you. ", by=registrar)

    assert Admission.objects.get().reason == "Nobody there knows you."
    flows.ask_admission(new, "company", "Vale Solvents", "Ask Rosa", by=actor_for(new))


@pytest.mark.parametrize("kind", ["state", "secretariat"])
def test_states_and_the_secretariat_invite_their_people(kind):
    new = person("new")

    with pytest.raises(ValidationError):
        flows.ask_admission(new, kind, "Arlandia", "I am the minister", by=actor_for(new))


def test_only_a_registrar_admits_and_never_themselves(registrar, focal):
    new = person("new")
    asked = flows.ask_admission(new, "company", "Vale Solvents", "Manager", by=actor_for(new))
    for actor in (ANYONE, focal, actor_for(new)):
        with pytest.raises(PermissionDenied):
            flows.admit_person(asked, None, by=actor)
        with pytest.raises(PermissionDenied):
            flows.decline_admission(asked, "No", by=actor)
    own = flows.ask_admission(
        Person.objects.get(pk=registrar.person), "company", "Mine", "Owner", by=registrar
    )
    with pytest.raises(PermissionDenied):
        flows.admit_person(own, None, by=registrar)


@pytest.fixture
def state():
    return State.objects.create(iso3="AAA", iso2="AA", group="africa", names={"en": "Aaa"})


def test_a_focal_point_of_a_state_takes_two_registrars(state, registrar, secretariat):
    entered = flows.enter_focal_point(state, "focal@state.example", "Note 12", LETTER, by=registrar)
    with pytest.raises(PermissionDenied):
        flows.confirm_focal_point(entered, by=registrar)
    second = member("secretariat", Role.REGISTRAR, of=secretariat, name="second")
    invitation, _secret = flows.confirm_focal_point(entered, by=second)

    assert (invitation.email, invitation.role) == ("focal@state.example", Role.FOCAL_POINT)
    assert Organisation.objects.get(state=state).group == "africa"
    with pytest.raises(ValidationError):
        flows.confirm_focal_point(entered, by=second)


def test_a_focal_point_is_entered_once_while_it_waits(state, registrar):
    flows.enter_focal_point(state, "focal@state.example", "Note 12", LETTER, by=registrar)
    with pytest.raises(ValidationError, match="entered already"):
        flows.enter_focal_point(state, "Focal@State.example", "Note 13", LETTER, by=registrar)


def test_notices_name_organisations_in_their_readers_language(state, registrar, secretariat):
    state.names = {"en": "Aland", "fr": "Alandie"}
    state.save()
    second = member("secretariat", Role.REGISTRAR, of=secretariat, name="second")
    with translation.override("en"):
        flows.enter_focal_point(state, "focal@state.example", "Note 12", LETTER, by=registrar)
    (told,) = Notice.objects.filter(person=second.person)

    with translation.override("fr"):
        assert "Alandie" in notices.sentence(told)
    assert "Aland " in notices.sentence(told) + " "


def test_the_database_too_refuses_whoever_entered_a_focal_point_as_the_second(state, registrar):
    entered = flows.enter_focal_point(state, "focal@state.example", "Note 12", LETTER, by=registrar)

    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.filter(pk=entered.pk).update(confirmed_by=registrar.person)


def test_only_a_registrar_enters_focal_points(state, focal):
    with pytest.raises(PermissionDenied):
        flows.enter_focal_point(state, "focal@state.example", "Note 12", LETTER, by=focal)


def test_a_demonstration_has_focal_points_of_its_own_states(state, registrar, settings):
    """Fictional States stand beside real ones there, marked; nowhere else can one be chosen."""
    invented = organisation("state", "Bellmare", is_fictional=True)
    said = {"state": str(invented.pk), "email": "focal@state.example", "official_word": "Note 12"}
    assert "state" in forms.FocalPointForm(said).errors
    settings.CHEMSEC_DEMO = True
    form = forms.FocalPointForm(said, {"document": given(PDF)})

    assert form.is_valid(), form.errors
    assert 'value="AAA"' in str(form["state"])
    assert ">Bellmare (invented)</option>" in str(form["state"])
    assert flows.enter_focal_point(**form.cleaned_data, by=registrar).organisation == invented


def test_only_invented_states_are_given_as_organisations(arlandia, registrar):
    for home in (arlandia, organisation("company", "Halden", is_fictional=True)):
        with pytest.raises(PermissionDenied):
            flows.enter_focal_point(home, "focal@state.example", "Note 12", LETTER, by=registrar)


def test_entries_say_for_which_organisation(arlandia, focal):
    flows.invite_person(arlandia, "new@people.example", Role.READER, by=focal)

    entry = next(iter(log.said("invite_person")))
    assert (entry["by"], entry["for"]) == (focal.name, str(arlandia.pk))
    assert "new@people.example" not in str(entry), "an address is nothing for a log that everybody can keep"


def test_notices_come_in_their_readers_language_and_skip_who_did_it(mailoutbox, arlandia):
    reader = person("reader")
    Person.objects.filter(pk=reader.pk).update(language="fr")
    notices.tell([reader.pk, arlandia.pk], "admission.asked", "x", {"name": "Jean"}, by=arlandia.pk)
    Notice.objects.update(told_at=timezone.now() - timedelta(days=2))

    assert digests.mail_digests() == 1
    assert digests.mail_digests() == 0, "never twice"
    assert mailoutbox[0].to == ["reader@people.example"]
    assert "/fr/registry/" in mailoutbox[0].body


def test_the_desk_tells_of_one_object_once(arlandia, focal):
    """The newest sentence, and how many there were before it; what has no page of its own stands alone."""
    draft, ended = str(arlandia.pk), {"name": "Somebody"}
    for kind, key, facts in (
        ("draft.submitted", draft, {}),
        ("membership.ended", "x", ended),
        ("draft.published", draft, {}),
        ("membership.ended", "x", ended),
    ):
        notices.tell([focal.person], kind, key, facts, by=None)
    Notice.objects.filter(kind="draft.published").update(read_at=timezone.now())
    news = queries.my_desk(focal).news

    ended_twice = "Your role in Somebody has ended."
    assert [(one.sentence, one.earlier, one.is_new) for one in news] == [
        (ended_twice, 0, True),
        ("A practice was published.", 1, True),
        (ended_twice, 0, True),
    ]
    page = sign_in(Person.objects.get(pk=focal.person)).get("/en/desk/").text
    assert "and 1 notice before it" in page


def test_the_desk_leads_to_what_one_looks_after(focal, registrar):
    offered = {who.name: [one.url for one in queries.my_desk(who).offers] for who in (focal, registrar)}

    assert reverse("organisation") in offered[focal.name]
    assert reverse("registry") not in offered[focal.name]
    assert reverse("registry") in offered[registrar.name]


def test_a_person_sees_only_the_organisation_acted_for(arlandia, focal, registrar):
    bellmare = organisation("state", "Bellmare")

    assert set(access.visible_to(focal)) == {arlandia}
    assert set(access.visible_to(ANYONE)) == set()
    for actor in (focal, registrar, ANYONE, SYSTEM):
        for home in (arlandia, bellmare):
            assert access.can_read(actor, home) == access.visible_to(actor).filter(pk=home.pk).exists()
