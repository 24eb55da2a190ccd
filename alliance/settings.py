"""Settings for every environment; what differs comes from the environment.

.env.example names each variable with a safe local value. A missing secret stops the
process at start: there are no defaults for secrets.
"""

from datetime import timedelta
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from pghistory import ForeignKey

from alliance import logs

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")  # absent in production; never overrides a set variable

SECRET_KEY = env.str("SECRET_KEY")
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
SITE_URL = env.str("SITE_URL", default="").rstrip("/")  # letters link to it
DEMO = env.bool("DEMO", default=False)  # demo people with a published password; never in production

INSTALLED_APPS = [
    "alliance",
    "reviews",
    "library",
    "progress",
    "plans",
    "districts",
    "notices",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "django_linear_migrations",
    "pghistory",
    "pgtrigger",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "alliance.middleware.log_requests",
    "csp.middleware.CSPMiddleware",
    "alliance.middleware.refuse_large_bodies",
    "alliance.middleware.ask_nobody_for_health",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "alliance.middleware.log_who_asks",
    "alliance.middleware.note_use_of_session",
    "alliance.middleware.save_for_the_same_person",
    "alliance.middleware.tell_history_who_asks",
    "alliance.middleware.say_why_nothing_is_shown",
    "alliance.middleware.keep_pages_private",
    "alliance.middleware.SignInWhereNothingIsPublic",  # closed unless a view says otherwise
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "alliance.typed_again.show_what_was_typed",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "alliance.urls"
WSGI_APPLICATION = "alliance.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "alliance.templates.Pages",
        "NAME": "django",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "alliance.templates.CachedLoader",
                    [
                        "alliance.templates.PageLoader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "alliance.context_processors.shell",
            ],
            "builtins": ["districts.templatetags.alliance", "districts.templatetags.prose"],
        },
    },
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",  # fields of forms, and marks.html
        "DIRS": [BASE_DIR / "templates" / "jinja2"],
        "OPTIONS": {
            "trim_blocks": True,
            "lstrip_blocks": True,
            "environment": "alliance.templates.fields",
        },
    },
]

# Data -----------------------------------------------------------------------------------------

DATABASE = env.db_url("DATABASE_URL")
DATABASES = {
    "default": {
        **DATABASE,
        "OPTIONS": {
            "connect_timeout": 3,  # seconds, not minutes
            "keepalives_idle": 30,  # seconds: a machine that is gone without a word is found out
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "tcp_user_timeout": 30_000,  # milliseconds
            **DATABASE.get("OPTIONS", {}),
        },
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=600),  # connecting costs more than a page
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,  # services open their own transactions
    }
}
# What a row of a plan said before is read by its plan and row, and by nothing it points at.
PGHISTORY_FOREIGN_KEY_FIELD = ForeignKey(db_index=False)
# Not where each transaction may have another connection, as with pgbouncer.
PREPARES_STATEMENTS = env.bool(
    "PREPARED_STATEMENTS", default=DATABASES["default"]["CONN_MAX_AGE"] != 0
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL")
if REDIS_URL.startswith("unix://"):
    CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://") + "?virtual_host=0"
    BROKER_ADDRESS, CACHE_URL = f"{REDIS_URL}?db=0", f"{REDIS_URL}?db=1"
else:
    CELERY_BROKER_URL, CACHE_URL = f"{REDIS_URL.rstrip('/')}/0", f"{REDIS_URL.rstrip('/')}/1"
    BROKER_ADDRESS = CELERY_BROKER_URL

CACHES = {
    "default": {
        "BACKEND": "alliance.cache.SteadyCache",
        "LOCATION": CACHE_URL,
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},  # seconds
    }
}

CLAMAV_URL = env.str("CLAMAV_URL", default="")  # tcp://host:3310: nobody opens what it has not seen
STORAGE_URL = env.str("STORAGE_URL", default="")  # s3://bucket: files lie there, not in MEDIA_ROOT
MEDIA_ROOT = env.path("MEDIA_ROOT", default=BASE_DIR / "var" / "attachments")
FILE_UPLOAD_PERMISSIONS = 0o600
LARGEST_BODY = 27 * 1024 * 1024  # bytes of a request: a file of 25 MB and its form

# People and sign-in ---------------------------------------------------------------------------

AUTH_USER_MODEL = "districts.User"
AUTHENTICATION_BACKENDS = ["districts.accounts.PresentAddressBackend"]
PASSWORD_HASHERS = [
    "districts.passwords.Argon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # kept before; renewed at sign-in
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "districts.passwords.LengthValidator"},
    {"NAME": "districts.passwords.GuessableValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "districts.accounts.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are added by an admin, who knows the address
ACCOUNT_LOGOUT_REDIRECT_URL = "welcome"
ACCOUNT_SESSION_REMEMBER = False
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)  # tries count per address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_RATE_LIMITS = {
    "login": None,  # offices share one address: see districts/guesses.py
    "login_failed": None,
    "reset_password": "5/m/key",
    "reset_password_from_key": "100/m/ip",
    "sign_plan": "5/5m/user",  # passwords typed to sign
    "verify_plan": "30/m/ip",  # fingerprints asked about by anyone
}
PUBLIC_API_A_MINUTE = env.int("PUBLIC_API_A_MINUTE", default=120)  # questions from one address
SESSION_ENGINE = "districts.models.sessions"  # whose, from where, and until when
SESSION_COOKIE_AGE = 60 * 60  # of a session in which nobody is signed in; for others SignInRules
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
IDLE_DAYS = env.int("IDLE_DAYS", default=90)  # an account that nobody uses so long is suspended
IDLE_LETTER_DAYS = env.int("IDLE_LETTER_DAYS", default=14)  # its person hears so long before

