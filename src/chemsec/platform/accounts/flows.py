"""Everything that changes who may do what."""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chemsec.platform.access import SYSTEM, Actor
from chemsec.platform.audit import log as audit
from chemsec.platform.files.public import Accepted, keep
from chemsec.platform.models import State

from . import access, notices
from .access import APPOINTMENT
from .models import Admission, Appointment, Invitation, Membership, Organisation, Person, Role
from .secrets import digest
from .software import flows as software

INVITED_FOR = timedelta(days=14)


# ── invitations ──


@transaction.atomic
def invite_person(organisation: Organisation, email: str, role: Role, *, by: Actor) -> tuple[Invitation, str]:
    """Ask somebody in; return the invitation and the secret that opens it, which isn't kept.

    Raises PermissionDenied, and ValidationError when they have the role already.
    """
    if role not in access.roles_given_by(by, organisation):
        raise PermissionDenied
    invitation, secret = _invite(organisation, email, role, by=by)
    facts = {"role": role, "invitation": str(invitation.pk)}
    _record("invite_person", organisation, facts, by=by, right="organisation.manage")
    return invitation, secret


def _invite(organisation: Organisation, email: str, role: Role, *, by: Actor) -> tuple[Invitation, str]:
    email = Person.objects.normalise(email)
    if organisation.memberships.current().filter(person__email=email, role=role).exists():
        raise ValidationError(_("This person has that role already."))
    now = timezone.now()
    organisation.invitations.filter(email=email, role=role, ended_at__isnull=True).update(ended_at=now)
    secret = secrets.token_urlsafe(32)
    invitation = Invitation(
        organisation=organisation,
        email=email,
        role=role,
        digest=digest(secret),
        invited_by_id=by.person,
        expires_at=now + INVITED_FOR,
    )
    invitation.full_clean()
    invitation.save()
    return invitation, secret


def open_invitation(secret: str) -> Invitation | None:
    """The invitation that this secret opens, unless it was used, taken back or has expired."""
    current = Invitation.objects.filter(ended_at__isnull=True, expires_at__gt=timezone.now())
    return current.filter(digest=digest(secret)).select_related("organisation").first()


@transaction.atomic
def accept_invitation(secret: str, person: Person, *, by: Actor) -> Membership:
    """Take the role that one was invited to. The invitation holds for the address that it was sent to."""
    invitation = Invitation.objects.select_for_update().filter(digest=digest(secret)).first()
    if invitation is None or invitation.ended_at or invitation.expires_at <= timezone.now():
        raise ValidationError(
            _("This invitation has been used, taken back, or has expired. Ask for a new one.")
        )
    if invitation.email != person.email or by.person != person.pk:
        raise PermissionDenied
    invitation.ended_at = timezone.now()
    invitation.save(update_fields=["ended_at"])
    return _begin(invitation.organisation, person, Role(invitation.role), by=by, right="account.enter")


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: Actor) -> None:
    if not access.can_manage(by, invitation.organisation):
        raise PermissionDenied
    current = Invitation.objects.filter(pk=invitation.pk, ended_at__isnull=True)
    if not current.update(ended_at=timezone.now()):
        raise ValidationError(_("Somebody has decided on this already."))
    facts = {"invitation": str(invitation.pk)}
    _record("withdraw_invitation", invitation.organisation, facts, by=by, right="organisation.manage")


# ── memberships ──


def _begin(organisation: Organisation, person: Person, role: Role, *, by: Actor, right: str) -> Membership:
    membership, created = Membership.objects.get_or_create(
        organisation=organisation, person=person, role=role, ended_at=None
    )
    if created:
        key, names = str(organisation.pk), {"name": person.name}
        notices.tell(_managers(organisation), "membership.began", key, names, by=person.pk)
        facts = {"person": str(person.pk), "role": role}
        _record("begin_membership", organisation, facts, by=by, right=right, binds=True)
    return membership


