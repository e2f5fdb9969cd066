"""What the vault does in the background."""

from django_tasks import task

from . import resealing


@task
def reseal() -> None:
    """Bring cells under their owners' newest keys."""
    resealing.reseal_all()
