"""Settings, all from the environment; safe unless asked otherwise.

`script/setup` writes a private `var/env` with generated secrets for this machine; real environment variables
win over it. A secret that is missing stops the start with its name.
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
import pghistory
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
env.smart_cast = False  # a secret that happens to look like a number stays a string
if (VAR_DIR / "env").exists():
    env.read_env(VAR_DIR / "env")

# --- what must be given ---------------------------------------------------------------------------------------------
SECRET_KEY = env.str("SECRET_KEY")
SALT_KEY = env.list("FIELD_ENCRYPTION_SALTS")  # first encrypts, all decrypt: rotate by putting a new one in front
BLIND_INDEX_KEY = env.str("BLIND_INDEX_KEY")  # keyed look-up of encrypted document numbers
HISTORY_SIGNING_KEY = env.str("HISTORY_SIGNING_KEY")  # Ed25519 seed, base64: signs the heads of the history chains
# keys that signed before it, each `<last checkpoint it signed>:<public key>`, as `manage.py history_key` prints it
HISTORY_SIGNING_OLD_KEYS = env.list("HISTORY_SIGNING_OLD_KEYS", default=[])

# --- what is safe by default ----------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
PUBLIC_URL = env.str("PUBLIC_URL", default="http://localhost:8000").rstrip("/")
_public = urlsplit(PUBLIC_URL)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_public.hostname or "localhost"])
LOOPBACK_HOSTS = {"localhost", "127.0.0.1", "[::1]", "testserver"}
if DEMO and not set(ALLOWED_HOSTS) <= LOOPBACK_HOSTS:
    raise ImproperlyConfigured("DEMO hands out sign-ins to anyone: it runs on loopback hosts only. Unset DEMO.")
HTTPS = _public.scheme == "https"

INSTALLED_APPS = [
    "modeltranslation",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",  # its widget templates, found by the house renderer
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_countries",
    "phonenumber_field",
    "encrypted_fields",
    "pgtrigger",
    "pghistory",
    "django_htmx",
    "rules.apps.AutodiscoverRulesConfig",
    "rest_framework",
    "drf_spectacular",
    "csp",
    "yiwu_portal.accounts",
    "yiwu_portal.people",
    "yiwu_portal.centre",
    "yiwu_portal.workdays",
    "yiwu_portal.documents",
    "yiwu_portal.notifications",
    "yiwu_portal.history",
    "yiwu_portal.lifecycle",
    "yiwu_portal.programmes",
    "yiwu_portal.api",
    "yiwu_portal.web",
    # the five programmes: the only place that names them
    "approvals",
    "mediation",
    "merchant_cards",
    "community",
    "international_family",
    "django.contrib.admin",
]

MIDDLEWARE = [
    "yiwu_portal.web.public.PublicPagesMiddleware",  # first: a public page that is kept needs nothing of the others
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",  # private pages say no-store and get no tag
    "yiwu_portal.web.middleware.DatabaseMiddleware",  # outside of everything that reads the database
    "django.contrib.sessions.middleware.SessionMiddleware",
    "yiwu_portal.web.middleware.PortalLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "yiwu_portal.web.middleware.MethodsMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "yiwu_portal.accounts.middleware.SecondFactorMiddleware",
    "yiwu_portal.web.middleware.PrivatePagesMiddleware",
    "yiwu_portal.web.middleware.RefusalsMiddleware",
]

ROOT_URLCONF = "yiwu_portal.urls"
WSGI_APPLICATION = "yiwu_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yiwu_portal.web.context_processors.portal",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "yiwu_portal.web.templatetags.web"],
        },
    }
]
FORM_RENDERER = "yiwu_portal.web.forms.HouseRenderer"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- database: PostgreSQL, nothing else -----------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL")}
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database.")
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True  # PgBouncer in transaction mode must work

# --- cache: Redis is disposable, so nothing that guards a door lives there ------------------------------------------
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",  # the table is made by a migration of accounts
        # a full cache drops entries at random, counters of failed sign-ins too: an hourly job clears what expired
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    },
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
    # how often the API was read, by process: a limit on reading must not write
    "limits": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "limits",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}
PUBLIC_PAGE_SECONDS = env.int("PUBLIC_PAGE_SECONDS", default=60)  # how long a public page may be a moment old
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- jobs -----------------------------------------------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 25
CELERY_TASK_TIME_LIMIT = 30
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.1}
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 120,  # seconds: above the longest task
    "unacked_restore_interval": 5,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TIMEZONE = "Asia/Shanghai"

# --- people signing in ----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal_mine"
LOGOUT_REDIRECT_URL = "home"

# django-allauth: e-mail and code, password, passkey; authenticator app and recovery codes as second factor
ACCOUNT_ADAPTER = "yiwu_portal.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]  # without password1 allauth drops signing in by password altogether
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600  # seconds
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600  # seconds
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 600  # seconds
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 3
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_FORMS = {
    "login": "yiwu_portal.accounts.forms.LoginForm",
    "signup": "yiwu_portal.accounts.forms.SignupForm",
    "add_email": "yiwu_portal.accounts.forms.AddEmailForm",
    "change_password": "yiwu_portal.accounts.forms.ChangePasswordForm",
    "set_password": "yiwu_portal.accounts.forms.SetPasswordForm",
    "reset_password": "yiwu_portal.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "yiwu_portal.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "yiwu_portal.accounts.forms.ReauthenticateForm",
    "request_login_code": "yiwu_portal.accounts.forms.RequestLoginCodeForm",
    "confirm_login_code": "yiwu_portal.accounts.forms.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "yiwu_portal.accounts.forms.ConfirmEmailVerificationCodeForm",
    "confirm_password_reset_code": "yiwu_portal.accounts.forms.ConfirmPasswordResetCodeForm",
}
# amount/period/per: "ip" one client address (an IPv6 /64), "key" one e-mail address whoever asks, "user" one account
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "signup": "20/m/ip",
    "request_login_code": "20/m/ip,3/m/key",
    "reset_password": "20/m/ip,3/m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "confirm_email": "1/10s/key",
}
MFA_ADAPTER = "yiwu_portal.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_ISSUER = "Yiwu Portal"
MFA_TOTP_TOLERANCE = 1  # one step of 30 seconds either way: phones' clocks drift
MFA_FORMS = {
    "authenticate": "yiwu_portal.accounts.forms.AuthenticateForm",
    "reauthenticate": "yiwu_portal.accounts.forms.SecondFactorReauthenticateForm",
    "activate_totp": "yiwu_portal.accounts.forms.ActivateTOTPForm",
    "add_webauthn": "yiwu_portal.accounts.forms.AddPasskeyForm",
}

# --- language and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", _("English")),
    ("zh-hans", _("Chinese (simplified)")),
    ("ar", _("Arabic")),
    ("ru", _("Russian")),
    ("fr", _("French")),
    ("es", _("Spanish")),
]
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("en", "zh-hans")
MODELTRANSLATION_CUSTOM_FIELDS = ()
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- files ----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [
    (f"fonts/{family}", BASE_DIR / "node_modules/@fontsource-variable" / family / "files")
    for family in ("noto-sans", "noto-sans-arabic", "noto-serif", "noto-naskh-arabic")
    if (BASE_DIR / "node_modules/@fontsource-variable" / family).exists()
]
FILES_ROOT = Path(env.str("FILES_ROOT", default=str(VAR_DIR / "files")))
STORAGES = {
    # private files: served only through a permission check, never by address
    "default": {
        "BACKEND": env.str("FILES_BACKEND", default="django.core.files.storage.FileSystemStorage"),
        "OPTIONS": env.json("FILES_OPTIONS", default={"location": str(FILES_ROOT), "base_url": None}),
    },
    "staticfiles": {
        "BACKEND": env.str("STATIC_BACKEND", default="django.contrib.staticfiles.storage.ManifestStaticFilesStorage")
    },
}
CLAMAV_ADDRESS = env.str("CLAMAV_ADDRESS", default="")  # host:port or a socket's path; empty: no scanner configured
UPLOAD_MAX_BYTES = 10 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = [
    "yiwu_portal.documents.handlers.LimitedUploadHandler",  # first: what is over the limit never reaches a disk
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- mail -----------------------------------------------------------------------------------------------------------
_email = env.email_url("EMAIL_URL", default="consolemail://")
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _email.get("EMAIL_HOST") or "", _email.get("EMAIL_PORT") or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_USER") or "", _email.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = _email.get("EMAIL_USE_TLS", False), _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 5  # seconds
DEFAULT_FROM_EMAIL = env.str("FROM_EMAIL", default="Yiwu Portal <portal@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- security -------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=HTTPS)
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)  # then the last hop of X-Forwarded-For is the client
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600  # seconds
CSRF_FAILURE_VIEW = "yiwu_portal.web.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# --- history and API ------------------------------------------------------------------------------------------------
CHECKPOINT_DIR = Path(env.str("CHECKPOINT_DIR", default=str(VAR_DIR / "checkpoints")))
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()  # one shared row a request would be rewritten by the next verb
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "yiwu_portal.api.schema.PortalSchema",
    # no Basic authentication: it would let a password in without its second factor
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "yiwu_portal.api.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "yiwu_portal.api.problems.problem_answer",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Yiwu Portal",
    "DESCRIPTION": "One-stop portal for foreign-related government services: find, apply, follow, decide.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "POSTPROCESSING_HOOKS": ["yiwu_portal.api.schema.contract_finish"],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"fido2": {"level": "WARNING"}},  # it tells the ids of people's passkeys
}
