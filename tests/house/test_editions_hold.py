"""Whatever happens to practices, in whatever order and by whomever: what was published stays as it was.

Several people live with several practices at random, refused attempts among it. After each step the
invariants are compared with what was noted before it. Hypothesis looks for short lives that break one, and
tells the shortest; a long life of a thousand steps shows that they last.
"""

import json
import random
from collections import Counter
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from chemsec.compendium import flows as practices
from chemsec.compendium.access import listed_for
from chemsec.compendium.applications import flows as applications
from chemsec.compendium.applications.tests.telling import SAID
from chemsec.compendium.drafts import flows as drafts
from chemsec.compendium.drafts.tests.making import WRITTEN, make_cast
from chemsec.compendium.models import (
    PROSE,
    Application,
    Draft,
    Edition,
    EditionText,
    Practice,
    Tag,
    Translation,
    Withdrawal,
)
from chemsec.compendium.record import digest
from chemsec.compendium.tests.drafts import draft as content
from chemsec.compendium.translations import flows as translations
from chemsec.compendium.translations.tests.reading import as_shown
from chemsec.compendium.upkeep import flows as upkeep
from chemsec.platform.access import ANYONE, SYSTEM
from chemsec.platform.audit import log
from chemsec.platform.audit.models import Entry
from chemsec.search.models import Entry as Found

REFUSED = (ValidationError, PermissionDenied)
PEOPLE = ("author", "colleague", "focal", "reader", "stranger", "reviewer", "second", "third", "officer")
WRITERS = ("author", "colleague", "stranger", "reviewer")
LISTS = {  # facet of a tag -> field of an edition
    "stage": "stages",
    "audience": "audiences",
    "measure": "measure_kinds",
    "facility": "facility_types",
    "gathers": "gathers",
}
STEPS = {
    "submit": lambda draft, by: drafts.submit_draft(draft, seen=draft.revision, by=by),
    "take_up": lambda draft, by: drafts.take_up(draft, by=by),
    "ask_changes": lambda draft, by: drafts.ask_changes(draft, "Say who counts.", by=by),
    "accept": lambda draft, by: drafts.accept_draft(draft, seen=draft.revision, by=by),
    "decline": lambda draft, by: drafts.decline_draft(draft, "It is there.", by=by),
    "publish": lambda draft, by: drafts.publish_draft(draft, seen=draft.revision, by=by),
    "publish_unread": lambda draft, by: drafts.publish_draft(draft, seen=draft.revision - 1, by=by),
    "give_up": lambda draft, by: drafts.give_up_draft(draft, by=by),
    "step_aside": lambda draft, by: drafts.declare_conflict(draft, "A cousin.", by=by),
    "refresh": lambda draft, by: drafts.refresh_draft(draft, by=by),
    "restore": lambda draft, by: drafts.restore_revision(draft, 0, by=by),
}
WAYS = {  # state -> other steps from there
    "draft": ("refresh", "give_up", "restore"),
    "changes_asked": ("refresh", "restore", "give_up"),
    "submitted": ("give_up", "take_up"),
    "in_review": ("ask_changes", "decline", "step_aside", "give_up"),
    "accepted": ("ask_changes", "step_aside", "refresh", "publish_unread"),
}
ONWARD = {  # state -> the step that leads towards publication, and who may take it
    "draft": ("submit", None),
    "changes_asked": ("submit", None),
    "submitted": ("take_up", ("reviewer", "second", "third")),
    "in_review": ("accept", ("reviewer", "second", "third")),
    "accepted": ("publish", ("reviewer", "second", "third")),
}
DECISIONS = {
    "carry_out": lambda found, by: upkeep.carry_out_withdrawal(found, by=by),
    "decline": lambda found, by: upkeep.decline_withdrawal(found, "Still true.", by=by),
    "take_back": lambda found, by: upkeep.take_back_withdrawal(found, by=by),
}
HAPPENS = {  # in the log of a long run: without them it would have tested little
    "publish", "publish_edition", "refuse", "refresh_draft", "decline", "give_up", "ask_changes",
    "hand_back", "add_translation", "confirm_practice", "remind", "report_application",
    "show_application", "withdraw_application", "propose_withdrawal", "carry_out_withdrawal",
    "decline_withdrawal", "take_back_withdrawal", "withdraw_practice",
}  # fmt: skip
INVARIANTS = (
    "each_practice_agrees_with_its_editions",
    "every_change_of_state_is_in_the_log",
    "the_log_verifies",
    "what_is_withdrawn_is_listed_nowhere",
    "two_persons_stand_behind_what_binds",
)
RIGHT = "who may"  # stands for whoever may take the step, so that lives get somewhere
anybody = (*[RIGHT] * len(PEOPLE), *PEOPLE)
which = range(21)  # of what there is, counted round
yes_or_no = (True, False)


