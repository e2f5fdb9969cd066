"""What was invented for the demonstration says so wherever its name stands, beside what is real."""

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


class Marked(str):
    """A name with the mark after it, in the reader's language.

    In a page the name is set apart from the mark, so that each runs in the direction of its own script. Where
    a page holds plain text only, as its title does, write the object: `str` of it is plain.
    """

    __slots__ = ("_page",)
    _page: SafeString

    def __html__(self) -> SafeString:
        return self._page


def marked(name: str) -> Marked:
    said = _("%(name)s (invented)")
    made = Marked(said % {"name": name})
    made._page = SafeString(conditional_escape(said) % {"name": format_html("<bdi>{}</bdi>", name)})  # noqa: SLF001  its maker
    return made
