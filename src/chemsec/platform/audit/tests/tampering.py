"""What somebody with power over the database could do to the log; each gives the entry to be named."""

import json
from contextlib import contextmanager
from importlib import import_module
from types import SimpleNamespace

from django.apps import apps
from django.db import connection

from chemsec.kernel import merkle
from chemsec.platform.audit.models import Checkpoint, Entry, Head

refusal = import_module("chemsec.platform.audit.migrations.0002_refuse_changes")


@contextmanager
def unprotected():
    """Without the database's refusals, until the transaction is rolled back."""
    with connection.cursor() as cursor:
        refusal.allow(apps, SimpleNamespace(connection=connection, execute=cursor.execute))
    yield


def _size():
    return Entry.objects.count()


def alter(chance):
    seq = chance.randint(1, _size())
    body = json.loads(Entry.objects.get(seq=seq).body)
    body[chance.choice(["verb", "by", "thing"])] = "another"
    Entry.objects.filter(seq=seq).update(body=json.dumps(body))
    return seq


def flip(chance):
    seq = chance.randint(1, _size())
    body = Entry.objects.get(seq=seq).body
    place = chance.randrange(len(body))
    Entry.objects.filter(seq=seq).update(body=body[:place] + "~" + body[place + 1 :])
    return seq


def delete(chance):
    seq = chance.randint(1, _size())
    Entry.objects.filter(seq=seq).delete()
    return seq


def swap(chance):
    first, second = sorted(chance.sample(range(1, _size() + 1), 2))
    bodies = dict(Entry.objects.filter(seq__in=[first, second]).values_list("seq", "body"))
    Entry.objects.filter(seq=first).update(body=bodies[second])
    Entry.objects.filter(seq=second).update(body=bodies[first])
    return first


def insert(chance):
    """An entry in the middle; those behind it move up with what they held."""
    seq = chance.randint(1, _size())
    for entry in Entry.objects.filter(seq__gte=seq).order_by("-seq"):
        Entry.objects.filter(seq=entry.seq).delete()
        Entry.objects.create(seq=entry.seq + 1, body=entry.body, root=entry.root)
    Entry.objects.create(seq=seq, body="{}", root=bytes(merkle.SIZE))
    return seq


def append(chance):
    """An entry at the end, as the portal would make it, without its head."""
    leaves = [merkle.hash_leaf(body.encode()) for body in Entry.objects.values_list("body", flat=True)]
    body = f"{chance.random()}"
    seq = len(leaves) + 1
    root = merkle.root([*leaves, merkle.hash_leaf(body.encode())])
    Entry.objects.create(seq=seq, body=body, root=root)
    return seq


def cut(chance):
    seq = chance.randint(1, _size())
    Entry.objects.filter(seq__gte=seq).delete()
    return seq


def cut_with_its_head(chance):
    """The log is as it once was, checkpoints kept here too: only one that is kept elsewhere tells."""
    seq = chance.randint(1, 40)
    Entry.objects.filter(seq__gte=seq).delete()
    Checkpoint.objects.filter(size__gte=seq).delete()
    _set_head()
    return seq


def replace_all(chance):
    """Another log of the same length, whole in itself: it differs from the checkpoint kept elsewhere."""
    size = _size()
    Entry.objects.all().delete()
    Checkpoint.objects.all().delete()
    frontier = ()
    for seq in range(1, size + 1):
        body = f"{seq} {chance.random()}"
        frontier = merkle.append(frontier, seq - 1, merkle.hash_leaf(body.encode()))
        Entry.objects.create(seq=seq, body=body, root=merkle.root_of(frontier))
    _set_head()
    return 40


def _set_head():
    frontier = ()
    for size, body in enumerate(Entry.objects.values_list("body", flat=True)):
        frontier = merkle.append(frontier, size, merkle.hash_leaf(body.encode()))
    Head.objects.update(
        size=Entry.objects.count(), root=merkle.root_of(frontier), frontier=b"".join(frontier)
    )


MUTATIONS = [alter, flip, delete, swap, insert, append, cut, cut_with_its_head, replace_all]
