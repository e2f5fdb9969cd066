"""Who acts, and who may see and change accounts and organisations."""

from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from chemsec.platform.access import ANYONE, SYSTEM, Actor, declare

from .models import (
    IN_THE_SECRETARIAT,
    Admission,
    Appointment,
    Invitation,
    Membership,
    Organisation,
    Person,
    Role,
)
from .shown import has_second_factor

declare(
    "account.enter", _("Anyone: signing in, registering, getting a password back, accepting an invitation.")
)
declare(
    "account.own", _("Who is signed in: their own account, their own desk, the organisation they act for.")
)
declare("account.close", _("An administrator, anybody's account but their own."))
declare("account.demo", _("Anyone, in a demonstration only: signing in as one of its invented persons."))
declare("organisation.read", _("The members of an organisation see who else is one."))
declare("organisation.manage", _("An organisation's focal point, in the Secretariat an administrator."))
declare(
    "organisation.admit", _("A registrar: who comes in from outside the States, and focal points of States.")
)

ACTS_FOR = "acts_for"  # key in the session: the organisation that its person acts for


def actor_of(request: HttpRequest) -> Actor:
    """Who makes this request, with the rights that they have now. Read once a request.

    Without the second factor that an organisation asks for, they act for none.
    """
    actor = getattr(request, "_actor", None)
    if actor is None:
        person = request.user
        actor = _seated(request, person, _chosen(request)) if isinstance(person, Person) else ANYONE
        request._actor = actor  # type: ignore[attr-defined]  # noqa: SLF001  as Django keeps the user
    return actor


def lacks_factor(request: HttpRequest) -> bool:
    """Whether who makes this request acts for nobody only because they have shown no second factor."""
    person = request.user
    return (
        actor_of(request).organisation is None
        and isinstance(person, Person)
        and _read(person, _chosen(request)).organisation is not None
    )


def _chosen(request: HttpRequest) -> str | None:
    return request.session.get(ACTS_FOR)


def _seated(request: HttpRequest, person: Person, wanted: str | None) -> Actor:
    actor = _read(person, wanted)
    if actor.kind in Organisation.NEED_A_SECOND_FACTOR and not has_second_factor(request):
        return Actor(actor.name, person=person.pk)
    return actor


def still_acting(request: HttpRequest) -> Actor:
    """Who makes this request, read anew while it is being answered: nobody any more once the session or the
    account has ended, or the seat that it began with.
    """
    before = actor_of(request)
    person = Person.objects.filter(pk=before.person, is_active=True).first() if before.person else None
    if person is None or not _still_signed_in(request, person):
        return ANYONE
    now = _read(person, str(before.organisation))
    return now if now.organisation == before.organisation else ANYONE


def _still_signed_in(request: HttpRequest, person: Person) -> bool:
    """Whether the session is there still, in its time, and from before no change of the password."""
    stored = type(request.session)(request.session.session_key)
    proof = stored.get(HASH_SESSION_KEY, "")
    return stored.get(SESSION_KEY) == str(person.pk) and constant_time_compare(
        proof, person.get_session_auth_hash()
    )


def _read(person: Person, wanted: str | None) -> Actor:
    """The person as acting for the organisation that they chose, else for the first of theirs."""
    roles: dict[UUID, set[str]] = {}
    kinds: dict[UUID, str] = {}
    current = memberships_of(person).values_list("organisation_id", "organisation__kind", "role")
    for organisation, kind, role in current:
        roles.setdefault(organisation, set()).add(role)
        kinds[organisation] = kind
    chosen = next((key for key in roles if str(key) == wanted), next(iter(roles), None))
    name = f"person/{person.pk}"
    if chosen is None:
        return Actor(name, person=person.pk)
    return Actor(
        name, person=person.pk, organisation=chosen, kind=kinds[chosen], roles=frozenset(roles[chosen])
    )


def change_seat(request: HttpRequest, wanted: str) -> bool:
    """Act for another of one's own organisations from now on; whether it is one."""
    person = request.user
    if not isinstance(person, Person):
        return False
    if not any(str(one) == wanted for one in memberships_of(person).values_list("organisation", flat=True)):
        return False
    request.session[ACTS_FOR] = wanted
    request._actor = _seated(request, person, wanted)  # type: ignore[attr-defined]  # noqa: SLF001  as in `actor_of`
    return True


def hold(person: UUID) -> None:
    """Let nobody else make what a person has one of, until the transaction ends."""
    Person.objects.select_for_update(no_key=True).get(pk=person)


def memberships_of(person: Person) -> QuerySet[Membership]:
    return person.memberships.current().order_by("began_at", "pk")


def actor_for(person: Person, organisation: Organisation | None = None) -> Actor:
    """The person as an actor outside a request: a job, a command, a test."""
    return _read(person, str(organisation.pk) if organisation else None)


# ── organisations ──


def visible_to(user: Actor) -> QuerySet[Organisation]:
    """Organisations whose members the user may see: the one acted for; a registrar sees all."""
    if user is SYSTEM or user.has(Role.REGISTRAR):
        return Organisation.objects.all()
    return acted_for(user)


