"""The API against its own OpenAPI document: whatever one sends, the answer is one that it tells of."""

import logging

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)


@pytest.fixture
def api_schema(compendium):
    logging.getLogger("django.request").setLevel(logging.CRITICAL)  # refusals are what this is about
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
    logging.getLogger("django.request").setLevel(logging.NOTSET)


schema = schemathesis.pytest.from_fixture("api_schema")


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_documented(case):
    case.call_and_validate(
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
            negative_data_rejection,
            unsupported_method,
        ]
    )


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
