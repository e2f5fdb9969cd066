"""What is asked, in the browser and at the server."""

import json
import random

from playwright.sync_api import expect

from chemsec.kernel import expressions

NAMES = ("a", "b", "c", ".")
VALUES = ("", "yes", "no", "3", "3.0", " 4 ", "-1", "x y", "yes no", "0", "1e3", ".5", "٣")


def test_a_preview_follows_the_answers(entered):
    page = entered("Pavel Novak")
    page.goto("/en/desk/")
    page.get_by_role("link", name="Questionnaires").click()
    page.get_by_role("link", name="Preview").first.click()
    expect(page.locator("#q-security_law_text")).to_be_hidden()

    page.locator("[name=security_law][value='3']").check()
    expect(page.locator("#q-security_law_text")).to_be_visible()
    page.locator("[name=security_law][value='0']").check()
    expect(page.locator("#q-security_law_text")).to_be_hidden()


def test_browser_and_server_ask_alike(entered):
    """A thousand conditions of all kinds, each with answers of all kinds."""
    page = entered("Pavel Novak")
    page.goto("/en/needs/questionnaires/national-chemical-security/1/preview/")
    draw = random.Random(5)  # noqa: S311  not a secret
    trials = [(drawn(draw, 3), answers(draw)) for _trial in range(1_000)]
    said = page.evaluate(
        "trials => trials.map(([tree, answers]) => window.asking.holds(tree, answers))",
        json.loads(json.dumps(trials)),
    )

    wrong = [
        (expressions.write(tree), given)
        for (tree, given), browser in zip(trials, said, strict=True)
        if expressions.holds(tree, given) != browser
    ]
    assert wrong == []


def drawn(draw, depth):
    if depth == 0 or draw.random() < 0.2:
        number = ["number", draw.choice([3, 0, -1, 0.5])]
        return draw.choice([["answer", draw.choice(NAMES)], ["text", draw.choice(VALUES)], number])
    operator = draw.choice([*expressions.COMPARISONS, "and", "or", "not", "selected", "count-selected"])
    operands = 1 if operator in {"not", "count-selected"} else 2
    return [operator, *(drawn(draw, depth - 1) for _operand in range(operands))]


def answers(draw):
    found = {name: draw.choice(VALUES) for name in NAMES if draw.random() < 0.7}
    if draw.random() < 0.5:
        found["c"] = draw.sample(["yes", "no", "x"], draw.randint(0, 3))
    return found
