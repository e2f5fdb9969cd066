"""The API against its own OpenAPI document: whatever one sends, the answer is one that it tells of."""

import logging

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from chemsec.compendium import public as room
from chemsec.exchange.api import ROOT, api
from chemsec.platform.accounts.models import ApiKey, Role
from chemsec.platform.accounts.software import flows as software
from chemsec.platform.accounts.tests.people import member

REFUSALS = {"expected-statuses": [400, 401, 404, 414, 422]}  # 401 where it leaves the key out
CONFIG = SchemathesisConfig.from_dict({"checks": {"negative_data_rejection": REFUSALS}})
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]


@pytest.fixture
def key(compendium, monkeypatch):
    """A key for everything, of somebody who has a draft and never asks too often."""
    monkeypatch.setattr(software, "MOST", 10**9)
    writer = member("company", Role.CONTRIBUTOR)
    room.begin_draft(by=writer, title="Count the drums", language="en")
    return software.make_key("Schemathesis", ApiKey.Scope.values, 30, by=writer)[1]


@pytest.fixture
def api_schema(compendium):
    logging.getLogger("django.request").setLevel(logging.CRITICAL)  # refusals are what this is about
    for signal in (request_started, request_finished):  # as Django's own test client does: the test's
        signal.disconnect(close_old_connections)  # transaction lives on the connection
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler(), config=CONFIG)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    logging.getLogger("django.request").setLevel(logging.NOTSET)


OPERATIONS = [
    (path, operation.methods[0])
    for path, view in api.default_router.path_operations.items()
    for operation in view.operations
]


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_is_as_documented(api_schema, key, path, method, mode):
    operation = api_schema[f"/{ROOT}{path}"][method]
    if mode.is_negative and not operation.query and not operation.body and not operation.path_parameters:
        pytest.skip("there is nothing in it that could be wrong")

    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def answers_as_documented(case):
        headers = {"Accept-Encoding": "identity"}
        if operation.definition.raw.get("security"):
            headers["Authorization"] = f"Bearer {key}"
        case.call_and_validate(checks=CHECKS, headers=headers)

    answers_as_documented()


def test_the_document_names_every_value_of_every_facet(client, compendium):
    document = client.get("/api/v1/openapi.json").json()

    parameters = document["paths"]["/api/v1/practices"]["get"]["parameters"]
    values = {parameter["name"]: parameter["schema"] for parameter in parameters}
    assert set(values) == {
        *("stage", "measure", "audience", "facility", "region", "regulatory"),
        *("document", "publisher", "language", "evidence"),
        *("lang", "sort", "page"),
    }
    assert values["regulatory"]["items"]["enum"] == ["yes", "no"]
    for name, value in values.items():
        for code in value.get("items", {}).get("enum", [])[:3]:
            assert client.get("/api/v1/practices", {name: code}).status_code == 200


def test_the_document_needs_no_script_from_elsewhere(client):
    assert client.get("/api/v1/docs").status_code == 404