@transaction.atomic
def end_membership(membership: Membership, *, by: Actor) -> None:
    """End a role; what the person wrote stays with the organisation. Raises ValidationError for the last one
    who manages it.
    """
    organisation = Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    if not (access.can_manage(by, organisation) or membership.person_id == by.person):
        raise PermissionDenied
    manager = access.manager_of(organisation)
    others = organisation.memberships.current().filter(role=manager).exclude(pk=membership.pk)
    if membership.role == manager and not others.exists():
        raise ValidationError(_("Nobody else manages this organisation; hand over first."))
    ended = Membership.objects.current().filter(pk=membership.pk).update(ended_at=timezone.now())
    if not ended:
        raise ValidationError(_("This role has ended already."))
    names = {"name": organisation}
    notices.tell([membership.person_id], "membership.ended", str(organisation.pk), names, by=by.person)
    _record_end(membership, by=by, right="organisation.manage")


def _record_end(membership: Membership, *, by: Actor, right: str) -> None:
    facts = {"person": str(membership.person_id), "role": membership.role}
    _record("end_membership", membership.organisation, facts, by=by, right=right, binds=True)


# ── coming in from outside the States ──


@transaction.atomic
def ask_admission(person: Person, kind: str, name: str, why: str, *, by: Actor) -> Admission:
    """Ask to act for an organisation. The people of States and the Secretariat are invited instead."""
    if by.person != person.pk:
        raise PermissionDenied
    if kind in {Organisation.Kind.STATE, Organisation.Kind.SECRETARIAT}:
        raise ValidationError(_("States and the Secretariat invite their people."))
    access.hold(person.pk)
    if person.admissions.filter(state=Admission.State.WAITING).exists():
        raise ValidationError(_("The registrar hasn’t decided on your last request yet."))
    admission = Admission(person=person, kind=kind, name=name, why=why)
    admission.full_clean()
    admission.save()
    registrars = _with_role(Role.REGISTRAR)
    notices.tell(registrars, "admission.asked", str(admission.pk), {"name": person.name}, by=person.pk)
    audit.record(
        "ask_admission", f"admission/{admission.pk}", by=by, right="account.own", facts={"kind": kind}
    )
    return admission


@transaction.atomic
def admit_person(admission: Admission, organisation: Organisation | None, *, by: Actor) -> Membership:
    """Let somebody in: as focal point of a new organisation, or as contributor of one that is there."""
    if not access.can_admit(by) or admission.person_id == by.person:
        raise PermissionDenied
    _decide(admission, Admission.State.ADMITTED)
    role = Role.CONTRIBUTOR
    if organisation is None:
        organisation = Organisation.objects.create(kind=admission.kind, names={"en": admission.name})
        role = Role.FOCAL_POINT
    facts = {"name": organisation}
    notices.tell([admission.person_id], "admission.admitted", str(admission.pk), facts, by=by.person)
    return _begin(organisation, admission.person, role, by=by, right="organisation.admit")


@transaction.atomic
def decline_admission(admission: Admission, reason: str, *, by: Actor) -> None:
    if not access.can_admit(by):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError(_("Say why; the person will read it."))
    _decide(admission, Admission.State.DECLINED, reason.strip())
    facts = {"name": admission.name}
    notices.tell([admission.person_id], "admission.declined", str(admission.pk), facts, by=by.person)
    audit.record("decline_admission", f"admission/{admission.pk}", by=by, right="organisation.admit")


def _decide(admission: Admission, state: Admission.State, reason: str = "") -> None:
    waiting = Admission.objects.filter(pk=admission.pk, state=Admission.State.WAITING)
    if not waiting.update(state=state, reason=reason, decided_at=timezone.now()):
        raise ValidationError(_("Somebody has decided on this already."))


# ── focal points of States ──


@transaction.atomic
def enter_focal_point(
    state: State | Organisation, email: str, official_word: str, document: Accepted, *, by: Actor
) -> Appointment:
    """Note whom a State named as its focal point, with the document that says so; a second person confirms
    before the invitation goes out. For an invented State, which no list has, its organisation is given.
    """
    if not access.can_admit(by) or by.person is None:
        raise PermissionDenied
    organisation = Organisation.objects.select_for_update().get(pk=_organisation_of(state).pk)
    address = Person.objects.normalise(email)
    if organisation.appointments.filter(email=address, ended_at__isnull=True).exists():
        raise ValidationError(_("This address is entered already and waits for a second person."))
    appointment = Appointment(
        organisation=organisation,
        email=address,
        official_word=official_word,
        entered_by_id=by.person,
    )
    thing = (APPOINTMENT, str(appointment.pk))
    appointment.document = keep(document, owner=organisation.pk, thing=thing, by=by)
    appointment.full_clean()
    appointment.save()
    named = {"name": organisation}
    notices.tell(_with_role(Role.REGISTRAR), "appointment.entered", str(appointment.pk), named, by=by.person)
    facts = {"appointment": str(appointment.pk), "document": str(appointment.document_id)}
    _record("enter_focal_point", organisation, facts, by=by, right="organisation.admit")
    return appointment


