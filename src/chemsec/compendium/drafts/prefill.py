"""What a draft can begin with: what a public page says of itself, or a document that somebody pasted.

Only what a page states in its head is taken over, and a document is divided by its own lines: nothing is made
up.
"""

import re
from typing import Any

import requests
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from lxml import etree, html

from chemsec.kernel.sentences import is_step
from chemsec.platform import languages, outside
from chemsec.platform.text import tidy

MOST = 2_000_000  # bytes of a page that are read
HEAD = 2_048  # bytes in which a page says how it is written
TITLE, SUMMARY, PUBLISHER = 500, 2_000, 300  # characters
YEAR = re.compile(r"(?:19|20)\d\d")
PAGES = ("text/html", "application/xhtml+xml")


# ── a page ──


def from_page(url: str) -> dict[str, Any]:
    """Values of fields that the page at a public address says of itself.

    Raises ValidationError, for whoever gave the address, when it can't be read or isn't a page.
    """
    if not settings.CHEMSEC_ASK_OUTSIDE:
        raise ValidationError(_("This portal doesn’t ask other servers. Paste the document instead."))
    try:
        with outside.session().get(url, stream=True) as answer:
            return _read_page(answer)
    except (requests.RequestException, UnicodeError) as error:
        raise ValidationError(
            _("No page could be read there. The address must be public; or paste the document instead.")
        ) from error


def _read_page(answer: requests.Response) -> dict[str, Any]:
    answer.raise_for_status()
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in PAGES:
        raise ValidationError(
            _("This isn’t a page but a file of another kind (%(kind)s). Paste its text instead.")
            % {"kind": kind[:60] or "?"}
        )
    body = outside.read(answer, MOST)
    try:
        tree = html.document_fromstring(body, parser=html.HTMLParser(encoding=_encoding(answer, body)))
    except (etree.ParserError, etree.XMLSyntaxError, LookupError, ValueError) as error:
        raise ValidationError(
            _("The page is empty or can’t be understood. Paste its text instead.")
        ) from error
    return _stated(tree, answer.url)


def _encoding(answer: requests.Response, body: bytes) -> str | None:
    """As the server says, else as the page does, for lxml to find; where nobody says, most likely UTF-8."""
    if "charset" in answer.headers.get("Content-Type", "").lower():
        return answer.encoding
    return None if b"charset" in body[:HEAD].lower() else "utf-8"


def _stated(tree: html.HtmlElement, url: str) -> dict[str, Any]:
    """What the head of a page states."""
    title = _meta(tree, "og:title", "dc.title", "citation_title") or _text(tree.find(".//title"))
    year = YEAR.search(_meta(tree, "citation_publication_date", "dc.date", "article:published_time", "date"))
    found: dict[str, Any] = {
        "title": title[:TITLE],
        "summary": _meta(tree, "og:description", "description", "dc.description")[:SUMMARY],
        "publisher": _meta(tree, "og:site_name", "dc.publisher", "citation_publisher")[:PUBLISHER],
        "url": url if len(url) <= 600 else "",  # noqa: PLR2004  as Edition.url
    }
    if year:
        found["year"] = int(year.group())
    language = languages.from_tag((tree.get("lang") or "").partition("-")[0] or None)
    if tree.get("lang") and languages.is_known(language):
        found["document_language"] = language.partition("-")[0]
    return {name: value for name, value in found.items() if value}


def _meta(tree: html.HtmlElement, *names: str) -> str:
    """The content of the first of these that the page has, whatever the case of its name."""
    known = {
        (one.get("property") or one.get("name") or "").lower(): one.get("content") or ""
        for one in reversed(tree.findall(".//meta"))
    }
    return next((text for name in names if (text := _line(known.get(name, "")))), "")


def _text(element: html.HtmlElement | None) -> str:
    return "" if element is None else _line(element.text_content())


def _line(text: str) -> str:
    return " ".join(tidy(text).split())


# ── a document ──


def from_text(text: str) -> dict[str, Any]:
    """Values of fields from a pasted document: its first line as the title, its numbered or bulleted lines as
    steps, and everything else as the summary, so that nothing is lost.
    """
    lines = [line.strip() for line in tidy(text).splitlines()]
    lines = [line for line in lines if line]
    if not lines:
        raise ValidationError(_("There is nothing to begin with: give an address, or paste a document."))
    title, *others = lines
    steps = [line for line in others if is_step(line)]
    prose = [line for line in others if not is_step(line)]
    found = {"title": title[:TITLE], "summary": "\n".join(prose), "how_to_apply": "\n".join(steps)}
    if len(title) > TITLE:
        found["summary"] = "\n".join([title, *prose])
    return {name: value for name, value in found.items() if value}
