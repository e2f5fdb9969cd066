"""Editions: what changed between two is shown, and what was published stays what it was."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from chemsec.compendium.flows import add_translation, publish_edition, withdraw_practice
from chemsec.compendium.models import Edition, Practice
from chemsec.compendium.tests.drafts import draft
from chemsec.platform.access import SYSTEM

pytestmark = pytest.mark.usefixtures("compendium")

FRENCH = {"title": "Serrures", "summary": "Un guide court.", "state": "human"}


@pytest.fixture
def two_editions():
    publish_edition("arlandia-locks", draft(translations={"fr": FRENCH}), by=SYSTEM)
    changed = draft(
        facts={
            "stages": ["storage", "transportation"],
            "year": 2021,
            "change_note": "Doors are counted daily.",
        },
        source={"how_to_apply": "Count the gates. Lock them. Look again."},
        translations={"fr": FRENCH | {"title": "Serrures et clefs"}},
    )
    return publish_edition("arlandia-locks", changed, by=SYSTEM)


def page(client, number, language="en", **query):
    return client.get(f"/{language}/practices/arlandia-locks/editions/{number}/differences/", query)


def test_words_that_went_and_came_are_marked(client, two_editions):
    body = page(client, 2).text

    assert "Count the <del>doors</del><ins>gates</ins>. Lock them. Look again." in body
    assert "<del><bdi>2020</bdi></del>" in body
    assert "<ins><bdi>Transportation</bdi></ins>" in body
    assert "Doors are counted daily." in body
    assert "A guideline on locks" not in body


def test_texts_are_compared_in_the_readers_language_where_both_editions_have_it(client, two_editions):
    assert "Serrures<ins> et clefs</ins>" in page(client, 2, "fr").text
    assert "Count the <del>doors</del><ins>gates</ins>" in page(client, 2, "ru").text


def test_where_only_the_original_differs_it_is_shown_too(client):
    publish_edition("arlandia-locks", draft(translations={"fr": FRENCH}), by=SYSTEM)
    changed = draft(source={"how_to_apply": "Count the gates."}, translations={"fr": FRENCH})
    publish_edition("arlandia-locks", changed, by=SYSTEM)
    body = page(client, 2, "fr").text

    assert "La traduction est celle du texte d'avant ; l'original diffère." in body.replace("\xa0", " ")
    assert '<dd class="differs kept" lang="en" dir="ltr">' in body


def test_any_two_editions_can_be_compared(client, two_editions):
    publish_edition("arlandia-locks", draft(), by=SYSTEM)

    assert "Nothing that readers see" in page(client, 3, **{"from": 1}).text
    assert "<del>gates</del><ins>doors</ins>" in page(client, 3).text
    assert page(client, 3, **{"from": 9}).status_code == 404
    assert page(client, 3, **{"from": 0}).status_code == 404


def test_the_page_of_a_practice_leads_to_what_changed(client, two_editions):
    assert (
        "/en/practices/arlandia-locks/editions/2/differences/"
        in client.get("/en/practices/arlandia-locks/").text
    )


def test_a_withdrawn_practice_says_so_instead(client, two_editions):
    withdraw_practice(Practice.objects.get(pk="arlandia-locks"), "Its publisher asked for it.", by=SYSTEM)

    assert "This practice has been withdrawn" in page(client, 2).text


def test_every_edition_is_what_was_published_whatever_happens_later(two_editions, capsys):
    add_translation(Practice.objects.get(pk="arlandia-locks"), "es", FRENCH, by=SYSTEM)
    withdraw_practice(Practice.objects.get(pk="us-bmap"), "Its publisher asked for it.", by=SYSTEM)

    call_command("verify_editions")

    assert f"{Edition.objects.count()} editions: each is what was published." in capsys.readouterr().out


def test_an_edition_that_was_altered_in_the_database_is_named(two_editions):
    with connection.cursor() as cursor:
        on = " ON compendium_edition" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER compendium_edition_frozen{on}")
    Edition.objects.filter(practice="arlandia-locks", number=1).update(publisher="Somebody else")

    with pytest.raises(CommandError, match="arlandia-locks/1 isn't what was published"):
        call_command("verify_editions")
