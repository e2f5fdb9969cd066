"""What may come in: a few kinds of files, told by their content, and nothing that acts when it is opened.

Pictures are drawn anew, so that nothing of how and where they were taken comes along. Office documents are
refused that hold macros or other programs, and archives all. What a PDF does in a viewer isn't looked into
beyond what stands in it uncompressed.
"""

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image

from chemsec.platform.text import CONTROL, tidy

from . import scanner

MOST = 10_000_000  # bytes of a file
MOST_PIXELS = 40_000_000  # of a picture
MOST_UNPACKED = 100_000_000  # bytes that a document holds
MOST_PARTS = 2_000  # files in a document
NAME = 120  # characters of a file's name
ACTIVE_PDF = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)\b")
HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
OFFICE = {  # the part that makes an office document what it is -> ending, media type
    "word/document.xml": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xl/workbook.xml": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
ACTIVE_PARTS = re.compile(
    r"vba|macro|activex|/embeddings/|oleobject|\.(bin|exe|dll|js|vbs|ps1|jar)$", re.IGNORECASE
)
PICTURES = {"JPEG": ("jpg", "image/jpeg"), "PNG": ("png", "image/png")}
ENDINGS = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx,.txt"  # for the browser's dialogue


@dataclass(frozen=True)
class Accepted:
    """A file as it is kept."""

    name: str
    media_type: str
    content: bytes


def accept(upload: Any) -> Accepted:
    """The file as it may be kept; ValidationError, for whoever gave it, says why it may not."""
    if upload.size > MOST:
        raise ValidationError(_("This file is larger than %(most)s MB.") % {"most": MOST // 1_000_000})
    content = upload.read()
    if not content:
        raise ValidationError(_("This file is empty."))
    scanner.scan(content)
    ending, media_type, kept = _told_by_content(content)
    return Accepted(clean_name(upload.name or "", ending), media_type, kept)


def _told_by_content(content: bytes) -> tuple[str, str, bytes]:
    """Ending, media type and the bytes that are kept."""
    if content.lstrip()[:5] == b"%PDF-":
        return _pdf(content)
    if zipfile.is_zipfile(io.BytesIO(content)):
        return _office(content)
    if picture := _picture(content):
        return picture
    if text := _text(content):
        return text
    raise ValidationError(
        _("Files of this kind aren’t taken. Give a PDF, JPEG, PNG, Word or Excel file, or a text.")
    )


def _pdf(content: bytes) -> tuple[str, str, bytes]:
    if ACTIVE_PDF.search(_plain_names(content)):
        raise ValidationError(
            _("This PDF holds programs or other files. Print it into a new PDF, and give that one.")
        )
    return "pdf", "application/pdf", content


def _office(content: bytes) -> tuple[str, str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise ValidationError(_("This file is damaged: it can’t be opened.")) from error
    kind = next((OFFICE[name] for part in parts if (name := part.filename) in OFFICE), None)
    if kind is None:
        raise ValidationError(
            _("Archives aren’t taken: nobody sees what is in them. Give the files one by one.")
        )
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise ValidationError(_("This document unpacks to far more than it seems, and isn’t taken."))
    if any(ACTIVE_PARTS.search(part.filename) or part.flag_bits & 1 for part in parts):
        raise ValidationError(
            _("This document holds macros, other programs or a lock. Save it without them, or as a PDF.")
        )
    return (*kind, content)


def _plain_names(pdf: bytes) -> bytes:
    """Names as they are meant: `/J#53` is `/JS` (PDF 32000-1, 7.3.5)."""
    return HEX.sub(lambda match: bytes([int(match[1], 16)]), pdf)


def _picture(content: bytes) -> tuple[str, str, bytes] | None:
    try:
        with Image.open(io.BytesIO(content), formats=list(PICTURES)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValidationError(_("This picture has too many pixels. Make it smaller."))
            ending, media_type = PICTURES[str(picture.format)]
            drawn = Image.new(picture.mode, picture.size)
            if palette := picture.getpalette():
                drawn.putpalette(palette)
            drawn.paste(picture)
            out = io.BytesIO()
            drawn.save(out, format=picture.format, quality=90)
    except (OSError, ValueError, Image.DecompressionBombError, SyntaxError):
        return None
    return ending, media_type, out.getvalue()


def _text(content: bytes) -> tuple[str, str, bytes] | None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if CONTROL.search(text.replace("\f", "")) or re.match(r"\s*(<|%!|#!|\{\\rtf)", text):
        return None  # markup and programs are text too
    return "txt", "text/plain; charset=utf-8", text.encode()


def clean_name(name: str, ending: str) -> str:
    """What the file is called here: one line, no folders, nothing unseen, the ending of its kind."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    line = " ".join(tidy(last).split())
    stem = line.rpartition(".")[0] if "." in line else line
    stem = re.sub(r'[<>:"|?*%;]', "_", stem).strip(" .")[:NAME]
    return f"{stem or 'file'}.{ending}"
