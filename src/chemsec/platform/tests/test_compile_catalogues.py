import gettext
import os
from io import StringIO

import pytest
from django.core.management import call_command

CATALOGUE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "Practice"
msgstr "Pratique"

#, fuzzy
msgid "Storage"
msgstr "Magasin"
"""


@pytest.fixture
def source(tmp_path, settings):
    settings.LOCALE_PATHS = [tmp_path]
    source = tmp_path / "fr" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(CATALOGUE, encoding="utf-8")
    return source


def compile_catalogues():
    said = StringIO()
    call_command("compile_catalogues", stdout=said)
    return said.getvalue().strip()


def test_a_catalogue_is_compiled_when_it_is_newer_and_left_alone_when_not(source):
    assert compile_catalogues() == "Message catalogues: 1 compiled"
    assert compile_catalogues() == "Message catalogues: 0 compiled"

    compiled = source.with_suffix(".mo").stat().st_mtime
    os.utime(source, (compiled + 1, compiled + 1))

    assert compile_catalogues() == "Message catalogues: 1 compiled"
    assert sorted(file.name for file in source.parent.iterdir()) == ["django.mo", "django.po"]


def test_what_is_translated_is_found_and_what_is_fuzzy_is_not(source):
    compile_catalogues()

    with source.with_suffix(".mo").open("rb") as file:
        translations = gettext.GNUTranslations(file)
    assert translations.gettext("Practice") == "Pratique"
    assert translations.gettext("Storage") == "Storage"
