"""Sealed fields: plain on the row, sealed in the database, refused in SQL, locked where they don't open."""

import copy
import json
import logging
import pickle
import uuid
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import models, transaction
from django.db.models import Count, F, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Upper
from django.db.models.lookups import Exact
from django.template import Context, Template
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from chemsec.platform.access import SYSTEM
from chemsec.platform.vault import flows, keys
from chemsec.platform.vault.errors import LockedError, SealedError
from chemsec.platform.vault.public import SealedText

from .models import Letter, Reply
from .sealing import ARLANDIA, BELLMARE, again, damage, is_locked, letter, store, stored, without_master

pytestmark = pytest.mark.django_db

SECRET = "Zyzzyva"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(text=st.text(st.characters(exclude_categories=["Cs"])), facts=JSON)
def test_what_is_saved_is_read(text, facts):
    row = again(letter(text, facts=facts))

    assert (row.text, row.facts) == (text, facts)


@pytest.mark.parametrize(
    "text",
    ["", None, "ما الذي ينقصكم؟", "我们需要什么？", "x" * 10**6, "a\nb\0c", "👩‍🔬"],
    ids=lambda text: str(text)[:5],
)
def test_any_text_is_read_as_it_was_written(text):
    row = again(letter(text))

    assert row.text == text
    assert (stored(row) is None) == (text is None)


def test_half_characters_and_what_is_not_text_are_refused_without_showing_them():
    for value, error in (
        (SECRET + "\ud800", ValueError),
        (SECRET.encode(), TypeError),
        (F("title"), TypeError),
    ):
        with pytest.raises(error, match="takes text") as caught:
            letter(value)
        assert SECRET not in str(caught.value)
        assert caught.value.__cause__ is None
    with pytest.raises(ValueError, match="surrogates"):
        letter(facts={SECRET: "\ud800"})


def test_the_database_holds_no_plain_text():
    row = letter(SECRET, facts={SECRET: 1})

    assert SECRET.encode() not in stored(row) + stored(row, "facts")


def test_json_that_is_changed_in_place_is_saved_and_else_the_cell_stays():
    row = again(letter(facts={"b": [1], "a": 2}))
    before = stored(row, "facts")
    assert list(row.facts) == ["b", "a"]
    row.save()
    assert stored(row, "facts") == before

    row.facts["b"].append(3)
    row.save()

    assert again(row).facts == {"b": [1, 3], "a": 2}


def test_a_row_that_is_saved_again_keeps_cells_that_did_not_change():
    row = letter()
    cell = stored(row)
    row.title = "New"
    row.save()
    reread = again(row)
    reread.save()
    assert stored(row) == cell

    reread.text = "Other"
    reread.save(update_fields=["text"])

    assert again(row).text == "Other"


def test_the_owner_may_be_further_away():
    reply = Reply.objects.create(letter=letter(), text=SECRET)

    assert again(reply).text == SECRET
    assert Reply.objects.select_related("letter").get().letter.text == SECRET
    assert Letter.objects.prefetch_related("replies").get().replies.all()[0].text == SECRET


def test_many_rows_are_made_at_once():
    made = Letter.objects.bulk_create([Letter(owner_id=ARLANDIA, text=f"{n}") for n in range(5)])
    keys.forget()

    assert {row.text for row in Letter.objects.all()} == {"0", "1", "2", "3", "4"}
    assert [row.text for row in made] == ["0", "1", "2", "3", "4"]


def test_deferred_and_refreshed_values_are_read():
    row = letter()

    assert Letter.objects.defer("text").get().text == SECRET
    assert Letter.objects.only("title").get().text == SECRET
    row.text = "unsaved"
    row.refresh_from_db()
    assert row.text == SECRET
    deferred = Letter.objects.only("title").get()
    deferred.title = "New"
    deferred.save()
    assert again(row).text == SECRET


def test_update_or_create_writes_and_keeps():
    row = letter()
    Letter.objects.update_or_create(pk=row.pk, defaults={"title": "New"})
    assert again(row).text == SECRET
    Letter.objects.update_or_create(pk=row.pk, defaults={"text": "Other"})
    assert again(row).text == "Other"


# --- SQL ---

