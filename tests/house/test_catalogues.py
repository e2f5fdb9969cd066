"""Every string of the interface stands in every language, translated."""

import json
import os
import shutil
import subprocess
import sys

import polib
import pytest
from tests.databases import HOUSE

LOCALE = HOUSE / "src" / "chemsec" / "web" / "locale"
LANGUAGES = ("ar", "es", "fr", "ru", "zh_Hans")
IDENTICAL = json.loads((LOCALE / "identical.json").read_text(encoding="utf-8"))


def entries(path):
    return {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(path)) if not entry.obsolete}


@pytest.fixture(scope="module")
def extracted(tmp_path_factory):
    """The strings that the sources have now, extracted in a copy so that nothing here is touched."""
    copy = tmp_path_factory.mktemp("sources")
    for name in ("src", "content"):
        shutil.copytree(HOUSE / name, copy / name, ignore=shutil.ignore_patterns("*.po", "*.mo", "tests"))
    shutil.copy(HOUSE / "manage.py", copy)
    command = [sys.executable, "../../manage.py", "makemessages", "-l", "fr", "--no-wrap"]
    outside = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, cwd=copy / "src" / "chemsec", check=True, capture_output=True, env=outside)
    return entries(copy / "src" / "chemsec" / "web" / "locale" / "fr" / "LC_MESSAGES" / "django.po")


@pytest.fixture(scope="module", params=LANGUAGES)
def catalogue(request):
    return request.param, entries(LOCALE / request.param / "LC_MESSAGES" / "django.po")


def test_the_catalogue_has_exactly_the_strings_of_the_sources(catalogue, extracted):
    _language, translated = catalogue

    assert set(translated) == set(extracted)


def test_no_string_is_missing_or_fuzzy(catalogue):
    _language, translated = catalogue

    assert [entry.msgid for entry in translated.values() if entry.fuzzy or not entry.translated()] == []


def test_a_string_identical_to_english_is_listed(catalogue):
    language, translated = catalogue
    same = {entry.msgid for entry in translated.values() if entry.msgstr == entry.msgid}

    assert same == set(IDENTICAL.get(language, []))


def test_every_plural_form_of_the_language_is_there(catalogue):
    language, translated = catalogue
    forms = {"ar": 6, "es": 3, "fr": 3, "ru": 4, "zh_Hans": 1}[language]
    header = polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "django.po")).metadata["Plural-Forms"]
    declared = int(header.split("nplurals=")[1].split(";")[0])

    assert declared <= forms
    for entry in translated.values():
        if entry.msgid_plural:
            assert sorted(entry.msgstr_plural) == list(range(declared))


def test_placeholders_survive_translation(catalogue):
    _language, translated = catalogue

    def placeholders(text):
        return sorted(part.split(")")[0] for part in text.split("%(")[1:])

    for entry in translated.values():
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            if text and "%(" in entry.msgid:
                wanted = set(placeholders(entry.msgid)) | set(placeholders(entry.msgid_plural or ""))
                assert set(placeholders(text)) <= wanted, entry.msgid
