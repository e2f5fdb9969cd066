"""What was done with one object: who may read it, what of it, and its proofs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from tests import databases
from tests.house.cast import sign_in

from chemsec.compendium.applications.flows import report_application, show_application
from chemsec.compendium.applications.tests.telling import SAID
from chemsec.compendium.drafts import flows
from chemsec.compendium.drafts.tests.making import make_cast, revision_of, written
from chemsec.compendium.models import Edition, Practice
from chemsec.compendium.translations.flows import (
    offer_translation,
    save_translation,
    send_back_translation,
)
from chemsec.compendium.translations.queries import in_place
from chemsec.platform.access import SYSTEM
from chemsec.platform.accounts import flows as accounts
from chemsec.platform.accounts.models import Membership, Organisation, Person, Role
from chemsec.platform.audit import log, queries
from chemsec.platform.audit.models import Entry
from chemsec.platform.audit.tests.tampering import unprotected

CHECK = settings.PROJECT_DIR / "bin" / "check-proof"
NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def cast(compendium):
    return make_cast()


def browser_of(actor):
    return sign_in(Person.objects.get(pk=actor.person))


def read(actor, kind, key):
    """The acts that this person is shown, oldest first; None where there is no such page for them."""
    response = browser_of(actor).get(f"/en/history/{kind}/{key}/")
    if response.status_code == 404:
        return None
    return [(act.verb, act.who) for act in response.context["history"].acts][::-1]


# ── who sees what ──


def test_what_was_said_among_writers_is_no_act_that_editors_are_shown(cast):
    draft = written(cast.author)
    said = flows.comment_draft(draft, text="Among us.", by=cast.author)
    cast.bring(draft, "in_review")
    flows.settle_comment(said, take=False, by=cast.author)
    flows.comment_draft(draft, text="To all.", by=cast.reviewer)

    mine = [verb for verb, _who in read(cast.reader, "draft", draft.pk)]
    theirs = [verb for verb, _who in read(cast.reviewer, "draft", draft.pk)]
    assert {"comment_among", "settle_among", "comment"} <= set(mine)
    assert [verb for verb in mine if not verb.endswith("_among")] == theirs


def test_names_are_for_the_own_organisation_and_the_secretariat(cast):
    draft = cast.bring(written(cast.author), "in_review")

    assert read(cast.reader, "draft", draft.pk) == [
        ("begin_draft", "author"),
        ("submit", "author"),
        ("take_up", "Secretariat"),
    ]
    assert read(cast.second, "draft", draft.pk) == [
        ("begin_draft", "author"),
        ("submit", "author"),
        ("take_up", "reviewer"),
    ]
    assert read(cast.stranger, "draft", draft.pk) is None
    assert read(cast.officer, "draft", draft.pk) is None


def test_a_draft_has_a_history_for_editors_once_it_is_submitted(cast):
    draft = written(cast.author)
    assert read(cast.second, "draft", draft.pk) is None
    assert read(cast.reader, "draft", draft.pk) == [("begin_draft", "author")]


def test_what_writers_do_among_themselves_leaves_no_trace_for_editors(cast):
    """Talk, words saved and restored, steps refused: an editor reads the same with and without them."""
    quiet = cast.bring(written(cast.author), "submitted")
    busy = written(cast.author)
    flows.comment_draft(busy, text="Among us.", by=cast.colleague)
    flows.save_draft(busy, {"limits": "Few."}, seen=busy.revision, by=cast.colleague)
    flows.restore_revision(busy, 0, by=cast.author)
    flows.restore_revision(busy, 1, by=cast.author)
    with pytest.raises(flows.PermissionDenied):
        flows.take_up(busy, by=cast.colleague)
    busy.refresh_from_db()
    busy = cast.bring(busy, "submitted")

    assert read(cast.second, "draft", busy.pk) == read(cast.second, "draft", quiet.pk)
    assert ("refuse", "colleague") in read(cast.author, "draft", busy.pk)


def test_a_hidden_act_has_no_proof(cast):
    draft = written(cast.author)
    with pytest.raises(flows.PermissionDenied):
        flows.take_up(draft, by=cast.colleague)
    cast.bring(draft, "submitted")
    (refused,) = log.said("refuse")
    address = f"/en/history/draft/{draft.pk}/{refused['seq']}/proof.json"

    assert browser_of(cast.author).get(address).status_code == 200
    assert browser_of(cast.second).get(address).status_code == 404


def test_bringing_up_to_date_is_the_writers_business(cast):
    edition = Edition.objects.get(practice="us-bmap", number=1)
    draft = revision_of(edition, cast.author)
    other = cast.bring(revision_of(edition, cast.stranger), "accepted", author=cast.stranger)
    flows.publish_draft(other, seen=other.revision, by=cast.second)
    flows.refresh_draft(draft, by=cast.author)
    draft.refresh_from_db()
    cast.bring(draft, "submitted")

    assert [verb for verb, _who in read(cast.author, "draft", draft.pk)] == [
        "begin_draft",
        "refresh_draft",
        "submit",
    ]
    assert [verb for verb, _who in read(cast.second, "draft", draft.pk)] == ["begin_draft", "submit"]


def test_of_a_practice_its_owner_and_editors(cast):
    draft = cast.bring(written(cast.author), "published")
    practice = Practice.objects.get(pk=draft.practice_id)
    shown = getattr(in_place(practice, "es"), "title", "")
    save_translation(practice, "es", {"title": "Contar"}, seen={"title": shown}, by=cast.stranger)
    offer_translation(practice, "es", by=cast.stranger)

    send_back_translation(practice, "es", "Shorter", by=cast.author)

    assert read(cast.author, "practice", practice.pk) == [
        ("publish_edition", "Secretariat"),
        ("offer_translation", "state of stranger"),
        ("send_back_translation", "author"),
    ]
    assert read(cast.reader, "practice", practice.pk) == [("publish_edition", "Secretariat")], (
        "working copies are for those who translate"
    )
    assert read(cast.reviewer, "practice", practice.pk) == [
        ("publish_edition", "second"),
        ("offer_translation", "stranger"),
        ("send_back_translation", "author"),
    ]
    assert read(cast.stranger, "practice", practice.pk) is None
    assert read(cast.officer, "practice", practice.pk) is None


def test_a_practice_without_owner_is_not_everybodys(cast):
    guest = Person.objects.create_user("guest@people.example", "a password of theirs", name="guest")
    assert Practice.objects.get(pk="us-bmap").owner is None

    assert sign_in(guest).get("/en/history/practice/us-bmap/").status_code == 404
    assert read(cast.author, "practice", "us-bmap") is None
    assert read(cast.reviewer, "practice", "us-bmap") == [("publish_edition", "")]


def test_of_an_application_its_owner_and_editors_whoever_may_read_it(cast):
    """One without its owner's name would tell it here."""
    told = report_application(
        Practice.objects.get(pk="us-bmap"), by=cast.author, **SAID | {"visibility": "unnamed"}
    )
    show_application(told, by=cast.reviewer)

    assert browser_of(cast.stranger).get(f"/en/applications/{told.pk}/").status_code == 200
    assert read(cast.stranger, "application", told.pk) is None
    assert read(cast.officer, "application", told.pk) is None
    assert read(cast.reader, "application", told.pk) == [
        ("report_application", "author"),
        ("show_application", "Secretariat"),
    ]


