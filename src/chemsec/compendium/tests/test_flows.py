import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from chemsec.compendium import flows, version
from chemsec.compendium.access import ANYONE, SYSTEM, can_read, listed_for, visible_to
from chemsec.compendium.models import Edition, EditionText, Gap, Practice
from chemsec.platform.access import Visibility

from .drafts import draft

pytestmark = pytest.mark.usefixtures("compendium")


def publish(practice_id="arlandia-locks", **changes):
    return flows.publish_edition(practice_id, draft(**changes), by=SYSTEM)


def test_the_first_edition_makes_the_practice():
    edition = publish()

    assert (edition.practice.current, edition.number) == (1, 1)
    assert set(edition.practice.tags.values_list("facet", "code")) >= {
        ("stage", "storage"),
        ("region", "global"),
    }


def test_a_later_edition_becomes_current_and_the_first_stays_as_it_was():
    first = publish()
    second = publish(facts={"stages": ["recycling"], "change_note": "For waste yards"})

    assert [edition.number for edition in second.practice.editions.all()] == [1, 2]
    assert Practice.objects.get(pk="arlandia-locks").current == 2
    assert Edition.objects.get(pk=first.pk).stages == ["storage"]
    assert [tag.code for tag in second.practice.tags.filter(facet="stage")] == ["recycling"]


def test_the_database_itself_refuses_to_alter_an_edition():
    edition = publish()

    with pytest.raises(DatabaseError, match="never altered"), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(publisher="Somebody else")
    with pytest.raises(DatabaseError, match="never altered"), transaction.atomic():
        edition.texts.filter(state="source").update(title="Another title")


def test_a_translation_can_get_better_and_the_source_cannot():
    edition = publish(translations={"fr": {"title": "Serrures", "summary": "Un guide.", "state": "machine"}})
    practice = edition.practice

    better = {"title": "Des serrures", "summary": "Un guide.", "state": "reviewed"}
    flows.add_translation(practice, "fr", better, by=SYSTEM)

    assert list(edition.texts.filter(language="fr").values_list("title", "state")) == [
        ("Des serrures", "reviewed")
    ]
    with pytest.raises(ValidationError, match="never altered"):
        flows.add_translation(practice, "en", better, by=SYSTEM)


def test_a_withdrawn_practice_leaves_the_lists_and_keeps_its_editions():
    practice = publish().practice

    flows.withdraw_practice(practice, "Its law was repealed.", by=SYSTEM)

    assert not listed_for(ANYONE).filter(pk=practice.pk).exists()
    assert visible_to(ANYONE).filter(pk=practice.pk).exists()
    assert EditionText.objects.filter(edition__practice=practice).count() == 1
    with pytest.raises(ValidationError, match="already"):
        flows.withdraw_practice(practice, "Once more.", by=SYSTEM)
    with pytest.raises(ValidationError, match="withdrawn"):
        publish()


def test_a_withdrawal_needs_a_reason():
    practice = publish().practice

    with pytest.raises(ValidationError, match="Say why"):
        flows.withdraw_practice(practice, "  ", by=SYSTEM)


@pytest.mark.parametrize(
    "facts",
    [
        {"stages": ["nowhere"]},
        {"audiences": []},
        {"document_type": "poem"},
        {"scope": "national:XXX"},
        {"scope": "regional:Middle-earth"},
        {"url": "javascript:alert(1)"},
        {"document_language": "klingon"},
    ],
    ids=str,
)
def test_content_that_does_not_fit_is_refused_and_leaves_nothing(facts):
    with pytest.raises(ValidationError):
        publish(facts=facts)

    assert not Practice.objects.filter(pk="arlandia-locks").exists()


def test_every_change_that_a_reader_could_see_raises_the_version():
    seen = [version.current()]
    practice = publish().practice
    seen.append(version.current())
    flows.add_translation(
        practice, "es", {"title": "Cerraduras", "summary": "Una guía.", "state": "human"}, by=SYSTEM
    )
    seen.append(version.current())
    flows.withdraw_practice(practice, "Its law was repealed.", by=SYSTEM)
    seen.append(version.current())

    assert seen == sorted(set(seen))


def test_a_stranger_publishes_translates_and_withdraws_nothing():
    practice = publish().practice
    before = version.current()

    with pytest.raises(PermissionDenied):
        flows.publish_edition(practice.pk, draft(), by=ANYONE)
    with pytest.raises(PermissionDenied):
        flows.add_translation(practice, "fr", {"title": "x", "summary": "x", "state": "human"}, by=ANYONE)
    with pytest.raises(PermissionDenied):
        flows.withdraw_practice(practice, "Because", by=ANYONE)
    with pytest.raises(PermissionDenied):
        flows.keep_gap("A question", "en", by=SYSTEM)
    assert version.current() == before


def test_a_gap_is_kept_once():
    flows.keep_gap("Who guards the moon?", "en", by=ANYONE)
    flows.keep_gap("Who guards the moon?", "en", by=ANYONE)

    assert Gap.objects.filter(text="Who guards the moon?").count() == 1


@pytest.mark.parametrize("visibility", Visibility.values)
@pytest.mark.parametrize("user", [ANYONE, SYSTEM], ids=lambda user: user.name)
def test_may_one_and_which_may_one_agree(user, visibility):
    practice = publish().practice
    Practice.objects.filter(pk=practice.pk).update(visibility=visibility)
    practice.refresh_from_db()

    assert can_read(user, practice) == visible_to(user).filter(pk=practice.pk).exists()
    assert can_read(user, practice) == (user is SYSTEM or visibility == "public")
