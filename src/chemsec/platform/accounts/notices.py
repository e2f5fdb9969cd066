"""Telling persons what happened: kept for their desk, and by e-mail as they wish, in their own language.

A message says that there is something and where; what is confidential stays behind the sign-in.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django_tasks import task

from chemsec.platform import jobs, languages
from chemsec.platform.access import Actor

from .models import Notice, Organisation, Person

Titles = Callable[[Actor, Iterable[str]], dict[str, str]]  # of those of these keys that the actor may see


@dataclass(frozen=True)
class Kind:
    sentence: str | Promise  # with %(names)s of the facts
    url: Callable[[str], str]  # from the notice's key
    named: str | Promise = ""  # with %(title)s too, for pages alone
    titles: Titles | None = None


_kinds: dict[str, Kind] = {}


def register(
    name: str,
    sentence: str | Promise,
    url: Callable[[str], str],
    *,
    named: str | Promise = "",
    titles: Titles | None = None,
) -> None:
    """Make a kind of notice known. The sentence is marked with gettext_lazy, so that each reads their own.

    What has a confidential title is told of without it; pages then say it by `named`, with the title that
    `titles` finds for whoever reads: it is kept in no notice and sent in no e-mail.
    """
    _kinds[name] = Kind(sentence, url, named, titles)


def tell(
    people: Iterable[UUID],
    kind: str,
    key: str,
    facts: Mapping[str, str | Organisation],
    *,
    by: UUID | None,
    at_once: bool = False,
) -> None:
    """Tell each of these persons once, except the one who did it. Call it inside the flow's transaction; the
    caller sees to it that all of them may see the object. `at_once`: by e-mail too whatever they chose, where
    it is about the safety of their account. An organisation among the facts is named in each one's language.
    """
    if kind not in _kinds:
        raise LookupError(f"No kind of notice is called {kind!r}.")
    told = Person.objects.filter(pk__in=set(people) - {by}, is_active=True)
    kept = {name: one if isinstance(one, str) else _names_of(one) for name, one in facts.items()}
    for person in told:
        notice = Notice.objects.create(person=person, kind=kind, key=key, facts=kept)
        if at_once or person.digest == Person.Digest.AT_ONCE:
            transaction.on_commit(partial(_enqueue, notice.pk))


def _names_of(organisation: Organisation) -> dict[str, str]:
    """By language, as one reads them there."""
    names = {}
    for language in languages.CODES:
        with translation.override(language):
            names[language] = str(organisation)
    return names


def sentence(notice: Notice) -> str:
    """What the notice says, in the language that is active, wherever it is sent."""
    return _said(_kinds[notice.kind].sentence, notice.facts)


def _said(sentence: str | Promise, facts: Mapping[str, str | dict[str, str]]) -> str:
    """In one line, whoever wrote the facts."""
    language = languages.current().code
    words = {name: one if isinstance(one, str) else one[language] for name, one in facts.items()}
    return str(sentence) % {name: " ".join(value.split()) for name, value in words.items()}


def sentences(actor: Actor, told: Sequence[Notice]) -> list[str]:
    """What each of these says on a page of the actor's, who was told."""
    keys: dict[Titles, list[str]] = {}
    for notice in told:
        if find := _kinds[notice.kind].titles:
            keys.setdefault(find, []).append(notice.key)
    titles = {find: find(actor, named) for find, named in keys.items()}
    return [_on_a_page(notice, titles) for notice in told]


def _on_a_page(notice: Notice, titles: Mapping[Titles, dict[str, str]]) -> str:
    kind = _kinds[notice.kind]
    title = titles[kind.titles].get(notice.key) if kind.titles else None
    return _said(kind.named, notice.facts | {"title": title}) if title else sentence(notice)


def url(notice: Notice) -> str:
    return _kinds[notice.kind].url(notice.key)


def _enqueue(pk: int) -> None:
    mail_notice.enqueue(pk)


@task(takes_context=True)
def mail_notice(context, pk: int) -> None:
    """Send one notice to whoever wants them at once."""
    with jobs.once(context.task_result.id, "mail") as first:
        unsent = Notice.objects.filter(pk=pk, mailed_at__isnull=True, person__is_active=True)
        notice = unsent.select_related("person").first()
        if first and notice:
            unsent.update(mailed_at=timezone.now())  # before it goes: never twice
            with translation.override(notice.person.language):
                send(notice.person, [notice])


@task(takes_context=True)
def mail_closing(context, person: str) -> None:
    """Tell somebody that their account was closed, and why where an administrator did it: the one message
    that still goes to them.
    """
    with jobs.once(context.task_result.id, "mail") as first:
        found = Person.objects.get(pk=person)
        facts = {"person": found, "contact": settings.CHEMSEC_REPOSITORY_EMAIL}
        if first:
            with translation.override(found.language):
                body = render_to_string("accounts/mail/closed.txt", facts)
                send_mail(_("Your account is closed"), body, None, [found.email])


def send(person: Person, told: Iterable[Notice], *, parts: Sequence = ()) -> None:
    """One e-mail, in the language that is active: what they were told, and parts of their desk; see
    digests.py.
    """
    lines = [(sentence(notice), settings.CHEMSEC_BASE_URL + url(notice)) for notice in told]
    context = {"lines": lines, "parts": parts, "root": settings.CHEMSEC_BASE_URL}
    body = render_to_string("accounts/mail/notices.txt", context)
    send_mail(_("Chemical Security Portal: what changed"), body, None, [person.email])