def step(**choices):
    """A step of a life, with what each of its arguments is chosen from."""

    def chosen(function):
        ruled = rule(**{name: st.sampled_from(values) for name, values in choices.items()})(function)
        ruled.choices = choices
        return ruled

    return chosen


class Life(RuleBasedStateMachine):
    """One database, from the first edition on; undone when the machine ends."""

    happened: Counter[str] = Counter()  # in all lives, by what the log says

    def __init__(self):
        super().__init__()
        self.undo = transaction.savepoint()
        self.cast = make_cast()
        self.began = Entry.objects.count()
        self.noted: dict[int, tuple[str, str]] = {}  # edition -> its digest, and its rows
        self.titles = 0

    def teardown(self):
        bodies = Entry.objects.filter(seq__gt=self.began).values_list("body", flat=True)
        self.happened.update(json.loads(body)["verb"] for body in bodies)
        transaction.savepoint_rollback(self.undo)

    @initialize()
    def three_practices(self):
        owners = {"free": None, "arlandia": self.cast.arlandia.pk, "strange": self.cast.stranger.organisation}
        for name, owner in owners.items():
            practices.publish_edition(f"life-{name}", content(), by=SYSTEM, owner=owner)
        # and something has happened to each, so that there is something to keep
        for place in range(len(owners)):
            self.revise(WRITERS[place], place, 0, claims=False)
            self.report(place, RIGHT, "worked", "public")
            self.translate(place, RIGHT, RIGHT, "es")
        for turn in range(len(owners)):
            self.go_on(turn, 4, turn)
            self.show(0)
        self.states = states()
        self.seen = Entry.objects.count()

    # ── who and what ──

    def ours(self):
        """The practices of this life."""
        keys = {
            one.thing.removeprefix("practice/")
            for one in Entry.objects.filter(seq__gt=self.began, thing__startswith="practice/")
        }
        return Practice.objects.filter(pk__in=keys).order_by("published_at", "pk")

    def person(self, name, right="third"):
        return getattr(self.cast, right if name == RIGHT else name)

    def keeper_of(self, practice):
        """Somebody who keeps it up to date."""
        if practice.owner_id is None:
            return "reviewer"
        return "author" if practice.owner_id == self.cast.arlandia.pk else "stranger"

    def writer_of(self, draft):
        return next((one for one in WRITERS if getattr(self.cast, one).person == draft.author_id), "focal")

    def reviewer_of(self, draft):
        return next((one for one in PEOPLE if getattr(self.cast, one).person == draft.reviewer_id), "third")

    def one_of(self, rows, number):
        count = rows.count()
        return rows[number % count] if count else None

    def attempt(self, flow, *args, **more):
        """Take a step, as a request would: what is refused is None."""
        try:
            return flow(*args, **more)
        except REFUSED:
            return None

    # ── drafts ──

    @step(by=WRITERS, is_collection=yes_or_no)
    def begin(self, by, is_collection):
        gathers = list(self.ours().values_list("pk", flat=True)[:2]) if is_collection else None
        self.titles += 1
        draft = self.attempt(
            drafts.begin_draft, by=self.person(by), title=f"Practice {self.titles}", gathers=gathers
        )
        if draft:
            self.fill(draft, by)

    @step(by=WRITERS, number=which, edition=which, claims=yes_or_no)
    def revise(self, by, number, edition, claims):
        found = self.one_of(self.one_of(self.ours(), number).editions.order_by("number"), edition)
        draft = self.attempt(drafts.begin_draft, by=self.person(by), edition=found, claims=claims)
        if draft:
            self.titles += 1
            words = {"change_note": "A step more.", "summary": f"It says more now: {self.titles}."}
            self.save_as(draft, by, words)

    def fill(self, draft, by):
        is_collection = draft.content["document_type"] == "collection"
        kept = ("summary", "stages", "audiences", "measure_kinds", "publisher_kind")
        self.save_as(draft, by, {name: WRITTEN[name] for name in kept} if is_collection else
                     {name: value for name, value in WRITTEN.items() if name != "title"})  # fmt: skip

    def save_as(self, draft, by, values):
        self.attempt(drafts.save_draft, draft, values, seen=draft.revision, by=self.person(by))

    @step(
        number=which,
        by=anybody,
        field=("title", "summary", "limits", "stages", "facility_types"),
        behind=range(3),
        text=("a", "b  c", "", "d e f"),
    )
    def save(self, number, by, field, behind, text):
        draft = self.one_of(Draft.objects.order_by("begun_at"), number)
        if draft:
            codes = {"stages": ["storage", "end_use"], "facility_types": ["warehouse"]}
            value = codes.get(field, f"Said {text.strip()}.")
            by, seen = self.person(by, self.writer_of(draft)), max(draft.revision - behind, 0)
            self.attempt(drafts.save_draft, draft, {field: value}, seen=seen, by=by)

    @step(number=which, by=anybody, step=sorted(STEPS), turn=(None, *which))
    def try_step(self, number, by, step, turn):
        every = Draft.objects.order_by("begun_at")
        if turn is not None:  # rather one that can be taken, from each state alike
            every = every.filter(state=list(WAYS)[turn % len(WAYS)])
        if draft := self.one_of(every, number):
            if turn is not None:
                step = WAYS[draft.state][number % len(WAYS[draft.state])]
            own = {"submit", "give_up", "refresh", "restore"}
            right = self.writer_of(draft) if step in own else self.reviewer_of(draft)
            self.attempt(STEPS[step], draft, self.person(by, right))

    @step(number=which, steps=range(1, 5), turn=which)
    def go_on(self, number, steps, turn):
        """Lead a draft towards publication, as far as it goes."""
        draft = self.one_of(Draft.objects.filter(state__in=ONWARD).order_by("begun_at"), number)
        for _step in range(steps if draft else 0):
            draft = Draft.objects.get(pk=draft.pk)
            if draft.state not in ONWARD:
                return
            step, editors = ONWARD[draft.state]
            names = editors or (self.writer_of(draft),)
            for place in range(len(names)):
                self.attempt(STEPS[step], draft, getattr(self.cast, names[(place + turn) % len(names)]))

    # ── editions, translations ──

    @step(number=which, by=("", *PEOPLE), stage=("storage", "recycling"))
    def publish_by_command(self, number, by, stage):
        practice = self.one_of(self.ours(), number)
        made = content(facts={"stages": [stage]}, source={"limits": "Only small stores."})
        by = self.person(by) if by else SYSTEM
        self.attempt(practices.publish_edition, practice.pk, made, by=by)

    @step(number=which, by=anybody, place=anybody, language=("es", "fr", "en"))
    def translate(self, number, by, place, language):
        practice = self.one_of(self.ours(), number)
        source = practice.editions.get(number=practice.current).texts.get(state="source")
        words = {name: f"{language} {name} {practice.current}" for name in PROSE if getattr(source, name)}
        by, place = self.person(by, "stranger"), self.person(place)
        self.attempt(translations.save_translation, practice, language, words, seen={}, by=by)
        self.attempt(translations.offer_translation, practice, language, by=by)
        seen = as_shown(practice, language)
        self.attempt(translations.place_translation, practice, language, seen=seen, by=place)

    @step(number=which, by=anybody)
    def review_translation(self, number, by):
        text = self.one_of(
            EditionText.objects.filter(
                edition__practice__in=self.ours(), edition__number=F("edition__practice__current")
            ).exclude(state="source").order_by("pk"),
            number,
        )  # fmt: skip
        if text:
            practice, by = text.edition.practice, self.person(by, "second")
            read = {"title": text.title, "summary": text.summary}
            self.attempt(translations.review_translation, practice, text.language, read, by=by)

    # ── applications ──

    @step(number=which, by=anybody, outcome=("worked", "failed", "too_early"),
          visibility=("public", "states"))  # fmt: skip
    def report(self, number, by, outcome, visibility):
        said = SAID | {"outcome": outcome, "visibility": visibility}
        practice = self.one_of(self.ours(), number)
        self.attempt(applications.report_application, practice, by=self.person(by, "focal"), **said)

    @step(number=which, by=anybody, verb=("show", "decline", "withdraw"))
    def decide_application(self, number, by, verb):
        found = self.one_of(Application.objects.order_by("sent_at"), number)
        if found:
            flow = getattr(applications, f"{verb}_application")
            words = ["No result is told."] if verb == "decline" else []
            right = "third"
            if verb == "withdraw":
                right = next(one for one in PEOPLE if getattr(self.cast, one).person == found.author_id)
            self.attempt(flow, found, *words, by=self.person(by, right))

    @step(number=which)
    def show(self, number):
        if found := self.one_of(Application.objects.filter(state="sent").order_by("sent_at"), number):
            self.attempt(applications.show_application, found, by=self.cast.third)

    # ── upkeep ──

    @step(number=which, by=anybody, days=(1, 365, 9999))
    def confirm(self, number, by, days):
        until = timezone.localdate() + timedelta(days=days)
        practice = self.one_of(self.ours(), number)
        by = self.person(by, self.keeper_of(practice))
        self.attempt(practices.confirm_practice, practice, until, by=by)

    @step(number=which, days=range(1, 901))
    def time_passes(self, number, days):
        practice = self.one_of(self.ours(), number)
        Practice.objects.filter(pk=practice.pk).update(review_by=practice.review_by - timedelta(days=days))
        practice.refresh_from_db()
        self.attempt(upkeep.remind, practice, by=SYSTEM)

    @step(number=which, by=anybody, successor=(None, *which))
    def propose_withdrawal(self, number, by, successor):
        practice = self.one_of(self.ours(), number)
        other = None if successor is None else self.one_of(self.ours(), successor)
        self.attempt(
            upkeep.propose_withdrawal, practice, by=self.person(by, self.keeper_of(practice)),
            reason="Its law was repealed.", language="en", successor=other,
        )  # fmt: skip

    @step(number=which, decision=sorted(DECISIONS))
    def withdraw(self, number, decision):
        """Propose it, and decide."""
        self.propose_withdrawal(number, RIGHT, None)
        waiting = Withdrawal.objects.filter(state="waiting").order_by("proposed_at")
        if found := waiting.last():
            right = next(one for one in PEOPLE if getattr(self.cast, one).person == found.proposed_by_id)
            by = right if decision == "take_back" else "third"
            self.attempt(DECISIONS[decision], found, getattr(self.cast, by))

    @step(number=which, by=anybody, decision=sorted(DECISIONS))
    def decide_withdrawal(self, number, by, decision):
        found = self.one_of(Withdrawal.objects.order_by("proposed_at"), number)
        if found:
            right = next(one for one in PEOPLE if getattr(self.cast, one).person == found.proposed_by_id)
            self.attempt(
                DECISIONS[decision], found, self.person(by, right if decision == "take_back" else "third")
            )

    # ── what always holds ──

    @invariant()
    def editions_are_what_they_were(self):
        stated = {
            (entry["thing"], entry["facts"]["edition"]): entry["facts"]["sha256"]
            for entry in log.said("publish_edition")
        }
        there = set()
        for edition in Edition.objects.filter(practice__in=self.ours()):
            there.add(edition.pk)
            now = (digest(edition), rows_of(edition))
            assert now == self.noted.setdefault(edition.pk, now), edition
            assert now[0] == stated[f"practice/{edition.practice_id}", edition.number], edition
        assert there == self.noted.keys()

    @invariant()
    def each_practice_agrees_with_its_editions(self):
        for practice in self.ours():
            numbers = list(practice.editions.order_by("number").values_list("number", flat=True))
            assert numbers == list(range(1, practice.current + 1)), practice
            edition = practice.editions.get(number=practice.current)
            for facet, field in LISTS.items():
                tags = set(Tag.objects.filter(practice=practice, facet=facet).values_list("code", flat=True))
                assert tags == set(getattr(edition, field) or ()), (practice, facet)
            assert practice.reports == reports_of(practice), practice
            kept = EditionText.objects.filter(edition__practice=practice, state="source")
            assert kept.count() == practice.current

    @invariant()
    def every_change_of_state_is_in_the_log(self):
        before, now = self.states, states()
        changed = {thing for thing in {*before, *now} if before.get(thing) != now.get(thing)}
        bodies = Entry.objects.filter(seq__gt=self.seen).order_by("seq").values_list("body", flat=True)
        entries = [json.loads(body) for body in bodies]
        acts = {entry["thing"] for entry in entries if entry["verb"] != "refuse"}
        assert {thing for thing, _which in changed} - acts == set()
        self.states, self.seen = now, self.seen + len(entries)

    @invariant()
    def the_log_verifies(self):
        assert log.verify().fault == ""

    @invariant()
    def what_is_withdrawn_is_listed_nowhere(self):
        gone = set(self.ours().filter(withdrawn_at__isnull=False).values_list("pk", flat=True))
        there = set(self.ours().filter(withdrawn_at__isnull=True).values_list("pk", flat=True))
        listed = set(listed_for(ANYONE).values_list("pk", flat=True))
        found = set(Found.objects.filter(kind="practice").values_list("key", flat=True))
        for shown in (listed, found):
            assert shown & gone == set()
            assert there <= shown
        carried_out = Withdrawal.objects.filter(state="carried_out").values_list("practice", flat=True)
        assert set(carried_out) == gone

    @invariant()
    def two_persons_stand_behind_what_binds(self):
        for draft in Draft.objects.filter(state__in=["accepted", "published"]):
            assert draft.accepted_by_id
            assert draft.accepted_by_id not in {draft.author_id, draft.submitted_by_id}
        assert not Withdrawal.objects.filter(decided_by=F("proposed_by")).exists()
        assert not Translation.objects.filter(words={}, offered_at__isnull=False).exists()


