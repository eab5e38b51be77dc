"""Settings: safe as they stand; what differs between installations comes from the environment.

  DATABASE_URL      any PostgreSQL 15+ instead of the embedded one      ZHIZE_DATA    where the embedded one, the secret
  ZHIZE_HOSTS       host names it answers to, comma-separated                         key and collected files live
  ZHIZE_TLS_PROXY   1: a reverse proxy in front ends TLS and sets       ZHIZE_DEBUG   1: Django's debug pages
                    X-Forwarded-Proto and -For itself                   ZHIZE_PACKS   another folder of packs
ZHIZE_LOOPBACK=1 is set by `bin/serve` alone, and only when it listens on a loopback address: plain HTTP is fine there.
"""

import os
from typing import Any

from csp.constants import NONE, SELF
from psycopg.conninfo import conninfo_to_dict

from zhize import postgres
from zhize.paths import PACKAGE, data_dir, packs_dir
from zhize.secret import secret_key

DATA_DIR = data_dir()
PACKS_DIR = packs_dir()

TESTING = os.environ.get("TESTING") == "1"
DEBUG = os.environ.get("ZHIZE_DEBUG") == "1"
LOOPBACK = os.environ.get("ZHIZE_LOOPBACK") == "1" or DEBUG
SECRET_KEY = os.environ.get("ZHIZE_SECRET_KEY") or secret_key(DATA_DIR)


# --- apps -------------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
    "axes",
    "zhize.accounts",
    "zhize.record",
    "zhize.places",
    "zhize.policy",
    "zhize.register",
    "zhize.cases",
    "zhize.lists",
    "zhize.api",
    "zhize.site",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "zhize.middleware.ChosenLanguage",
    "zhize.site.middleware.TraditionalMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "zhize.site.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "zhize.urls"
WSGI_APPLICATION = "zhize.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "zhize.site.context.shell",
            ],
        },
    },
]


# --- database ---------------------------------------------------------------------------------------------------------
def _database(url: str) -> dict[str, Any]:
    """Read by psycopg itself: URL libraries do not decode a socket directory in the host (docs/decisions/0001)."""
    parts = conninfo_to_dict(url)
    pool = {} if TESTING else {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "zhize"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_HEALTH_CHECKS": True,  # after a database restart no request meets a dead connection
        "OPTIONS": {**parts, **pool},
    }


DATABASES = {"default": _database(os.environ.get("DATABASE_URL") or postgres.dsn(DATA_DIR))}

# --- language and time ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = not LOOPBACK
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- sign-in ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.Officer"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "zhize.middleware.client_address"
AXES_LOCKOUT_CALLABLE = "zhize.accounts.views.locked_out"

# --- what goes over the wire ------------------------------------------------------------------------------------------
_named = [name.strip() for name in os.environ.get("ZHIZE_HOSTS", "").split(",") if name.strip()]
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *_named]
CSRF_TRUSTED_ORIGINS = [f"https://{name.lstrip('.')}" for name in _named]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not LOOPBACK
SECURE_HSTS_SECONDS = 0 if LOOPBACK else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not LOOPBACK
TLS_PROXY = os.environ.get("ZHIZE_TLS_PROXY") == "1"
if TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_AGE = 8 * 60 * 60  # a working day
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
UPLOAD_LIMIT = 50_000_000  # one request, files included: a power list of 100,000 rows is about 15 MB of xlsx
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_HANDLERS = [
    "zhize.uploads.LimitUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600

# --- files ------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
_hashed = "whitenoise.storage.CompressedManifestStaticFilesStorage"
_plain = "django.contrib.staticfiles.storage.StaticFilesStorage"  # tests and debug: found where they lie, not collected
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _plain if TESTING or DEBUG else _hashed},
}
WHITENOISE_USE_FINDERS = TESTING or DEBUG

# --- log --------------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("ZHIZE_LOG", "WARNING")},
    "loggers": {"django": {"handlers": [], "level": "WARNING"}},
}

if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
