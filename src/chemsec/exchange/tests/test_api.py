"""The REST API: the same practices as the pages show, as data."""

import json

import pytest
from django.conf import settings

from chemsec.compendium import public as compendium
from chemsec.exchange import schemas
from chemsec.platform import taxonomy
from chemsec.platform.access import ANYONE
from chemsec.platform.checks import walk_urls

pytestmark = pytest.mark.usefixtures("compendium")


def get(client, path, **headers):
    return client.get(f"/api/v1/{path}", headers=headers)


def walk(client, path) -> list[dict]:
    """All results of a list, page after page, as software follows them."""
    found, address = [], f"{settings.CHEMSEC_BASE_URL}/api/v1/{path}"
    while address:
        page = client.get(address.removeprefix(settings.CHEMSEC_BASE_URL)).json()
        found += page["results"]
        address = page["next"]
        assert set(page) == {"count", "next", "results"}
    assert page["count"] == len(found)
    return found


# ── practices ──


def test_the_list_has_every_public_practice_once(client, ids, withdraw):
    withdraw(ids[3])

    assert sorted(record["id"] for record in walk(client, "practices")) == ids[:3] + ids[4:]


def test_facets_narrow_as_they_do_on_the_page(client):
    found = walk(client, "practices?stage=recycling&stage=storage&regulatory=yes&sort=title")

    assert found
    assert all(record["regulatory"] and {"recycling", "storage"} & set(record["stages"]) for record in found)
    assert [record["title"] for record in found] == sorted(record["title"] for record in found)


def test_a_record_is_the_one_of_the_exports(client, ids):
    (card,) = compendium.by_ids(ANYONE, ids[:1], language="fr")

    assert get(client, f"practices/{ids[0]}?lang=fr").json() == compendium.record(card)


@pytest.mark.parametrize(
    ("query", "header", "language"),
    [
        ("", "", "en"),
        ("", "ru", "ru"),
        ("", "zh-CN", "zh-hans"),
        ("?lang=zh", "ru", "zh-hans"),
        ("?lang=zh-Hans", "", "zh-hans"),
        ("?lang=ar", "fr", "ar"),
    ],
)
def test_the_language_is_the_one_asked_for(client, ids, query, header, language):
    record = get(client, f"practices/{ids[0]}{query}", **{"accept-language": header}).json()

    assert record["language"] == language


def test_editions_are_all_there_newest_first(client, ids, publish):
    publish(ids[0])

    listed = get(client, f"practices/{ids[0]}/editions").json()
    assert listed["results"][0]["title"] == "Locks for small stores"
    assert listed["results"] == [
        get(client, f"practices/{ids[0]}/editions/{number}").json() for number in (2, 1)
    ]
    assert get(client, f"practices/{ids[0]}").json()["edition"] == 2


@pytest.mark.parametrize("path", ["", "/editions", "/editions/1"])
def test_a_withdrawn_practice_says_why_and_nothing_else(client, ids, withdraw, path):
    title = get(client, f"practices/{ids[0]}").json()["title"]
    withdraw(ids[0])

    response = get(client, f"practices/{ids[0]}{path}")
    problem = response.json()
    assert (response.status_code, problem["status"]) == (410, 410)
    assert problem["detail"] == "Its publisher asked for it."
    assert problem["withdrawn"].startswith("20")
    assert title not in response.content.decode()


# ── search and matching ──


def test_a_russian_question_finds_an_english_practice_and_says_why(client):
    page = get(client, "search?q=кража+прекурсоров+взрывчатых+веществ+в+магазине&lang=ru").json()

    hit = page["results"][0]
    assert page["count"] >= 1
    assert set(hit) == {"id", "title", "url", "score", "reasons"}
    assert 0.5 <= hit["score"] <= 1
    assert {reason["kind"] for reason in hit["reasons"]} & {"words", "sentence"}
    assert all(
        set(reason) == {"kind", "text", "language", "values"} and reason["text"] for reason in hit["reasons"]
    )


def test_search_and_match_find_the_same(client):
    text = "A new customer pays cash and won't say what the acid is for"
    searched = get(client, "search").status_code, walk(client, f"search?q={text}")

    matched = match(client, {"text": text, "language": "en", "limit": 5}).json()
    assert [hit["id"] for hit in matched["results"]] == [hit["id"] for hit in searched[1]][:5]
    assert matched["next"] is None
    assert matched["count"] >= len(matched["results"])


