"""Two harvesters that others wrote: against the running portal, and at its view where practices change."""

import json
import urllib.request
from types import SimpleNamespace

import pytest
from oaipmh.client import BaseClient, Client
from oaipmh.metadata import MetadataRegistry, oai_dc_reader
from sickle import Sickle
from sickle.oaiexceptions import BadArgument, BadResumptionToken, NoRecordsMatch

from chemsec.exchange import oai_formats


@pytest.fixture(scope="module")
def public(portal) -> dict[str, dict]:
    """The records of the compendium's download, by identifier."""
    with urllib.request.urlopen(f"{portal}/download/compendium.jsonl") as file:  # noqa: S310  our own
        records = [json.loads(line) for line in file]
    return {f"oai:localhost:{record['id']}": record for record in records}


@pytest.mark.parametrize("prefix", ["oai_dc", "chemsec"])
def test_sickle_gets_exactly_the_public_set(portal, public, prefix):
    records = list(Sickle(f"{portal}/oai").ListRecords(metadataPrefix=prefix))

    assert sorted(record.header.identifier for record in records) == sorted(public)
    assert not any(record.deleted for record in records)
    for record in records:
        known = public[record.header.identifier]
        titles = {known["title"], *(text["title"] for text in known["translations"].values())}
        assert titles <= set(record.metadata["title"])


def test_sickle_gets_exactly_a_set(portal, public):
    sickle = Sickle(f"{portal}/oai")

    for name in (found.setSpec for found in sickle.ListSets()):
        stage = name.partition(":")[2]
        headers = [header.identifier for header in sickle.ListIdentifiers(metadataPrefix="oai_dc", set=name)]
        wanted = [key for key, record in public.items() if not stage or stage in record["stages"]]
        assert sorted(headers) == sorted(wanted)


def test_sickle_is_told_of_mistakes(portal):
    sickle = Sickle(f"{portal}/oai")

    with pytest.raises(BadArgument):
        sickle.ListRecords(metadataPrefix="oai_dc", set="stage:nowhere")
    with pytest.raises(NoRecordsMatch):
        sickle.ListRecords(metadataPrefix="oai_dc", until="1999-01-01")
    with pytest.raises(BadResumptionToken):
        sickle.ListRecords(resumptionToken="wrong")


def test_the_librarys_own_client_gets_exactly_the_public_set_by_post(portal, public):
    registry = MetadataRegistry()
    registry.registerReader("oai_dc", oai_dc_reader)
    registry.registerReader("chemsec", lambda element: element)
    client = Client(f"{portal}/oai", registry)
    client.updateGranularity()

    core = {
        header.identifier(): fields for header, fields, _about in client.listRecords(metadataPrefix="oai_dc")
    }
    own = {
        header.identifier(): whole for header, whole, _about in client.listRecords(metadataPrefix="chemsec")
    }
    assert sorted(core) == sorted(own) == sorted(public)
    for key, record in public.items():
        practice = own[key].find(f"{{{oai_formats.OWN}}}practice")
        assert core[key]["identifier"] == [practice.get("url")] == [record["url"]]
        stages = [stage.text for stage in practice.iterfind(f"{{{oai_formats.OWN}}}stage")]
        assert stages == record["stages"]


# ── where practices change ──


class SickleAtTheView(Sickle):
    def __init__(self, client):
        super().__init__("/oai")
        self.client = client

    def _request(self, kwargs):
        answer = self.client.get("/oai", kwargs)
        return SimpleNamespace(status_code=answer.status_code, content=answer.content, raise_for_status=list)


class ClientAtTheView(BaseClient):
    def __init__(self, client, registry):
        super().__init__(registry)
        self.client = client

    def makeRequest(self, **kw):  # noqa: N802  the library's name
        return self.client.post("/oai", kw).content


def by_sickle(client):
    for record in SickleAtTheView(client).ListRecords(metadataPrefix="oai_dc"):
        yield record.header.identifier, record.deleted


def by_the_librarys_own_client(client):
    registry = MetadataRegistry()
    registry.registerReader("oai_dc", oai_dc_reader)
    for header, _fields, _about in ClientAtTheView(client, registry).listRecords(metadataPrefix="oai_dc"):
        yield header.identifier(), bool(header.isDeleted())


@pytest.mark.parametrize("read", [by_sickle, by_the_librarys_own_client])
def test_edits_and_withdrawals_in_mid_harvest_are_not_missed(client, ids, publish, withdraw, read):
    order = [identifier.rpartition(":")[2] for identifier, _deleted in read(client)]
    withdraw(order[90])  # known before the harvest begins; it moves to the end

    found = []
    for count, (identifier, deleted) in enumerate(read(client)):
        found.append((identifier.rpartition(":")[2], deleted))
        if count == 10:
            publish(order[3])
            publish(order[100])
            withdraw(order[110])
    names = [name for name, _deleted in found]
    assert set(names) == set(ids)
    assert {name for name in names if names.count(name) > 1} == {order[3]}
    assert {name for name, deleted in found if deleted} == {order[90], order[110]}