def rows_of(edition: Edition) -> str:
    """The edition and its source as the database has them."""
    own = Edition.objects.filter(pk=edition.pk).values_list()
    return repr([*own, *edition.texts.filter(state=EditionText.State.SOURCE).values_list()])


def reports_of(practice: Practice) -> int:
    shown = Application.objects.filter(practice=practice, state="listed", visibility="public")
    owners = {one.owner_id for one in shown if one.outcome != "too_early"}
    return len(owners - {practice.owner_id})


def states() -> dict[tuple[str, str], object]:
    """What the log has to tell of, when it changes: the thing that an entry is about, and which of it."""
    found: dict[tuple[str, str], object] = {}
    for draft in Draft.objects.all():
        found[f"draft/{draft.pk}", "state"] = (draft.state, draft.reviewer_id, draft.accepted_by_id)
    for one in Application.objects.all():
        found[f"application/{one.pk}", "state"] = one.state
    for one in Withdrawal.objects.all():
        found[f"practice/{one.practice_id}", str(one.pk)] = one.state
    for one in Practice.objects.all():
        state = (one.current, one.owner_id, one.withdrawn_at, one.confirmed_at, one.reminded)
        found[f"practice/{one.pk}", "state"] = state
    translated = EditionText.objects.exclude(state="source").select_related("edition")
    for text in translated:
        thing = f"practice/{text.edition.practice_id}"
        found[thing, f"{text.edition.number} {text.language}"] = (text.pk, text.state, text.title)
    return found


MOVES = {name: one.choices for name, one in vars(Life).items() if hasattr(one, "choices")}


@pytest.mark.usefixtures("compendium")
def test_what_was_published_stays_whatever_happens(request):
    is_long = request.config.getoption("long")
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=20 if is_long else 4,
            stateful_step_count=50 if is_long else 25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert {"publish", "refuse", "add_translation", "show_application"} <= Life.happened.keys()


@pytest.mark.long
@pytest.mark.usefixtures("compendium")
def test_what_was_published_stays_through_a_thousand_operations():
    chance = random.Random(1_000)  # noqa: S311  nothing secret
    life = Life()
    life.three_practices()
    for turn in range(1_000):
        name = chance.choice([*MOVES, *["try_step"] * 4])  # where there is most to try
        getattr(life, name)(**{argument: chance.choice(values) for argument, values in MOVES[name].items()})
        life.editions_are_what_they_were()
        if turn % 20 == 0:
            for holds in INVARIANTS:
                getattr(life, holds)()
    life.teardown()
    assert HAPPENS - life.happened.keys() == set(), life.happened
