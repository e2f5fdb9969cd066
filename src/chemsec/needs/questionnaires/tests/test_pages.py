"""Programme officers and their questionnaires."""

import io
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook
from pyxform.xls2xform import convert
from tests.house.cast import sign_in

from chemsec.kernel.questionnaire import Kind, Question, to_plain
from chemsec.needs.models import Questionnaire, Version
from chemsec.needs.questionnaires import access, flows
from chemsec.needs.questionnaires.reading import read_xlsform
from chemsec.needs.questionnaires.writing import write_xlsform
from chemsec.platform.access import ANYONE
from chemsec.platform.accounts.models import Person, Role
from chemsec.platform.accounts.tests.people import member
from chemsec.platform.audit import log

from .test_xlsform import every_kind, form

pytestmark = pytest.mark.usefixtures("compendium")
HOME = "/en/needs/questionnaires/"


@pytest.fixture
def officer():
    return member("secretariat", Role.OFFICER, name="officer")


@pytest.fixture
def browser(officer):
    return sign_in(Person.objects.get(pk=officer.person))


def given(content, name="national.xlsx"):
    return {"file": SimpleUploadedFile(name, content)}


def body(response):
    return b"".join(response.streaming_content)


def test_the_questionnaire_that_comes_along_is_one_of_quality():
    brought = Version.objects.get(questionnaire__code="national-chemical-security").form
    questions = list(brought.questions)

    assert 60 <= len(questions) <= 90
    assert {question.kind for question in questions} == set(Kind)
    stages = {section.stage for section in brought.sections} - {""}
    assert len(stages) == 7
    assert all(section.sources for section in brought.sections)
    for question in questions:
        said = [question.label, *(choice.label for choice in question.choices)]
        assert all(text.keys() == {*brought.languages} and all(text.values()) for text in said), question.code
        levels = [choice.label["en"] for choice in question.choices]
        assert len(set(levels)) == len(levels), question.code


def test_other_tools_take_the_questionnaire_that_comes_along(tmp_path):
    file = tmp_path / "form.xlsx"
    file.write_bytes(write_xlsform(Version.objects.get().form, 1))

    assert convert(file, validate=True).warnings == []


def test_a_workbook_is_read_in_previewed_and_taken_along(browser):
    whole = every_kind(("en", "ar"))
    page = browser.post(HOME, given(write_xlsform(whole, 1)), follow=True)

    assert page.redirect_chain == [(f"{HOME}national/1/", 302)]
    assert "Read in as version 1." in page.text
    preview = browser.get(f"{HOME}national/1/preview/", {"in": "ar"})
    assert '<div lang="ar" dir="rtl">' in preview.text
    assert read_xlsform(body(browser.get(f"{HOME}national/1/file/"))).form == whole


def test_a_preview_asks_what_the_answers_ask_for_and_keeps_nothing(browser, officer):
    flows.keep_form(every_kind(("en",)), by=officer)
    before = list(Version.objects.values())

    def asked(**answers):
        page = browser.post(f"{HOME}national/1/preview/", answers)
        (part,) = page.context["sheet"].parts
        return {one.code for one in part.questions if one.is_asked}

    assert "permits" not in asked()
    assert "permits" in asked(law_in_force="2")
    assert "one" in asked(law_in_force="2", permits="yes", who=["a", "b"])
    assert "one" not in asked(law_in_force="2", permits="no", who=["a", "b"])
    assert list(Version.objects.values()) == before


def test_what_is_wrong_stands_on_the_page(browser):
    wrong = form(Question("q", Kind.TEXT, {"en": "Q"}, relevant=["=", ["answer", "later"], ["text", "x"]]))
    page = browser.post(HOME, given(write_xlsform(wrong, 1)))

    assert "Sheet “survey”, cell H4: It asks for “later”, which isn’t asked before." in page.text
    assert not Questionnaire.objects.filter(code="national").exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"%PDF-1.4", "This isn’t a workbook"),
        (b"a,b", "This isn’t a workbook"),
        (b"PK\x03\x04 broken", "aren’t taken"),
    ],
)
def test_what_is_no_workbook_is_refused(browser, content, told):
    assert told in browser.post(HOME, given(content)).text


