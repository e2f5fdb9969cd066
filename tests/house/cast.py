"""The persons and objects that docs/access.md speaks of; a room adds its own."""

import secrets
import time
from datetime import timedelta
from uuid import UUID

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY as METHODS_OF,
)
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as METHODS
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from chemsec.compendium import flows
from chemsec.compendium.applications.flows import report_application, show_application
from chemsec.compendium.applications.tests.telling import SAID
from chemsec.compendium.drafts.flows import comment_draft
from chemsec.compendium.drafts.tests.making import bring_to, revision_of, written
from chemsec.compendium.models import Practice
from chemsec.compendium.tests.drafts import draft
from chemsec.compendium.upkeep.flows import propose_withdrawal
from chemsec.needs.exercises.flows import make_exercise
from chemsec.needs.exercises.models import Exercise
from chemsec.needs.responses.tests import answering
from chemsec.platform.access import ANYONE, SYSTEM, Actor
from chemsec.platform.accounts import flows as accounts
from chemsec.platform.accounts.access import actor_for
from chemsec.platform.accounts.models import ApiKey, Appointment, Membership, Organisation, Person, Role
from chemsec.platform.accounts.software import flows as software
from chemsec.platform.accounts.tests.people import member, organisation, person
from chemsec.platform.audit import checkpoints
from chemsec.platform.audit.models import Entry
from chemsec.platform.files.public import keep
from chemsec.platform.files.tests.given import LETTER
from chemsec.platform.models import State
from chemsec.platform.sharing.flows import end_share, share
from chemsec.platform.sharing.models import Share

PERSONS = {  # column of the table -> organisation and role
    "visitor": None,
    "guest": ("", ""),
    "left": ("Arlandia", Role.CONTRIBUTOR),
    "no factor": ("Arlandia", Role.CONTRIBUTOR),
    "reader": ("Arlandia", Role.READER),
    "contributor": ("Arlandia", Role.CONTRIBUTOR),
    "focal": ("Arlandia", Role.FOCAL_POINT),
    "other": ("Bellmare", Role.FOCAL_POINT),
    "company": ("Halden", Role.FOCAL_POINT),
    "editor": ("Secretariat", Role.EDITOR),
    "officer": ("Secretariat", Role.OFFICER),
    "registrar": ("Secretariat", Role.REGISTRAR),
    "admin": ("Secretariat", Role.ADMINISTRATOR),
}


REVIEWED = {  # draft -> its state, who reviewed it, who published it
    "submitted": ("submitted", "editor", "second"),
    "reviewed": ("in_review", "editor", "second"),
    "elsewhere": ("in_review", "second", "third"),
    "accepted": ("accepted", "second", "third"),
    "mine": ("accepted", "editor", "second"),
    "published": ("published", "second", "third"),
}


def make_persons() -> dict[str, Person | None]:
    kinds = {"Arlandia": "state", "Bellmare": "state", "Halden": "company", "Secretariat": "secretariat"}
    organisations = {name: organisation(kind, name) for name, kind in kinds.items()}
    persons: dict[str, Person | None] = {}
    for column, seat in PERSONS.items():
        if seat is None:
            persons[column] = None
            continue
        persons[column] = found = person(column.replace(" ", "-"))
        if seat[0]:
            Membership.objects.create(person=found, organisation=organisations[seat[0]], role=seat[1])
    return persons


def sign_in(found: Person, *, factor_at: float | None = None) -> Client:
    """A browser of this person, who showed a second factor just now or at another time; 0 for never."""
    client = Client()
    client.force_login(found)
    if factor_at != 0:
        session = client.session
        session[METHODS] = [{"method": "mfa", "at": factor_at or time.time(), "reauthenticated": True}]
        session[METHODS_OF] = str(found.pk)
        session.save()
    return client


def clients_of(persons: dict[str, Person | None]) -> dict[str, Client]:
    """A browser for each column. Who has left was signed in before the account was closed."""
    clients = {
        column: sign_in(found, factor_at=0 if column == "no factor" else None) if found else Client()
        for column, found in persons.items()
    }
    Person.objects.filter(pk=persons["left"].pk).update(is_active=False)
    return clients


