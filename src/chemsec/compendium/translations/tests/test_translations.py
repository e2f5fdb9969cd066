"""Who translates, who puts it in place, and what readers are told when the source moves on."""

from urllib.parse import urlencode

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from lxml import etree, html
from tests.house.cast import sign_in

from chemsec.compendium.flows import add_translation, publish_edition
from chemsec.compendium.models import PROSE, EditionText, Practice, Section, Translation
from chemsec.compendium.tests.drafts import draft
from chemsec.compendium.translations import access, flows, queries, xliff
from chemsec.compendium.translations.carrying import carried_over
from chemsec.compendium.translations.tests.reading import as_shown
from chemsec.platform.access import ANYONE, SYSTEM
from chemsec.platform.accounts import desk
from chemsec.platform.accounts.models import Notice, Person, Role
from chemsec.platform.accounts.tests.people import member, organisation
from chemsec.platform.audit import log
from chemsec.platform.glossary import mark_terms

pytestmark = pytest.mark.usefixtures("compendium")

SPANISH = {
    "title": "Cerraduras",
    "summary": "Dos llaves para cada armario.",
    "how_to_apply": "Cierre dos veces.",
}


@pytest.fixture
def owner():
    return member("state", Role.CONTRIBUTOR, of=organisation("state", "Arlandia"), name="owner")


@pytest.fixture
def practice(owner):
    return publish_edition("arlandia-locks", draft(), by=SYSTEM, owner=owner.organisation).practice


@pytest.fixture
def translator():
    return member("state", Role.CONTRIBUTOR, name="translator")


@pytest.fixture
def editor():
    return member("secretariat", Role.EDITOR, name="editor")


def save(practice, by, words, seen=None):
    return flows.save_translation(practice, "es", words, seen=seen or {}, by=by)


def place(practice, by, seen=None):
    shown = as_shown(practice) if seen is None else seen
    return flows.place_translation(practice, "es", seen=shown, by=by)


def text(practice, language="es"):
    practice = Practice.objects.get(pk=practice.pk)
    return queries.in_place(practice, language)


def next_edition(practice, **source):
    """The next edition as a draft of its owner would make it."""
    practice = Practice.objects.get(pk=practice.pk)
    before = practice.editions.get(number=practice.current)
    made = draft(source=source)
    made = draft(source=source, translations=carried_over(before, made))
    return publish_edition(practice.pk, made, by=SYSTEM)