def test_facets_narrow_a_search(client):
    found = walk(client, "search?q=theft+of+chemicals&stage=transportation")

    assert found
    for hit in found:
        assert "transportation" in get(client, f"practices/{hit['id']}").json()["stages"]


def test_nothing_fits_is_an_empty_answer(client):
    assert get(client, "search?q=recipe+for+apple+pie+with+cinnamon").json() == {
        "count": 0,
        "next": None,
        "results": [],
    }


def match(client, need):
    return client.post("/api/v1/match", json.dumps(need), content_type="application/json")


@pytest.mark.parametrize(
    "need",
    [
        {"text": "Where can our tankers stop safely overnight?"},
        {
            "text": "Незнакомый покупатель берёт кислоту за наличные",
            "language": "ru",
            "stage": "distribution",
        },
        {"text": "大学实验室的有毒试剂怎么管理", "language": "zh", "stage": ["storage"], "audience": None},
        {
            "text": "A new customer pays cash and won't say what the acid is for",
            "audience": "distributor",
            "measure_kinds": ["know_your_customer"],
        },
    ],
)
def test_a_need_is_answered_in_its_language(client, need):
    page = match(client, {**need, "limit": 3}).json()

    language = {"zh": "zh-hans"}.get(need.get("language"), need.get("language", "en"))
    assert 1 <= len(page["results"]) <= 3
    for hit in page["results"]:
        assert hit["title"] == get(client, f"practices/{hit['id']}?lang={language}").json()["title"]


def test_a_match_asks_for_no_form_token(client):
    client.handler.enforce_csrf_checks = True

    assert match(client, {"text": "chlorine"}).status_code == 200


def test_only_reading_asks_for_no_form_token():
    exempt = {address for address, view in walk_urls() if getattr(view, "csrf_exempt", False)}

    assert {address for address in exempt if not address.startswith("api/v1/")} == {"oai"}


# ── vocabularies and States ──


def test_vocabularies_lead_to_their_concepts(client):
    schemes = walk(client, "taxonomy?lang=es")

    assert [scheme["scheme"] for scheme in schemes] == list(taxonomy.SCHEMES)
    for scheme in schemes:
        concepts = client.get(scheme["url"].removeprefix(settings.CHEMSEC_BASE_URL) + "?lang=es").json()[
            "results"
        ]
        assert tuple(concept["code"] for concept in concepts) == taxonomy.codes(scheme["scheme"])
        assert all(
            concept["label"] == concept["labels"]["es"] and concept["definition"] for concept in concepts
        )
        assert (
            client.get(scheme["turtle"].removeprefix(settings.CHEMSEC_BASE_URL))["Content-Type"]
            == "text/turtle; charset=utf-8"
        )


def test_states_are_the_193_in_five_groups(client):
    states = walk(client, "states?lang=ar")

    assert len({state["iso3"] for state in states}) == 193
    assert {state["group"] for state in states} == {
        "africa",
        "asia",
        "eastern_europe",
        "grulac",
        "weog",
    }
    assert next(state["name"] for state in states if state["iso3"] == "JOR") == "الأردن"


# ── caching ──


