"""A questionnaire goes out as an XLSForm and comes back; a workbook from elsewhere comes in, or says why."""

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from pyxform.xls2xform import convert

from chemsec.kernel import expressions
from chemsec.kernel.questionnaire import LEVELS, Choice, Column, Form, Kind, Question, Section, Source, asked
from chemsec.needs.questionnaires.reading import read_xlsform
from chemsec.needs.questionnaires.writing import write_xlsform

pytestmark = pytest.mark.usefixtures("compendium")
ALL = ("en", "ar", "zh-hans", "fr", "ru", "es")


def said(text, languages=("en",)):
    return {code: f"{text} {code}" if code != "en" else text for code in languages}


def workbook(survey, choices=(), settings=()):
    book = Workbook()
    book.active.title = "survey"
    for name, rows in (("survey", survey), ("choices", choices), ("settings", settings)):
        sheet = book[name] if name in book.sheetnames else book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return book


def content(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def form(*questions, languages=("en",), **section):
    made = Section("law", said("Law", languages), questions=questions, **section)
    return Form("national", said("National", languages), said("Answer", languages), languages, (made,))


def every_kind(languages):
    def label(text):
        return said(text, languages)

    levels = tuple(Choice(level, label(f"Level {level}")) for level in LEVELS)
    two = (Choice("a", label("A")), Choice("b", label("B")))
    return form(
        Question("law_in_force", Kind.MATURITY, label("How far?"), label("Hint"), label("Guide"), levels,
                 stages=("storage",), measure_kinds=("legislation",), required=True),
        Question("permits", Kind.CHECK, label("Permits?"), relevant=expressions.parse("${law_in_force} > 1")),
        Question("who", Kind.MANY, label("Who?"), choices=two),
        Question("one", Kind.ONE, label("Which?"), choices=two,
                 relevant=expressions.parse("selected(${who}, 'a') and not(${permits} = 'no')")),
        Question("staff", Kind.NUMBER, label("How many?"), unit=label("persons"),
                 constraint=expressions.parse(". >= 0 and . <= 500"), refusal=label("0 to 500")),
        Question("words", Kind.TEXT, label("Say more")),
        Question("paper", Kind.DOCUMENT, label("The law")),
        Question("bodies", Kind.TABLE, label("Bodies"), rows=5, columns=(
            Column("name", Kind.TEXT, label("Name")),
            Column("staff", Kind.NUMBER, label("Staff")),
            Column("level", Kind.ONE, label("Level"), two),
        )),
        Question("support", Kind.RANKING, label("What first?"), choices=two),
        languages=languages, intro=label("What it is about"), stage="storage",
        sources=(Source("The Convention", "https://www.opcw.org/chemical-weapons-convention"),),
        relevant=None,
    )  # fmt: skip


@pytest.mark.parametrize("languages", [("en",), ALL, ("fr", "ar")])
def test_it_comes_back_as_it_went_out(languages):
    whole = every_kind(languages)
    read = read_xlsform(write_xlsform(whole, 3))

    assert (read.faults, read.left_out) == ([], [])
    assert read.form == whole


def test_other_tools_take_it(tmp_path):
    file = tmp_path / "national.xlsx"
    file.write_bytes(write_xlsform(every_kind(ALL), 3))
    made = convert(file, validate=True)  # by the ODK Validate that pyxform ships

    assert made.warnings == []
    assert made.xform.count("<translation") == 6


words = st.text("ab é=+-@'\"<&}$سل中文", min_size=1, max_size=12).map(
    lambda one: " ".join(one.split()) or "x"
)
codes = st.text("abcxyz_", min_size=1, max_size=6).map(lambda one: f"q{one}")


@st.composite
def forms(draw):
    names = draw(st.lists(codes, min_size=1, max_size=5, unique=True))
    questions = []
    for name in names:
        kind = draw(st.sampled_from([Kind.CHECK, Kind.MANY, Kind.NUMBER, Kind.TEXT]))
        choices = ()
        if kind is Kind.MANY:
            choices = tuple(Choice(code, {"en": draw(words)}) for code in ("a", "b"))
        before = [one.code for one in questions]
        relevant = ["=", ["answer", draw(st.sampled_from(before))], ["text", "a"]] if before else None
        label = {"en": draw(words), "ar": draw(words)}
        hint = {"en": draw(words)} if draw(st.booleans()) else {}
        questions.append(Question(name, kind, label, hint, choices=choices, relevant=relevant))
    section = Section("section", {"en": draw(words)}, questions=tuple(questions))
    return Form("f", {"en": draw(words)}, {}, ("en", "ar"), (section,))


@given(forms())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_whatever_is_written_in_it_comes_back(drawn):
    read = read_xlsform(write_xlsform(drawn, 1))

    assert read.faults == []
    assert read.form == drawn


def test_no_text_becomes_a_formula():
    made = form(Question("q", Kind.TEXT, {"en": '=HYPERLINK("https://evil.example","x")'}))
    sheet = load_workbook(io.BytesIO(write_xlsform(made, 1)))["survey"]

    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}


