"""Who may read the log: of each object those who may see its history, see `histories.register`."""

from django.utils.translation import gettext_lazy as _

from chemsec.platform.access import declare

declare(
    "audit.history",
    _(
        "Who may see an object sees what was done with it; which person did it, only who is of the same "
        "organisation or of the Secretariat."
    ),
)
