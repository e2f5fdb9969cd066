"""Fixtures of the vault's tests."""

import pytest
from django.db import connection, connections
from tests import databases

from .models import Letter, Reply


@pytest.fixture
def vault(migrated, django_db_setup, django_db_blocker):
    """An installation of its own whose databases keep what is committed, for threads and other processes."""
    instance = databases.clone(migrated, "vault")
    with django_db_blocker.unblock(), databases.switched_to(instance):
        with connection.schema_editor() as editor:
            editor.create_model(Letter)
            editor.create_model(Reply)
        yield instance
        connections.close_all()
