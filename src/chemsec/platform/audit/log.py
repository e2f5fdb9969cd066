"""Append to the audit log, and prove that nothing in it was altered.

A flow calls `record` as its last statement, in its own transaction: no change of state without its entry, no
entry without its change. The head row is locked from there to the commit, so the log has no gap and no fork.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from chemsec.kernel import merkle
from chemsec.platform.access import ANYONE, Actor

from . import checkpoints
from .models import Entry, Head

origin: ContextVar[str] = ContextVar("origin", default="command")  # where from: an address, or what runs here


def record(
    verb: str,
    thing: str,
    *,
    by: Actor,
    right: str,
    facts: Mapping[str, Any] | None = None,
    binds: bool = False,
) -> int:
    """Append an entry and give its number.

    thing: kind and key, `practice/us-bmap`. right: the rule that allowed it. facts: what a reader of the log
    may know besides, as JSON. binds: the act binds, so that a checkpoint is signed once it is committed; no
    API key can do it. Of somebody who isn't signed in, no address is kept.
    """
    if binds and by.key:
        raise PermissionDenied
    if not connection.in_atomic_block:
        raise RuntimeError("An audit entry belongs into the transaction of the change that it tells of.")
    head = Head.objects.select_for_update().get(pk=1)
    seq = head.size + 1
    body = canonical(
        {
            "seq": seq,
            "at": timezone.now().isoformat(timespec="milliseconds"),
            "verb": verb,
            "thing": thing,
            "by": by.name,
            **({"for": str(by.organisation)} if by.organisation else {}),
            **({"key": by.key} if by.key else {}),
            "right": right,
            "from": "" if by is ANYONE else origin.get(),
            "facts": facts or {},
        }
    )
    frontier = merkle.append(_split(head.frontier), head.size, merkle.hash_leaf(body.encode()))
    root = merkle.root_of(frontier)
    Entry.objects.create(seq=seq, body=body, root=root, thing=thing)
    Head.objects.filter(pk=1).update(size=seq, root=root, frontier=b"".join(frontier))
    if binds:
        transaction.on_commit(checkpoints.sign)
    return seq


def canonical(facts: Mapping[str, Any]) -> str:
    """JSON that is written in one way only."""
    return json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _split(frontier: bytes | memoryview) -> merkle.Frontier:
    hashes = bytes(frontier)
    return tuple(hashes[i : i + merkle.SIZE] for i in range(0, len(hashes), merkle.SIZE))


# --- proving ---


@dataclass(frozen=True)
class Report:
    """What `verify` found: the size and root of the log, and the first thing that is wrong, if any."""

    size: int
    root: bytes
    fault: str = ""
    seq: int = 0  # the entry that the fault names; 0 = none in particular


def verify(against: Iterable[checkpoints.Statement] = ()) -> Report:
    """Read the whole log and compare it with itself, its head, the checkpoints kept here and those given."""
    stated: dict[int, list[checkpoints.Statement]] = {}
    for one in [*checkpoints.kept(), *against]:
        stated.setdefault(one.size, []).append(one)
    report, misfiled = _walk(stated)
    if not report.fault:
        report = _compare_ends(report, stated)
    return report if report.fault else replace(report, **misfiled)


def said(verb: str) -> Iterator[dict[str, Any]]:
    """What every entry of this verb says, in order."""
    for _seq, body, _root, _thing in _entries():
        entry: dict[str, Any] = json.loads(body)
        if entry["verb"] == verb:
            yield entry


def _walk(stated: Mapping[int, list[checkpoints.Statement]]) -> tuple[Report, dict[str, Any]]:
    """What the entries say, and the first one that isn't found under the thing that it is about: that counts
    where nothing else is wrong.
    """
    frontier: merkle.Frontier = ()
    size, root = 0, merkle.EMPTY_ROOT
    misfiled: dict[str, Any] = {}
    for seq, body, written, thing in _entries():
        if seq != size + 1:
            return Report(size, root, f"Entry {size + 1} is missing.", size + 1), misfiled
        frontier = merkle.append(frontier, size, merkle.hash_leaf(body.encode()))
        size, root = seq, merkle.root_of(frontier)
        if root != bytes(written):
            return Report(size, root, f"Entry {seq} isn't what was written.", seq), misfiled
        for one in stated.get(size, ()):
            if one.root != root:
                fault = f"The log isn't the one of {one.source}: it differs up to entry {seq}."
                return Report(size, root, fault, seq), misfiled
        if not misfiled and _thing_of(body) != thing:
            fault = f"Entry {seq} is filed under {thing}, which it isn't about."
            misfiled = {"fault": fault, "seq": seq}
    return Report(size, root), misfiled


def _entries() -> Iterator[tuple[int, str, bytes | memoryview, str]]:
    rows = Entry.objects.order_by("seq").values_list("seq", "body", "root", "thing")
    return rows.iterator(chunk_size=2_000)


def _compare_ends(report: Report, stated: Mapping[int, list[checkpoints.Statement]]) -> Report:
    head = Head.objects.get(pk=1)
    size, root = report.size, report.root
    if head.size > size:
        return Report(size, root, f"Entry {size + 1} is missing: the log was cut.", size + 1)
    if head.size < size:
        return Report(size, root, f"Entry {head.size + 1} was not appended by the portal.", head.size + 1)
    if bytes(head.root) != root or merkle.root_of(_split(head.frontier)) != root:
        return Report(size, root, "The head isn't that of the log.")
    longest = max(stated, default=0)
    if longest > size:
        source = stated[longest][0].source
        return Report(size, root, f"Entry {size + 1} is missing: {source} knew {longest} entries.", size + 1)
    return report


def _thing_of(body: str) -> str:
    try:
        return str(json.loads(body)["thing"])
    except (ValueError, KeyError, TypeError):  # no entry of ours: what it replaced, a checkpoint tells
        return ""


def prove(seq: int) -> dict[str, Any]:
    """What shows without the portal that an entry is in the log: it, its place, the way to the root, the
    signed checkpoint whose root that is, and the key that checks it. See bin/check-proof.
    """
    note = checkpoints.sign()
    size = checkpoints.parse(note).size
    entries = Entry.objects.filter(seq__lte=size).order_by("seq").values_list("body", flat=True)
    leaves = [merkle.hash_leaf(body.encode()) for body in entries.iterator(chunk_size=2_000)]
    return {
        "entry": Entry.objects.values_list("body", flat=True).get(seq=seq),
        "index": seq - 1,
        "proof": [step.hex() for step in merkle.prove_inclusion(leaves, seq - 1)],
        "checkpoint": note,
        "key": checkpoints.public_key(),
    }


def withhold(proof: dict[str, Any]) -> dict[str, Any]:
    """The same proof for who may not know who acted and from where: of the entry its hash alone."""
    return {"leaf": merkle.hash_leaf(proof["entry"].encode()).hex()} | {
        name: value for name, value in proof.items() if name != "entry"
    }