class TestPlacing:
    def test_what_somebody_else_translated_counts_as_reviewed(self, practice, translator, editor):
        save(practice, translator, SPANISH)
        placed = place(practice, editor)

        assert placed.title == "Cerraduras"
        assert {placed.section(name).state for name in SPANISH} == {"reviewed"}
        assert not Translation.objects.exists()
        assert Notice.objects.get(person=translator.person).kind == "translation.placed"

    def test_nobody_puts_their_own_words_in_place(self, practice, translator, editor):
        save(practice, translator, SPANISH)
        save(practice, editor, {"title": "Candados"}, seen=SPANISH)

        with pytest.raises(ValidationError, match="another editor"):
            place(practice, editor)
        assert text(practice) is None
        assert place(practice, member("secretariat", Role.EDITOR, name="second")).title == "Candados"

    def test_whoever_keeps_a_practice_puts_nothing_in_place(self, practice, translator, owner):
        save(practice, translator, SPANISH)
        with pytest.raises(PermissionDenied):
            place(practice, owner)

    def test_words_that_stood_there_before_are_kept(self, practice, translator, editor):
        for title in ("Cerraduras", "Compre candados"):
            save(practice, translator, SPANISH | {"title": title}, seen=as_shown(practice))
            place(practice, editor)

        [replaced] = queries.side_by_side(*access.get(translator, practice.pk, "es"), "es").replaced
        assert replaced.text.words["title"] == "Cerraduras"
        assert [name for name, _pieces in replaced.parts] == ["Title"]

    def test_a_translator_of_another_organisation_offers_it(self, practice, translator, owner, editor):
        save(practice, translator, SPANISH)
        with pytest.raises(PermissionDenied):
            place(practice, translator)
        flows.offer_translation(practice, "es", by=translator)
        waiting = {
            who.name: [item.what for item in desk.items(who)[desk.Section.WAITING]]
            for who in (translator, owner, editor)
        }

        assert waiting[owner.name] == waiting[editor.name] == ["Review a translation: español"]
        assert waiting[translator.name] == []

    def test_half_a_translation_isnt_shown_to_readers(self, practice, editor, translator):
        save(practice, translator, {"title": "Cerraduras", "summary": "Dos llaves."})
        with pytest.raises(ValidationError, match="Still to be translated: How to adopt it"):
            place(practice, editor)

    def test_nobody_reviews_their_own(self, practice, editor, owner):
        by_editor = Section("human", practice.current, str(editor.person)).kept()
        loaded = {**SPANISH, "state": "human", "sections": dict.fromkeys(SPANISH, by_editor)}
        add_translation(practice, "es", loaded, by=SYSTEM)
        with pytest.raises(ValidationError, match="Somebody else"):
            flows.review_translation(practice, "es", {"title": SPANISH["title"]}, by=editor)
        flows.review_translation(practice, "es", {"title": SPANISH["title"]}, by=owner)

        assert (text(practice).section("title").state, text(practice).section("summary").state) == (
            "reviewed",
            "human",
        )

    def test_the_reader_finds_it(self, practice, editor, translator, client):
        save(practice, translator, SPANISH)
        place(practice, editor)

        assert "Cerraduras" in client.get(f"/es/practices/{practice.pk}/").content.decode()

    def test_a_machine_translation_is_confirmed(self, editor):
        practice = Practice.objects.get(pk="us-bmap")
        read = {name: said for name in PROSE if (said := getattr(text(practice), name))}
        flows.review_translation(practice, "es", read, by=editor)

        assert text(practice).state == "reviewed"

    def test_words_that_came_since_they_were_read_arent_confirmed(self, editor):
        practice = Practice.objects.get(pk="us-bmap")
        with pytest.raises(ValidationError, match="changed since you opened the page"):
            flows.review_translation(practice, "es", {"title": "Otras palabras"}, by=editor)

        assert text(practice).section("title").state == "machine"


def page_of(practice, by, language="es"):
    """The page as this person sees it, with what its form would send."""
    client = sign_in(Person.objects.get(pk=by.person))
    address = reverse("translation", args=[practice.pk, language])
    form = client.get(address).context["form"]
    return client, address, {name: form[name].value() or "" for name in form.fields}


class TestSendingBack:
    def test_tells_the_translators_why_until_they_offer_it_again(self, practice, translator, editor):
        save(practice, translator, SPANISH)
        flows.offer_translation(practice, "es", by=translator)
        client, address, _sent = page_of(practice, editor)
        page = client.post(f"{address}send-back/", {"text": "Shorter.\n<b>Please</b>"}, follow=True)

        assert "Shorter.<br>&lt;b&gt;Please&lt;/b&gt;" in page.content.decode()
        assert [notice.kind for notice in Notice.objects.filter(person=translator.person)] == [
            "translation.sent_back"
        ]
        assert [item.what for item in desk.items(translator)[desk.Section.WAITING]] == [
            "Revise your translation: español"
        ]
        assert [item.what for item in desk.items(editor)[desk.Section.WAITING]] == []
        save(practice, translator, {"title": "Candados"}, seen=SPANISH)
        assert "Shorter." in client.get(address).content.decode()
        flows.offer_translation(practice, "es", by=translator)
        assert "Shorter." not in client.get(address).content.decode()
        (entry,) = log.said("send_back_translation")
        assert (entry["thing"], entry["right"]) == (f"practice/{practice.pk}", "translation.review")

    def test_is_for_who_may_put_it_in_place_and_didnt_offer_it(self, practice, translator, owner):
        save(practice, translator, SPANISH)
        with pytest.raises(ValidationError, match="isn’t offered"):
            flows.send_back_translation(practice, "es", "Shorter.", by=owner)
        flows.offer_translation(practice, "es", by=translator)
        with pytest.raises(PermissionDenied):
            flows.send_back_translation(practice, "es", "Shorter.", by=translator)
        with pytest.raises(ValidationError, match="Say why"):
            flows.send_back_translation(practice, "es", " ", by=owner)
        flows.offer_translation(practice, "es", by=owner)
        with pytest.raises(ValidationError, match="Somebody else"):
            flows.send_back_translation(practice, "es", "Shorter.", by=owner)

    def test_needs_a_word(self, practice, translator, editor):
        save(practice, translator, SPANISH)
        flows.offer_translation(practice, "es", by=translator)
        client, address, _sent = page_of(practice, editor)
        page = client.post(f"{address}send-back/", {"text": " "})

        assert page.context["send_back"].errors == {"text": ["This field is required."]}
        assert Translation.objects.get().offered_at


