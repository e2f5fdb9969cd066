"""A State answers, signs, submits, is asked back: what holds at each step."""

import json
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests.databases import HOUSE

from chemsec.kernel.replies import Reply
from chemsec.needs.exercises import flows as exercises
from chemsec.needs.exercises import queries as board
from chemsec.needs.models import Answer, Exercise, Response, Rival, Submission
from chemsec.needs.responses import access, flows, queries
from chemsec.platform.access import ANYONE, SYSTEM
from chemsec.platform.accounts.models import Notice, Organisation, Role
from chemsec.platform.accounts.tests.people import member, organisation
from chemsec.platform.audit import log
from chemsec.platform.audit.models import Entry

from .answering import FULL, bring_to, end_yesterday, hold, said

pytestmark = pytest.mark.usefixtures("compendium")


class Case:
    """One State with two who write, another State, an officer, and the response that is asked for."""

    def __init__(self):
        self.home = organisation("state", "Arlandia")
        self.writer = member("", Role.CONTRIBUTOR, of=self.home, name="writer")
        self.second = member("", Role.FOCAL_POINT, of=self.home, name="second")
        self.reader = member("", Role.READER, of=self.home, name="reader")
        self.other = member("state", Role.FOCAL_POINT, name="other")
        self.officer = member("secretariat", Role.OFFICER, name="officer")
        staff = Organisation.objects.get(pk=self.officer.organisation)
        self.editor = member("", Role.EDITOR, of=staff, name="ed")
        self.exercise = hold(self.home.pk, self.other.organisation)
        self.response = self.exercise.responses.get(owner=self.home)

    def at(self, state):
        return bring_to(self.response, state, writer=self.writer, second=self.second)


def tile_of(case):
    """Of its State, on the progress board."""
    tiles = [tile for group in board.board(case.exercise, {}).groups for tile in group.tiles]
    return next(tile for tile in tiles if tile.response.pk == case.response.pk)


@pytest.fixture
def case():
    return Case()


def test_being_asked_freezes_the_questions_and_tells_the_focal_points(case):
    case.exercise.version.refresh_from_db()
    assert case.exercise.version.frozen_at
    told = Notice.objects.filter(kind="exercise.invited").values_list("person", flat=True)
    assert set(told) == {case.second.person, case.other.person}


def test_nobody_but_the_state_sees_what_isn_t_submitted(case):
    response = case.at("signed")
    for user in (case.other, case.officer, case.editor, ANYONE):
        assert not access.can_read(user, response)
        assert not access.visible_to(user).filter(pk=response.pk).exists()
        assert not access.submissions_visible_to(user).exists()
    assert access.visible_to(case.reader).filter(pk=response.pk).exists()


