"""How django-allauth does things here."""

from collections.abc import Callable
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import unstash_login
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

from chemsec.platform.vault.public import LockedError

from . import factors
from .models import Person


class Adapter(DefaultAccountAdapter):
    """Messages in the person's language, from a portal that they know by name; their address in one form."""

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        person = context.get("user") or Person.objects.filter(email=email).first()
        with translation.override(person.language if person else translation.get_language()):
            super().send_mail(template_prefix, email, {"root": settings.CHEMSEC_BASE_URL} | context)

    def format_email_subject(self, subject: str) -> str:
        return _("Chemical Security Portal: %(subject)s") % {"subject": subject}

    def clean_email(self, email: str) -> str:
        return Person.objects.normalise(email)

    def populate_username(self, request: HttpRequest, user: Person) -> None:
        """Persons have no user name."""


class FactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors are sealed for whoever is signed in, or is about to be."""

    def encrypt(self, text: str) -> str:
        return _for_its_person(factors.seal, text)

    def decrypt(self, encrypted_text: str) -> str:
        return _for_its_person(factors.unseal, encrypted_text)


def _for_its_person(act: Callable[[UUID, str], str], text: str) -> str:
    """Do this for the person of the request; where the key isn't there, lead them to a page that says so."""
    request = context.request
    coming = None if request.user.is_authenticated else unstash_login(request, peek=True)
    person = coming.user if coming else request.user
    try:
        return act(person.pk, text)
    except LockedError:
        said = _(
            "The key that opens your second factor isn’t here, so no code can be checked. "
            "Use a passkey if you have one, or write to %(contact)s."
        )
        messages.error(request, said % {"contact": settings.CHEMSEC_REPOSITORY_EMAIL})
        raise ImmediateHttpResponse(redirect("mfa_authenticate" if coming else "account")) from None