class TestWordsThatNobodyRead:
    def test_arent_put_in_place(self, practice, translator, editor):
        save(practice, translator, SPANISH)
        read = as_shown(practice)
        save(practice, translator, {"summary": "Una llave."}, seen=SPANISH)
        with pytest.raises(ValidationError, match="changed since you opened"):
            place(practice, editor, seen=read)

        assert text(practice) is None
        assert place(practice, editor).summary == "Una llave."

    def test_the_page_shows_them_and_keeps_what_the_reviewer_wrote(self, practice, translator, editor):
        save(practice, translator, SPANISH)
        client, address, sent = page_of(practice, editor)
        save(practice, translator, {"title": "Candados"}, seen={"title": "Cerraduras"})
        page = client.post(f"{address}place/", sent)

        form = page.context["form"]
        assert page.status_code == 200
        assert text(practice) is None
        assert dict(form.errors) == {
            "title": ["Somebody else changed this meanwhile. Before, it said: Cerraduras"]
        }
        assert (form["title"].value(), form["seen_title"].value()) == ("Candados", "Candados")
        again = {name: form[name].value() or "" for name in form.fields}
        assert client.post(f"{address}place/", again).status_code == 302
        assert (text(practice).title, text(practice).section("title").state) == ("Candados", "reviewed")

    def test_words_that_the_reviewer_wrote_are_kept_for_a_third_person(self, practice, translator, editor):
        save(practice, translator, SPANISH)
        client, address, sent = page_of(practice, editor)
        page = client.post(f"{address}place/", sent | {"summary": "Tres llaves."})

        assert "another editor has to put them in place" in page.text
        assert "formaction" not in page.text
        assert text(practice) is None
        assert Translation.objects.get().words == SPANISH | {"summary": "Tres llaves."}

    def test_a_text_of_several_lines_is_read_as_it_stands(self, practice, translator, editor):
        save(practice, translator, SPANISH | {"how_to_apply": "Primero: abrir.\nSegundo: contar."})
        client, address, sent = page_of(practice, translator)
        client.post(address, sent | {"how_to_apply": "Primero: abrir.\r\nSegundo: cerrar."})
        assert Translation.objects.get().words["how_to_apply"] == "Primero: abrir.\nSegundo: cerrar."

        client, address, sent = page_of(practice, editor)
        assert client.post(f"{address}place/", sent).status_code == 302
        assert text(practice).how_to_apply == "Primero: abrir.\nSegundo: cerrar."

    def test_other_words_end_the_offer_and_whoever_offered_is_told(self, practice, translator, editor):
        save(practice, translator, SPANISH)
        flows.offer_translation(practice, "es", by=translator)
        save(practice, editor, {"title": "Cerraduras"}, seen={"title": "Cerraduras"})
        assert Translation.objects.get().offered_by_id == translator.person

        save(practice, editor, {"title": "Candados"}, seen={"title": "Cerraduras"})
        work = Translation.objects.get()
        assert (work.offered_at, work.offered_by_id) == (None, None)
        told = Notice.objects.filter(person=translator.person)
        assert [notice.kind for notice in told] == ["translation.changed"]
        assert (
            "or was changed since"
            in page_of(practice, translator)[0]
            .get(reverse("translation", args=[practice.pk, "es"]))
            .content.decode()
        )

    def test_a_section_that_the_source_gave_up_isnt_put_in_place(self, practice, translator, editor):
        next_edition(practice, limits="Small yards only.")
        save(practice, translator, SPANISH | {"limits": "Pocos."})
        next_edition(practice, limits="")
        place(practice, editor)

        assert text(practice).limits == ""


