from chemsec.platform import languages


def test_languages_are_named_as_the_united_nations_write_them():
    assert languages.document_language_name("en", "zh-hans") == "英文"
    assert languages.document_language_name("en", "ar") == "الإنكليزية"
    assert languages.document_language_name("uk", "fr") == "ukrainien"
