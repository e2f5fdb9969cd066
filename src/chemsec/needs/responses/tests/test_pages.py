"""What a page says of a save: what was kept, and what wasn't."""

import pytest
from tests.house.cast import sign_in

from chemsec.needs.models import Answer
from chemsec.needs.responses.tests.answering import bring_to, hold
from chemsec.platform.accounts.models import Person, Role
from chemsec.platform.accounts.tests.people import member, organisation

pytestmark = pytest.mark.usefixtures("compendium")


@pytest.fixture
def page():
    """The address of a section, and a browser of somebody who writes for its State."""
    home = organisation("state", "Arlandia")
    writer = member("", Role.CONTRIBUTOR, of=home, name="writer")
    response = bring_to(hold(home.pk).responses.get(), "opened", writer=writer, second=writer)
    return f"/en/needs/responses/{response.pk}/sections/law_part/", sign_in(
        Person.objects.get(pk=writer.person)
    )


def send(page, **fields):
    address, browser = page
    said = {name.replace("_", ":"): value for name, value in fields.items()}
    return browser.post(address, said, headers={"HX-Request": "true"}).content.decode()


def test_a_save_says_that_everything_is_saved(page):
    assert "data-saved" in send(page, law="3", law_seen="0.x")
    assert Answer.objects.get().reply.values["law"] == "3"


def test_what_can_t_be_kept_is_said_beside_it_and_below(page):
    said = send(page, law="7", law_seen="0.x")
    assert "This isn’t one of the choices." in said
    assert "data-saved" not in said
    assert not Answer.objects.exists()