class TestANewEdition:
    def test_only_the_sections_whose_source_changed_are_behind(self, practice, editor, translator):
        save(practice, translator, SPANISH)
        place(practice, editor)
        next_edition(practice, summary="Three keys for each cabinet. Never two.")

        now = text(practice)
        assert now.edition.number == 2
        assert now.state == "out_of_date"
        assert "summary" in now.behind()
        assert "title" not in now.behind()
        assert (now.section("title").of, now.section("summary").of) == (2, 1)
        assert now.summary == SPANISH["summary"]

    def test_readers_are_told_which_and_translators_see_the_difference(
        self, practice, editor, translator, client
    ):
        save(practice, translator, SPANISH)
        place(practice, editor)
        next_edition(practice, summary="Three keys for each cabinet.")
        page = client.get(f"/es/practices/{practice.pk}/").content.decode()
        mine = sign_in(Person.objects.get(pk=editor.person))
        beside = mine.get(reverse("translation", args=[practice.pk, "es"])).content.decode()

        assert queries.behind(text(practice))[0] in page
        assert "<ins>Three keys for each cabinet</ins>" in beside or "<ins>" in beside

    def test_translating_what_is_behind_brings_it_up_to_date(self, practice, editor, translator):
        everything = dict.fromkeys(
            (name for name in PROSE if getattr(text(practice, "en"), name)), "Palabras."
        )
        save(practice, translator, everything)
        place(practice, editor)
        next_edition(practice, summary="Three keys.")
        assert text(practice).state == "out_of_date"
        save(practice, translator, {"summary": "Tres llaves."}, seen={"summary": "Palabras."})
        place(practice, editor)

        assert (text(practice).state, text(practice).behind()) == ("reviewed", [])

    def test_what_the_source_says_for_the_first_time_stands_there_in_its_words(
        self, practice, editor, translator
    ):
        save(practice, translator, SPANISH)
        place(practice, editor)
        next_edition(practice, limits="Small yards only.")

        assert (text(practice).limits, text(practice).behind()) == ("Small yards only.", ["limits"])

    def test_it_stays_behind_over_several_editions(self, practice, editor, translator):
        save(practice, translator, SPANISH)
        place(practice, editor)
        next_edition(practice, summary="Three keys.")
        next_edition(practice, summary="Three keys.", title="Many locks")

        now = text(practice)
        assert (now.section("summary").of, now.section("title").of) == (1, 2)

    def test_what_was_worked_on_before_stays_of_its_edition(self, practice, editor, translator):
        save(practice, translator, SPANISH)
        next_edition(practice, summary="Three keys.")
        place(practice, editor)

        assert text(practice).section("summary").of == 1

    def test_what_was_worked_on_before_is_up_to_date_where_the_source_stayed(
        self, practice, editor, translator
    ):
        save(practice, translator, SPANISH)
        next_edition(practice, summary="Three keys.")
        next_edition(practice, summary="Three keys.", how_to_apply="Count. Lock.")
        next_edition(practice, summary="Three keys.")
        place(practice, editor)

        now = text(practice)
        assert (now.section("title").of, now.section("how_to_apply").of) == (4, 4)
        assert now.behind() == ["summary"]


def test_two_translators_lose_no_word(practice, translator, editor):
    save(practice, translator, {"title": "Candados", "summary": "Dos llaves."})
    conflicts = save(practice, editor, {"title": "Cerraduras", "limits": "Pocos."})

    work = Translation.objects.get()
    assert conflicts == {"title": "Candados"}
    assert work.words == {"title": "Candados", "summary": "Dos llaves.", "limits": "Pocos."}


@pytest.mark.parametrize(
    ("kind", "role", "may"),
    [
        ("state", Role.READER, False),
        ("company", Role.CONTRIBUTOR, True),
        ("secretariat", Role.OFFICER, False),
    ],
)
def test_who_may_translate(practice, kind, role, may):
    person = member(kind, role)
    assert access.can_translate(person) == may
    assert not access.can_place(person, practice)
    assert not access.can_translate(ANYONE)


