"""All settings, read from the environment in this one place. README.md lists them; a test compares the two."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from petition.addresses import parse_name_server, parse_networks
from petition.headers import CONTENT_SECURITY_POLICY  # noqa: F401  a setting itself, of django-csp
from petition.local import embedded
from petition.ratecache import parse_rates

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def word(name: str, allowed: tuple[str, ...], default: str) -> str:
    """A setting that must be one of a few words; a wrong one is refused by its name."""
    value = env.str(name, default=default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}, but must be one of: {', '.join(allowed)}")
    return value


def whole(name: str, default: int) -> int:
    """A setting that must be a whole number, 0 or more; anything else is refused by its name."""
    value = env.str(name, default="").strip() or str(default)
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name} is {value!r}, but must be a whole number, 0 or more")
    return int(value)


def parsed(name: str, text: str, parse: Callable[[str], Any], form: str) -> Any:
    """What `parse` makes of an address; one it cannot read is refused by the setting's name, and not quoted, since a
    password may stand in it."""
    try:
        return parse(text)
    except Exception:
        raise ImproperlyConfigured(f"{name} cannot be read: it must have the form {form}") from None


VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).absolute()
KEY_DIR = VAR_DIR / "keys"
MAIL_DIR = VAR_DIR / "mail"
DELIVERY_DIR = Path(env.str("DELIVERY_DIR", default=str(VAR_DIR / "deliveries"))).absolute()


def key(name: str) -> str:
    """A key from the environment, else from its file under var/keys, else empty: what needs it then refuses.

    A private key that the environment sets to nothing is none, whatever file there is: so `make run` serves."""
    value = env.str(name, default="")
    if not value and name.endswith("_PRIVATE_KEY") and name in env.ENVIRON:
        return ""
    path = KEY_DIR / name
    if not value and path.is_file():
        value = path.read_text(errors="replace").strip()
    return value


DEBUG = env.bool("DEBUG", default=False)
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
_site = parsed("SITE_URL", SITE_URL, urlsplit, "https://example.org")
if _site.scheme not in ("http", "https") or not _site.hostname:
    raise ImproperlyConfigured(f"SITE_URL is {SITE_URL!r}, but must be a full address such as https://example.org")
HTTPS = _site.scheme == "https"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_site.hostname, "127.0.0.1", "localhost", "[::1]"])
# The staff's rooms: whether this process has them, and the one host that has them, where they have one of their own.
ADMIN = env.bool("ADMIN", default=True)
ADMIN_HOST = env.str("ADMIN_HOST", default="").strip().lower()
if ADMIN_HOST:
    if ADMIN_HOST == _site.hostname or not all(sign.isalnum() or sign in ".-" for sign in ADMIN_HOST):
        raise ImproperlyConfigured(
            f"ADMIN_HOST is {ADMIN_HOST!r}, but must be a host name such as staff.example.org, and not that of SITE_URL"
        )
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, ADMIN_HOST]
TRUSTED_PROXIES = parse_networks(env.str("TRUSTED_PROXIES", default=""))

# Only the admin's sessions and password links hang on it: signers' links do not, so it can be changed at any time.
SECRET_KEY = key("SECRET_KEY")
INDEX_KEY = key("INDEX_KEY")
MAIL_PUBLIC_KEY = key("MAIL_PUBLIC_KEY")
MAIL_PRIVATE_KEY = key("MAIL_PRIVATE_KEY")
DELIVERY_PUBLIC_KEY = key("DELIVERY_PUBLIC_KEY")
DELIVERY_PRIVATE_KEY = key("DELIVERY_PRIVATE_KEY")
SIGNING_PUBLIC_KEY = key("SIGNING_PUBLIC_KEY")
SIGNING_PRIVATE_KEY = key("SIGNING_PRIVATE_KEY")

# Over the first a signature is asked for work, over the HARD one it is refused. Each may be several, for a burst and
# for a day; signatures/throttle.py counts them.
SIGN_LIMIT_NETWORK = parse_rates(env.str("SIGN_LIMIT_NETWORK", default="300/h, 3000/d"), "SIGN_LIMIT_NETWORK")
SIGN_LIMIT_NETWORK_HARD = parse_rates(
    env.str("SIGN_LIMIT_NETWORK_HARD", default="600/m, 6000/h"), "SIGN_LIMIT_NETWORK_HARD"
)
SIGN_LIMIT_DOMAIN = parse_rates(env.str("SIGN_LIMIT_DOMAIN", default=SIGN_LIMIT_NETWORK), "SIGN_LIMIT_DOMAIN")
SIGN_LIMIT_DOMAIN_HARD = parse_rates(
    env.str("SIGN_LIMIT_DOMAIN_HARD", default=SIGN_LIMIT_NETWORK_HARD), "SIGN_LIMIT_DOMAIN_HARD"
)
SIGN_LIMIT_PETITION = parse_rates(env.str("SIGN_LIMIT_PETITION", default="20000/m"), "SIGN_LIMIT_PETITION")
SIGN_LIMIT_PETITION_HARD = parse_rates(
    env.str("SIGN_LIMIT_PETITION_HARD", default="60000/m"), "SIGN_LIMIT_PETITION_HARD"
)
SIGN_LIMIT_MAILBOX = parse_rates(env.str("SIGN_LIMIT_MAILBOX", default="5/h, 20/d"), "SIGN_LIMIT_MAILBOX")
PAGE_CACHE_SECONDS = whole("PAGE_CACHE_SECONDS", 5)
# Milliseconds: the answer to a signing comes at the end of such a step, so that its time tells nothing (eventime.py).
ANSWER_STEP = whole("ANSWER_STEP", 50)

INSTALLED_APPS = [
    "petition.apps.PetitionConfig",
    "signatures.apps.SignaturesConfig",
    "signatures.delivery.apps.DeliveryConfig",
    "petition.apps.SiteAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "csp",
]

MIDDLEWARE = [
    "petition.headers.bodiless_head",
    "petition.pagecache.PageCacheMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "petition.headers.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "petition.hosts.admin_host",
    "petition.copies.CopiesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "petition.sessions.StaffSessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "petition.urls"
WSGI_APPLICATION = "petition.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                # The admin's. Both are lazy: a public page that asks for neither user nor messages reads no session.
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "petition.context.site",
            ],
        },
    }
]

# -- database ----------------------------------------------------------------------------------------------------
DATABASE_URL = env.str("DATABASE_URL", default="")
POOL_SIZE = whole("POOL_SIZE", 8)
_FORM = "postgres://user:password@host:5432/name"
DATABASES = {"default": parsed("DATABASE_URL", DATABASE_URL or embedded.url(VAR_DIR), env.db_url_config, _FORM)}
if DATABASES["default"].get("ENGINE") != "django.db.backends.postgresql":
    raise ImproperlyConfigured(f"DATABASE_URL must name a PostgreSQL database: {_FORM}")
# A new connection a request costs two thirds of the rate; the pool gives one back checked. 0 switches it off,
# as PgBouncer in transaction mode wants it.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = POOL_SIZE == 0
if POOL_SIZE:
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": POOL_SIZE, "timeout": 3}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


# -- caches: the limits need an exact counter shared by all processes ----------------------------------------------
def redis_limits(url: str) -> dict[str, Any]:
    """Raises ValueError for any other kind of cache: none of them counts exactly."""
    cache: dict[str, Any] = env.cache_url_config(url)
    if not url.startswith(("redis://", "rediss://")):
        raise ValueError(cache["BACKEND"])
    return cache | {"BACKEND": "petition.ratecache.RedisRateCache"}


CACHE_URL = env.str("CACHE_URL", default="")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "limits": parsed("CACHE_URL", CACHE_URL, redis_limits, "redis://127.0.0.1:6379/0")
    if CACHE_URL
    else {"BACKEND": "petition.ratecache.RateCache"},
}
RATELIMIT_USE_CACHE = "limits"
# W001 only says that our backend is not one it knows; tests/races proves it exact.
# security.W008 wants SECURE_SSL_REDIRECT, which is the proxy's work: it alone knows what came over TLS.
SILENCED_SYSTEM_CHECKS = ["django_ratelimit.W001", "security.W008"]

# -- language and time ---------------------------------------------------------------------------------------------
LANGUAGE_CODE = "km"
LANGUAGES = [("km", _("Khmer")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "framework"]
FORMAT_MODULE_PATH = "petition.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Phnom_Penh"

# -- files ---------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "media"  # pictures of updates, which petition/views/media.py hands out
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

# -- mail ----------------------------------------------------------------------------------------------------------
EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(parsed("EMAIL_URL", EMAIL_URL, env.email_url_config, "smtp+tls://user:password@mail.example.org:587"))
else:
    EMAIL_BACKEND = "petition.eml.EmailBackend"
EMAIL_TIMEOUT = 20
# Asked whether a domain takes mail, before the mail goes: no business of a site whose mails are files.
NAME_SERVER = parse_name_server(env.str("NAME_SERVER", default="system" if EMAIL_URL else "none"))
MAIL_FROM = env.str("MAIL_FROM", default=f"noreply@{_site.hostname}")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM
# Mails a minute of all mailings together; 0: as fast as the mail server takes them. Mails to confirm do not wait.
MAILING_RATE = whole("MAILING_RATE", 60)
# Where people write to: shown on the notices, named in security.txt through the page "about".
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default="")

# -- staff ---------------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["petition.backends.StaffBackend"]
PASSWORD_HASHERS = ["petition.hashers.StaffScryptHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "petition.passwords.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
# How long a password or a second factor stands for what asks for it once more (petition/reauth.py).
REAUTH_SECONDS = whole("REAUTH_SECONDS", 600)
# A browser takes a cookie of that name only from this very host, and over TLS.
HOST_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{HOST_PREFIX}staff_session"
SESSION_COOKIE_AGE = 30 * 60  # since it was used; 12 hours in all (petition/entry.py)
CSRF_COOKIE_NAME = f"{HOST_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{HOST_PREFIX}staff_language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [SITE_URL, *([f"{_site.scheme}://{ADMIN_HOST}"] if ADMIN_HOST else [])]
CSRF_FAILURE_VIEW = "petition.views.system.csrf_failure"

# -- safety --------------------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = False  # the proxy's work: it alone knows what came over TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS and TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 63072000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"  # no other site is told that a visitor came from here
X_FRAME_OPTIONS = "DENY"
# 500 characters of comment are 4.5 kB percent-encoded; 12 MiB lets an absurd form come back filled in, with its errors.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

# The page of an error under DEBUG, and a mail of one: the places in the code, and nothing of what was being worked on.
DEFAULT_EXCEPTION_REPORTER = "petition.logs.Report"

# No line of any log holds an address of the network or a mailbox: access logs are off, and these stay at warnings.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "petition.logs.Formatter", "format": "{levelname} {name}: {message}", "style": "{"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django.server": {"handlers": ["nowhere"], "propagate": False},
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
    },
}
