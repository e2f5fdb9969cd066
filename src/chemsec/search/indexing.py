"""From the rooms' items to the index: words at once, in the caller's transaction; meaning in the
background.
"""

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence

from django.db import connection, transaction
from django.db.models import Count
from django_tasks import task

from chemsec.kernel import tokens as kernel_tokens
from chemsec.kernel.sentences import split_sentences

from . import meaning, registry, words
from .models import Document, Entry, Part, Spelling, Token

SECTIONS = ("title", "summary", "how_to_apply", "evidence")
MEANT = ("title", "summary", "how_to_apply")  # evidence says how well it is known, not what it is about
ALL = "_"  # the token that stands in every document; `en_` stands in every English one


def index(kind: str, keys: Iterable[str]) -> None:
    """Bring the index up to date with the source: new, changed and vanished items of these keys."""
    keys = list(dict.fromkeys(keys))
    with transaction.atomic():
        changed = write_words(kind, keys)
        if changed:
            transaction.on_commit(lambda: embed.enqueue(kind=kind, keys=changed))


def write_words(kind: str, keys: Sequence[str]) -> list[str]:
    """Index the words of these items now; remove those that the source no longer yields.

    Gives the keys whose meaning has yet to be computed.
    """
    items = {item.key: item for item in registry.source_of(kind).items(keys)}
    old = {entry.key: entry for entry in Entry.objects.filter(kind=kind, key__in=keys)}
    gone = [entry.pk for key, entry in old.items() if key not in items]
    _forget_words(Document.objects.filter(entry__in=[entry.pk for entry in old.values()]))
    Entry.objects.filter(pk__in=gone).delete()
    stale = []
    rows: dict[int, dict[str, list[str]]] = {}
    written: list[Document] = []
    for key, item in items.items():
        entry = old.get(key) or Entry(kind=kind, key=key)
        if entry.fingerprint != fingerprint(item):
            entry.fingerprint = ""
            stale.append(key)
        entry.tags = {name: list(codes) for name, codes in item.tags.items()}
        entry.scope = item.scope
        entry.save()
        entry.documents.exclude(language__in=[text.language for text in item.texts]).delete()
        documents = {document.language: document for document in entry.documents.all()}
        for text in item.texts:
            document = documents.get(text.language) or Document(entry=entry, language=text.language)
            if document.pk and document.sections != text.sections:
                document.parts.all().delete()  # no sentence is quoted that stands there no more
            document.is_source, document.sections = text.is_source, text.sections
            document.save()
            written.append(document)
            rows[document.pk] = {
                name: kernel_tokens.index_tokens(text.sections.get(name) or "", text.language)
                for name in SECTIONS
            }
    words.backend().write(rows)
    _count((document.language, rows[document.pk]) for document in written)
    _learn_spellings(written)
    return stale


def fingerprint(item: registry.Item) -> str:
    texts = [[t.language, t.is_source, t.sections] for t in sorted(item.texts, key=lambda t: t.language)]
    return hashlib.sha256(json.dumps([meaning.VERSION, texts], sort_keys=True).encode()).hexdigest()


def _forget_words(documents) -> None:
    documents = list(documents)
    rows = {
        d.pk: {name: kernel_tokens.index_tokens(d.sections.get(name) or "", d.language) for name in SECTIONS}
        for d in documents
    }
    words.backend().remove(rows)
    _count(((d.language, rows[d.pk]) for d in documents), sign=-1)


def _count(documents: Iterable[tuple[str, dict[str, list[str]]]], *, sign: int = 1) -> None:
    counts: Counter[str] = Counter()
    for language, sections in documents:
        counts[ALL] += 1
        counts[kernel_tokens.prefix(language)] += 1
        counts.update({token for tokens in sections.values() for token in tokens})
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO search_token (token, documents) VALUES (%s, %s)"
            " ON CONFLICT (token) DO UPDATE SET documents = CASE"
            " WHEN search_token.documents + %s > 0 THEN search_token.documents + %s ELSE 0 END",
            [  # in one order everywhere, so that two writers don't wait for each other
                (token, max(sign * n, 0), sign * n, sign * n) for token, n in sorted(counts.items())
            ],
        )


