"""How django-allauth does things here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import translation

from .models import Person


class Adapter(DefaultAccountAdapter):
    """Messages in the person's language; their address in one form."""

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        person = context.get("user") or Person.objects.filter(email=email).first()
        with translation.override(person.language if person else translation.get_language()):
            super().send_mail(template_prefix, email, context)

    def clean_email(self, email: str) -> str:
        return Person.objects.normalise(email)

    def populate_username(self, request: HttpRequest, user: Person) -> None:
        """Persons have no user name."""
