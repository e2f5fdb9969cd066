from django.urls import include, path

from . import health

urlpatterns = [
    path("", include("chemsec.platform.audit.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
