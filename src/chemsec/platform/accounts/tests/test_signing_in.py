"""Coming in and being let in: password and second factor, limits, and what one learns without an account."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.urls import reverse
from tests.house.cast import sign_in

from chemsec.platform.accounts import demo, flows
from chemsec.platform.accounts.access import actor_of
from chemsec.platform.accounts.models import Appointment, Membership, Organisation, Person, Role
from chemsec.platform.accounts.tests.people import member, organisation, person
from chemsec.platform.files.tests.given import LETTER
from chemsec.platform.models import State

pytestmark = pytest.mark.django_db
PASSWORD = "a password of theirs"


def confirmed(found):
    found.emailaddress_set.create(email=found.email, verified=True, primary=True)
    return found


@pytest.fixture
def editor():
    found = Person.objects.get(pk=member("secretariat", Role.EDITOR, name="editor").person)
    Authenticator.objects.create(
        user=found, type=Authenticator.Type.TOTP, data={"secret": demo.totp_secret(found.email)}
    )
    return confirmed(found)


def test_an_editor_comes_in_with_password_and_code(client, editor):
    response = client.post("/en/account/login/", {"login": editor.email, "password": PASSWORD})
    assert response["Location"] == "/en/account/second-factor/authenticate/"
    assert client.get("/en/desk/").status_code == 302, "a password alone opens nothing"

    response = client.post(response["Location"], {"code": demo.code(editor.email)})
    assert response["Location"] == "/en/desk/"
    assert client.get("/en/desk/").status_code == 200


def test_a_code_is_good_once(client, editor):
    used = demo.code(editor.email)
    for _time in range(2):
        client.post("/en/account/logout/")
        client.post("/en/account/login/", {"login": editor.email, "password": PASSWORD})
        client.post("/en/account/second-factor/authenticate/", {"code": used})

    assert client.get("/en/desk/").status_code == 302


def test_who_acts_for_a_state_without_second_factor_is_led_to_set_one_up():
    found = Person.objects.get(pk=member("state", Role.CONTRIBUTOR).person)
    client = sign_in(found, factor_at=0)

    assert client.get("/en/desk/")["Location"] == "/en/account/second-factor/"
    assert "Set one up first" in client.get("/en/about/").text


@pytest.fixture
def both():
    """Somebody of a company who was invited by a State too, signed in for the company without a factor."""
    firm, state = organisation("company", "Halden"), organisation("state", "Arlandia")
    found = Person.objects.get(pk=member("company", Role.FOCAL_POINT, of=firm, name="both").person)
    Membership.objects.create(person=found, organisation=state, role=Role.FOCAL_POINT)
    client = sign_in(found, factor_at=0)
    client.post("/en/account/act-for/", {"organisation": firm.pk})
    assert client.get("/en/desk/").status_code == 200
    return client, firm, state


def test_a_form_made_for_a_state_asks_for_the_factor_before_it_opens_anything(both):
    client, _firm, state = both

    sent = {"acting_for": str(state.pk), "email": "colleague@example.org", "role": Role.READER}
    response = client.post("/en/organisation/", sent)

    assert response["Location"] == "/en/account/second-factor/"
    assert client.get("/en/organisation/")["Location"] == "/en/account/second-factor/"
    assert not state.invitations.exists()


def test_pages_for_everyone_show_nothing_of_a_state_without_the_factor(both):
    client, _firm, state = both
    client.post("/en/account/act-for/", {"organisation": state.pk})

    request = client.get("/en/about/").wsgi_request

    assert (actor_of(request).organisation, actor_of(request).roles) == (None, frozenset())


def test_one_goes_back_to_an_organisation_that_asks_for_no_factor(both):
    client, firm, state = both
    client.post("/en/account/act-for/", {"organisation": state.pk})
    assert client.get("/en/desk/")["Location"] == "/en/account/second-factor/"

    assert client.post("/en/account/act-for/", {"organisation": firm.pk})["Location"] == "/en/desk/"
    assert client.get("/en/desk/").status_code == 200


def test_a_company_may_do_without_one_until_something_binds():
    actor = member("company", Role.FOCAL_POINT)
    client = sign_in(Person.objects.get(pk=actor.person), factor_at=0)
    colleague = member(
        "company", Role.READER, of=Organisation.objects.get(pk=actor.organisation), name="colleague"
    )
    role = Membership.objects.get(person=colleague.person)

    assert client.get("/en/desk/").status_code == 200
    assert client.post(f"/en/organisation/members/{role.pk}/end/")["Location"] == "/en/account/second-factor/"
    assert Membership.objects.filter(pk=role.pk, ended_at__isnull=True).exists()


@pytest.mark.parametrize(("age", "leads_on"), [(10, False), (299, False), (301, True)])
def test_what_binds_asks_for_a_factor_not_older_than_five_minutes(editor, age, leads_on):
    registrar = Person.objects.get(pk=member("secretariat", Role.REGISTRAR, name="registrar").person)
    Authenticator.objects.create(user=registrar, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client = sign_in(registrar, factor_at=time.time() - age)

    response = client.get("/en/registry/focal-points/")
    assert response.status_code == (302 if leads_on else 200)
    if leads_on:
        assert response["Location"].startswith("/en/account/second-factor/reauthenticate/?next=")


def test_where_a_factor_is_asked_for_the_password_is_no_other_way(editor):
    page = sign_in(editor, factor_at=time.time() - 301).get("/en/account/second-factor/reauthenticate/").text

    assert "Enter an authenticator code:" in page
    assert reverse("account_reauthenticate") not in page


def test_what_another_of_ones_organisations_sees_is_a_click_away(editor):
    home = Organisation.objects.get(pk=member("company", Role.CONTRIBUTOR, name="x").organisation)
    Membership.objects.create(person=editor, organisation=home, role=Role.CONTRIBUTOR)
    client = sign_in(editor)
    page = client.get("/en/drafts/2f1d63e4-0b0e-4d2c-8d0e-111111111111/?a=b&c=%22%3E")
    assert page.status_code == 404
    assert (
        'name="next" value="/en/drafts/2f1d63e4-0b0e-4d2c-8d0e-111111111111/?a=b&amp;c=%22%3E"' in page.text
    )

    for wanted, leads_to in (
        ("/en/drafts/", "/en/drafts/"),
        ("https://evil.example/", "/en/desk/"),
        ("//evil.example/", "/en/desk/"),
        ("javascript:alert(1)", "/en/desk/"),
    ):
        answer = client.post(reverse("act_for"), {"organisation": home.pk, "next": wanted})
        assert answer["Location"] == leads_to


def test_a_closed_account_is_out_with_its_next_request(editor):
    client = sign_in(editor)
    assert client.get("/en/desk/").status_code == 200
    Person.objects.filter(pk=editor.pk).update(is_active=False)

    assert client.get("/en/desk/").status_code == 302
    client.post("/en/account/login/", {"login": editor.email, "password": PASSWORD})
    assert client.get("/en/desk/").status_code == 302


def test_a_role_that_ends_closes_its_pages_in_open_tabs(editor):
    registrar = Person.objects.get(pk=member("secretariat", Role.REGISTRAR, name="registrar").person)
    client = sign_in(registrar)
    assert client.get("/en/registry/").status_code == 200
    Membership.objects.filter(person=registrar).update(ended_at="2026-01-01T00:00Z")

    assert client.get("/en/registry/").status_code == 404


def test_one_acts_for_one_organisation_at_a_time():
    found = person("found")
    for kind, name in (("company", "Halden"), ("association", "Traders")):
        Membership.objects.create(person=found, organisation=organisation(kind, name), role=Role.CONTRIBUTOR)
    client = sign_in(found)
    assert "You act for Halden" in client.get("/en/desk/").text
    client.post(reverse("act_for"), {"organisation": Organisation.objects.get(kind="association").pk})

    assert "You act for Traders" in client.get("/en/desk/").text


def test_signing_in_tells_nobody_who_has_an_account(client, editor):
    answers = [
        client.post("/en/account/login/", {"login": login, "password": "wrong"}).text
        for login in (editor.email, "nobody@people.example")
    ]
    said = [re.findall(r'<ul class="errorlist.*?</ul>', answer, re.DOTALL) for answer in answers]

    assert said[0] == said[1] != []


def test_asking_for_a_password_tells_nobody_who_has_an_account(client, mailoutbox, editor):
    answers = [
        client.post("/en/account/password/reset/", {"email": email})["Location"]
        for email in (editor.email, "nobody@people.example")
    ]

    assert answers[0] == answers[1]


def test_registering_an_address_that_is_known_tells_nobody(client, mailoutbox, editor):
    answers = []
    for email in (editor.email, "new@people.example"):
        client.cookies.clear()
        form = {"email": email, "password1": "a long pass phrase", "name": "New"}
        answers.append(client.post("/en/account/signup/", form)["Location"])

    assert answers[0] == answers[1]
    assert Person.objects.filter(email=editor.email).count() == 1


def test_tries_are_limited(client, editor):
    for _try in range(12):
        answer = client.post("/en/account/login/", {"login": editor.email, "password": "wrong"})

    assert "Too many" in answer.text
    client.post("/en/account/login/", {"login": editor.email.upper(), "password": PASSWORD})
    assert client.get("/en/desk/").status_code == 302, "not even the right one, for a while"


def test_registering_and_accepting_an_invitation_from_its_link(client, mailoutbox):
    home = organisation("company", "Halden")
    _invitation, secret = flows.invite_person(
        home, "new@people.example", Role.CONTRIBUTOR, by=member("company", Role.FOCAL_POINT, of=home)
    )
    link = reverse("invitation", args=[secret])
    form = {"email": "new@people.example", "password1": "a long pass phrase", "name": "Nia New", "next": link}
    assert client.get(link).status_code == 200
    client.post("/en/account/signup/", form)
    confirmation = re.search(r"^([A-Z0-9-]{6,})$", mailoutbox[0].body, re.MULTILINE)[1]
    answer = client.post("/en/account/confirm-email/", {"code": confirmation})
    assert answer["Location"] == link
    client.post(link)

    assert "You act for Halden as contributor" in client.get("/en/desk/").text
    assert Person.objects.get(email="new@people.example").name == "Nia New"


def test_demonstration_persons_enter_with_one_click_and_only_there(client, settings):
    demo.load()
    focal = demo.persons().get(email__startswith="focal.arlandia")
    assert client.post(reverse("demo_enter", args=[focal.pk])).status_code == 404
    settings.CHEMSEC_DEMO = True
    client.post(reverse("demo_enter", args=[focal.pk]))

    assert "You act for <bdi>Arlandia</bdi> (invented) as focal point" in client.get("/en/desk/").text
    assert demo.load() == 0, "a second time makes nobody"


def test_nobody_but_invented_persons_can_be_entered_as(client, settings, editor):
    settings.CHEMSEC_DEMO = True

    assert client.post(reverse("demo_enter", args=[editor.pk])).status_code == 404


def test_forty_invented_states_eight_in_each_group(settings):
    demo.load()
    states = Organisation.objects.filter(kind="state", is_fictional=True)

    groups = list(states.values_list("group", flat=True))
    assert {group: groups.count(group) for group in groups} == dict.fromkeys(
        ["africa", "asia", "eastern_europe", "grulac", "weog"], 8
    )
    assert all(len(state.names) == 6 for state in states)


def test_markup_in_a_name_does_no_harm(editor):
    Person.objects.filter(pk=editor.pk).update(name="<img src=x onerror=alert(1)>")

    assert "<img src=x" not in sign_in(editor).get("/en/account/").text


def test_a_name_that_turns_its_direction_is_refused_and_the_rest_of_the_form_stays(editor):
    form = {"name": "Ann \u202egnp.exe", "language": "ru", "digest": "off"}
    page = sign_in(editor).post("/en/account/", form).text

    assert "characters that nobody sees" in page
    assert '<option value="ru" selected>' in page
    assert Person.objects.get(pk=editor.pk).name == "editor"


def test_no_remark_for_developers_stands_in_a_form(editor):
    for path in ("account/", "account/admission/", "organisation/"):
        assert "as they wrote it" not in sign_in(editor).get(f"/en/{path}").text


def test_confirming_whoever_is_the_focal_point_already_is_said_and_changes_nothing():
    secretariat = organisation("secretariat", "Secretariat")
    first, second = (
        member("secretariat", Role.REGISTRAR, of=secretariat, name=name) for name in ("one", "two")
    )
    state = State.objects.create(iso3="AAA", iso2="AA", group="africa", names={"en": "Aaa"})
    entered = flows.enter_focal_point(state, "focal@people.example", "Note 12", LETTER, by=first)
    member("state", Role.FOCAL_POINT, of=entered.organisation, name="focal")
    client = sign_in(Person.objects.get(pk=second.person))

    page = client.post(f"/en/registry/focal-points/{entered.pk}/", {"confirm": "1"}, follow=True)
    assert "This person has that role already." in page.text
    assert Appointment.objects.get(pk=entered.pk).ended_at is None


def test_one_ends_one_session_of_several(editor):
    here, there, another = (sign_in(editor) for _browser in range(3))
    for client in (here, there, another):
        facts = {"session_key": client.session.session_key, "ip": "192.0.2.1", "user_agent": "A browser"}
        UserSession.objects.create(user=editor, **facts)
    page = here.get("/en/account/sessions/")
    of_there = next(one for one in page.context["sessions"] if one.session_key == there.session.session_key)

    here.post(f"/en/account/sessions/{of_there.pk}/end/")

    assert there.get("/en/desk/")["Location"].startswith("/en/account/login/")
    assert (here.get("/en/desk/").status_code, another.get("/en/desk/").status_code) == (200, 200)


def test_a_message_about_an_account_says_who_writes(client, mailoutbox):
    sent = {"email": "nina@example.org", "name": "Nina New", "language": "fr", "password1": PASSWORD}
    client.post("/fr/account/signup/", sent)

    (message,) = mailoutbox
    assert message.subject.startswith("Portail de la sûreté chimique")
    assert "localhost" not in message.subject + message.body.replace(settings.CHEMSEC_BASE_URL, "")
