"""What applications put on My desk, and the notices that they send."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chemsec.compendium import access as compendium
from chemsec.compendium.models import Application
from chemsec.platform.access import Actor
from chemsec.platform.accounts import desk, notices
from chemsec.platform.accounts.desk import Item, Offer, Section
from chemsec.platform.audit import histories

from . import access, queries


def _application(key: str) -> str:
    return reverse("application", args=[key])


notices.register(
    "application.sent", gettext_lazy("Somebody tells how they applied a practice."), _application
)
notices.register("application.listed", gettext_lazy("Your application of a practice is shown."), _application)
notices.register(
    "application.declined",
    gettext_lazy("Your application of a practice isn’t shown; it says why."),
    _application,
)
notices.register(
    "application.withdrawn", gettext_lazy("An application of a practice was withdrawn."), _application
)


notices.register(
    "practice.wrong",
    gettext_lazy("A reader says that something in “%(title)s” is wrong or out of date."),
    lambda key: reverse("practice", args=[key]),
)

histories.name_verbs(
    {
        "report_application": gettext_lazy("It was told how a practice was applied."),
        "show_application": gettext_lazy("An editor let it be shown."),
        "decline_application": gettext_lazy("An editor didn’t let it be shown, or no longer."),
        "withdraw_application": gettext_lazy("It was taken back."),
    }
)


def _history(actor: Actor, key: str) -> histories.Subject:
    application = access.get(actor, histories.uuid_of(key))
    if not compendium.can_read_history(actor, application.owner_id):
        raise Http404
    return histories.Subject(_("Application of a practice"), _application(key))


histories.register("application", _history)


@desk.register
def applications(actor: Actor) -> Iterable[Item]:
    """What an editor decides, and what its author waits for."""
    sent = access.visible_to(actor).filter(state=Application.State.SENT)
    if actor.has(access.EDITOR):
        for line in queries.lines(actor, _first(sent.exclude(author=actor.person))):
            yield _item(Section.WAITING, _("Decide whether an application is shown"), line)
    own = sent.filter(author=actor.person, owner=actor.organisation)
    for line in queries.lines(actor, _first(own)):
        yield _item(Section.AWAITED, _("An editor looks at your application"), line)


def _first(found: QuerySet[Application]) -> QuerySet[Application]:
    return found.select_related("practice", "owner").order_by("sent_at")[: desk.MOST]


def _item(section: Section, what: str, line: queries.Line) -> Item:
    application = line.shown.application
    language = line.card.language.tag
    return Item(
        section,
        what,
        line.card.text.title,
        _application(str(application.pk)),
        application.sent_at,
        None,
        language,
        is_confidential=True,  # until it is decided, nobody else knows that somebody told of this practice
    )


@desk.offer
def telling(actor: Actor) -> Iterable[Offer]:
    if actor.organisation:
        yield Offer(_("Who applied what"), reverse("applications"))
