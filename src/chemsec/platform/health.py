"""Is the process there, and can it serve? For load balancers and whoever watches over the portal."""

import logging
from collections.abc import Callable

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .access import rule

logger = logging.getLogger(__name__)

Check = Callable[[], bool]


def is_database_reachable() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def is_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


CHECKS: dict[str, Check] = {"database": is_database_reachable, "migrations": is_migrated}


def register(name: str, check: Check) -> None:
    """Make readiness depend on `check` too; floors above call this from their app's ready()."""
    CHECKS[name] = check


def is_passed(name: str) -> bool:
    try:
        return CHECKS[name]()
    except DatabaseError:  # not ready; what exactly is wrong goes to the log, not to the public
        logger.exception("Readiness check %r failed", name)
        return False


@rule("platform.public")
@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    return JsonResponse({"status": "ok"})


@rule("platform.public")
@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    results = {name: is_passed(name) for name in CHECKS}
    ready = all(results.values())
    body = {
        "status": "ready" if ready else "not ready",
        "checks": {name: "ok" if passed else "failed" for name, passed in results.items()},
    }
    return JsonResponse(body, status=200 if ready else 503)
