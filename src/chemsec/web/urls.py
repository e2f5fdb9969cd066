"""Every address of the portal. Pages stand under a language; what machines fetch does not."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from chemsec.exchange import urls as exchange
from chemsec.platform.audit import urls as audit

from . import views

urlpatterns = [
    path("", include("chemsec.platform.urls")),
    path("", include("chemsec.exchange.urls")),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("about/", views.about, name="about"),
        path("design/", views.design, name="design"),
        path("", include(audit.pages)),
        path("", include("chemsec.platform.accounts.urls")),
        path("", include("chemsec.platform.files.urls")),
        path("", include("chemsec.platform.sharing.urls")),
        path("", include(exchange.pages)),
        path("", include("chemsec.compendium.urls")),
        path("needs/", include("chemsec.needs.urls")),
    ),
]

handler400 = "chemsec.web.errors.bad_request"
handler403 = "chemsec.web.errors.forbidden"
handler404 = "chemsec.web.errors.not_found"
handler500 = "chemsec.web.errors.server_error"