def test_of_an_organisation_what_each_of_its_members_may_know(cast):
    arlandia = cast.arlandia
    _invitation, secret = accounts.invite_person(arlandia, "new@people.example", Role.READER, by=cast.focal)
    new = Person.objects.create_user("new@people.example", "a password of theirs", name="new")
    accounts.accept_invitation(secret, new, by=accounts.access.actor_for(new))
    log.record("enter_focal_point", f"organisation/{arlandia.pk}", by=SYSTEM, right="organisation.admit")

    joined = ("begin_membership", "Somebody who acted for no organisation")
    for _once_more in range(2):  # what is hidden from one stays seen by the other
        assert read(cast.focal, "organisation", arlandia.pk) == [("invite_person", "focal"), joined]
        assert read(cast.reader, "organisation", arlandia.pk) == [joined]
    for other in (cast.stranger, cast.officer):
        assert read(other, "organisation", arlandia.pk) is None


@pytest.mark.parametrize(
    "address",
    ["nonsense/x", f"draft/{NOBODY}", "draft/nonsense", f"application/{NOBODY}", "application/x",
     "practice/no-such-practice", f"organisation/{NOBODY}", "organisation/x", "person/x", "key/x"],
)  # fmt: skip
def test_what_is_not_there_has_no_history(cast, address):
    client = browser_of(cast.reviewer)

    assert client.get(f"/en/history/{address}/").status_code == 404
    assert client.get(f"/en/history/{address}/1/proof.json").status_code == 404