HEAD = ("type", "name", "label::English (en)", "relevant")


@pytest.mark.parametrize(
    ("survey", "told"),
    [
        ([HEAD, ("geopoint", "where", "Where?")], ["Sheet “survey”, cell A2: The portal has no question"]),
        ([HEAD, ("text", "wo ist", "Where?")], ["cell B2: “wo ist” is no name"]),
        ([HEAD, ("text", "a", "A"), ("text", "a", "A")], ["cell B3: The name “a” stands in row 2 already."]),
        ([HEAD, ("select_one x", "a", "A")], ["cell A2: There is no list “x”"]),
        ([HEAD, ("text", "a", "A", "${b} = 1"), ("text", "b", "B")], ["cell D2: It asks for “b”"]),
        ([HEAD, ("text", "a", "A", "pulldata('x')")], ["cell D2: This condition isn’t understood"]),
        ([HEAD, ("begin group", "g", "G"), ("text", "a", "A")], ["cell A2: This group has no end."]),
        ([HEAD, ("end group",)], ["cell A2: No group is open"]),
        ([HEAD, ("text", "a")], ["cell B2: This question has no text"]),
        ([HEAD, ("text", "a", "What is ${b}?")], ["Other tools won’t take it"]),
        ([HEAD, ("text", "a", "=1+1")], ["cell C2: There is a formula."]),
        ([HEAD, ("begin repeat", "t", "T"), ("file", "f", "F"), ("end repeat",)], ["cell A3: A column of"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_sheet_row_and_column(survey, told):
    read = read_xlsform(content(workbook(survey)))

    assert read.form is None
    faults = [str(fault) for fault in read.faults]
    assert all(any(part in fault for fault in faults) for part in told), faults


def test_merged_cells_and_a_missing_sheet_are_named():
    book = workbook([HEAD, ("text", "a", "A")])
    book["survey"].merge_cells("A2:B3")
    assert "cell A2: Cells are merged here" in str(read_xlsform(content(book)).faults[0])
    book["survey"].title = "Sheet1"
    assert "Sheet “survey”: It is missing" in str(read_xlsform(content(book)).faults[0])


def test_a_form_from_elsewhere_comes_in_with_what_was_left_out():
    survey = [
        ("type", "name", "label", "label::Kiswahili (sw)", "media::image", "relevance"),
        ("start", "start"),
        ("note", "hello", "Hello"),
        ("text", "name", "Your name", "Jina"),
        ("begin group", "outer", "Outer"),
        ("begin group", "inner", "Inner"),
        ("select_multiple yn or_other", "many", "Which?", "", "", "${name} != ''"),
        ("end group",),
        ("end group",),
    ]
    choices = [("list name", "name", "label"), ("yn", "1", "Yes"), ("yn", 2, "No")]
    read = read_xlsform(content(workbook(survey, choices, [("form_title", "form_id"), ("Theirs", "theirs")])))

    assert read.faults == []
    assert [(section.code, [one.code for one in section.questions]) for section in read.form.sections] == [
        ("general", ["name"]),
        ("outer", ["many"]),
    ]
    assert read.form.title == {"en": "Theirs"}
    assert [choice.code for choice in read.form.question("many").choices] == ["1", "2"]
    assert len(read.left_out) == 6, [str(one) for one in read.left_out]


def test_what_isnt_asked_for_counts_as_not_given():
    whole = every_kind(("en",))

    assert "permits" not in asked(whole, {"law_in_force": "1"})
    assert "one" not in asked(whole, {"law_in_force": "1", "permits": "no", "who": ["b"]})
    answered = {"law_in_force": "1", "permits": "no", "who": ["a"]}
    assert "one" in asked(whole, answered), "no is the answer to a question that isn't asked"
    assert "one" not in asked(whole, answered | {"law_in_force": "2"})