class TestBoard:
    def shown(self, actor, **wanted):
        board = queries.board(actor, queries.Wanted(**wanted), 1)
        return {card.id: {cell.language.code: cell.marks for cell in cells} for card, cells in board.rows}

    def test_says_of_each_practice_how_far_it_is_in_each_language(self, editor, translator, practice):
        save(practice, translator, SPANISH)
        place(practice, editor)
        next_edition(practice, summary="Three keys for each cabinet.", how_to_apply="Count.")
        flows.save_translation(practice, "fr", {"title": "Serrures"}, seen={}, by=translator)
        flows.save_translation(practice, "ru", {"title": "Замки"}, seen={}, by=translator)
        flows.offer_translation(practice, "fr", by=translator)
        flows.save_translation(practice, "es", {"title": "Candados"}, seen=SPANISH, by=translator)

        assert self.shown(editor, title="locks for small")[practice.pk] == {
            "ar": [("–", "nothing")],
            "zh-hans": [("–", "nothing")],
            "en": [("■", "original")],
            "fr": [("◇", "waiting for review")],
            "ru": [("…", "being translated")],
            "es": [("△", "behind in 2 sections"), ("…", "being translated")],
        }

    def test_counts_and_filters_by_language_state_and_title(self, editor, translator, practice):
        everything = Practice.objects.count()
        board = queries.board(editor, queries.Wanted("es", "none"), 1)
        assert [card.id for card, _cells in board.rows] == [practice.pk]
        assert [one.code for one in board.columns] == ["es"]
        assert {code: count for code, _name, count in board.counts} == {
            "machine": everything - 1, "human": 0, "reviewed": 0, "out_of_date": 0, "none": 1, "waiting": 0,
        }  # fmt: skip
        assert list(self.shown(editor, state="none")) == [practice.pk]

        save(practice, translator, SPANISH | {"title": "Ópalos"})
        place(practice, editor)
        flows.save_translation(practice, "fr", {"title": "Serrures"}, seen={}, by=translator)
        flows.offer_translation(practice, "fr", by=translator)
        for wanted in (
            {"state": "reviewed"},
            {"state": "waiting"},
            {"state": "waiting", "language": "fr"},
            {"title": "ópalos", "language": "ar"},
            {"title": "LOCKS for small"},
        ):
            assert list(self.shown(editor, **wanted)) == [practice.pk], wanted
        for wanted in ({"state": "reviewed", "language": "fr"}, {"state": "waiting", "language": "es"}):
            assert self.shown(editor, **wanted) == {}, wanted

    def test_asks_as_much_for_one_practice_as_for_a_page(
        self, editor, translator, practice, django_assert_num_queries
    ):
        save(practice, translator, SPANISH)
        place(practice, editor)
        next_edition(practice, summary="Three keys.")
        self.shown(editor)  # what it counts is kept until the compendium changes
        for wanted in ({"title": "Locks for small stores"}, {}):
            with django_assert_num_queries(7):
                self.shown(editor, **wanted)

    def test_is_a_table_whose_pages_keep_what_was_asked(self, translator):
        client = sign_in(Person.objects.get(pk=translator.person))
        page = client.get(reverse("translations"), {"q": "&", "state": "", "page": "x"})
        assert "Nothing is in this state." in page.content.decode()

        page = client.get("/ar/translations/", {"state": "machine"})
        table = html.fromstring(page.content).find(".//table")
        heads = table.findall("thead/tr/th")
        assert table.find("caption").text
        assert {head.get("scope") for head in heads} == {"col"}
        assert [head.get("lang") for head in heads[1:]] == ["ar", "zh-Hans", "en", "fr", "ru", "es"]
        rows = table.findall("tbody/tr")
        assert {row.find("th").get("scope") for row in rows} == {"row"}
        assert {len(row.findall("td")) for row in rows} == {6}
        assert page.context["board"].wanted.address == "?language=&state=machine&q=&page="