def make_keys(persons: dict[str, Person | None]) -> dict[str, str]:
    """Tokens of a key for everything, of everybody who acts for an organisation."""
    actors = {column: actor_for(found) for column, found in persons.items() if found}
    return {
        column: software.make_key("Everything", ApiKey.Scope.values, 30, by=actor)[1]
        for column, actor in actors.items()
        if actor.organisation
    }


def make_cast(persons: dict[str, Person | None]) -> dict[str, str]:
    public, withdrawn = Practice.objects.order_by("pk")[:2]
    flows.withdraw_practice(withdrawn, "Its publisher asked for it.", by=SYSTEM)
    for title in ("Locks", "Two locks"):
        revised = flows.publish_edition("arlandia-locks", draft(source={"title": title}), by=SYSTEM)
    names = {
        "revised": revised.practice_id,
        "public": str(public.pk),
        "withdrawn": str(withdrawn.pk),
        "unknown": "no-such-practice",
        "checkpoint": checkpoints.sign().split("\n")[1],
        "nobody": str(UUID(int=0)),
        **_make_accounts(persons),
        **_make_drafts(persons),
        **_make_applications(public, persons),
        **_make_upkeep(persons),
        **_make_responses(persons),
    }
    return names | {f"act_of_{name}": _first_act(thing, names[name]) for name, thing in HISTORIES.items()}


HISTORIES = {
    "draft": "draft",
    "submitted": "draft",
    "owned": "practice",
    "states": "application",
    "person": "person",
    "response": "response",
}


def _first_act(kind: str, key: str) -> str:
    """The number of the first entry in the log about this object."""
    return str(Entry.objects.filter(thing=f"{kind}/{key}").order_by("seq").values_list("seq", flat=True)[0])


def _make_accounts(persons: dict[str, Person | None]) -> dict[str, str]:
    arlandia = Organisation.objects.get(names__en="Arlandia")
    focal, registrar = actor_for(persons["focal"]), actor_for(persons["registrar"])
    writer = persons["contributor"]
    accounts.change_profile(writer, name=writer.name, language="en", digest="daily", by=actor_for(writer))
    invitation, secret = accounts.invite_person(arlandia, "new@a.example", Role.READER, by=focal)
    asked = accounts.ask_admission(
        persons["guest"], "company", "Vale Solvents", "Safety manager", by=actor_for(persons["guest"])
    )
    entered = accounts.enter_focal_point(
        State.objects.first(), "focal@state.example", "Note 12 of 3 May", LETTER, by=registrar
    )
    own = keep(LETTER, owner=arlandia.pk, thing=("appointment", appointed(arlandia, registrar)), by=registrar)
    return {
        "member": str(persons["reader"].memberships.get().pk),
        "arlandia": str(arlandia.pk),
        "secret": secret,
        "invitation": str(invitation.pk),
        "admission": str(asked.pk),
        "entry": str(entered.pk),
        "person": str(persons["contributor"].pk),
        "administrator": str(persons["admin"].pk),
        "letter": str(own.pk),
        "their_letter": str(entered.document_id),
        "key": software.make_key("A script", ["desk:read"], 30, by=actor_for(persons["contributor"]))[0].pk,
        "browser": browser_of(persons["contributor"]),
        "calendar": software.make_feed(by=actor_for(persons["contributor"])),
    }


def browser_of(person: Person) -> str:
    """A session of this person's in another browser."""
    facts = {"ip": "192.0.2.1", "session_key": secrets.token_hex(16), "user_agent": "Another"}
    return str(UserSession.objects.create(user=person, **facts).pk)


def appointed(organisation: Organisation, by: Actor) -> str:
    """An appointment of a State that was invented: real ones are entered by the flow alone."""
    facts = {"email": "focal@arlandia.example", "official_word": "Note 1", "entered_by_id": by.person}
    return str(Appointment.objects.create(organisation=organisation, **facts).pk)


