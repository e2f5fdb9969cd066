"""Settings, all from the environment. docs/settings.md lists the variables; checks.py refuses bad deployments."""

from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env, EnvError

PROJECT_DIR = Path(__file__).resolve().parents[3]
CHEMSEC_CONTENT_DIR = PROJECT_DIR / "content"

env = Env()


def _read(reader, name, *args, **kwargs):
    """Read a variable; a bad value stops the start with a sentence that says what to set."""
    try:
        return reader(name, *args, **kwargs)
    except (EnvError, ValueError) as error:
        raise ImproperlyConfigured(f"Environment: set {name} to a valid value ({error}).") from error


CHEMSEC_DATA_DIR = Path(_read(env.str, "CHEMSEC_DATA_DIR", str(PROJECT_DIR / "data"))).resolve()
CHEMSEC_DEMO = _read(env.bool, "CHEMSEC_DEMO", False)
CHEMSEC_PRODUCTION = _read(env.bool, "CHEMSEC_PRODUCTION", False)
CHEMSEC_ALLOW_HTTP = _read(env.bool, "CHEMSEC_ALLOW_HTTP", not CHEMSEC_PRODUCTION)
CHEMSEC_EMBED_ANCESTORS = _read(env.list, "CHEMSEC_EMBED_ANCESTORS", [])
CHEMSEC_BASE_URL = _read(env.str, "CHEMSEC_BASE_URL", "http://localhost:8000").rstrip("/")
CHEMSEC_REPOSITORY_EMAIL = _read(env.str, "CHEMSEC_REPOSITORY_EMAIL", "portal@chemsec.example")

DEBUG = _read(env.bool, "CHEMSEC_DEBUG", False)
DEFAULT_SECRET = "a default secret that checks.py refuses in production"  # noqa: S105
SECRET_KEY = _read(env.str, "CHEMSEC_SECRET_KEY", DEFAULT_SECRET)
if secret_file := _read(env.str, "CHEMSEC_SECRET_KEY_FILE", ""):
    SECRET_KEY = Path(secret_file).read_text(encoding="utf-8").strip()
ALLOWED_HOSTS = _read(env.list, "CHEMSEC_ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])

INSTALLED_APPS = [
    "chemsec.web",
    "chemsec.exchange",
    "chemsec.compendium",
    "chemsec.search",
    "chemsec.platform",
    "django_cotton",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "chemsec.web.middleware.refuse_bad_input",
    "chemsec.web.middleware.remember_language",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "chemsec.web.urls"
WSGI_APPLICATION = "chemsec.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "chemsec.web.context.portal",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_cotton.templatetags.cotton",
                "chemsec.platform.templatetags.portal",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django_cotton.cotton_loader.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
        },
    }
]
COTTON_DIR = "cotton"

# SQLite: FULL, because NORMAL loses acknowledged commits at a power cut; IMMEDIATE, because a read that turns into a
# write under DEFERRED fails at once instead of waiting. platform/checks.py reads both back.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON",
}
DATABASES = {
    "default": _read(
        env.dj_db_url, "CHEMSEC_DATABASE_URL", f"sqlite:///{CHEMSEC_DATA_DIR / 'chemsec.sqlite3'}", conn_max_age=600
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
else:
    raise ImproperlyConfigured("Environment: CHEMSEC_DATABASE_URL must begin with sqlite: or postgres:.")

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 3000}}}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("ar", _("Arabic")),
    ("zh-hans", _("Chinese")),
    ("en", _("English")),
    ("fr", _("French")),
    ("ru", _("Russian")),
    ("es", _("Spanish")),
]
LOCALE_PATHS = [PROJECT_DIR / "src" / "chemsec" / "web" / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = CHEMSEC_DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = CHEMSEC_DATA_DIR / "files"
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Security: what `manage.py check --deploy` asks, on wherever the portal is served over TLS.
_TLS = not CHEMSEC_ALLOW_HTTP
SECURE_SSL_REDIRECT = _TLS
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600 if _TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _TLS
SECURE_HSTS_PRELOAD = _TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _read(env.bool, "CHEMSEC_BEHIND_PROXY", False) else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SESSION_COOKIE_SECURE = _TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "__Host-csrf" if _TLS else "csrf"
CSRF_FAILURE_VIEW = "chemsec.web.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": _read(env.str, "CHEMSEC_LOG_LEVEL", "WARNING")},
}