def test_a_damaged_workbook_is_refused(browser):
    whole = write_xlsform(every_kind(("en",)), 1)
    for at in range(40, len(whole), len(whole) // 25):
        torn = whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :]
        assert browser.post(HOME, given(torn)).status_code in {200, 302}, at


def test_a_draft_is_replaced_and_what_is_in_use_stays(officer):
    first = flows.keep_form(every_kind(("en",)), by=officer)
    again = flows.keep_form(form(Question("q", Kind.TEXT, {"en": "Q"})), by=officer)
    assert (again.pk, again.number) == (first.pk, 1)

    Version.objects.filter(pk=first.pk).update(frozen_at=timezone.now())
    second = flows.keep_form(every_kind(("en",)), by=officer)
    assert second.number == 2
    assert Version.objects.get(pk=first.pk).content == to_plain(form(Question("q", Kind.TEXT, {"en": "Q"})))
    with pytest.raises(ValidationError, match="An exercise uses"):
        flows.discard_draft(Version.objects.get(pk=first.pk), by=officer)
    flows.discard_draft(second, by=officer)
    (entry,) = log.said("discard_draft")
    assert (entry["thing"], entry["facts"]) == ("questionnaire/national", {"version": 2})


def test_versions_are_compared_question_by_question(browser, officer):
    one = Question("a", Kind.TEXT, {"en": "Who guards the store?"})
    first = flows.keep_form(form(one, Question("b", Kind.TEXT, {"en": "B"})), by=officer)
    Version.objects.filter(pk=first.pk).update(frozen_at=timezone.now())
    after = replace(one, label={"en": "Who guards the depot?"})
    flows.keep_form(form(after, Question("c", Kind.TEXT, {"en": "C"})), by=officer)
    page = browser.get(f"{HOME}national/2/differences/")

    assert "Who guards the <del>store</del><ins>depot</ins>?" in page.text
    assert [(change.code, change.what) for change in page.context["changes"]] == [
        ("a", "changed"),
        ("c", "added"),
        ("b", "removed"),
    ]


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REGISTRAR, Role.ADMINISTRATOR])
def test_only_programme_officers_make_them(officer, role):
    other = member("secretariat", role, name="other")
    version = flows.keep_form(every_kind(("en",)), by=officer)

    for who in (other, member("state", Role.FOCAL_POINT), ANYONE):
        assert not access.visible_to(who).exists()
        assert not access.can_read(who, version)
        with pytest.raises(PermissionDenied):
            flows.keep_form(every_kind(("en",)), by=who)
        with pytest.raises(PermissionDenied):
            flows.discard_draft(version, by=who)


def test_texts_from_a_workbook_are_shown_as_they_are(browser, officer):
    evil = "<script>alert(1)</script>\u202eevil"
    flows.keep_form(
        read_xlsform(write_xlsform(form(Question("q", Kind.TEXT, {"en": evil})), 1)).form, by=officer
    )
    page = browser.get(f"{HOME}national/1/preview/").text

    assert "<script>alert(1)" not in page
    assert "\u202e" not in page


@pytest.mark.parametrize(("rows", "text"), [(6_000, "Q"), (4_000, "Q" * 6_000)])
def test_an_enormous_workbook_is_refused(browser, rows, text):
    book = Workbook(write_only=True)
    sheet = book.create_sheet("survey")
    sheet.append(["type", "name", "label"])
    for number in range(rows):
        sheet.append(["text", f"q{number}", text])
    out = io.BytesIO()
    book.save(out)

    assert "far more rows" in browser.post(HOME, given(out.getvalue())).text