def _make_drafts(persons: dict[str, Person | None]) -> dict[str, str]:
    arlandia = Organisation.objects.get(names__en="Arlandia")
    author, editor = actor_for(persons["contributor"]), actor_for(persons["editor"])
    secretariat = Organisation.objects.get(pk=editor.organisation)
    second, third = (member("secretariat", Role.EDITOR, of=secretariat) for _place in range(2))
    owned = flows.publish_edition("arlandia-gates", draft(), by=SYSTEM, owner=arlandia.pk)
    behind = revision_of(owned, author)
    flows.publish_edition("arlandia-gates", draft(source={"title": "Gates"}), by=SYSTEM)
    made = {name: written(author) for name in ("draft", *REVIEWED)}
    internal = {
        name: comment_draft(made[name], text="Among us.", by=author) for name in ("draft", "submitted")
    }
    for name, (state, reviewer, publisher) in REVIEWED.items():
        people = {"editor": editor, "second": second, "third": third}
        bring_to(made[name], state, author=author, reviewer=people[reviewer], second=people[publisher])
    own = written(editor)
    bring_to(own, "submitted", author=editor, reviewer=second, second=third)
    said = comment_draft(made["reviewed"], field="summary", text="Who counts?", by=editor)
    names = {name: str(one.pk) for name, one in (made | {"own": own, "behind": behind}).items()}
    names |= _make_shares(author, Organisation.objects.get(names__en="Bellmare"))
    return names | {
        "owned": owned.practice_id,
        "said": str(said.pk),
        "internal": str(internal["draft"].pk),
        "internal_of_submitted": str(internal["submitted"].pk),
    }


def _make_shares(author: Actor, bellmare: Organisation) -> dict[str, str]:
    tomorrow = timezone.localdate() + timedelta(days=1)
    said = {"to": bellmare.pk, "purpose": "For your remarks", "until": tomorrow, "by": author}
    made = {name: written(author) for name in ("shared", "unshared", "lapsed")}
    shares = {name: share("draft", one.pk, **said) for name, one in made.items()}
    end_share(shares["unshared"], by=author)
    Share.objects.filter(pk=shares["lapsed"].pk).update(until=timezone.now())
    internal = comment_draft(made["shared"], text="Among us.", by=author)
    return {name: str(one.pk) for name, one in made.items()} | {
        "share": str(shares["shared"].pk),
        "ended_share": str(shares["unshared"].pk),
        "internal_of_shared": str(internal.pk),
        "bellmare": str(bellmare.pk),
        "themselves": str(author.organisation),
        "until": tomorrow.isoformat(),
    }


def _make_upkeep(persons: dict[str, Person | None]) -> dict[str, str]:
    author, editor = actor_for(persons["contributor"]), actor_for(persons["editor"])
    owned = flows.publish_edition("arlandia-fences", draft(), by=SYSTEM, owner=author.organisation)
    said = {"reason": "Its law was repealed.", "language": "en"}
    proposed = propose_withdrawal(owned.practice, by=author, **said)
    another = flows.publish_edition("compiled-fences", draft(), by=SYSTEM)
    own = propose_withdrawal(another.practice, by=editor, **said)
    gap = flows.keep_gap("drones over stores", "en", by=ANYONE)
    return {"proposed": str(proposed.pk), "own_proposal": str(own.pk), "gap": str(gap.pk)}


def _make_applications(practice: Practice, persons: dict[str, Person | None]) -> dict[str, str]:
    author, editor = actor_for(persons["contributor"]), actor_for(persons["editor"])
    names = {}
    for name, visibility in {"sent": "public", "states": "states", "unnamed": "unnamed"}.items():
        told = report_application(practice, by=author, **SAID | {"visibility": visibility})
        if name != "sent":
            show_application(told, by=editor)
        names[name] = str(told.pk)
    return names


def _make_responses(persons: dict[str, Person | None]) -> dict[str, str]:
    writer, second, other = (actor_for(persons[name]) for name in ("contributor", "focal", "other"))
    names = {}
    states = {"asked": "invited", "response": "in_progress", "signed": "signed", "told": "submitted"}
    for name, state in states.items():
        held = answering.hold(writer.organisation, other.organisation, name=name)
        response = held.responses.get(owner=writer.organisation)
        answering.bring_to(response, state, writer=writer, second=second)
        names[name] = str(response.pk)
    running = Exercise.objects.get(name="response")
    facts = {
        name: getattr(running, name) for name in ("opens_on", "closes_on", "remind", "language", "words")
    }
    prepared = make_exercise(running.version, by=SYSTEM, name="prepared", **facts)
    return names | {"exercise": str(running.pk), "prepared": str(prepared.pk)}
