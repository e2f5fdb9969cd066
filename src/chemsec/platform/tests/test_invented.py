from django.template import Context, Template
from django.utils import translation

from chemsec.platform.accounts.models import Organisation
from chemsec.platform.invented import marked

TEMPLATE = Template("{% load i18n %}{{ name }}|{% blocktranslate %}by {{ name }}{% endblocktranslate %}")


def test_a_page_sets_the_name_apart_from_its_mark():
    """The mark runs in the reader's direction, the name in that of its own script."""
    assert TEMPLATE.render(Context({"name": marked("A & B")})) == (
        "<bdi>A &amp; B</bdi> (invented)|by <bdi>A &amp; B</bdi> (invented)"
    )
    with translation.override("ar"):
        assert str(marked("Kasenda").__html__()) == "<bdi>Kasenda</bdi> (جهة متخيَّلة)"


def test_plain_text_holds_the_mark_too():
    one = Organisation(kind="company", names={"en": "A & B"}, is_fictional=True)

    assert (one.name, one.bare_name) == ("A & B (invented)", "A & B")
    assert Template("{{ one }}").render(Context({"one": one})) == "A &amp; B (invented)"
    assert f"{one}" == "A & B (invented)"


def test_what_is_real_has_no_mark():
    assert Organisation(kind="company", names={"en": "A & B"}).name == "A & B"
