"""Files as people give them, good and bad."""

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from chemsec.platform.files.intake import Accepted

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
LETTER = Accepted("Note verbale 12.pdf", "application/pdf", PDF)
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def given(content: bytes, name: str = "note.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def office(*parts: str, main: str = "word/document.xml", size: int = 10) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in ("[Content_Types].xml", main, *parts):
            archive.writestr(part, b"0" * size)
    return out.getvalue()


def picture(form: str = "JPEG", *, size: tuple[int, int] = (40, 30), about: str = "") -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    if about:
        exif[0x010E] = about  # ImageDescription
    Image.new("RGB", size, "navy").save(out, format=form, exif=exif)
    return out.getvalue()