def acted_for(user: Actor) -> QuerySet[Organisation]:
    """The one organisation that the user acts for, if any."""
    every = Organisation.objects.all()
    return every.filter(pk=user.organisation) if user.organisation else every.none()


def can_read(user: Actor, organisation: Organisation) -> bool:
    return user is SYSTEM or user.has(Role.REGISTRAR) or user.organisation == organisation.pk


def can_manage(user: Actor, organisation: Organisation) -> bool:
    return user is SYSTEM or (user.organisation == organisation.pk and user.has(manager_of(organisation)))


def manager_of(organisation: Organisation) -> Role:
    """The role that manages an organisation of this kind."""
    return Role.ADMINISTRATOR if organisation.kind == Organisation.Kind.SECRETARIAT else Role.FOCAL_POINT


def roles_given_by(user: Actor, organisation: Organisation) -> tuple[Role, ...]:
    """The roles that the user may give there. A State's focal point is the registrar's to set."""
    if not can_manage(user, organisation):
        return ()
    if organisation.kind == Organisation.Kind.SECRETARIAT:
        return (*IN_THE_SECRETARIAT, Role.READER)
    if organisation.kind == Organisation.Kind.STATE and user is not SYSTEM:
        return (Role.CONTRIBUTOR, Role.READER)
    return (Role.FOCAL_POINT, Role.CONTRIBUTOR, Role.READER)


def managed_by(user: Actor) -> Organisation:
    """The organisation that the user acts for, if they manage it; else it doesn't exist for them."""
    organisation = own(user)
    if not can_manage(user, organisation):
        raise Http404
    return organisation


def own(user: Actor) -> Organisation:
    """The organisation that the user acts for."""
    return _one(acted_for(user))


def invitation_of(user: Actor, key: UUID) -> Invitation:
    return _one(Invitation.objects.filter(organisation=managed_by(user), ended_at__isnull=True, pk=key))


def membership_of(user: Actor, key: int) -> Membership:
    """A membership that the user may end: of the organisation that they manage, or their own."""
    mine = Q(person=user.person)
    organisation = acted_for(user).first()
    theirs = Q(organisation=organisation) if organisation and can_manage(user, organisation) else Q(pk=None)
    return _one(Membership.objects.current().filter(mine | theirs, pk=key))


def session_of(user: Actor, key: int) -> UserSession:
    """One of the user's own sessions."""
    return _one(UserSession.objects.filter(user=user.person, pk=key))


# ── closing accounts ──


def can_close(user: Actor, person: Person) -> bool:
    """Whether the user may close this account: their own, an administrator anybody's."""
    return user.person == person.pk or others_closed_by(user).filter(pk=person.pk).exists()


def can_close_others(user: Actor) -> bool:
    return user is SYSTEM or user.has(Role.ADMINISTRATOR)


def others_closed_by(user: Actor) -> QuerySet[Person]:
    """Accounts of others that the user may close."""
    every = Person.objects.all() if can_close_others(user) else Person.objects.none()
    return every.exclude(pk=user.person) if user.person else every


def other_person(user: Actor, key: UUID) -> Person:
    """Somebody else whose account the user may close."""
    return _one(others_closed_by(user).filter(pk=key))


def managed_alone_by(person: Person) -> list[Organisation]:
    """Organisations that nobody would manage without this person."""
    memberships = memberships_of(person).select_related("organisation")
    managed = [one.organisation for one in memberships if one.role == manager_of(one.organisation)]
    others = Membership.objects.current().filter(organisation__in=managed).exclude(person=person)
    roles = set(others.values_list("organisation", "role"))
    return [one for one in managed if (one.pk, manager_of(one)) not in roles]


# ── coming in ──


def can_admit(user: Actor) -> bool:
    return user.has(Role.REGISTRAR)


APPOINTMENT = "appointment"  # as files name what they are attached to


def can_see_appointment(user: Actor, key: str) -> bool:
    """Registrars, and the focal points of the State that it is of: those who read a State's official word."""
    if can_admit(user):
        return True
    of = Appointment.objects.filter(pk=key, organisation=user.organisation)
    return user.has(Role.FOCAL_POINT) and of.exists()


def admissions_for(user: Actor) -> QuerySet[Admission]:
    """Requests to be admitted that the user may see: their own; a registrar sees all."""
    return Admission.objects.all() if can_admit(user) else Admission.objects.filter(person=user.person)


def admission_of(user: Actor, key: UUID) -> Admission:
    if not can_admit(user):
        raise Http404
    return _one(admissions_for(user).filter(state=Admission.State.WAITING, pk=key))


def appointments_for(user: Actor) -> QuerySet[Appointment]:
    every = Appointment.objects.filter(ended_at__isnull=True)
    return every if can_admit(user) else every.none()


def appointment_of(user: Actor, key: UUID) -> Appointment:
    return _one(appointments_for(user).filter(pk=key))


def _one(rows: QuerySet):
    found = rows.first()
    if found is None:
        raise Http404
    return found
