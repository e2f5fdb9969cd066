"""Harvesting by OAI-PMH: the protocol, its errors, and lists that change while they are read."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from lxml import etree

from chemsec.compendium import public as compendium
from chemsec.exchange import oai, oai_formats
from chemsec.platform import taxonomy
from chemsec.platform.access import ANYONE

pytestmark = pytest.mark.usefixtures("compendium")

NAMES = {"o": "http://www.openarchives.org/OAI/2.0/", "dc": oai_formats.DC, "p": oai_formats.OWN}
CODES = {
    *("badArgument", "badResumptionToken", "badVerb", "cannotDisseminateFormat"),
    *("idDoesNotExist", "noRecordsMatch", "noMetadataFormats", "noSetHierarchy"),
}


def ask(client, *, method="get", **arguments):
    arguments = {name.rstrip("_"): value for name, value in arguments.items()}
    response = getattr(client, method)("/oai", arguments)
    assert (response.status_code, response["Content-Type"]) == (200, "text/xml; charset=utf-8")
    return etree.fromstring(response.content)


def texts(tree, path) -> list[str]:
    return [str(text) for text in tree.xpath(path, namespaces=NAMES)]


def error_of(tree) -> list[str]:
    return texts(tree, "//o:error/@code")


def harvest(client, *, between=None, verb="ListIdentifiers", **asked) -> list[tuple[str, str]]:
    """Identifier and status of each header, in their order; `between` runs after the first part."""
    found, arguments = [], {"metadataPrefix": "oai_dc", **asked}
    while True:
        tree = ask(client, verb=verb, **arguments)
        assert error_of(tree) == []
        for header in tree.iterfind(".//o:header", NAMES):
            name = header.findtext("o:identifier", namespaces=NAMES).removeprefix("oai:localhost:")
            found.append((name, header.get("status", "")))
        token = tree.find(".//o:resumptionToken", NAMES)
        if token is None or not token.text:
            return found
        arguments = {"resumptionToken": token.text}
        if between:
            between()
            between = None


# ── the verbs ──


def test_identify_tells_what_harvesters_must_know(client):
    told = {
        element.tag.rpartition("}")[2]: element.text
        for element in ask(client, verb="Identify").find("o:Identify", NAMES)
    }

    earliest = min(compendium.visible_to(ANYONE).values_list("changed_at", flat=True))
    assert told == {
        "repositoryName": "Chemical Security Portal",
        "baseURL": f"{settings.CHEMSEC_BASE_URL}/oai",
        "protocolVersion": "2.0",
        "adminEmail": settings.CHEMSEC_REPOSITORY_EMAIL,
        "earliestDatestamp": earliest.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "deletedRecord": "persistent",
        "granularity": "YYYY-MM-DDThh:mm:ssZ",
    }


def test_sets_are_the_stages(client):
    sets = texts(ask(client, verb="ListSets"), "//o:setSpec/text()")

    assert sets == ["stage", *(f"stage:{code}" for code in taxonomy.codes("stages"))]


def test_formats_are_two_each_with_its_schema(client):
    tree = ask(client, verb="ListMetadataFormats")

    assert texts(tree, "//o:metadataPrefix/text()") == ["oai_dc", "chemsec"]
    own = texts(tree, "//o:metadataFormat[o:metadataPrefix='chemsec']/o:schema/text()")[0]
    served = client.get(own.removeprefix(settings.CHEMSEC_BASE_URL))
    assert etree.fromstring(served.content).get("targetNamespace") == oai_formats.OWN


def test_a_record_in_dublin_core_has_its_titles_in_every_language(client, ids):
    tree = ask(client, verb="GetRecord", metadataPrefix="oai_dc", identifier=f"oai:localhost:{ids[0]}")

    (card,) = compendium.by_ids(ANYONE, ids[:1], language="en")
    languages = texts(tree, "//dc:title/@xml:lang")
    assert texts(tree, "//dc:title[@xml:lang='en']/text()") == [card.text.title]
    assert languages[0] == "en"
    assert set(languages) == {"ar", "en", "es", "fr", "ru", "zh-Hans"}
    assert texts(tree, "//dc:identifier/text()") == [compendium.cited(card.edition)]
    assert texts(tree, "//dc:language/text()") == languages


@pytest.mark.parametrize("prefix", ["oai_dc", "chemsec"])
def test_every_public_practice_is_harvested_once(client, ids, withdraw, prefix):
    withdraw(ids[5])

    found = harvest(client, verb="ListRecords", metadataPrefix=prefix)
    assert sorted(found) == [(name, "deleted" if name == ids[5] else "") for name in ids]


def test_every_record_of_our_own_format_fits_its_schema(client, ids, publish):
    publish("with-little", facts=LITTLE)
    schema = etree.XMLSchema(etree.parse(oai_formats.SCHEMA_FILE))
    valid, token = 0, None
    while token is None or token:
        asked = {"resumptionToken": token} if token else {"metadataPrefix": "chemsec"}
        tree = ask(client, verb="ListRecords", **asked)
        for record in tree.iterfind(".//p:practice", NAMES):
            schema.assertValid(record)
            valid += 1
        token = tree.findtext(".//o:resumptionToken", default="", namespaces=NAMES)
    assert valid == len(ids) + 1


LITTLE = {
    "is_confirmed": False,
    "source_language": "fr",
    "publisher": "Ministry of Trade of Arlandia",
    "publisher_kind": "national_authority",
    "year": None,
    "url": "",
    "url_kind": "",
    "is_checked": False,
    "document_type": "report",
    "document_language": "fr",
    "scope": "national:FRA",
    "is_regulatory": False,
    "stages": ["storage"],
    "audiences": ["customs"],
    "measure_kinds": ["physical_security"],
    "evidence_grade": "none",
}


def test_a_withdrawn_practice_is_a_header_alone(client, ids, withdraw):
    withdraw(ids[0])

    tree = ask(client, verb="GetRecord", metadataPrefix="chemsec", identifier=f"oai:localhost:{ids[0]}")
    assert texts(tree, "//o:header/@status") == ["deleted"]
    assert tree.find(".//o:metadata", NAMES) is None


# ── selective harvesting ──


def test_a_set_holds_the_practices_of_its_stage(client, ids):
    found = harvest(client, set="stage:recycling")

    chosen = compendium.filtered(ANYONE, compendium.Filters({"stage": ("recycling",)}))
    assert sorted(name for name, _status in found) == sorted(practice.pk for practice in chosen)
    assert 0 < len(found) < len(ids)
    assert sorted(name for name, _status in harvest(client, set="stage")) == ids


def test_dates_select_by_day_and_by_second(client, ids, publish):
    at = {ids[0]: (2001, 5, 6, 7, 8, 9), ids[1]: (2001, 5, 6, 7, 8, 10), ids[2]: (2001, 5, 7, 0, 0, 0)}
    for name, moment in at.items():
        changed = datetime(*moment, 500_000, tzinfo=UTC)
        compendium.visible_to(ANYONE).filter(pk=name).update(changed_at=changed)

    def found(**dates):
        return [name for name, _status in harvest(client, **dates)]

    assert found(until="2001-05-06") == ids[:2]
    assert found(until="2001-05-07") == ids[:3]
    assert found(from_="2001-05-06T07:08:10Z", until="2001-05-06T23:59:59Z") == [ids[1]]
    assert found(from_="2001-05-06T07:08:09Z", until="2001-05-06T07:08:09Z") == [ids[0]]
    assert len(found(from_="2001-05-07T00:00:01Z")) == len(ids) - 3


# ── lists that change while they are read ──


def test_nothing_is_lost_when_the_list_changes_in_mid_harvest(client, ids, publish, withdraw, monkeypatch):
    monkeypatch.setattr(oai, "BATCH", 20)
    order = [name for name, _status in harvest(client)]
    given, published, withdrawn = order[2], order[60], order[80]

    def edit():
        publish(given)
        publish(published)
        withdraw(withdrawn)
        publish("new-in-mid-harvest", facts=LITTLE)

    found = harvest(client, between=edit)
    names = [name for name, _status in found]
    assert set(names) == {*ids, "new-in-mid-harvest"}
    assert {name for name in names if names.count(name) > 1} == {given}
    assert dict(found)[withdrawn] == "deleted"
    assert [status for name, status in found if name != withdrawn] == [""] * (len(ids) + 1)


def test_a_token_keeps_set_dates_and_format(client, monkeypatch):
    monkeypatch.setattr(oai, "BATCH", 5)
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    asked = {"metadataPrefix": "chemsec", "set": "stage:recycling", "until": day, "from_": "2001-01-01"}

    whole = harvest(client, verb="ListRecords", **asked)
    tree = ask(client, verb="ListRecords", **asked)
    rest = ask(
        client, verb="ListRecords", resumptionToken=tree.findtext(".//o:resumptionToken", namespaces=NAMES)
    )
    assert {name for name, _status in whole} == {
        name for name, _status in harvest(client, set="stage:recycling")
    }
    assert len(rest.findall(".//p:practice", NAMES)) == 5
    assert all(
        "recycling" in texts(record, "p:stage/text()") for record in rest.iterfind(".//p:practice", NAMES)
    )


def test_the_end_of_a_list_in_parts_is_an_empty_token_and_a_short_list_has_none(client, monkeypatch, ids):
    short = ask(
        client, verb="ListIdentifiers", metadataPrefix="oai_dc", until="2001-01-01", set="stage:storage"
    )
    assert error_of(short) == ["noRecordsMatch"]

    monkeypatch.setattr(oai, "BATCH", len(ids))
    assert (
        ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc").find(".//o:resumptionToken", NAMES)
        is None
    )

    monkeypatch.setattr(oai, "BATCH", len(ids) - 1)
    first = ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc")
    last = ask(
        client,
        verb="ListIdentifiers",
        resumptionToken=first.findtext(".//o:resumptionToken", namespaces=NAMES),
    )
    assert last.find(".//o:resumptionToken", NAMES).text is None
    assert len(last.findall(".//o:header", NAMES)) == 1


@pytest.mark.parametrize("size", [1, 3, 50])
def test_a_part_costs_three_queries_whatever_its_length(client, monkeypatch, size, django_assert_num_queries):
    monkeypatch.setattr(oai, "BATCH", size)
    ask(client, verb="ListRecords", metadataPrefix="oai_dc", set="stage:storage")  # vocabularies are read

    with django_assert_num_queries(3):
        tree = ask(client, verb="ListRecords", metadataPrefix="oai_dc", set="stage:storage")
    assert len(tree.findall(".//o:record", NAMES)) == size


# ── errors ──

TOKEN = "metadataPrefix%3Doai_dc%26id%3Da%26cursor%3D5"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, "badVerb"),
        ({"verb": "Everything"}, "badVerb"),
        ({"verb": "GetMetadata", "metadataPrefix": "oai_dc", "identifier": "oai:localhost:x"}, "badVerb"),
        ({"verb": ["Identify", "ListSets"]}, "badVerb"),
        ({"verb": "Identify", "metadataPrefix": "oai_dc"}, "badArgument"),
        ({"verb": "Identify", "wrong": "x"}, "badArgument"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": ["oai_dc", "oai_dc"]}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2020-01-01"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "resumptionToken": TOKEN}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "yesterday"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2020-02-30"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2020-1-1"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "0000-01-01"}, "badArgument"),
        (
            {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2020-01-01T00:00:00+01:00"},
            "badArgument",
        ),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "until": ""}, "badArgument"),
        (
            {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2020-01-02", "until": "2020-01-01"},
            "badArgument",
        ),
        (
            {
                "verb": "ListRecords",
                "metadataPrefix": "oai_dc",
                "from": "2020-01-01",
                "until": "2020-01-01T00:00:00Z",
            },
            "badArgument",
        ),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "stage:nowhere"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "planet:storage"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": ""}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc\x01"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "until": "1999-01-01"}, "noRecordsMatch"),
        (
            {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "9999-12-31T23:59:59Z"},
            "noRecordsMatch",
        ),
        ({"verb": "ListRecords", "metadataPrefix": "marc21"}, "cannotDisseminateFormat"),
        ({"verb": "ListIdentifiers", "metadataPrefix": "marc21"}, "cannotDisseminateFormat"),
        ({"verb": "GetRecord", "metadataPrefix": "oai_dc"}, "badArgument"),
        (
            {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:localhost:none"},
            "idDoesNotExist",
        ),
        ({"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "none"}, "idDoesNotExist"),
        ({"verb": "GetRecord", "metadataPrefix": "x", "identifier": "none"}, "cannotDisseminateFormat"),
        ({"verb": "ListMetadataFormats", "identifier": "oai:localhost:none"}, "idDoesNotExist"),
        ({"verb": "ListSets", "resumptionToken": TOKEN}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": ""}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": "wrong"}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": TOKEN.replace("oai_dc", "marc")}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": TOKEN.replace("3D5", "3D5x")}, "badResumptionToken"),
        (
            {"verb": "ListRecords", "resumptionToken": TOKEN.replace("3D5", "3D" + "9" * 40)},
            "badResumptionToken",
        ),
        ({"verb": "ListRecords", "resumptionToken": TOKEN.replace("3Da", "3Da%2500")}, "badResumptionToken"),
        (
            {"verb": "ListRecords", "resumptionToken": TOKEN + "%26set%3Dstage%253Anowhere"},
            "badResumptionToken",
        ),
        ({"verb": "ListRecords", "resumptionToken": TOKEN + "%26from_%3Dnever"}, "badResumptionToken"),
    ],
    ids=str,
)
def test_wrong_questions_get_the_error_that_the_protocol_names(client, arguments, code):
    response = client.post("/oai", arguments)

    tree = etree.fromstring(response.content)
    asked = tree.find("o:request", NAMES)
    assert (response.status_code, error_of(tree)) == (200, [code])
    assert dict(asked.attrib) == ({} if code in {"badVerb", "badArgument"} else arguments)


def test_the_same_question_by_get_gets_the_same_error(client):
    tree = ask(client, verb="ListRecords", metadataPrefix="oai_dc", set="stage:nowhere")

    assert error_of(tree) == ["badArgument"]


WORDS = st.sampled_from(
    ["", "oai_dc", "chemsec", "stage:storage", "2020-01-01", "2020-01-01T00:00:00Z", TOKEN, "oai:localhost:x"]
)
VALUES = st.lists(WORDS | st.text(max_size=30), min_size=1, max_size=2)
ARGUMENTS = st.dictionaries(
    st.sampled_from(sorted({name for names in oai.ARGUMENTS.values() for name in names}))
    | st.text(max_size=9),
    VALUES,
    max_size=4,
)


@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(verb=st.sampled_from(sorted(oai.ARGUMENTS)) | st.text(max_size=9), arguments=ARGUMENTS)
def test_whatever_is_asked_the_answer_is_the_protocols(client, verb, arguments):
    response = client.post("/oai", {**arguments, "verb": verb})

    tree = etree.fromstring(response.content)
    assert response.status_code == 200
    assert len(tree) == 3
    assert tree[2].tag.rpartition("}")[2] == verb or set(error_of(tree)) <= CODES


@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(where=st.integers(0, 200), inserted=st.text(max_size=4))
def test_a_token_that_was_tampered_with_is_a_bad_one_or_stands_for_another_place(client, where, inserted):
    whole = ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc").findtext(
        ".//o:resumptionToken", namespaces=NAMES
    )
    token = whole[:where] + inserted + whole[where + 1 :]

    tree = ask(client, method="post", verb="ListIdentifiers", resumptionToken=token)
    assert error_of(tree) in ([], ["badResumptionToken"], ["badArgument"])