def test_terms_of_the_glossary_are_marked():
    marked = mark_terms("Chemical security needs chemical safety.", "en", "es")

    assert [term.text for term in marked if term.translation] == ["Chemical security", "chemical safety"]
    assert "".join(term.text for term in marked) == "Chemical security needs chemical safety."
    assert mark_terms("化学安保与化学安全", "zh-hans", "en")[0].translation == "chemical security"


@pytest.mark.parametrize(
    ("language", "text", "marked"),
    [
        ("en", "Best practices of National Authorities", ["Best practices", "National Authorities"]),
        ("fr", "l’autorité nationale, les bonnes pratiques", ["l’autorité nationale"]),
        ("es", "Con las autoridades nacionales", ["autoridades nacionales"]),
        ("ru", "о передовой практике", ["передовой практике"]),
        ("en", "They know a practice of chemicals. Weapons aren’t meant.", []),
    ],
)
def test_terms_are_marked_with_the_endings_that_they_have(language, text, marked):
    terms = mark_terms(text, language, "ar")

    assert [term.text for term in terms if term.translation] == marked
    assert "".join(term.text for term in terms) == text


# ── XLIFF ──


def exported(practice, language="es"):
    practice = Practice.objects.get(pk=practice.pk)
    source = text(practice, "en")
    return xliff.write_xliff(queries.side_by_side(practice, source, language))


def translated(data, words):
    root = etree.fromstring(data)
    for unit in root.iter(f"{{{xliff.SPACE}}}unit"):
        if unit.get("id") in words:
            segment = unit.find(f"{{{xliff.SPACE}}}segment")
            target = segment.find(f"{{{xliff.SPACE}}}target")
            target = etree.SubElement(segment, f"{{{xliff.SPACE}}}target") if target is None else target
            target.text = words[unit.get("id")]
    return etree.tostring(root)


def upload(practice, by, data, name="x.xlf", language="es"):
    client = sign_in(Person.objects.get(pk=by.person))
    file = SimpleUploadedFile(name, data, content_type="application/xliff+xml")
    return client.post(reverse("translation_upload", args=[practice.pk, language]), {"file": file})


def test_a_translation_goes_out_and_comes_back(practice, translator, editor):
    response = upload(practice, translator, translated(exported(practice), SPANISH))

    assert response.status_code == 302
    assert Translation.objects.get().words == SPANISH
    placed = place(practice, editor)
    assert (placed.title, placed.summary, placed.how_to_apply) == tuple(SPANISH.values())
    root = etree.fromstring(exported(practice))
    assert [target.text for target in root.iter(f"{{{xliff.SPACE}}}target")] == list(SPANISH.values())


def test_a_file_asks_for_a_fresh_proof(practice, translator):
    address = reverse("translation_file", args=[practice.pk, "es"])
    asked = {"mfa": "/en/account/second-factor/reauthenticate/", "password": "/en/account/reauthenticate/"}
    company = member("company", Role.CONTRIBUTOR)
    stale = sign_in(Person.objects.get(pk=translator.person), factor_at=1).get(address)
    without = sign_in(Person.objects.get(pk=company.person), factor_at=0).get(address)

    assert stale["Location"] == f"{asked['mfa']}?{urlencode({'next': address})}"
    assert without["Location"] == f"{asked['password']}?{urlencode({'next': address})}"
    fresh = sign_in(Person.objects.get(pk=translator.person)).get(address)
    assert fresh["Content-Disposition"] == 'attachment; filename="arlandia-locks.es.xlf"'


def without_digests(data):
    root = etree.fromstring(data)
    for unit in root.iter(f"{{{xliff.SPACE}}}unit"):
        unit.attrib.pop(xliff.SEEN, None)
    return etree.tostring(root)


