"""For the sign-in page: whom one may try the demonstration as."""

from typing import Any

from django import template
from django.conf import settings

from chemsec.platform.accounts import demo

register = template.Library()


@register.simple_tag
def demo_accounts() -> list[dict[str, Any]]:
    return list(demo.accounts()) if settings.CHEMSEC_DEMO else []


@register.simple_tag(takes_context=True)
def demo_code(context) -> str:
    """The code that an invented person is asked for: their telephone is invented too."""
    form = context["form"]
    person = form.user
    return demo.code(person.email) if settings.CHEMSEC_DEMO and person in demo.persons() else ""
