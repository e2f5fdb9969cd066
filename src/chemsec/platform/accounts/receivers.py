"""What django-allauth does with accounts goes into the log here: it calls no flow of ours, but sends signals.

A wrong password leaves no entry: by how the log grows, one could tell which addresses have an account. A
wrong second factor leaves one, since whoever gets as far knows a password.
"""

from allauth.account import signals as account
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as METHODS
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from chemsec.platform.access import ANYONE, Actor
from chemsec.platform.audit import log as audit

from .access import actor_for, actor_of
from .models import Person


def _record(verb: str, person: Person, *, by: Actor, **facts: object) -> None:
    right = "account.enter" if by is ANYONE else "account.own"
    with transaction.atomic():
        audit.record(verb, f"person/{person.pk}", by=by, right=right, facts=facts)


def _by(request: HttpRequest, person: Person) -> Actor:
    """The person, or somebody who isn't signed in and only knows something of theirs."""
    return actor_of(request) if request.user == person else ANYONE


@receiver(account.user_logged_in)
def note_sign_in(request: HttpRequest, user: Person, **_more) -> None:
    shown = get_authentication_records(request, user)
    means = [record.get("type", record["method"]) for record in shown]
    _record("sign_in", user, by=actor_for(user), means=means)


@receiver(user_logged_out)
def note_sign_out(request: HttpRequest, user: Person | None, **_more) -> None:
    if user:
        _record("sign_out", user, by=actor_of(request))


@receiver(mfa.authentication_failed)
def note_wrong_factor(request: HttpRequest, user: Person, **_more) -> None:
    _record("fail_second_factor", user, by=_by(request, user))


@receiver(mfa.authenticator_added)
def note_new_factor(request: HttpRequest, user: Person, authenticator: Authenticator, **_more) -> None:
    """Who sets one up has shown it with that; codes for later are only shown to them."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, method="mfa", type=authenticator.type)
    _record("add_factor", user, by=_by(request, user), means=[authenticator.type])


@receiver(mfa.authenticator_removed)
def note_lost_factor(request: HttpRequest, user: Person, authenticator: Authenticator, **_more) -> None:
    """Other sessions end: what they showed may count no longer. Here it doesn't, once the last is gone."""
    for session in UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key):
        session.end()
    if not is_mfa_enabled(user):
        shown = get_authentication_records(request, user)
        request.session[METHODS] = [record for record in shown if record["method"] != "mfa"]
    _record("remove_factor", user, by=_by(request, user), means=[authenticator.type])


@receiver(mfa.authenticator_reset)
def note_new_codes(request: HttpRequest, user: Person, **_more) -> None:
    _record("renew_recovery_codes", user, by=_by(request, user))


@receiver([account.password_changed, account.password_set])
def note_new_password(request: HttpRequest, user: Person, **_more) -> None:
    _record("change_password", user, by=_by(request, user))


@receiver(account.password_reset)
def note_password_by_mail(request: HttpRequest, user: Person, **_more) -> None:
    _record("reset_password", user, by=_by(request, user))


@receiver(account.email_changed)
def note_new_address(request: HttpRequest, user: Person, **_more) -> None:
    _record("change_email", user, by=_by(request, user))