QUERIES = {
    "filter": lambda rows: rows.filter(text=SECRET),
    "filter None": lambda rows: rows.filter(text=None),
    "contains": lambda rows: rows.filter(text__contains=SECRET),
    "in": lambda rows: rows.filter(text__in=[SECRET]),
    "transform": lambda rows: rows.filter(facts__key=1),
    "exclude": lambda rows: rows.exclude(text=SECRET),
    "Q": lambda rows: rows.filter(Q(title="") | Q(text=SECRET)),
    "lookup": lambda rows: rows.filter(Exact(F("text"), SECRET)),
    "get": lambda rows: rows.get(text=SECRET),
    "order_by": lambda rows: list(rows.order_by("text")),
    "latest": lambda rows: rows.latest("text"),
    "values": lambda rows: list(rows.values("text")),
    "all values": lambda rows: list(rows.values()),
    "values_list": lambda rows: list(rows.values_list("text", flat=True)),
    "F": lambda rows: list(rows.annotate(x=F("text"))),
    "function": lambda rows: list(rows.annotate(x=Upper("text"))),
    "aggregate": lambda rows: rows.aggregate(Max("text")),
    "count": lambda rows: rows.aggregate(Count("text")),
    "update": lambda rows: rows.update(text=SECRET),
    "update by F": lambda rows: rows.update(text=F("title")),
    "update by value": lambda rows: rows.update(text=Value(SECRET)),
    "update from it": lambda rows: rows.update(title=F("text")),
    "bulk_update": lambda rows: Letter.objects.bulk_update(list(rows), ["text"]),
    "raw value": lambda rows: rows.filter(title=Value(SECRET, output_field=SealedText(owner="x"))).exists(),
    "from afar": lambda _rows: Reply.objects.filter(letter__text=SECRET),
    "ordered from afar": lambda _rows: list(Reply.objects.order_by("letter__text")),
    "values from afar": lambda _rows: list(Reply.objects.values_list("letter__text")),
    "subquery": lambda rows: list(
        Reply.objects.annotate(x=Subquery(rows.filter(pk=OuterRef("letter")).values("text")))
    ),
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_sql_on_a_sealed_field_is_refused_with_the_reason(query):
    letter()

    with pytest.raises(SealedError, match="is sealed, so it can't be") as refused:
        query(Letter.objects.all())

    assert SECRET not in str(refused.value)


def test_a_null_that_is_written_by_update_is_the_one_thing_that_is_let_through():
    row = letter()

    Letter.objects.filter(pk=row.pk).update(text=None)

    assert again(row).text is None


def test_whether_there_is_a_value_may_be_asked():
    full, empty = letter(), letter(None)
    reply = Reply.objects.create(letter=full, text="x")

    assert list(Letter.objects.filter(text__isnull=True)) == [empty]
    assert list(Letter.objects.exclude(text__isnull=True)) == [full]
    assert list(Reply.objects.filter(letter__text__isnull=False)) == [reply]
    assert list(Letter.objects.exclude(replies__text__isnull=False)) == [empty]


def test_other_queries_work_beside_a_sealed_field():
    row = letter()
    Reply.objects.create(letter=row, text="x")

    assert Letter.objects.annotate(n=Count("replies")).get().n == 1
    assert Letter.objects.distinct().count() == 1
    assert Letter.objects.filter(pk__in=Letter.objects.all()).exists()
    assert [one.text for one in Letter.objects.filter(title="").union(Letter.objects.filter(title="x"))] == [
        SECRET
    ]
    assert Letter.objects.select_for_update().get().text == SECRET
    assert list(Letter.objects.values_list("title", flat=True)) == [""]


# --- locked ---


def test_cells_that_were_swapped_are_locked_and_logged(caplog):
    one, other = letter("one"), letter("other")
    foreign = letter("foreign", owner_id=BELLMARE)
    mixed = letter("text", facts={"a": 1})
    cells = {row.pk: stored(row) for row in (one, other, foreign)}
    store(one, cells[other.pk])
    store(other, cells[foreign.pk])
    store(mixed, stored(mixed, "facts"))
    Letter.objects.filter(pk=foreign.pk).update(owner_id=ARLANDIA)

    with caplog.at_level(logging.WARNING, "chemsec.vault"):
        read = [again(row).text for row in (one, other, foreign, mixed)]

    assert all(map(is_locked, read))
    assert [said.split(": ")[1].split(", owner")[0] for said in caplog.messages] == [
        f"table vault_tests_letter, field text, row {row.pk}" for row in (one, other, foreign, mixed)
    ]


def test_a_locked_value_shows_a_sentence_and_breaks_no_template(settings, tmp_path):
    row = letter(facts={"a": 1})
    shown = (
        "{{ row.text }}|{{ row.text|linebreaks }}|{{ row.text|truncatewords:20 }}|{{ row.text|length }}"
        "|{{ row.facts.a }}|{% for one in row.facts %}x{% empty %}none{% endfor %}"
        "|{% if row.text %}x{% endif %}|{{ row.text|default:'-' }}"
    )

    with without_master(settings, tmp_path):
        said = Template(shown).render(Context({"row": again(row)}))

    sentence = "This is locked: the key that opens it isn’t here."
    assert said == f"{sentence}|<p>{sentence}</p>|{sentence}|0||none||-"


def test_a_row_with_a_locked_value_is_saved_without_loss(settings, tmp_path):
    row = letter(facts={"a": 1})
    cell = stored(row)
    with without_master(settings, tmp_path):
        locked = again(row)
        assert not locked.text
        locked.title = "New"
        locked.text = locked.text
        locked.full_clean()
        locked.save()
        locked.save(update_fields=["text"])

    assert stored(row) == cell
    assert (again(row).title, again(row).text, again(row).facts) == ("New", SECRET, {"a": 1})


def test_a_refreshed_locked_value_is_saved_without_loss():
    row = letter()
    damaged = damage(row)
    row.refresh_from_db()
    row.save()

    assert is_locked(again(row).text)
    assert stored(row) == damaged


@pytest.mark.parametrize("value", ["new", "", None])
def test_nothing_is_written_over_what_is_locked(value):
    row = letter()
    damaged = damage(row)
    reread = again(row)
    reread.text = value

    with pytest.raises(LockedError, match="nothing is written over it"), transaction.atomic():
        reread.save()

    assert stored(row) == damaged


def test_over_what_was_forgotten_something_new_may_be_written():
    row = letter()
    flows.forget_owner(ARLANDIA, by=SYSTEM)
    reread = again(row)
    assert is_locked(reread.text)

    reread.text = "new"
    reread.save()

    assert again(row).text == "new"


def test_without_a_master_key_nothing_is_sealed_and_nothing_saved(settings, tmp_path):
    with (
        without_master(settings, tmp_path),
        pytest.raises(LockedError, match="there is no master key"),
        transaction.atomic(),
    ):
        letter()

    assert not Letter.objects.exists()


# --- copies ---


def test_a_copy_under_a_new_key_is_sealed_anew():
    row = again(letter())
    row.pk, row._state.adding = uuid.uuid4(), True
    row.save()

    assert [one.text for one in Letter.objects.all()] == [SECRET, SECRET]


def test_a_row_that_is_given_away_is_sealed_for_its_new_owner():
    row = again(letter())
    row.owner_id = BELLMARE
    row.save()

    assert again(row).text == SECRET
    flows.forget_owner(ARLANDIA, by=SYSTEM)
    assert again(row).text == SECRET


def test_what_is_locked_is_not_copied(settings, tmp_path):
    row = letter()
    with without_master(settings, tmp_path):
        for reread in (again(row), again(row)):
            reread.pk, reread._state.adding = uuid.uuid4(), True
            with pytest.raises(LockedError, match="can't be copied or moved"), transaction.atomic():
                reread.save()
        other = Letter(owner_id=ARLANDIA, text=again(row).text)
        with pytest.raises(LockedError, match="can't be copied or moved"), transaction.atomic():
            other.save()


def test_copies_in_memory_are_independent():
    row = again(letter(facts={"a": 1}))
    shallow, deep = copy.copy(row), copy.deepcopy(row)
    deep.facts["a"] = 2
    shallow.text = "changed"

    assert (row.text, row.facts, deep.text, shallow.text) == (SECRET, {"a": 1}, SECRET, "changed")


@pytest.mark.parametrize("opened", [True, False])
def test_a_pickle_holds_the_cell_only(opened):
    row = again(letter(facts={SECRET: 1}))
    if opened:
        assert row.text == SECRET
        assert row.facts
    pickled = pickle.dumps(row)

    assert SECRET.encode() not in pickled
    assert pickle.loads(pickled).text == SECRET  # noqa: S301  ours


def test_what_is_not_saved_is_not_pickled():
    with pytest.raises(TypeError, match="Save the row before it is pickled"):
        pickle.dumps(Letter(owner_id=ARLANDIA, text=SECRET))
    assert SECRET.encode() not in pickle.dumps(letter())


def test_a_dump_of_the_data_holds_cells():
    letter(facts={SECRET: 1})
    out = StringIO()

    call_command("dumpdata", "vault_tests", stdout=out)

    assert SECRET not in out.getvalue()
    assert len(json.loads(out.getvalue())[0]["fields"]["text"]) > 50


def test_nothing_shows_the_value():
    row = again(letter())
    assert row.text == SECRET

    key = keys.newest(ARLANDIA)
    shown = f"{row!r} {row} {row.__dict__} {row._meta.get_field('text')!r} {Letter.text!r} {key!r}"
    assert SECRET not in shown
    assert repr(key._unwrap()) not in shown


# --- what a model must have ---


@isolate_apps("chemsec.platform.vault.tests")
def test_a_row_must_have_its_key_before_it_is_saved():
    class Numbered(models.Model):
        owner = models.UUIDField()
        text = SealedText(owner="owner", unique=True)

        class Meta:
            app_label = "vault_tests"

    with pytest.raises(LockedError, match="must be there before it is saved"):
        Numbered._meta.get_field("text").pre_save(Numbered(owner=ARLANDIA, text="x"), True)

    assert [error.msg for error in Numbered.check() if error.id == "chemsec.E006"] == [
        "A sealed field can't go with unique.",
        "A sealed field can't go with a primary key that the database gives.",
    ]


def test_a_row_must_have_an_owner():
    with pytest.raises(LockedError, match="has no owner: owner_id gives no UUID"):
        letter(owner_id=None)


def test_a_renamed_field_opens_what_was_sealed_before():
    field = Letter._meta.get_field("text")
    row = letter()
    renamed = SealedText(owner=lambda row: row.owner_id, known_as="vault_tests_letter.text")
    renamed.set_attributes_from_name("message")
    renamed.model = Letter

    assert renamed.place(row) == field.place(row)
    assert renamed.deconstruct()[3]["known_as"] == "vault_tests_letter.text"
