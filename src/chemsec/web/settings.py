"""Settings, all from the environment (docs/settings.md). A bad environment stops the start."""

import logging
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env, EnvError

PROJECT_DIR = Path(__file__).resolve().parents[3]
CHEMSEC_CONTENT_DIR = PROJECT_DIR / "content"

env = Env()
CHEMSEC_VARIABLES: set[str] = set()  # the names read below


def _read(reader, name, *args, **kwargs):
    """Read a variable; a bad value stops the start with a sentence that says what to set."""
    CHEMSEC_VARIABLES.add(name)
    try:
        return reader(name, *args, **kwargs)
    except (EnvError, ValueError) as error:
        raise ImproperlyConfigured(f"Environment: set {name} to a valid value ({error}).") from error


def _read_secret(file: str) -> str:
    try:
        secret = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(
            f"Environment: CHEMSEC_SECRET_KEY_FILE must name a readable text file ({error})."
        ) from error
    if not secret:
        raise ImproperlyConfigured(f"Environment: {file}, named by CHEMSEC_SECRET_KEY_FILE, is empty.")
    return secret


CHEMSEC_DATA_DIR = Path(_read(env.str, "CHEMSEC_DATA_DIR", str(PROJECT_DIR / "data"))).resolve()
CHEMSEC_PRODUCTION = _read(env.bool, "CHEMSEC_PRODUCTION", False)
CHEMSEC_DEMO = _read(env.bool, "CHEMSEC_DEMO", False)
CHEMSEC_ALLOW_HTTP = _read(env.bool, "CHEMSEC_ALLOW_HTTP", not CHEMSEC_PRODUCTION)
CHEMSEC_BIND = _read(env.str, "CHEMSEC_BIND", "127.0.0.1")
CHEMSEC_PORT = _read(env.int, "PORT", 8000)
CHEMSEC_WEB_PROCESSES = _read(env.int, "CHEMSEC_WEB_PROCESSES", 2)
CHEMSEC_BASE_URL = _read(env.str, "CHEMSEC_BASE_URL", f"http://localhost:{CHEMSEC_PORT}").rstrip("/")
CHEMSEC_EMBED_ANCESTORS = _read(env.list, "CHEMSEC_EMBED_ANCESTORS", [])
CHEMSEC_ASK_OUTSIDE = _read(
    env.bool, "CHEMSEC_ASK_OUTSIDE", True
)  # other servers: do the sources' links work
CHEMSEC_IDLE_HOURS = _read(env.int, "CHEMSEC_IDLE_HOURS", 12)
CHEMSEC_UNUSED_MONTHS = _read(env.int, "CHEMSEC_UNUSED_MONTHS", 12)
CHEMSEC_CLAMD = _read(env.str, "CHEMSEC_CLAMD", "")
CHEMSEC_ASK_LOOPBACK = False  # tests ask a server on this machine
CHEMSEC_REPOSITORY_EMAIL = _read(env.str, "CHEMSEC_REPOSITORY_EMAIL", "portal@chemsec.example")

DEBUG = _read(env.bool, "CHEMSEC_DEBUG", False)
_DEFAULT_SECRET = "a default secret, which production refuses"  # noqa: S105
_KEPT_SECRET = CHEMSEC_DATA_DIR / "secret-key"  # bin/run makes it when none is given
_secret_file = _read(env.str, "CHEMSEC_SECRET_KEY_FILE", str(_KEPT_SECRET) if _KEPT_SECRET.exists() else "")
SECRET_KEY = _read(env.str, "CHEMSEC_SECRET_KEY", "") or (
    _read_secret(_secret_file) if _secret_file else _DEFAULT_SECRET
)
CHEMSEC_AUDIT_KEY_FILE = _read(env.str, "CHEMSEC_AUDIT_KEY_FILE", str(CHEMSEC_DATA_DIR / "audit-key"))
CHEMSEC_KEYS_DIR = Path(
    _read(env.str, "CHEMSEC_KEYS_DIR", str(CHEMSEC_DATA_DIR.with_name(f"{CHEMSEC_DATA_DIR.name}-keys")))
).resolve()  # beside the data, not in them: a copy of the data must not hold the keys
CHEMSEC_MASTER = _read(env.str, "CHEMSEC_MASTER", "chemsec.platform.vault.master.from_file")
CHEMSEC_MASTER_KEY_FILE = _read(env.str, "CHEMSEC_MASTER_KEY_FILE", str(CHEMSEC_KEYS_DIR / "master-key"))
ALLOWED_HOSTS = _read(
    env.list,
    "CHEMSEC_ALLOWED_HOSTS",
    [urlsplit(CHEMSEC_BASE_URL).hostname or "", "localhost", "127.0.0.1", "[::1]"],
)

