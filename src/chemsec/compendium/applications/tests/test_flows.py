"""Who tells of an application, who sees it, and how it raises the grade of the evidence."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from tests.house.cast import sign_in

from chemsec.compendium import queries as practices
from chemsec.compendium.applications import access, flows, queries
from chemsec.compendium.applications.tests.telling import SAID
from chemsec.compendium.flows import publish_edition
from chemsec.compendium.models import Application, Practice, Signal
from chemsec.compendium.tests.drafts import draft
from chemsec.platform.access import ANYONE, SYSTEM, Visibility
from chemsec.platform.accounts.models import Person, Role
from chemsec.platform.accounts.tests.people import member, organisation

pytestmark = pytest.mark.usefixtures("compendium")

KINDS = ("state", "association", "company")


@pytest.fixture
def practice():
    return publish_edition("arlandia-locks", draft(), by=SYSTEM).practice


@pytest.fixture
def editor():
    return member("secretariat", Role.EDITOR)


def shown(practice, editor, *, by, **said):
    sent = flows.report_application(practice, by=by, **SAID | said)
    return flows.show_application(sent, by=editor)


def grade(practice):
    return practices.by_ids(ANYONE, [practice.pk])[0].grade


def test_two_organisations_raise_the_grade_and_withdrawing_lowers_it(practice, editor):
    first, second = (member("company", Role.CONTRIBUTOR, name=name) for name in ("one", "two"))
    shown(practice, editor, by=first)
    shown(practice, editor, by=first)
    assert grade(practice) == "none"
    last = shown(practice, editor, by=second, outcome="failed")
    assert grade(practice) == "reported"
    assert practice.tags.get(facet="evidence").code == "reported"
    flows.withdraw_application(last, by=second)
    assert grade(practice) == "none"
    assert practice.tags.get(facet="evidence").code == "none"


@pytest.mark.parametrize("said", [{"outcome": "too_early"}, {"visibility": "states"}])
def test_what_nobody_can_check_raises_nothing(practice, editor, said):
    for name in ("one", "two"):
        shown(practice, editor, by=member("company", Role.CONTRIBUTOR, name=name), **said)

    assert grade(practice) == "none"


def invented(name):
    home = organisation("company", name, is_fictional=True)
    return member("company", Role.CONTRIBUTOR, of=home, name=name)


def test_invented_organisations_are_marked_and_raise_no_real_practice(practice, editor, client):
    for name in ("Halden", "Salin"):
        shown(practice, editor, by=invented(name))

    assert grade(practice) == "none"
    page = client.get(reverse("practice", args=[practice.pk])).text
    assert "<bdi>Halden</bdi> (invented)" in page
    assert "What invented organisations tell doesn’t count for a practice that is real." in page


def test_among_the_invented_what_they_tell_counts(editor, client):
    owner = invented("Owner").organisation
    practice = publish_edition("invented-locks", draft(), by=SYSTEM, owner=owner).practice
    for name in ("Halden", "Salin"):
        shown(practice, editor, by=invented(name))

    assert grade(practice) == "reported"
    assert "doesn’t count for a practice" not in client.get(reverse("practice", args=[practice.pk])).text


def test_the_owner_doesnt_raise_its_own_grade(editor):
    owner, other = (member("company", Role.CONTRIBUTOR, name=name) for name in ("owner", "other"))
    practice = publish_edition("owned", draft(), by=SYSTEM, owner=owner.organisation).practice
    for by in (owner, other):
        shown(practice, editor, by=by)

    assert grade(practice) == "none"


def test_users_never_raise_it_to_an_evaluation(editor):
    practice = publish_edition("known", draft(facts={"evidence_grade": "evaluated"}), by=SYSTEM).practice
    for name in ("one", "two"):
        shown(practice, editor, by=member("company", Role.CONTRIBUTOR, name=name))

    assert grade(practice) == "evaluated"


@pytest.mark.parametrize("visibility", [code for code, _name in Application.SEEN_BY])
@pytest.mark.parametrize("state", ["sent", "listed", "declined", "withdrawn"])
def test_each_sees_what_the_owner_chose(practice, editor, visibility, state):
    """The pair of access holds together, for everybody, in every state."""
    author = member("state", Role.CONTRIBUTOR, name="author")
    sent = flows.report_application(practice, by=author, **SAID | {"visibility": visibility})
    if state in {"listed", "declined"}:
        flows.show_application(sent, by=editor)
    if state == "declined":
        flows.decline_application(sent, "It is of something else.", by=editor)
    if state == "withdrawn":
        flows.withdraw_application(sent, by=author)
    sent.refresh_from_db()
    people = {kind: member(kind, Role.READER) for kind in KINDS} | {"anyone": ANYONE}
    people["officer"] = member("secretariat", Role.OFFICER)

    for person in [*people.values(), author, editor, SYSTEM]:
        assert access.visible_to(person).filter(pk=sent.pk).exists() == bool(access.can_read(person, sent))
    expected = {
        "public": {"state", "association", "company", "anyone", "officer"},
        "network": {"state", "association", "officer"},
        "states": {"state", "officer"},
        "unnamed": {"state", "officer"},
        "secretariat": {"officer"},
    }[visibility]
    seen = {name for name, person in people.items() if access.can_read(person, sent)}
    assert seen == (expected if state == "listed" else set())


def test_without_a_name_nobody_else_learns_whose_it_is(practice, editor):
    author, other = (member("state", Role.CONTRIBUTOR, name=name) for name in ("author", "other"))
    sent = shown(practice, editor, by=author, visibility=Visibility.UNNAMED)
    name = sent.owner.name
    names = {
        who.name: queries.applications_of(who, practice).shown[0].owner for who in (author, other, editor)
    }

    assert [names[who.name] for who in (author, other, editor)] == [name, "A State that isn’t named", name]
    page = sign_in(Person.objects.get(pk=other.person))
    for address in (reverse("practice", args=[practice.pk]), reverse("application", args=[sent.pk])):
        body = page.get(address).content.decode()
        assert SAID["result"] in body
        assert name not in body


def test_a_page_kept_for_visitors_shows_them_only_what_is_public(practice, editor, client):
    author = member("state", Role.CONTRIBUTOR)
    shown(practice, editor, by=author, visibility="states", result="For States alone.")
    address = reverse("practice", args=[practice.pk])
    signed_in = sign_in(Person.objects.get(pk=author.person)).get(address).content.decode()

    assert "For States alone." in signed_in
    assert "For States alone." not in client.get(address).content.decode()
    shown(practice, editor, by=author, result="For everybody.")
    assert "For everybody." in client.get(address).content.decode()


def test_nobody_decides_on_their_own(practice):
    editor = member("secretariat", Role.EDITOR)
    sent = flows.report_application(practice, by=editor, **SAID)
    with pytest.raises(PermissionDenied):
        flows.show_application(sent, by=editor)


def test_it_is_decided_once(practice, editor):
    sent = flows.report_application(practice, by=member("company", Role.CONTRIBUTOR), **SAID)
    flows.show_application(sent, by=editor)
    with pytest.raises(ValidationError, match="already"):
        flows.show_application(sent, by=editor)


def test_of_an_edition_that_is_there(practice):
    with pytest.raises(ValidationError, match="edition"):
        flows.report_application(practice, by=member("company", Role.CONTRIBUTOR), **SAID | {"edition": 9})


def test_a_visitor_is_counted_once_a_day_and_not_known(client):
    practice = Practice.objects.get(pk="us-bmap")
    address = reverse("signal", args=[practice.pk])
    for _time in range(3):
        client.post(address, {"kind": "useful"})
    client.post(address, {"kind": "useful"}, REMOTE_ADDR="192.0.2.7")

    signal = Signal.objects.get()
    assert (signal.kind, signal.day, signal.count) == ("useful", timezone.localdate(), 2)
    assert client.post(address, {"kind": "nonsense"}).status_code == 200
