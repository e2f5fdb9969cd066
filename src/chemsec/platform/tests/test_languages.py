import pytest
from django.utils import translation

from chemsec.platform import languages


def test_languages_are_named_as_the_united_nations_write_them():
    assert languages.document_language_name("en", "zh-hans") == "英文"
    assert languages.document_language_name("en", "ar") == "الإنكليزية"
    assert languages.document_language_name("uk", "fr") == "ukrainien"


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("fr", ["Brésil", "Brunéi Darussalam", "Égypte", "Équateur", "Estonie", "Zimbabwe"]),
        ("es", ["Árbol", "Argelia", "Zambia"]),
        ("ru", ["Израиль", "Индия", "Йемен", "Кабо-Верде"]),
        ("ar", ["أفغانستان", "الأردن", "ألبانيا", "إيطاليا", "بنما"]),
    ],
)
def test_names_stand_where_readers_look_for_them(language, names):
    with translation.override(language):
        assert sorted(sorted(names), key=languages.in_order) == names