# ── the page ──


def test_an_act_says_what_when_who_by_which_right(cast):
    draft = cast.bring(written(cast.author), "submitted")
    log.record("juggle", f"draft/{draft.pk}", by=cast.author, right="draft.write")
    page = browser_of(cast.reader).get(f"/en/history/draft/{draft.pk}/").text

    assert "It was submitted for review." in page
    assert "By right: Focal points, contributors and editors, for the organisation" in page
    assert '<code dir="ltr">juggle</code>' in page, "a verb that nobody has named shows its code"
    entry = json.loads(Entry.objects.get(thing=f"draft/{draft.pk}", body__contains='"submit"').body)
    assert f'datetime="{entry["at"][:19]}' in page


def test_a_key_is_named_as_such(cast):
    draft = written(cast.author)
    by_key = type(cast.author)(**vars(cast.author) | {"key": "0123456789ab"})
    log.record("begin_draft", f"draft/{draft.pk}", by=by_key, right="draft.write")

    page = browser_of(cast.reader).get(f"/en/history/draft/{draft.pk}/").text
    assert page.count("by an API key") == 1


def test_ten_thousand_acts_are_read_in_pages(cast, django_assert_num_queries):
    draft = cast.bring(written(cast.author), "submitted")
    thing = f"draft/{draft.pk}"
    first = Entry.objects.filter(thing=thing).order_by("seq").values_list("seq", flat=True)[0]
    start = Entry.objects.count() + 1
    facts = {"by": cast.author.name, "for": str(cast.author.organisation), "facts": {}, "thing": thing,
             "at": "2026-01-01T00:00:00.000+00:00", "right": "draft.write"}  # fmt: skip
    Entry.objects.bulk_create(
        Entry(
            seq=seq,
            thing=thing,
            root=bytes(32),
            body=json.dumps(facts | {"seq": seq, "verb": "refuse" if seq % 4 else "take_up"}),
        )
        for seq in range(start, start + 10_000)
    )
    client = browser_of(cast.second)
    client.get("/en/desk/")
    address, seen = f"/en/history/{thing}/", []
    with django_assert_num_queries(9):
        response = client.get(address)
    for _page in range(60):
        history = response.context["history"]
        seen += [act.seq for act in history.acts]
        if not history.older:
            break
        response = client.get(f"{address}?before={history.older}")

    assert len(seen) == 2_500 + 2, "what is hidden is passed over, nothing else"
    assert seen == sorted(set(seen), reverse=True)
    assert seen[-1] == first
    for wrong in ("x", "-1", "9" * 30, ""):
        assert client.get(f"{address}?before={wrong}").status_code == 404
    assert client.get(f"{address}?before=1").context["history"].acts == []


@pytest.mark.parametrize("count", [1, 5])
def test_a_page_costs_the_same_whatever_its_length(cast, django_assert_num_queries, count):
    draft = written(cast.author)
    for _time in range(count):
        log.record("submit", f"draft/{draft.pk}", by=cast.author, right="draft.write")
    with django_assert_num_queries(4):
        queries.history(cast.reader, "draft", str(draft.pk))