@pytest.mark.parametrize(
    "path",
    ["practices", "practices/{id}", "practices/{id}/editions", "taxonomy", "taxonomy/stages", "states"],
)
def test_what_has_not_changed_is_not_sent_again(client, ids, publish, path):
    path = path.format(id=ids[0])
    etag = get(client, path)["ETag"]

    unchanged = get(client, path, **{"if-none-match": etag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert get(client, f"{path}?lang=fr", **{"if-none-match": etag}).status_code == 200
    publish(ids[0])
    assert get(client, path, **{"if-none-match": etag}).status_code == 200


def test_head_has_the_headers_of_get(client):
    head, whole = client.head("/api/v1/states"), client.get("/api/v1/states")

    assert (head.status_code, head["ETag"], head["Content-Type"]) == (
        200,
        whole["ETag"],
        whole["Content-Type"],
    )


# ── refusals ──


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("practices?stage=nowhere", 400),
        ("practices?stages=storage", 400),
        ("practices?view=table", 400),
        ("practices?stage=", 400),
        ("practices?lang=", 400),
        ("practices?sort=rank", 400),
        ("practices?page=0", 400),
        ("practices?page=1;drop", 400),
        ("practices?page=eyJpZCI6MX0", 400),
        ("practices?page=9999", 404),
        ("practices?lang=tlh", 400),
        ("practices?region=' OR 1=1 --", 400),
        ("practices/no-such-practice", 404),
        ("practices/no-such-practice/editions", 404),
        ("practices/no-such-practice/editions/1", 404),
        ("practices/..%2f..%2fetc/editions/1", 404),
        ("search", 422),
        ("search?q=", 422),
        ("search?q=%20%20", 400),
        ("search?q=a&stage=", 400),
        ("search?q=" + "a" * 2001, 422),
        ("search?q=" + "a" * 30_000, 414),
        ("search?q=%00", 400),
        ("search?q=a&stage=nowhere", 400),
        ("search?q=a&lang=xx", 400),
        ("taxonomy/nothing", 404),
        ("nothing", 404),
    ],
)
def test_what_cant_be_answered_is_a_problem_document(client, path, status):
    assert_problem(get(client, path), status)


@pytest.mark.parametrize(
    "question", ['"', "a OR", "NEAR(a b)", "* ^ -", "title:x", "' OR 1=1 --", "😀", "(((("]
)
def test_operators_of_databases_are_only_words(client, question):
    assert client.get("/api/v1/search", {"q": question}).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ("", 422),
        ("null", 422),
        ("[]", 422),
        ('{"text": 5}', 422),
        ('{"text": " "}', 422),
        ('{"stage": "storage"}', 422),
        ('{"text": "a", "stages": ["storage"]}', 422),
        ('{"text": "a", "stage": "nowhere"}', 422),
        ('{"text": "a", "audience": ["nobody"]}', 422),
        ('{"text": "a", "measure_kinds": "licensing"}', 422),
        ('{"text": "a", "language": "tlh"}', 422),
        ('{"text": "a", "limit": 0}', 422),
        ('{"text": "a", "limit": 51}', 422),
        ('{"text": "a", "limit": "many"}', 422),
        ('{"text": "a\\u0000b"}', 422),
        ('{"text": "\\ud800"}', 422),
        (json.dumps({"text": "a" * (schemas.MAX_QUESTION + 1)}), 422),
        ("[" * 100_000, 400),
        ('{"text": "' + "a" * 1_100_000 + '"}', 413),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_body_that_does_not_fit_is_a_problem_document(client, body, status):
    assert_problem(client.post("/api/v1/match", body, content_type="application/json"), status)


def test_a_body_that_does_not_fit_is_told_where(client):
    problem = match(client, {"text": "a", "stage": "nowhere", "limit": 99}).json()

    assert [error["where"] for error in problem["errors"]] == ["body.need.stage", "body.need.limit"]
    assert "“nowhere” isn't a code" in problem["errors"][0]["detail"]


@pytest.mark.parametrize("method", ["put", "patch", "delete", "post", "options"])
@pytest.mark.parametrize("path", ["practices", "openapi.json", "states"])
def test_other_methods_are_refused_with_those_it_takes(client, method, path):
    response = getattr(client, method)(f"/api/v1/{path}")

    assert_problem(response, 405)
    assert response["Allow"] == "GET, HEAD"


def assert_problem(response, status):
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert {"type", "title", "status", "detail", "instance"} <= set(problem)
    assert (problem["status"], problem["instance"]) == (status, response.wsgi_request.path)
    assert problem["title"]
    assert problem["detail"]


# ── cost ──


@pytest.mark.parametrize(
    ("few", "many", "queries"),
    [
        ("practices?stage=recycling", "practices", 5),
        ("practices?stage=recycling&sort=title", "practices?sort=title", 5),
    ],
)
def test_a_list_costs_the_same_number_of_queries_whatever_its_length(
    client, few, many, queries, django_assert_num_queries
):
    sizes = [len(get(client, f"{path}").json()["results"]) for path in (few, many)]  # vocabularies are read

    assert sizes[0] < sizes[1]
    for path in (few, many):
        with django_assert_num_queries(queries):
            client.get(f"/api/v1/{path}{'&' if '?' in path else '?'}lang=es")