def _organisation_of(state: State | Organisation) -> Organisation:
    if isinstance(state, State):
        facts = {"kind": Organisation.Kind.STATE, "names": state.names, "group": state.group}
        return Organisation.objects.get_or_create(state=state, defaults=facts)[0]
    if state.kind != Organisation.Kind.STATE or not state.is_fictional:
        raise PermissionDenied
    return state


def ensure_states() -> None:
    """An organisation for each State of the reference list, so that each can be asked something before
    anybody of it has come in. Within the flow that asks.
    """
    for state in State.objects.filter(organisation__isnull=True):
        _organisation_of(state)


@transaction.atomic
def confirm_focal_point(appointment: Appointment, *, by: Actor) -> tuple[Invitation, str]:
    """The second person's word: the State's focal point is invited. Never whoever entered it."""
    appointment = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if not access.can_admit(by) or appointment.entered_by_id == by.person:
        raise PermissionDenied
    _end(appointment)
    Appointment.objects.filter(pk=appointment.pk).update(confirmed_by=by.person)
    invitation, secret = _invite(appointment.organisation, appointment.email, Role.FOCAL_POINT, by=by)
    facts = {"appointment": str(appointment.pk), "invitation": str(invitation.pk)}
    _record(
        "confirm_focal_point", appointment.organisation, facts, by=by, right="organisation.admit", binds=True
    )
    return invitation, secret


@transaction.atomic
def withdraw_focal_point(appointment: Appointment, *, by: Actor) -> None:
    """Take an entry back before it is confirmed."""
    if not access.can_admit(by):
        raise PermissionDenied
    _end(appointment)
    facts = {"appointment": str(appointment.pk)}
    _record("withdraw_focal_point", appointment.organisation, facts, by=by, right="organisation.admit")


def _end(appointment: Appointment) -> None:
    current = Appointment.objects.filter(pk=appointment.pk, ended_at__isnull=True)
    if not current.update(ended_at=timezone.now()):
        raise ValidationError(_("Somebody has decided on this already."))


# ── one's own account ──


@transaction.atomic
def change_profile(person: Person, *, name: str, language: str, digest: str, by: Actor) -> None:
    if by.person != person.pk:
        raise PermissionDenied
    person.name, person.language, person.digest = name, language, digest
    person.full_clean()
    person.save(update_fields=["name", "language", "digest"])
    audit.record("change_profile", by.name, by=by, right="account.own")


@transaction.atomic
def read_notices(person: Person, *, by: Actor) -> None:
    """Note that all news on the desk was seen. No entry in the log: nothing else hangs on it."""
    if by.person != person.pk:
        raise PermissionDenied
    person.notices.filter(read_at__isnull=True).update(read_at=timezone.now())


# ── closing an account ──


@transaction.atomic
def close_account(person: Person, reason: str = "", *, by: Actor) -> None:
    """Close an account for good: nobody signs in with it, its sessions, roles, keys and calendar address end.
    What the person wrote stays, under their name; they are told by e-mail, with the reason.

    Raises ValidationError where an organisation would be left to nobody, unless an administrator closes the
    account: of the Secretariat one administrator stays in any case.
    """
    access.hold(person.pk)
    person = Person.objects.get(pk=person.pk)
    if not access.can_close(by, person):
        raise PermissionDenied
    if not person.is_active:
        raise ValidationError(_("This account is closed already."))
    is_own = by.person == person.pk
    if not (is_own or reason.strip()):
        raise ValidationError(_("Say why; the person will read it."))
    _keep_one_who_manages(person, is_own=is_own)
    right = "account.own" if is_own else "account.close"
    _end_roles(person, by=by, right=right)
    facts = software.revoke_all(person.pk)
    person.admissions.filter(state=Admission.State.WAITING).update(
        state=Admission.State.WITHDRAWN, decided_at=timezone.now()
    )
    Authenticator.objects.filter(user=person).delete()
    for session in UserSession.objects.filter(user=person):
        session.end()
    person.is_active, person.closed_because = False, reason.strip()
    person.save(update_fields=["is_active", "closed_because"])
    transaction.on_commit(partial(notices.mail_closing.enqueue, str(person.pk)))
    audit.record("close_account", f"person/{person.pk}", by=by, right=right, facts=facts, binds=True)


