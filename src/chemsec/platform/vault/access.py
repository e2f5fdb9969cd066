"""Who may touch keys."""

from chemsec.platform.access import SYSTEM, Actor, declare

declare(
    "vault.keep", "The portal's own commands, run by whoever has a shell on its machine and the master key."
)


def check_keeper(by: Actor) -> None:
    if by is not SYSTEM:
        raise PermissionError("Keys are changed by the portal's own commands only.")
