"""What happens to a request before any view: bad input, the reader's language, pages for what goes wrong."""

import pytest
from django.db import OperationalError
from django.test import Client

from chemsec.platform import health
from chemsec.web import errors

PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    "address",
    ["/en/?q=%00", "/en/?q=a%08b", "/en/%00/", "/en/%0a/", "/en/%7f/", "/en/practices/%1b/"],
)
def test_control_characters_are_refused_with_a_page(compendium, client, address):
    response = client.get(address)

    assert response.status_code == 400
    assert "The address has something in it that the portal can’t read" in response.text


def test_line_breaks_and_tabs_in_a_question_are_fine(compendium, client):
    assert client.get("/en/?q=one%0D%0Atwo%09three").status_code == 200


def test_an_endless_query_is_refused_with_what_to_do(compendium, client):
    response = client.get("/en/", {"q": "x" * 20_001})

    assert response.status_code == 414
    assert "Say it in at most 2,000 characters" in response.text


def test_a_refusal_speaks_the_language_of_the_address(compendium, client):
    assert 'lang="ar"' in client.get("/ar/?q=%00").text


@pytest.mark.parametrize(
    "query", ["a=1&" * 400, "q=%ff%fe", "q=%ED%A0%80", "q='; DROP TABLE--", "q=%F0%9F%A7%AA"]
)
def test_strange_queries_never_fail(compendium, client, query):
    assert client.get(f"/en/?{query}").status_code in {200, 400}


def test_the_page_that_was_read_last_decides_the_language(compendium, client):
    response = client.get("/fr/")

    cookie = response.cookies["language"]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("fr", "Lax", True)
    assert client.get("/practices/?stage=storage")["Location"] == "/fr/practices/?stage=storage"
    assert "language" not in client.get("/fr/").cookies
    assert client.get("/zh-hans/").cookies["language"].value == "zh-hans"


def test_a_page_that_is_not_there_changes_no_language(compendium, client):
    assert "language" not in client.get("/fr/no-such-page/").cookies


def test_without_a_cookie_the_browser_decides_and_else_english(compendium, client):
    assert client.get("/", headers={"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.5"})["Location"] == "/ru/"
    assert client.get("/", headers={"Accept-Language": "zh-CN"})["Location"] == "/zh-hans/"
    assert client.get("/", headers={"Accept-Language": "de"})["Location"] == "/en/"


def test_a_missing_page_says_what_to_do(compendium, client):
    response = client.get("/en/no-such-page/")

    assert response.status_code == 404
    assert "There is no such page" in response.text
    assert "start from the home page" in response.text


def test_the_api_answers_with_problem_details(compendium, client):
    response = client.get("/api/v1/%00")

    assert (response.status_code, response["Content-Type"]) == (400, PROBLEM)
    assert response.json()["status"] == 400
    assert set(response.json()) == {"type", "title", "status", "detail", "instance"}


@pytest.fixture
def failing(monkeypatch):
    """Make /healthz fail with the exception given, in a client that shows the answer instead of raising."""

    def fail_with(error):
        def fail(*_args, **_kwargs):
            raise error

        monkeypatch.setattr(health, "JsonResponse", fail)
        return Client(raise_request_exception=False)

    return fail_with


def test_what_fails_gets_a_page_that_blames_nobody(compendium, failing):
    response = failing(ValueError("secret detail")).get("/healthz")

    assert response.status_code == 500
    assert "Something went wrong on our side" in response.text
    assert "secret detail" not in response.text


def test_a_database_that_is_away_is_said_with_a_time_to_come_back(compendium, failing):
    response = failing(OperationalError("gone")).get("/healthz")

    assert (response.status_code, response["Retry-After"]) == (503, "60")


def test_an_error_page_that_fails_itself_still_answers(compendium, failing, monkeypatch):
    client = failing(ValueError)

    def render(*_args, **_kwargs):
        raise RuntimeError("the template is broken")

    monkeypatch.setattr(errors, "render", render)

    response = client.get("/healthz")

    assert (response.status_code, response.text) == (500, errors.LAST_RESORT)


def test_a_form_without_its_token_is_refused_with_what_to_do(compendium):
    response = Client(enforce_csrf_checks=True).post("/en/search/gap/", {"text": "x"})

    assert response.status_code == 403
    assert "Go back, load the page again and send the form once more" in response.text


def test_an_address_used_the_wrong_way_says_so(client):
    response = client.post("/ar/practices/")

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert "لا يمكن استعمال هذا العنوان بهذه الطريقة" in response.content.decode()
