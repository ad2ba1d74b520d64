"""Django's settings. What an administrator may choose is listed in `conf.py`; the rest is decided here."""

from __future__ import annotations

from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from leanship import conf

_env = conf.Environment()

try:
    LEANSHIP_HOME = _env.home()
    DEBUG = _env.flag("LEANSHIP_DEBUG")
    SECRET_KEY = conf.secret_key(_env.text("LEANSHIP_SECRET_KEY"), LEANSHIP_HOME)
    ALLOWED_HOSTS = _env.hosts()
    PUBLIC_URL = _env.text("LEANSHIP_PUBLIC_URL").rstrip("/")
    LEANSHIP_NOW = _env.text("LEANSHIP_NOW")
    DATABASES = {"default": conf.database(_env.text("DATABASE_URL"), LEANSHIP_HOME)}
    globals().update(conf.email(_env.text("LEANSHIP_EMAIL_URL")))
    DEFAULT_FROM_EMAIL = _env.text("LEANSHIP_EMAIL_FROM")
    LANGUAGE_CODE = _env.text("LEANSHIP_LANGUAGE")
    MAX_UPLOAD_BYTES = _env.integer("LEANSHIP_MAX_UPLOAD_MB", 1, 1024) * 1024 * 1024
    FEED_NETWORKS = _env.networks()
    FEED_ALLOW_HTTP = _env.flag("LEANSHIP_FEED_ALLOW_HTTP")
    TRUST_PROXY = _env.flag("LEANSHIP_TRUST_PROXY")
    _log_level = _env.choice("LEANSHIP_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"))
except conf.SettingError as error:
    raise ImproperlyConfigured(str(error)) from None

_https = PUBLIC_URL.startswith("https://")

INSTALLED_APPS = [
    "leanship.checks.ChecksConfig",
    "leanship.web",
    "leanship.features.base",
    "leanship.features.org",
    "leanship.features.accounts",
    "leanship.features.jobs",
    "leanship.features.savings",
    "leanship.features.productivity",
    "leanship.features.projects",
    "leanship.features.standing",
    "leanship.connect",
    "leanship.api",
    "ninja",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "leanship.features.accounts.middleware.ActorMiddleware",
    "leanship.features.base.middleware.ModulesMiddleware",
    "leanship.features.base.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "leanship.urls"
WSGI_APPLICATION = "leanship.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "leanship.features.base.context.shell",
            ],
        },
    }
]

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 10}  # type: ignore[assignment]

# The queue lies in the database; what django-tasks lacks for it is in features/jobs.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["leanship"]}}

# Lock-out: by name and address together, so that a stranger cannot lock somebody out from elsewhere.
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True
AXES_LOCKOUT_CALLABLE = "leanship.features.accounts.views.locked_out"
if TRUST_PROXY:
    AXES_CLIENT_IP_CALLABLE = "leanship.features.accounts.middleware.client_ip"

SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 3600 * 24 * 30 if _https else 0
X_FRAME_OPTIONS = "DENY"
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

STATIC_URL = "/static/"
# WhiteNoise serves straight from the packages, so an installation has no step to collect files.
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600

DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a grid of 200 series by 60 periods, with room
FILE_UPLOAD_HANDLERS = ["leanship.web.uploading.BoundedUploadHandler"]

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGES = [("en", "English")]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": _log_level},
    "loggers": {"axes": {"level": "WARNING"}},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
