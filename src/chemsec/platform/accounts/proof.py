"""Showing once more that it is oneself, on the page on which one sends what binds."""

from typing import TypeAlias

from allauth.account.forms import ReauthenticateForm as PasswordForm
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.base.forms import ReauthenticateForm as CodeForm
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

PREFIX = "proof"  # of its field's name, among those of what is sent
BY_FACTOR = "mfa_reauthenticate"  # pages on which one shows it without sending anything
BY_PASSWORD = "account_reauthenticate"  # noqa: S105  the name of a page
WITH_CODES = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]

Form: TypeAlias = PasswordForm | CodeForm


@sensitive_variables()
def form_for(page: str, request: HttpRequest) -> Form | None:
    """Asks for the password, or for a code; nothing where one has passkeys alone, which need their own page.
    It has checked what was sent for it, if anything was.
    """
    asks = PasswordForm if page == BY_PASSWORD else CodeForm
    if asks is CodeForm and not is_mfa_enabled(request.user, WITH_CODES):
        return None
    is_answered = any(is_field(name) for name in request.POST)
    form = asks(request.POST if is_answered else None, prefix=PREFIX, user=request.user)
    form.use_required_attribute = False  # who shows a passkey in another tab leaves it empty
    return form


def without(request: HttpRequest) -> HttpRequest:
    """What was sent, less the proof: sent twice it is the same form, whatever code came with it."""
    if any(is_field(name) for name in request.POST):
        kept = request.POST.copy()
        for name in [name for name in kept if is_field(name)]:
            del kept[name]
        request.POST = kept  # type: ignore[assignment]  # the setter takes it; the stub knows one type
    return request


def has_passkey(request: HttpRequest) -> bool:
    return is_mfa_enabled(request.user, [Authenticator.Type.WEBAUTHN])


def is_field(name: str) -> bool:
    return name.startswith(f"{PREFIX}-")


def accepted(asked: Form | None, request: HttpRequest) -> bool:
    """Whether it was shown now; then it counts as anywhere else."""
    if asked is None or not asked.is_valid():
        return False
    if isinstance(asked, CodeForm):
        asked.save()
    else:
        reauthenticate_by_password(request)
    return True