def test_pages_lead_to_the_history_of_whoever_may_read_it(cast):
    draft = cast.bring(written(cast.author), "published")
    links = {
        "draft": (f"/en/drafts/{draft.pk}/", f"/en/history/draft/{draft.pk}/"),
        "practice": (f"/en/practices/{draft.practice_id}/", f"/en/history/practice/{draft.practice_id}/"),
        "organisation": ("/en/organisation/", f"/en/history/organisation/{cast.arlandia.pk}/"),
    }
    for page, history in links.values():
        assert f'href="{history}"' in browser_of(cast.reader).get(page).text
    assert links["practice"][1] not in browser_of(cast.stranger).get(links["practice"][0]).text


# ── proofs ──


@pytest.fixture
def proof(cast, tmp_path):
    """A file with the proof of the first act of a draft, as its writer gets it."""
    draft = cast.bring(written(cast.author), "in_review")
    seq = Entry.objects.filter(thing=f"draft/{draft.pk}").order_by("seq").values_list("seq", flat=True)[0]
    answer = browser_of(cast.author).get(f"/en/history/draft/{draft.pk}/{seq}/proof.json")
    assert answer["Content-Disposition"] == f'attachment; filename="entry-{seq}.json"'
    file = tmp_path / "proof.json"
    file.write_bytes(answer.content)
    return file


def check(file: Path, *options: str) -> tuple[int, str]:
    """Run the script as somebody does who has nothing else of the portal."""
    done = subprocess.run(
        [sys.executable, "-I", str(CHECK), str(file), *options],
        cwd=file.parent,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def test_a_proof_holds_without_the_portal(proof):
    said = json.loads(proof.read_text())
    status, told = check(proof, "--key", said["key"])

    assert status == 0, told
    assert "verb: begin_draft" in told
    assert check(proof)[0] == 0
    assert "Compare it with the one that you kept" in check(proof)[1]


def spoil(said, name):
    entry = json.loads(said["entry"])
    body = said["checkpoint"].split("\n")
    flipped = "0" if said["proof"][0][0] != "0" else "1"
    return {
        "verb": {"entry": json.dumps(entry | {"verb": "publish"})},
        "space": {"entry": said["entry"] + " "},
        "index": {"index": said["index"] + 1},
        "step": {"proof": [flipped + said["proof"][0][1:], *said["proof"][1:]]},
        "fewer steps": {"proof": said["proof"][:-1]},
        "more steps": {"proof": [*said["proof"], said["proof"][0]]},
        "size": {"checkpoint": "\n".join([body[0], str(int(body[1]) + 1), *body[2:]])},
        "root": {"checkpoint": "\n".join([body[0], body[1], "A" * 43 + "=", *body[3:]])},
        "other log": {"checkpoint": said["checkpoint"].replace("/audit", "/other")},
        "no signature": {"checkpoint": said["checkpoint"].partition("\n\n")[0]},
        "key": {"key": said["key"][:-4] + "AAA="},
        "hash alone": {"entry": None, "leaf": "00" * 32},
        "text": {"index": "first"},
    }[name]


@pytest.mark.parametrize(
    "name",
    ["verb", "space", "index", "step", "fewer steps", "more steps", "size", "root", "other log",
     "no signature", "key", "hash alone", "text"],
)  # fmt: skip
def test_a_proof_that_was_tampered_with_is_refused(proof, name):
    said = json.loads(proof.read_text())
    proof.write_text(json.dumps(said | spoil(said, name)))
    status, told = check(proof)

    assert (status, told[:10]) == (1, "NOT PROVED")


def test_a_whole_log_of_somebody_else_needs_another_key(proof):
    said = json.loads(proof.read_text())
    status, told = check(proof, "--key", said["key"].replace("localhost", "elsewhere"))

    assert (status, told.strip()) == (1, "NOT PROVED: it was signed with another key than the one given.")


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"entry": 5}', "\x00"])
def test_what_is_no_proof_is_refused(tmp_path, text):
    (tmp_path / "proof.json").write_text(text)

    assert check(tmp_path / "proof.json")[0] == 1
    assert check(tmp_path / "no-such-file")[0] == 1


