"""Secrets of second factors, sealed: with one key of the vault for all of them, each bound to its person.

Not with a key a person: a page that opens what three owners sealed reads every key that there is.
"""

import base64
import logging
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from chemsec.platform import jobs
from chemsec.platform.vault import cells, keys
from chemsec.platform.vault.public import LockedError

logger = logging.getLogger(__name__)

OWNER = UUID("0d7e5c3a-5b0f-4c1e-9a55-3f1b6c0a2e77")  # names the key; manage.py rotate_owner_key takes it
SEALED = "sealed:"  # how a secret begins that isn't kept in plain
FIELDS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}


@sensitive_variables()
def seal(person: UUID, secret: str) -> str:
    """The secret as it is kept; LockedError where there is no key to seal with."""
    return SEALED + base64.b64encode(cells.seal(_place(person), secret.encode())).decode()


@sensitive_variables()
def unseal(person: UUID, kept: str) -> str:
    """The secret, which may be one from before they were sealed; LockedError when it doesn't open, as it
    doesn't for anybody else.
    """
    return cells.open_cell(_place(person), _cell(kept)).decode() if kept.startswith(SEALED) else kept


@jobs.hourly
def seal_all() -> int:
    """Seal what was kept before secrets were, and bring the others under the newest key; how many."""
    sealed = 0
    for factor in Authenticator.objects.filter(type__in=FIELDS):
        try:
            sealed += _is_stale(factor) and _reseal(factor.pk)
        except LockedError as error:  # the others may open
            logger.warning("Second factor %s stays as it is: %s", factor.pk, error.reason)
    return sealed


def _is_stale(factor: Authenticator) -> bool:
    kept = factor.data.get(FIELDS[factor.type], "")
    if not kept.startswith(SEALED):
        return bool(kept)
    return cells.key_of(_cell(kept)) != keys.newest(OWNER).id


@transaction.atomic
@sensitive_variables()
def _reseal(pk: int) -> bool:
    factor = Authenticator.objects.select_for_update().filter(pk=pk).first()
    if factor is None:  # taken away meanwhile
        return False
    field = FIELDS[factor.type]
    factor.data[field] = seal(factor.user_id, unseal(factor.user_id, factor.data[field]))
    factor.save(update_fields=["data"])
    return True


def _cell(kept: str) -> bytes:
    try:
        return base64.b64decode(kept.removeprefix(SEALED))
    except ValueError:
        raise LockedError("it isn't base64") from None


def _place(person: UUID) -> cells.Place:
    return cells.Place(OWNER, "mfa_authenticator", "data", str(person))