class TestAFileThatIsOlderThanTheWords:
    @pytest.mark.parametrize("come_back", [translated, lambda *of: without_digests(translated(*of))])
    def test_overwrites_none_of_them_and_both_are_shown(self, practice, translator, editor, come_back):
        save(practice, translator, {"title": "Cerraduras"})
        file = exported(practice)
        save(practice, editor, {"title": "Candados"}, seen={"title": "Cerraduras"})
        mine = {"title": "Cerrojos", "summary": "Dos llaves."}
        page = upload(practice, translator, come_back(file, mine))

        form = page.context["form"]
        assert page.status_code == 200
        assert Translation.objects.get().words == {"title": "Candados", "summary": "Dos llaves."}
        assert dict(form.errors) == {"title": ["Somebody else wrote here meanwhile: Candados"]}
        assert (form["title"].value(), form["seen_title"].value()) == ("Cerrojos", "Candados")
        address = reverse("translation", args=[practice.pk, "es"])
        assert f'<form method="post" action="{address}"' in page.content.decode()
        sent = {name: form[name].value() or "" for name in form.fields}
        sign_in(Person.objects.get(pk=translator.person)).post(address, sent | {"summary": "Tres."})
        assert Translation.objects.get().words == {"title": "Cerrojos", "summary": "Tres."}

    def test_brings_back_nothing_that_it_left_as_it_went_out(self, practice, translator, editor):
        save(practice, translator, SPANISH)
        file = exported(practice)
        save(practice, editor, {"title": "Candados"}, seen=SPANISH)
        upload(practice, translator, translated(file, {"summary": "Tres llaves."}))

        work = Translation.objects.get()
        assert work.words == SPANISH | {"title": "Candados", "summary": "Tres llaves."}
        assert work.by["title"] == str(editor.person)

    def test_fills_no_section_again_that_somebody_emptied(self, practice, translator, editor):
        save(practice, translator, SPANISH)
        file = exported(practice)
        save(practice, editor, {"title": ""}, seen=SPANISH)
        page = upload(practice, translator, translated(file, {"title": "Candados"}))

        assert dict(page.context["form"].errors) == {"title": ["Somebody else wrote here meanwhile: –"]}
        assert Translation.objects.get().words["title"] == ""

    def test_without_digests_fills_what_is_empty(self, practice, translator):
        upload(practice, translator, without_digests(translated(exported(practice), SPANISH)))

        assert Translation.objects.get().words == SPANISH


def test_words_with_line_ends_and_signs_survive_the_way(practice, editor):
    words = {"how_to_apply": 'Primero: "abrir" & <cerrar>.\nSegundo: contar.'}
    upload(practice, editor, translated(exported(practice), words))

    assert Translation.objects.get().words == words


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en" trgLang="es">
<file id="f" original="arlandia-locks/1"><unit id="title"><segment><target>&b;</target></segment></unit>
</file>
</xliff>"""
ELSEWHERE = BOMB.replace(b'"aaaaaaaaaa"', b'SYSTEM "file:///etc/passwd"')


def test_what_isnt_a_translation_of_this_is_refused(practice, editor):
    next_edition(practice, summary="Three keys.")
    current = exported(practice)
    wrong = {
        "can’t be read as XML": b"PK\x03\x04 a spreadsheet",
        "isn’t an XLIFF file": b"<html></html>",
        "into “es”": exported(practice, "fr"),
        "another practice": current.replace(b"arlandia-locks/2", b"us-bmap/1"),
        "another edition": current.replace(b"arlandia-locks/2", b"arlandia-locks/1"),
        "no section “owner”": current.replace(b'id="title"', b'id="owner"'),
        "document type": BOMB.replace(b"locks/1", b"locks/2"),
        "document type ": ELSEWHERE.replace(b"locks/1", b"locks/2"),
        "larger than 1 MB": current + b" " * 1_000_001,
    }
    for message, data in wrong.items():
        page = upload(practice, editor, data)
        assert page.status_code == 200
        assert message.strip() in page.content.decode(), message

    assert not any(work.words for work in Translation.objects.all())


def test_a_title_that_is_too_long_is_named(practice, editor):
    page = upload(practice, editor, translated(exported(practice), {"title": "x" * 501}))

    assert "500" in page.content.decode()


def test_states_and_sources_stand_in_the_file():
    practice = Practice.objects.get(pk="us-bmap")
    root = etree.fromstring(exported(practice))

    states = {segment.get("state") for segment in root.iter(f"{{{xliff.SPACE}}}segment")}
    assert states == {"initial"}
    assert root.get("srcLang") == "en"
    source = root.find(f".//{{{xliff.SPACE}}}source").text
    assert source == EditionText.objects.get(edition__practice=practice, language="en").title
