"""Documents: what stands in the margin of a page."""

import pytest

from chemsec.platform import pdf

TWO_PAGES = """<html lang="en"><head><title>Two</title></head>
<body><p>one</p><p style="break-before: page">two</p></body></html>"""


def said(box) -> str:
    return (getattr(box, "text", "") or "") + "".join(said(child) for child in getattr(box, "children", ()))


@pytest.mark.parametrize("first", [1, 5])
def test_pages_are_numbered_from_the_one_that_the_contents_name(first):
    laid_out = pdf.Binder().lay_out(TWO_PAGES, at=first)

    assert [said(page._page_box) for page in laid_out.pages] == [f"one{first}", f"two{first + 1}"]