@transaction.atomic
def end_session(session: UserSession, *, by: Actor) -> None:
    """Sign somebody out where they have left a browser open."""
    if session.user_id != by.person:
        raise PermissionDenied
    session.end()
    audit.record("end_session", f"person/{by.person}", by=by, right="account.own", facts={})


def _hold_organisations(person: Person) -> None:
    """So that the last two who manage one don't go at once, and nobody's role ends twice."""
    theirs = Organisation.objects.filter(pk__in=access.memberships_of(person).values("organisation"))
    list(theirs.order_by("pk").select_for_update())


def _keep_one_who_manages(person: Person, *, is_own: bool) -> None:
    _hold_organisations(person)
    for one in access.managed_alone_by(person):
        if is_own or one.kind == Organisation.Kind.SECRETARIAT:
            said = _("Nobody else manages %(name)s; hand over first.")
            raise ValidationError(said % {"name": one.name})


@transaction.atomic
def warn_unused(person: Person, *, by: Actor) -> None:
    """Tell somebody that their roles end in a month unless they sign in; and registrars, where an
    organisation has nobody else to manage it.
    """
    _hold_unused(person, by)
    Person.objects.filter(pk=person.pk).update(warned_at=timezone.now())
    notices.tell([person.pk], "account.unused", "", {}, by=None, at_once=True)
    for one in access.managed_alone_by(person):
        names: dict[str, str | Organisation] = {"name": person.name, "organisation": one}
        notices.tell(_with_role(Role.REGISTRAR), "account.unused_alone", str(one.pk), names, by=None)
    audit.record("warn_unused", f"person/{person.pk}", by=by, right="account.close", facts={})


@transaction.atomic
def end_unused(person: Person, *, by: Actor) -> bool:
    """End the roles of somebody who didn't come back, so that nobody else comes in by them. What they wrote
    stays, and so does the role without which nobody would manage an organisation. Whether there were any.
    """
    _hold_unused(person, by)
    alone = [one.pk for one in access.managed_alone_by(person)]
    ended = _end_roles(person, by=by, right="account.close", told="membership.unused", but_in=alone)
    if ended:
        notices.tell([person.pk], "account.unused_ended", "", {}, by=None, at_once=True)
    return bool(ended)


def _hold_unused(person: Person, by: Actor) -> None:
    if by is not SYSTEM:
        raise PermissionDenied
    access.hold(person.pk)
    _hold_organisations(person)


def _end_roles(
    person: Person, *, by: Actor, right: str, told: str = "membership.left", but_in: Iterable[UUID] = ()
) -> int:
    """End every role, as an act for its own organisation where the person does it; tell who manages that.
    Return how many.
    """
    ending = list(
        access.memberships_of(person).exclude(organisation__in=but_in).select_related("organisation")
    )
    for one in ending:
        Membership.objects.filter(pk=one.pk).update(ended_at=timezone.now())
        key, names = str(one.organisation_id), {"name": person.name}
        notices.tell(_managers(one.organisation), told, key, names, by=by.person)
        seat = replace(by, organisation=one.organisation_id) if by.person == person.pk else by
        _record_end(one, by=seat, right=right)
    return len(ending)


def _managers(organisation: Organisation) -> list[UUID]:
    managers = organisation.memberships.current().filter(role__in=[Role.FOCAL_POINT, Role.ADMINISTRATOR])
    return list(managers.values_list("person_id", flat=True))


def _with_role(role: Role) -> list[UUID]:
    people = Membership.objects.current().filter(role=role)
    return list(people.values_list("person_id", flat=True))


def _record(
    verb: str, organisation: Organisation, facts: dict, *, by: Actor, right: str, binds: bool = False
) -> None:
    thing = f"organisation/{organisation.pk}"
    audit.record(verb, thing, by=by, right=right, facts=facts, binds=binds)
