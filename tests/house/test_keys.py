"""The API with a key: one's desk, and drafts."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone
from tests.house.cast import sign_in

from chemsec.compendium.drafts.tests.making import Cast, make_cast, written
from chemsec.compendium.models import Draft, DraftRevision
from chemsec.platform import caching
from chemsec.platform.access import SYSTEM
from chemsec.platform.accounts import flows as accounts
from chemsec.platform.accounts.models import ApiKey, Membership, Person
from chemsec.platform.accounts.software import flows
from chemsec.platform.audit import log

pytestmark = pytest.mark.usefixtures("compendium")
ALL = ApiKey.Scope.values


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    for person in Person.objects.all():
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return made


def key_of(actor, *scopes):
    return flows.make_key("A script", scopes or ALL, 30, by=actor)


def ask(client, actor_or_token, path, method="GET", body=None, **more):
    token = actor_or_token if isinstance(actor_or_token, str) else key_of(actor_or_token)[1]
    sent = json.dumps(body) if body is not None else ""
    headers = {"Authorization": f"Bearer {token}"}
    return client.generic(
        method, f"/api/v1/{path}", sent, content_type="application/json", headers=headers, **more
    )


def refusal(response):
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store, private"
    return response.status_code, response.get("WWW-Authenticate", "").rpartition(" ")[2]


def test_the_desk_is_the_one_of_the_page(client, cast):
    draft = cast.bring(written(cast.author), "changes_asked")
    (item,) = ask(client, cast.author, "desk").json()["results"]

    assert item == {
        "section": "waiting",
        "what": "Revise and submit it again",
        "title": "Count the drums each evening",
        "language": "en",
        "url": f"http://localhost:8000/en/drafts/{draft.pk}/edit/",
        "since": draft.since.isoformat(),
        "due": draft.due.isoformat(),
    }
    assert ask(client, key_of(cast.colleague)[1], "desk").json()["results"] == []


def test_the_desk_speaks_the_language_asked_for(client, cast):
    written(cast.author)
    (item,) = ask(client, cast.author, "desk?lang=fr").json()["results"]

    assert item["url"].startswith("http://localhost:8000/fr/drafts/")


def test_drafts_are_those_that_the_person_may_see(client, cast):
    own = written(cast.author)
    submitted = cast.bring(written(cast.author), "submitted")
    token = {name: key_of(getattr(cast, name))[1] for name in ("reader", "reviewer", "stranger", "officer")}
    found = {
        name: {draft["id"] for draft in ask(client, token[name], "drafts").json()["results"]}
        for name in token
    }

    assert found == {
        "reader": {str(own.pk), str(submitted.pk)},
        "reviewer": {str(submitted.pk)},
        "stranger": set(),
        "officer": set(),
    }
    for name in ("reviewer", "stranger", "officer"):
        assert ask(client, token[name], f"drafts/{own.pk}").status_code == 404
        assert ask(client, token[name], f"drafts/{own.pk}", "PATCH", change(own)).status_code == 404
    assert ask(client, token["reader"], f"drafts/{own.pk}").json()["content"] == own.content
    assert ask(client, token["reader"], f"drafts/{own.pk}", "PATCH", change(own)).status_code == 404, (
        "readers don't write"
    )


def change(draft, **content):
    return {"revision": draft.revision, "content": content or {"summary": "Other words."}}


def test_drafts_come_in_pages(client, cast, monkeypatch):
    monkeypatch.setattr("chemsec.exchange.api.PAGE_SIZE", 2)
    made = {str(written(cast.author).pk) for _time in range(3)}
    token = key_of(cast.author)[1]
    first = ask(client, token, "drafts?lang=en").json()
    second = ask(client, token, "drafts?lang=en&page=2").json()

    assert first["next"] == "http://localhost:8000/api/v1/drafts?lang=en&page=2"
    assert (first["count"], second["next"]) == (3, None)
    assert {one["id"] for one in first["results"] + second["results"]} == made
    assert ask(client, token, "drafts?page=3").status_code == 404
    assert ask(client, token, "drafts?page=0").status_code == 422
    assert ask(client, token, "drafts?state=draft").status_code == 400


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_of_drafts_costs_the_same_whatever_its_length(client, cast, django_assert_num_queries, count):
    for _time in range(count):
        written(cast.author)
    token = key_of(cast.author)[1]
    ask(client, token, "drafts")
    with django_assert_num_queries(14):
        ask(client, token, "drafts")


def test_a_practice_is_begun(client, cast):
    response = ask(client, cast.author, "drafts", "POST", {"title": "  Count \n the keys ", "language": "fr"})

    draft = Draft.objects.get()
    assert response.status_code == 201
    assert response["Location"] == f"http://localhost:8000/api/v1/drafts/{draft.pk}"
    assert (str(draft), draft.content["source_language"]) == ("Count the keys", "fr")
    assert (draft.author_id, draft.owner_id) == (cast.author.person, cast.author.organisation)
    assert response.json()["id"] == str(draft.pk)
    assert [entry["by"] for entry in log.said("begin_draft")] == [cast.author.name]


def test_the_next_edition_is_begun_once(client, cast):
    token = key_of(cast.author)[1]
    first = ask(client, token, "drafts", "POST", {"practice": "us-bmap"})
    second = ask(client, token, "drafts", "POST", {"practice": "us-bmap"})

    assert first.json()["practice"] == "us-bmap"
    assert refusal(second)[0] == 409
    assert second.json()["draft"] == first.json()["id"]
    for wrong in (
        {"practice": "no-such-practice"},
        {"practice": "uk-supplying-precursors-poisons", "edition": 9},
    ):
        assert ask(client, token, "drafts", "POST", wrong).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"title": ""},
        {"title": "x" * 501},
        {"title": "X", "language": "tlh"},
        {"title": "X", "owner": "me"},
        {"practice": "\ud800"},
    ],
)
def test_a_beginning_that_does_not_fit_is_told(client, cast, body):
    response = ask(client, cast.author, "drafts", "POST", body)

    assert response.status_code == 422
    assert response.json()["errors"]
    assert not Draft.objects.exists()


def test_who_may_not_write_begins_nothing(client, cast):
    for actor in (cast.reader, cast.officer):
        assert ask(client, actor, "drafts", "POST", {"title": "X"}).status_code == 404
    assert not Draft.objects.exists()


def test_fields_are_changed_and_the_others_stay(client, cast):
    draft = written(cast.author)
    response = ask(
        client,
        cast.author,
        f"drafts/{draft.pk}",
        "PATCH",
        change(draft, year=2024, stages=["storage"], limits="Few.\r\n"),
    )

    after = Draft.objects.get()
    assert response.status_code == 200
    assert after.content == draft.content | {"year": 2024, "limits": "Few."}
    assert response.json()["revision"] == after.revision == draft.revision + 1
    assert response.json()["content"] == after.content


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ({"stages": ["nowhere"]}, "content.stages"),
        ({"url": "javascript:alert(1)"}, "content.url"),
        ({"year": 12}, "content.year"),
        ({"change_note": "x"}, "content.change_note"),
        ({"scope": "national:XXX"}, "content.scope"),
        ({"title": "\ud800"}, "body.change.content.title"),
        ({"stages": ["storage", "\udfff"]}, "body.change.content.stages.1"),
        ({"title": "x" * 501}, "content.title"),
        ({"owner": "me"}, "body.change.content.owner"),
        ({"state": "published"}, "body.change.content.state"),
    ],
)
def test_a_change_that_does_not_fit_is_told_where(client, cast, content, where):
    draft = written(cast.author)
    response = ask(
        client, cast.author, f"drafts/{draft.pk}", "PATCH", change(draft, limits="Kept?", **content)
    )

    assert response.status_code == 422
    assert [error["where"] for error in response.json()["errors"]] == [where]
    assert Draft.objects.get().content == draft.content, "none of it is kept"


def test_two_writers_lose_no_word(client, cast):
    draft = written(cast.author)
    mine, theirs = key_of(cast.author)[1], key_of(cast.colleague)[1]
    ask(client, mine, f"drafts/{draft.pk}", "PATCH", change(draft, summary="My words."))
    late = ask(
        client, theirs, f"drafts/{draft.pk}", "PATCH", change(draft, summary="Their words.", limits="Few.")
    )

    assert refusal(late)[0] == 409
    assert late.json()["conflicts"] == [{"field": "summary", "now": "My words.", "yours": "Their words."}]
    now = Draft.objects.get()
    assert (now.content["summary"], now.content["limits"]) == ("My words.", draft.content["limits"])
    assert late.json()["revision"] == now.revision
    both = ask(client, theirs, f"drafts/{draft.pk}", "PATCH", change(now, summary="My words. Their words."))
    assert both.status_code == 200


def test_what_is_under_review_is_not_changed(client, cast):
    draft = cast.bring(written(cast.author), "submitted")
    response = ask(client, cast.author, f"drafts/{draft.pk}", "PATCH", change(draft))

    assert refusal(response)[0] == 409
    assert Draft.objects.get().content == draft.content
    assert DraftRevision.objects.count() == draft.revision + 1


def test_a_revision_that_never_was_is_told(client, cast):
    draft = written(cast.author)
    body = {"revision": 2**31 - 1, "content": {"summary": "X"}}

    assert refusal(ask(client, cast.author, f"drafts/{draft.pk}", "PATCH", body))[0] == 409


@pytest.mark.parametrize("address", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_what_is_not_there_is_not_there(client, cast, address):
    assert refusal(ask(client, cast.author, f"drafts/{address}"))[0] == 404


# ── who asks ──


PRIVATE = [("GET", "desk"), ("GET", "drafts"), ("POST", "drafts"), ("GET", "drafts/x"), ("PATCH", "drafts/x")]


@pytest.mark.parametrize(("method", "path"), PRIVATE)
def test_without_a_key_nothing_is_answered(cast, client, method, path):
    browser = sign_in(Person.objects.get(pk=cast.author.person))
    for asking in (client, browser):  # a session is no key: another site could use it
        response = asking.generic(method, f"/api/v1/{path}", "{}", content_type="application/json")
        assert refusal(response) == (401, 'Portal"')


@pytest.mark.parametrize("path", ["desk", "practices", "openapi.json"])
@pytest.mark.parametrize("sent", ["Bearer csp_0123456789ab_00", "Bearer", "Basic eDp5", "Bearer é"])
def test_a_key_that_is_none_is_refused_everywhere(client, path, sent):
    response = client.get(f"/api/v1/{path}", headers={"Authorization": sent})

    assert refusal(response) == (401, 'error="invalid_token"')


def revoke(key, cast):
    flows.revoke_key(key, by=cast.author)


def expire(key, cast):
    ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now())


def leave(_key, cast):
    Membership.objects.filter(person=cast.author.person).update(ended_at=timezone.now())


def close(_key, cast):
    accounts.close_account(Person.objects.get(pk=cast.author.person), "Left.", by=SYSTEM)


def lose_factor(_key, cast):
    Authenticator.objects.filter(user=cast.author.person).delete()


@pytest.mark.parametrize("end", [revoke, expire, leave, close, lose_factor])
def test_it_ends_with_the_next_request(client, cast, end):
    key, token = key_of(cast.author)
    assert ask(client, token, "desk").status_code == 200
    end(key, cast)

    assert refusal(ask(client, token, "desk")) == (401, 'error="invalid_token"')
    assert refusal(ask(client, token, "practices"))[0] == 401


SCOPE_OF = {
    ("GET", "desk"): "desk:read",
    ("GET", "drafts"): "drafts:read",
    ("GET", "drafts/x"): "drafts:read",
    ("POST", "drafts"): "drafts:write",
    ("PATCH", "drafts/x"): "drafts:write",
}


@pytest.mark.parametrize(("method", "path"), PRIVATE)
def test_a_key_does_what_its_scopes_say_alone(client, cast, method, path):
    needed = SCOPE_OF[method, path]
    token = key_of(cast.author, *(scope for scope in ALL if scope != needed))[1]
    response = ask(client, token, path, method, {})

    assert refusal(response) == (403, f'scope="{needed}"')
    assert response.json()["scope"] == needed


def test_too_many_requests_wait(client, cast, monkeypatch):
    monkeypatch.setattr(flows, "MOST", 2)
    token = key_of(cast.author)[1]
    answers = [ask(client, token, "practices?stage=storage") for _request in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[2]["Retry-After"]) <= 61
    assert refusal(answers[2])[0] == 429
    assert ask(client, cast.colleague, "desk").status_code == 200, "others don't wait"


def test_nothing_that_a_key_asks_for_is_kept(client, cast):
    caching.forget()
    token = key_of(cast.author)[1]
    for path in ("desk", "practices/us-bmap"):
        answer = ask(client, token, path)
        assert answer["Cache-Control"] == "no-store, private"
        assert "ETag" not in answer
    assert caching._pages == {}
    shared = client.get("/api/v1/practices/us-bmap")
    assert shared["Cache-Control"] == "public, no-cache"
    assert ask(client, token, "practices/us-bmap")["Cache-Control"] == "no-store, private", "kept for others"


def test_of_two_who_ask_it_is_the_key_that_counts(cast):
    """A browser with a session of somebody else: what the key may not see, the session doesn't add."""
    draft = written(cast.author)
    browser = sign_in(Person.objects.get(pk=cast.author.person))

    assert ask(browser, cast.stranger, f"drafts/{draft.pk}").status_code == 404


def test_what_is_hidden_changes_nothing_in_what_is_given(client, cast):
    """The twin: with and without drafts of others, desk and drafts are the same to the letter."""
    own = written(cast.stranger)
    token = key_of(cast.stranger)[1]

    def given():
        return [ask(client, token, path).content for path in ("desk", "drafts", f"drafts/{own.pk}")]

    without = given()
    for state in ("draft", "submitted", "changes_asked", "published"):
        cast.bring(written(cast.author), state)
    assert given() == without


def test_the_document_says_which_scope_is_needed(client):
    document = client.get("/api/v1/openapi.json").json()

    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for (method, path), scope in SCOPE_OF.items():
        operation = document["paths"][f"/api/v1/{path.replace('x', '{draft_id}')}"][method.lower()]
        assert operation["security"] == [{"key": []}]
        assert scope in operation["description"]
    assert "security" not in document["paths"]["/api/v1/practices"]["get"]