def test_what_is_answered_is_sealed(case):
    case.at("in_progress")
    answer = Answer.objects.get(code="law")
    assert answer.reply == FULL["law"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM needs_answer")
        assert not any(b"Decree" in bytes(cell) for (cell,) in cursor.fetchall())


def test_a_reader_and_others_can_t_write(case):
    for user in (case.reader, case.other, case.officer):
        with pytest.raises(PermissionDenied):
            flows.open_response(case.response, by=user)
        with pytest.raises(PermissionDenied):
            flows.save_replies(case.response, said(FULL), by=user)


def test_the_board_counts_answers_and_tells_where_nobody_is_yet(case):
    case.at("in_progress")
    third = organisation("state", "Nobody’s land")
    exercises.invite_states(case.exercise, [third.pk], by=case.officer)
    empty, ours = sorted(
        (tile for group in board.board(case.exercise, {}).groups for tile in group.tiles
         if tile.response.owner_id in {third.pk, case.home.pk}),
        key=lambda tile: tile.answered,
    )  # fmt: skip
    assert (empty.answered, empty.has_people) == (0, False)
    assert (ours.answered, ours.has_people, ours.is_readable) == (len(FULL), True, False)


def test_two_at_once_keep_both_until_one_is_chosen(case):
    response = case.at("in_progress")
    flows.save_replies(response, said({"law": Reply({"law": "3"})}, seen=1), by=case.second)
    flows.save_replies(response, said({"law": Reply({"law": "1"})}, seen=1), by=case.writer)
    answer = response.answers.get(code="law")
    assert answer.reply.values["law"] == "3"
    assert answer.rivals.get().reply.values["law"] == "1"
    with pytest.raises(ValidationError):
        flows.sign_response(response, by=case.writer)

    chosen = flows.choose_reply(answer, theirs=True, by=case.second)
    assert chosen.reply.values["law"] == "1"
    kept = Rival.objects.get()
    assert (kept.reply.values["law"], bool(kept.settled_at)) == ("3", True)
    with pytest.raises(ValidationError):
        flows.choose_reply(answer, theirs=False, by=case.writer)


def test_the_same_words_twice_are_no_rivals(case):
    response = case.at("in_progress")
    flows.save_replies(response, said({"law": FULL["law"]}, seen=0), by=case.second)
    assert not Rival.objects.exists()
    assert response.answers.get(code="law").revision == 1


def test_signing_wants_every_needed_answer(case):
    response = case.at("opened")
    flows.save_replies(response, said({"words": Reply({"words": "Staff."})}), by=case.writer)
    with pytest.raises(ValidationError, match="1 questions that are needed"):
        flows.sign_response(response, by=case.writer)
    flows.save_replies(response, said({"law": Reply(instead="unknown")}), by=case.writer)
    assert flows.sign_response(response, by=case.writer).state == "signed"


def test_a_second_person_submits_and_what_is_signed_stays(case):
    response = case.at("signed")
    with pytest.raises(ValidationError):
        flows.save_replies(response, said({"law": Reply({"law": "5"})}, seen=1), by=case.second)
    with pytest.raises(ValidationError):
        flows.submit_response(response, by=case.writer)
    for user in (case.reader, case.other, case.officer):
        with pytest.raises(PermissionDenied):
            flows.submit_response(response, by=user)
    assert flows.submit_response(response, by=case.second).number == 1
    with pytest.raises(ValidationError):
        flows.submit_response(response, by=case.second)
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.update(submitted_by=case.writer.person)


def test_what_is_submitted_holds_the_answers_to_what_is_asked(case):
    response = case.at("in_progress")
    flows.save_replies(response, said({"law": Reply({"law": "0"})}, seen=1), by=case.writer)
    flows.set_visibilities(response, {"law_part": "states", "trade": "public"}, by=case.writer)
    flows.sign_response(response, by=case.writer)
    content = json.loads(flows.submit_response(response, by=case.second).content)
    assert content["sections"]["law_part"].keys() == {"law"}  # permits are asked above level 0 only
    assert content["sections"]["trade"].keys() == {"words"}
    assert content["sections"]["law_part"]["law"]["visibility"] == "states"
    assert content["sections"]["trade"]["words"]["instead"] == "unsaid"


def test_the_receipt_proves_the_answers_without_the_portal(case, tmp_path):
    case.at("submitted")
    found = Submission.objects.get()
    receipt, answers = tmp_path / "receipt.json", tmp_path / "answers.json"
    receipt.write_text(found.receipt, encoding="utf-8")
    answers.write_text(found.content, encoding="utf-8")
    script = [sys.executable, HOUSE / "bin" / "check-proof", receipt, "--answers", answers]

    proved = subprocess.run(script, capture_output=True, text=True, check=False)
    assert proved.returncode == 0, proved.stderr
    assert "exactly these answers" in proved.stdout

    answers.write_text(found.content.replace('"2"', '"3"'), encoding="utf-8")
    assert "NOT PROVED" in subprocess.run(script, capture_output=True, text=True, check=False).stderr
    receipt.write_text(found.receipt.replace("receipt\\n", "receipt\\nA"), encoding="utf-8")
    assert "NOT PROVED" in subprocess.run(script[:3], capture_output=True, text=True, check=False).stderr


def test_the_log_tells_of_the_submission_without_what_it_says(case):
    case.at("submitted")
    entry = json.loads(Entry.objects.filter(thing=f"response/{case.response.pk}").latest("seq").body)
    assert (entry["verb"], entry["by"]) == ("submit_response", f"person/{case.second.person}")
    assert "Decree" not in "".join(Entry.objects.values_list("body", flat=True))
    assert log.verify().fault == ""


def test_officers_read_what_is_submitted_and_the_state_sees_that(case):
    case.at("submitted")
    found = access.submission(case.officer, case.response.pk)
    flows.note_reading(found, by=case.officer)
    assert queries.read(found).answered == len(FULL)
    last = json.loads(Entry.objects.filter(thing=f"response/{case.response.pk}").latest("seq").body)
    assert last["verb"] == "read_response"
    assert not access.submissions_visible_to(case.editor).exists()
    assert not access.submissions_visible_to(case.other).exists()


def test_sections_that_are_sent_back_open_and_the_others_stay(case):
    response = case.at("submitted")
    with pytest.raises(PermissionDenied):
        flows.ask_back(response, ["trade"], "Who, exactly?", by=case.second)
    response = flows.ask_back(response, ["trade"], "Who, exactly?", by=case.officer)
    assert access.can_answer(case.writer, response, "trade")
    assert not access.can_answer(case.writer, response, "law_part")
    with pytest.raises(ValidationError):
        flows.save_replies(response, said({"law": Reply({"law": "5"})}, seen=1), by=case.writer)
    flows.save_replies(response, said({"who": Reply({"who": ["customs"]})}, seen=1), by=case.writer)
    flows.sign_response(response, by=case.writer)
    assert flows.unsign_response(response, by=case.writer).state == "clarification"
    flows.sign_response(response, by=case.writer)
    assert flows.submit_response(response, by=case.second).number == 2
    first, second = Submission.objects.order_by("number")
    assert "police" in first.content
    assert "police" not in second.content
    assert [one.text for one in queries.remarks(response)] == ["Who, exactly?"]


def test_taking_the_consent_back_holds_at_once(case):
    response = case.at("submitted")
    with pytest.raises(PermissionDenied):
        flows.withdraw_consent(response, by=case.writer)
    assert tile_of(case).is_readable
    flows.withdraw_consent(response, by=case.second)
    assert not tile_of(case).is_readable
    told = Notice.objects.get(kind="response.withdrawn", person=case.officer.person)
    assert told.key == str(case.exercise.pk)  # the page of what was submitted is gone for them
    assert not access.submissions_visible_to(case.officer).exists()
    assert access.submissions_visible_to(case.reader).exists()


def test_after_closing_what_is_written_is_kept_and_more_time_can_be_asked_for(case):
    response = case.at("in_progress")
    end_yesterday(case.exercise)
    flows.save_replies(response, said({"law": Reply({"law": "4"})}, seen=1), by=case.writer)
    assert response.answers.get(code="law").reply.values["law"] == "4"
    with pytest.raises(ValidationError, match="over"):
        flows.sign_response(response, by=case.writer)
    flows.ask_extension(response, by=case.writer)
    with pytest.raises(ValidationError):
        flows.ask_extension(response, by=case.writer)
    with pytest.raises(PermissionDenied):
        exercises.extend_response(response, timezone.localdate() + timedelta(days=9), by=case.second)
    exercises.extend_response(response, timezone.localdate() + timedelta(days=9), by=case.officer)
    assert flows.sign_response(response, by=case.writer).state == "signed"


def test_last_time_s_answers_are_brought_along_each_to_be_confirmed(case):
    case.at("submitted")
    end_yesterday(case.exercise)
    again = hold(case.home.pk, name="2029").responses.get(owner=case.home)
    flows.open_response(again, by=case.writer)
    assert again.answers.filter(is_carried=True).count() == len(FULL)
    flows.save_replies(again, said({"law": FULL["law"]}), by=case.writer)
    with pytest.raises(ValidationError, match="not confirmed"):
        flows.sign_response(again, by=case.writer)
    others = {code: one for code, one in FULL.items() if code != "law"}
    flows.save_replies(again, said(others), by=case.writer)
    assert flows.sign_response(again, by=case.writer).state == "signed"


def test_reminders_go_out_once_each(case):
    Exercise.objects.filter(pk=case.exercise.pk).update(closes_on=timezone.localdate() + timedelta(days=6))
    case.exercise.refresh_from_db()
    today = timezone.localdate()
    assert exercises.remind(case.exercise, today, by=SYSTEM) == 2
    assert exercises.remind(case.exercise, today, by=SYSTEM) == 0
    case.at("submitted")
    assert exercises.remind(case.exercise, today + timedelta(days=5), by=SYSTEM) == 1


def test_ending_and_opening_again_say_why(case):
    with pytest.raises(ValidationError):
        exercises.close_exercise(case.exercise, "", by=case.officer)
    closed = exercises.close_exercise(case.exercise, "All have answered.", by=case.officer)
    with pytest.raises(ValidationError):
        flows.sign_response(case.at("in_progress"), by=case.writer)
    tomorrow = timezone.localdate() + timedelta(days=1)
    exercises.reopen_exercise(closed, "One was forgotten.", tomorrow, by=case.officer)
    assert flows.sign_response(case.response, by=case.writer).state == "signed"
    exercises.cancel_exercise(closed, "Another way was found.", by=case.officer)
    with pytest.raises(ValidationError):
        flows.submit_response(case.response, by=case.second)
    assert Response.objects.get(pk=case.response.pk).answers.count() == len(FULL)


def test_an_exercise_without_reminders_reminds_nobody(case):
    changed = exercises.change_exercise(case.exercise, remind=[], by=case.officer)
    assert exercises.remind(changed, changed.closes_on, by=SYSTEM) == 0


def test_the_newest_exercise_stands_first(case):
    end_yesterday(case.exercise)
    newer = hold(case.home.pk, name="A newer one")
    older = hold(case.home.pk, name="An older one")
    Exercise.objects.filter(pk=older.pk).update(opens_on=timezone.localdate() - timedelta(days=900))
    assert [line.exercise.pk for line in board.exercises(case.officer)] == [
        newer.pk,
        case.exercise.pk,
        older.pk,
    ]


def test_only_officers_run_exercises(case):
    for user in (case.second, case.editor, ANYONE):
        with pytest.raises(PermissionDenied):
            exercises.close_exercise(case.exercise, "So be it.", by=user)
        with pytest.raises(PermissionDenied):
            exercises.invite_states(case.exercise, [case.home.pk], by=user)