# Letters and work outside the request ----------------------------------------------------------

vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Alliance <alliance@csde.example.org>")
EMAIL_TIMEOUT = 20
REMINDER_SOURCES = [  # modules that compute reminders; notices loads them
    "plans.reminders",
    "districts.reminders",
    "progress.reminders",
]
ROSTER_CHECKS = ["plans.services.standing"]  # modules that know the plans a roster change touches
TOLD_OF_ALLOCATIONS = "plans.services.allocation_letters"  # tells whoever budgets against one
REPORTS_OWED = "progress.reports.owed"  # knows which reports on plans are still to come
PDF_KEEPERS = {"publication": "library.services.copies"}  # keep the hash of a PDF made of these
KNOWN_COPIES = ["library.reports.copies"]  # modules that know a public PDF by its hash
PAGE_ADDRESSES = "alliance.pages"  # knows the address of each kind of page a letter leads to
LETTER_NOTES = ["districts.services.letters"]  # modules that add words under a letter as it leaves
LETTER_CHECKS = [  # modules that know why a letter is no longer true; asked as it leaves
    "districts.services.letters",
    "plans.services.truth",
    "progress.services.truth",
    "library.services.truth",
]

CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True  # a task killed half-way is run again; each is safe to repeat
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 2}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "America/New_York"
LETTERS_HELD_FOR = timedelta(minutes=env.float("LETTERS_HELD_MINUTES", default=10.0))
SWEEP_SECONDS = env.float("SWEEP_SECONDS", default=60.0)
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "notices.tasks.sweep",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": 60},  # a sweep that waited out an outage has nothing to add
    },
    "clear-sessions": {
        "task": "districts.tasks.clear_sessions",
        "schedule": 60 * 60,  # seconds
        "options": {"expires": 60 * 60},
    },
    "remove-strays": {
        "task": "plans.tasks.remove_strays",
        "schedule": crontab(hour="3", minute="30"),  # Eastern: nobody attaches anything
        "options": {"expires": 60 * 60 * 12},
    },
    "check-files": {
        "task": "plans.tasks.check_files",
        "schedule": 60,  # seconds: what a scanner that was away has left
        "options": {"expires": 60},
    },
    "remove-old-pdfs": {
        "task": "plans.tasks.remove_old_pdfs",
        "schedule": crontab(minute="50"),
        "options": {"expires": 60 * 60},
    },
    "look-after-idle-accounts": {
        "task": "districts.tasks.look_after_idle_accounts",
        "schedule": crontab(hour="7", minute="0"),  # Eastern: their letters come with the mail
        "options": {"expires": 60 * 60 * 12},
    },
}

CELERY_BEAT_SCHEDULE_FILENAME = env.str(
    "BEAT_SCHEDULE_FILE", default=str(BASE_DIR / "var" / "beat-schedule")
)  # when each was done last

SIGN_OF_LIFE_FILE = env.str("SIGN_OF_LIFE_FILE", default="")  # worker and beat touch it

METRICS_FOLDER = env.str("METRICS_FOLDER", default="")  # where the web counts requests

SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # e-mail is unique whatever its case, by a constraint

# Pages ------------------------------------------------------------------------------------------

FORM_RENDERER = "districts.forms.drawing.Controls"  # dozens of fields on a page
LANGUAGE_CODE = "en-us"
TIME_ZONE = "America/New_York"
USE_I18N = False
USE_TZ = True
FORMAT_MODULE_PATH = ["alliance.formats"]

STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=BASE_DIR / "var" / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "alliance.assets.WheelFinder",  # Bootstrap, htmx and fonts, from installed packages
]
STORAGES = {
    "default": {"BACKEND": "alliance.bucket.Bucket", "OPTIONS": {"url": STORAGE_URL}}
    if STORAGE_URL
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "alliance.assets.HashedFiles",
        "OPTIONS": {"file_permissions_mode": 0o644},  # a proxy may serve them from the disk
    },
}
WHITENOISE_USE_FINDERS = True  # what is not collected is served all the same
WHITENOISE_AUTOREFRESH = DEBUG

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap draws select arrows and ticks as data: images
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# Hardening --------------------------------------------------------------------------------------

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "alliance.views.csrf_refused"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
INSECURE_LOCAL = env.bool("INSECURE_LOCAL", default=False)  # plain HTTP on 127.0.0.1 only
if not DEBUG and not INSECURE_LOCAL:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/"]  # asked inside the machine, over plain HTTP
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# Logs -------------------------------------------------------------------------------------------

LOGGING = logs.configuration(
    as_json=env.bool("LOG_JSON", default=not DEBUG and not INSECURE_LOCAL),
    reports_to=env.str("ERROR_REPORTS_URL", default=""),
)
