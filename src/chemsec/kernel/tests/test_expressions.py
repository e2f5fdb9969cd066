"""Conditions of a questionnaire."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chemsec.kernel import expressions
from chemsec.kernel.expressions import ExpressionError, holds, names, parse, write

ANSWERS = {"permits": "yes", "who": ["customs", "police"], "staff": 12, "level": "3"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("${permits} = 'yes'", True),
        ('${permits} != "yes"', False),
        ("${permits} = 'yes' and ${staff} > 10 or ${nothing} = 'x'", True),
        ("selected(${who}, 'customs')", True),
        ("selected(${who}, 'custom')", False),
        ("selected(${permits}, 'yes')", True),
        ("count-selected(${who}) = 2", True),
        ("count-selected(${nothing}) = 0", True),
        ("not(${permits} = 'no')", True),
        ("${level} >= 3", True),
        ("${level} = 3.0", True),
        ("${nothing} = ''", True),
        ("${nothing} < 5", False),
        ("${nothing} >= 5", False),
        ("${nothing} != 5", True),
        ("${permits} < 5", False),
        ("${who} = 'customs police'", True),
        ("${permits}", True),
        ("(${permits} = 'no' or ${staff} = 12) and not(selected(${who}, 'army'))", True),
        ("(${staff} > 10) = (${level} = '3')", True),
        ("-1 < ${staff}", True),
    ],
)
def test_a_condition_is_answered_as_xpath_would(text, said):
    assert holds(parse(text), ANSWERS) == said


def test_an_answer_is_held_against_its_constraint():
    tree = parse(". >= 0 and . <= 100")

    assert holds(tree, {expressions.HERE: 100})
    assert not holds(tree, {expressions.HERE: 101})
    assert names(tree) == set()


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("", 1),
        ("${permits} =", 13),
        ("${permits} = 'yes", 14),
        ("${permits} = 'yes' nor ${who}", 20),
        ("jr:choice-name(${x}, '${x}')", 3),
        ("${a} + 1 > 2", 6),
        ("not(${a}, ${b})", 1),
        ("(${a} = 1", 10),
        ("${a} = 1)", 9),
        ("(" * 40 + "${a}" + ")" * 40, 30),
    ],
)
def test_what_isnt_understood_is_named_with_its_place(text, at):
    with pytest.raises(ExpressionError, match=rf"\(at character {at}\)"):
        parse(text)


operands = st.one_of(
    st.builds(lambda name: ["answer", name], st.sampled_from(["permits", "who", "staff", "level", "."])),
    st.builds(lambda number: ["number", number], st.floats(-99, 99).map(lambda one: round(one, 2) + 0.0)),
    st.builds(lambda text: ["text", text], st.text("yes no'", max_size=4)),
)
trees = st.recursive(
    operands,
    lambda inner: st.one_of(
        st.builds(lambda sign, *two: [sign, *two], st.sampled_from(expressions.COMPARISONS), inner, inner),
        st.builds(
            lambda sign, some: [sign, *some], st.sampled_from(["and", "or"]), st.lists(inner, min_size=2)
        ),
        st.builds(lambda one: ["not", one], inner),
        st.builds(lambda one, other: ["selected", one, other], inner, inner),
        st.builds(lambda one: ["count-selected", one], inner),
    ),
    max_leaves=8,
)


@given(trees)
def test_what_is_written_is_read_again(tree):
    assert parse(write(tree)) == tree


@given(
    trees,
    st.dictionaries(
        st.sampled_from(["permits", "who", "staff", "."]),
        st.one_of(
            st.text("yes123. -", max_size=5),
            st.integers(-5, 20),
            st.lists(st.sampled_from(["a", "b"]), max_size=2),
        ),
    ),
)
def test_every_condition_has_an_answer(tree, answers):
    assert holds(["not", tree], answers) != holds(tree, answers)


@given(st.text(max_size=60))
def test_nothing_breaks_the_reader(text):
    try:
        tree = parse(text)
    except ExpressionError:
        return
    assert parse(write(tree)) == tree