def test_who_may_not_know_the_person_gets_the_hash_of_the_entry(cast, tmp_path):
    draft = cast.bring(written(cast.author), "in_review")
    entry = next(log.said("take_up"))
    address = f"/en/history/draft/{draft.pk}/{entry['seq']}/proof.json"
    theirs, own = browser_of(cast.author).get(address), browser_of(cast.second).get(address)
    file = tmp_path / "proof.json"
    file.write_bytes(theirs.content)

    assert str(cast.reviewer.person) not in theirs.text
    assert "127.0.0.1" not in theirs.text
    assert str(cast.reviewer.person) in own.text
    assert check(file)[0] == 0
    assert "an entry with this hash" in check(file)[1]


def test_a_proof_is_of_an_entry_of_that_object(cast):
    mine, other = written(cast.author), written(cast.author)
    seq = Entry.objects.get(thing=f"draft/{other.pk}").seq
    client = browser_of(cast.author)

    assert client.get(f"/en/history/draft/{other.pk}/{seq}/proof.json").status_code == 200
    for wrong in (f"draft/{mine.pk}/{seq}", f"draft/{other.pk}/0", f"draft/{other.pk}/{10**19}",
                  f"organisation/{cast.arlandia.pk}/{seq}"):  # fmt: skip
        assert client.get(f"/en/history/{wrong}/proof.json").status_code == 404
    assert browser_of(cast.stranger).get(f"/en/history/draft/{other.pk}/{seq}/proof.json").status_code == 404


def test_the_script_is_there_for_anybody(client, db):
    assert client.get("/audit/check-proof").text == CHECK.read_text()


# ── where entries are filed ──


def test_an_entry_filed_under_another_thing_is_found(db):
    for number in range(3):
        log.record("try", f"thing/{number}", by=SYSTEM, right="audit.try")
    assert not log.verify().fault

    with transaction.atomic(), unprotected():
        Entry.objects.filter(seq=2).update(thing="thing/0")
        report = log.verify()
        transaction.set_rollback(True)
    assert (report.seq, "filed under thing/0" in report.fault) == (2, True)


def test_the_database_refuses_to_file_it_elsewhere(db):
    log.record("try", "thing/1", by=SYSTEM, right="audit.try")

    with pytest.raises(DatabaseError, match="never altered"), transaction.atomic():
        Entry.objects.update(thing="thing/2")


def test_entries_from_before_are_filed_and_stay_protected(migrated, django_db_setup, django_db_blocker):
    instance = databases.clone(migrated, "filed")
    with django_db_blocker.unblock(), databases.switched_to(instance), transaction.atomic():
        for number in range(1_500):
            log.record("try", f"thing/{number % 2}", by=SYSTEM, right="audit.try")
        before = list(Entry.objects.values_list("seq", "body"))
    instance.manage("migrate", "audit", "0002", "--verbosity=0")
    instance.manage("migrate", "audit", "--verbosity=0")
    with django_db_blocker.unblock(), databases.switched_to(instance):
        assert Entry.objects.filter(thing="thing/1").count() == 750
        assert list(Entry.objects.values_list("seq", "body")) == before
        assert not log.verify().fault
        for attempt in (Entry.objects.all().delete, lambda: Entry.objects.update(thing="x")):
            with pytest.raises(DatabaseError, match="never altered"), transaction.atomic():
                attempt()


def test_an_organisation_is_named_as_it_is_now(cast):
    draft = cast.bring(written(cast.author), "in_review")
    Organisation.objects.filter(kind="secretariat").update(names={"en": "The Office"})

    assert read(cast.author, "draft", draft.pk)[-1] == ("take_up", "The Office")


def test_who_has_left_reads_nothing(cast):
    draft = written(cast.author)
    Membership.objects.filter(person=cast.colleague.person).delete()

    assert read(cast.colleague, "draft", draft.pk) is None