if urlsplit(CHEMSEC_BASE_URL).scheme not in {"http", "https"} or not urlsplit(CHEMSEC_BASE_URL).hostname:
    raise ImproperlyConfigured(
        "Environment: set CHEMSEC_BASE_URL to an address such as https://portal.example."
    )
if not 0 < CHEMSEC_PORT < 65536:  # noqa: PLR2004  the range of ports
    raise ImproperlyConfigured("Environment: set PORT to a number from 1 to 65535.")
if CHEMSEC_WEB_PROCESSES < 1:
    raise ImproperlyConfigured("Environment: set CHEMSEC_WEB_PROCESSES to 1 or more.")
if CHEMSEC_IDLE_HOURS < 1:
    raise ImproperlyConfigured("Environment: set CHEMSEC_IDLE_HOURS to 1 or more.")
if CHEMSEC_UNUSED_MONTHS < 2:  # noqa: PLR2004  a month of warning, and one before it
    raise ImproperlyConfigured("Environment: set CHEMSEC_UNUSED_MONTHS to 2 or more.")
if CHEMSEC_PRODUCTION:
    for _wrong, _sentence in [
        (DEBUG, "unset CHEMSEC_DEBUG: error pages would show the portal's insides"),
        (CHEMSEC_DEMO, "unset CHEMSEC_DEMO: demonstration data has no place among real data"),
        (
            SECRET_KEY == _DEFAULT_SECRET,
            "set CHEMSEC_SECRET_KEY or CHEMSEC_SECRET_KEY_FILE to a secret of your own",
        ),
        (len(SECRET_KEY) < 50, "make the secret key at least 50 characters long"),  # noqa: PLR2004  as Django asks
        (
            not CHEMSEC_ALLOW_HTTP and not CHEMSEC_BASE_URL.startswith("https:"),
            "set CHEMSEC_BASE_URL to the public https: address, or CHEMSEC_ALLOW_HTTP=1 for plain HTTP",
        ),
    ]:
        if _wrong:
            raise ImproperlyConfigured(f"Environment: with CHEMSEC_PRODUCTION=1, {_sentence}.")

INSTALLED_APPS = [
    "chemsec.web",
    "chemsec.exchange",
    "chemsec.compendium",
    "chemsec.needs",
    "chemsec.search",
    "chemsec.platform",
    "chemsec.platform.audit",
    "chemsec.platform.vault",
    "chemsec.platform.files",
    "chemsec.platform.sharing",
    "chemsec.platform.accounts",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django_cotton",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "chemsec.web.middleware.remember_language",
    "chemsec.platform.caching.serve_kept",  # what follows is done once a page, not at each request
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "chemsec.web.middleware.refuse_bad_input",
    "chemsec.web.middleware.say_what_is_locked",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "chemsec.platform.accounts.middleware.keep_to_oneself",
    "chemsec.platform.accounts.middleware.end_when_idle",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "chemsec.platform.audit.middleware.note_origin",
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
                "django.contrib.messages.context_processors.messages",
                "chemsec.web.context.portal",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_cotton.templatetags.cotton",
                "chemsec.platform.templatetags.portal",
                "chemsec.compendium.templatetags.compendium",
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
FORM_RENDERER = "chemsec.web.forms.Renderer"


# SQLite: FULL, because NORMAL loses acknowledged commits at a power cut; IMMEDIATE, because a read that turns
# into a write under DEFERRED fails at once instead of waiting. platform/checks.py reads the pragmas back.
def _database(variable: str, file: Path, pragmas: str = "") -> dict[str, Any]:
    """The database that a variable names, or else an SQLite file."""
    database: dict[str, Any] = {"ENGINE": "django.db.backends.sqlite3", "NAME": file}
    if _read(env.str, variable, ""):
        database = _read(env.dj_db_url, variable)
    database["CONN_MAX_AGE"] = 600
    if database["ENGINE"] == "django.db.backends.sqlite3":
        safe = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON"
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": safe + pragmas,
        }
    elif database["ENGINE"] == "django.db.backends.postgresql":
        database["CONN_HEALTH_CHECKS"] = True
    else:
        raise ImproperlyConfigured(f"Environment: {variable} must begin with sqlite: or postgres:.")
    return database