@transaction.atomic
def recount() -> None:
    """Count anew in how many documents each token stands, and forget words that stand in none."""
    counts = Counter(words.backend().counts())
    for language, number in Document.objects.values_list("language").annotate(number=Count("pk")):
        counts[ALL] += number
        counts[kernel_tokens.prefix(language)] += number
    Token.objects.all().delete()
    Token.objects.bulk_create(
        [Token(token=token, documents=number) for token, number in sorted(counts.items())], batch_size=1000
    )
    Spelling.objects.exclude(token__in=Token.objects.values("token")).delete()


def _learn_spellings(documents: Iterable[Document]) -> None:
    spellings: dict[str, str] = {}
    for document in documents:
        for name in SECTIONS:
            spellings |= kernel_tokens.spellings(document.sections.get(name) or "", document.language)
    Spelling.objects.bulk_create(
        [Spelling(word=word, token=token) for word, token in sorted(spellings.items())], ignore_conflicts=True
    )


def next_generation(kind: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO search_generation (kind, number) VALUES (%s, %s)"
            " ON CONFLICT (kind) DO UPDATE SET number = excluded.number",
            [kind, secrets.randbits(62)],
        )


@task
def embed(kind: str, keys: list[str]) -> None:
    """Compute the meaning of these items as they are now. Done twice, it changes nothing."""
    with meaning.making(kind):
        write_vectors(kind, keys)
        meaning.refresh(kind)


def write_vectors(kind: str, keys: Iterable[str]) -> int:
    """Compute the vectors of items that have none of their present texts; gives the number of items.

    The encoder runs outside the transaction. When a text changes meanwhile, the entry gets the fingerprint
    of the older one, and the job that the change enqueued computes it again.
    """
    items = list(registry.source_of(kind).items(keys))
    entries = {
        entry.key: entry for entry in Entry.objects.filter(kind=kind, key__in=[item.key for item in items])
    }
    todo = [
        item for item in items if item.key in entries and entries[item.key].fingerprint != fingerprint(item)
    ]
    texts = [
        (item.key, text.language, *part) for item in todo for text in item.texts for part in parts_of(text)
    ]
    vectors = meaning.encode([text for *_where, text in texts])
    with transaction.atomic():
        documents = {
            (d.entry.key, d.language): d
            for d in Document.objects.filter(
                entry__kind=kind, entry__key__in=[i.key for i in todo]
            ).select_related("entry")
        }
        Part.objects.filter(document__in=documents.values()).delete()
        Part.objects.bulk_create(
            Part(
                document=documents[key, language],
                level=level,
                order=order,
                text=text if level == Part.SENTENCE else "",
                vector=vector.tobytes(),
            )
            for (key, language, level, order, text), vector in zip(texts, vectors, strict=True)
            if (key, language) in documents
        )
        for item in todo:
            Entry.objects.filter(kind=kind, key=item.key).update(fingerprint=fingerprint(item))
        if todo:
            next_generation(kind)
    return len(todo)


def parts_of(text: registry.Text) -> Iterable[tuple[int, int, str]]:
    """What of a text gets a vector: (level, order, text)."""
    yield Part.WHOLE, 0, " ".join(text.sections[name] for name in MEANT if text.sections.get(name))
    order = 0
    for number, name in enumerate(MEANT):
        section = text.sections.get(name) or ""
        if section:
            yield Part.SECTION, number, section
        if name != "title":
            for sentence in split_sentences(section):
                yield Part.SENTENCE, order, sentence
                order += 1


def is_ready() -> bool:
    """Whether questions can be answered by meaning: the concepts are known and so is every kind's first
    item.
    """
    return meaning.has_examples() and all(
        not Entry.objects.filter(kind=kind).exists()
        or Entry.objects.filter(kind=kind).exclude(fingerprint="").exists()
        for kind in registry.kinds()
    )
