"""What was done with one object, for those who may see it. Rooms register their kinds of objects and say in
words what each verb of their flows means; the log knows none of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.functional import Promise

from chemsec.platform.access import Actor


@dataclass(frozen=True)
class Subject:
    """The object of a history, as one reader may know it."""

    title: str
    url: str
    language: str = ""  # of the title, where it isn't the reader's
    hidden: frozenset[str] = frozenset()  # verbs of acts that this reader may not know of
    tells_origin: bool = False  # from which address the reader's own acts came


def uuid_of(key: str) -> UUID:
    """The key of an object that has a UUID; Http404 for what is none."""
    try:
        return UUID(key)
    except ValueError as error:
        raise Http404 from error


Sentence = str | Promise | Callable[[Mapping[str, Any]], str]
_kinds: dict[str, Callable[[Actor, str], Subject]] = {}
_sentences: dict[str, Sentence] = {}


def register(kind: str, find: Callable[[Actor, str], Subject]) -> None:
    """Make a kind of object known, as the log names it. `find` fetches and authorises: Http404 for an object
    whose history the actor may not see.
    """
    _kinds[kind] = find


def name_verbs(sentences: Mapping[str, Sentence]) -> None:
    """Say what was done where the log has a verb: a sentence marked with gettext_lazy, or what makes one of
    the entry's facts.
    """
    _sentences.update(sentences)


def find(actor: Actor, kind: str, key: str) -> Subject:
    if kind not in _kinds:
        raise Http404
    return _kinds[kind](actor, key)


def sentence(verb: str, facts: Mapping[str, Any]) -> str:
    """What was done, in the language that is active; the verb itself where nobody has named it."""
    said = _sentences.get(verb, "")
    return said(facts) if callable(said) else str(said)
