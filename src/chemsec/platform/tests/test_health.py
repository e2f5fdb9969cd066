import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from chemsec.platform import health

pytestmark = pytest.mark.django_db


@pytest.fixture
def checks(monkeypatch):
    """What readiness depends on, without what the floors above add."""
    checks = {name: health.CHECKS[name] for name in ("database", "migrations")}
    monkeypatch.setattr(health, "CHECKS", checks)
    return checks


def test_the_process_is_healthy_whatever_else_is(client, checks):
    checks["index"] = lambda: False

    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


def test_ready_with_database_and_migrations(client, checks):
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (
        200,
        {"status": "ready", "checks": {"database": "ok", "migrations": "ok"}},
    )
    assert "no-store" in response["Cache-Control"]


def test_not_ready_names_what_is_wrong_without_telling_secrets(client, checks, caplog):
    def unreachable():
        raise OperationalError("password of portal@10.0.0.7 refused")

    checks["database"] = unreachable
    health.register("search index", lambda: False)

    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (
        503,
        {
            "status": "not ready",
            "checks": {"database": "failed", "migrations": "ok", "search index": "failed"},
        },
    )
    assert "10.0.0.7" in caplog.text


def test_not_ready_while_a_migration_is_missing(client, checks):
    MigrationRecorder(connection).migration_qs.filter(app="platform").latest("name").delete()

    assert client.get("/readyz").json()["checks"] == {"database": "ok", "migrations": "failed"}