# Owners' keys lie apart. What is deleted there is overwritten: a key that was forgotten leaves no trace.
DATABASES = {
    "default": _database("CHEMSEC_DATABASE_URL", CHEMSEC_DATA_DIR / "chemsec.sqlite3"),
    "keys": _database(
        "CHEMSEC_KEYS_DATABASE_URL", CHEMSEC_KEYS_DIR / "keys.sqlite3", "; PRAGMA secure_delete=ON"
    ),
}
DATABASE_ROUTERS = ["chemsec.platform.vault.router.KeysApart"]

CACHES = {  # of all processes: limits on signing in must count in one place
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "platform_cacheentry",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
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
LANGUAGE_COOKIE_HTTPONLY = True
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATICFILES_FINDERS = [
    "chemsec.web.finders.BundleFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
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
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if _read(env.bool, "CHEMSEC_BEHIND_PROXY", False) else None
)
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SESSION_COOKIE_SECURE = _TLS
CSRF_COOKIE_HTTPONLY = SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if _TLS else "csrf"
CSRF_FAILURE_VIEW = "chemsec.web.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
SESSION_COOKIE_NAME = "__Host-session" if _TLS else "session"
SESSION_COOKIE_AGE = CHEMSEC_IDLE_HOURS * 3600  # seconds; put off while it is used: accounts/middleware.py
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Accounts. django-allauth signs people in; who may do what is platform/accounts' business.
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
ACCOUNT_ADAPTER = "chemsec.platform.accounts.adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "chemsec.platform.accounts.forms.SignUpForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True  # of a changed password, a new factor and their like
ACCOUNT_CHANGE_EMAIL = True  # one address a person; a new one counts once it is confirmed
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300  # seconds, for one's own account; gate.py asks for a second factor
MFA_ADAPTER = "chemsec.platform.accounts.adapter.FactorAdapter"
MFA_FORMS = {"activate_totp": "chemsec.platform.accounts.forms.ActivateTOTPForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Chemical Security Portal"
MFA_TOTP_TOLERANCE = 1  # a code more and a code less, for clocks that go wrong
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = CHEMSEC_ALLOW_HTTP
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = CHEMSEC_DATA_DIR / "mail"  # where messages lie as long as no server is named
if _read(env.str, "CHEMSEC_EMAIL_URL", ""):
    vars().update(_read(env.dj_email_url, "CHEMSEC_EMAIL_URL"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = CHEMSEC_REPOSITORY_EMAIL

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

DEFAULT_EXCEPTION_REPORTER_FILTER = "chemsec.platform.vault.reports.NamesOnly"
CHEMSEC_LOG_LEVEL = _read(env.log_level, "CHEMSEC_LOG_LEVEL", logging.WARNING)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"no_secrets": {"()": "chemsec.platform.logs.HideSecrets"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_secrets"]}
    },
    "root": {"handlers": ["console"], "level": CHEMSEC_LOG_LEVEL},
}
