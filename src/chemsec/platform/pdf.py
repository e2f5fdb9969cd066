"""Documents: HTML to PDF, in all six languages, with nothing fetched from anywhere."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

STYLES = Path(__file__).parent / "styles" / "document.css"


class FetchRefusedError(ValueError):
    """A document asked for a file or an address; documents stand for themselves."""


def _refuse(url: str, *_args, **_kwargs) -> NoReturn:
    raise FetchRefusedError(url)


class Binder:
    """Lays documents out one after the other and binds their pages into one PDF, numbered through.

    Links between the parts hold; so does `start`, the number of the page on which the next part will begin.
    """

    def __init__(self) -> None:
        import weasyprint  # takes half a second and the Pango library: only where a PDF is asked for

        self._html, self._css = weasyprint.HTML, weasyprint.CSS
        self._fonts = weasyprint.text.fonts.FontConfiguration()
        self._styles = weasyprint.CSS(filename=STYLES, font_config=self._fonts)
        self._parts: list[Any] = []
        self.start = 1

    def lay_out(self, html: str, *, at: int) -> Any:
        """A whole HTML document as pages, the first of which is number `at`."""
        numbered = self._css(string=f"@page :first {{ counter-reset: page {at} }}", font_config=self._fonts)
        source = self._html(string=html, url_fetcher=_refuse)
        return source.render(
            stylesheets=[self._styles, numbered], font_config=self._fonts, pdf_variant="pdf/ua-1"
        )

    def add(self, html: str) -> int:
        """Lay a part out at the end; returns the number of its first page."""
        begins = self.start
        part = self.lay_out(html, at=begins)
        self._parts.append(part)
        self.start += len(part.pages)
        return begins

    def leaves(self) -> Iterator[Any]:
        for part in self._parts:
            yield from part.pages

    def bind(self, *, front: Any = None) -> bytes:
        """The PDF; `front` is a laid-out part that goes before the others."""
        whole = front or self._parts[0]
        pages = [*(front.pages if front else ()), *self.leaves()]
        return whole.copy(pages).write_pdf(pdf_variant="pdf/ua-1")
