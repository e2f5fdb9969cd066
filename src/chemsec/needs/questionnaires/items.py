"""What questionnaires put on My desk, and their histories of acts."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chemsec.platform.access import Actor
from chemsec.platform.accounts import desk
from chemsec.platform.accounts.desk import Offer
from chemsec.platform.audit import histories

from . import access

histories.name_verbs(
    {
        "keep_form": lambda facts: _("Version %(version)s was read in: %(questions)s questions.") % facts,
        "discard_draft": lambda facts: _("The draft of version %(version)s was discarded.") % facts,
    }
)


@desk.offer
def asking(actor: Actor) -> Iterable[Offer]:
    if access.can_manage(actor):
        yield Offer(_("Questionnaires"), reverse("questionnaires"))


KINDS = {
    "maturity": gettext_lazy("levels of maturity"),
    "check": gettext_lazy("yes, partly, no"),
    "one": gettext_lazy("one of a list"),
    "many": gettext_lazy("several of a list"),
    "number": gettext_lazy("numbers"),
    "text": gettext_lazy("texts"),
    "document": gettext_lazy("documents"),
    "table": gettext_lazy("tables"),
    "ranking": gettext_lazy("rankings"),
}
