"""Settings shared by every environment; what differs between machines comes from environment variables only."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from edu_site.settings.services import cache_settings, database_settings, storage_settings

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

# Everything the running site writes, apart from public uploads, lives below this folder.
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))

DEBUG = False
DEMO = env.bool("DEMO", default=False)
BASE_URL = env("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
WAGTAILADMIN_BASE_URL = BASE_URL
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "edu_site",
    "newsletters",
    "events",
    "courses",
    "quizzes",
    "messaging",
    "compliance",
    "accounts.apps.AccountsConfig",
    "core",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "accounts.apps.StaffUsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "core.middleware.RequestLogMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.fragments.FragmentMiddleware",
    # The page cache runs before sessions, so that what it stores cannot depend on a person, and stores finished pages:
    # whatever writes a header stands below it.
    "core.pagecache.PageCacheMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.SecurityHeadersMiddleware",
    "core.preferences.PreferencesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.StaffGateMiddleware",
    "core.middleware.MethodPageMiddleware",
    "core.middleware.PublicationRefusalMiddleware",
    # Below the page cache, so that stored pages are finished ones.
    "core.facts.FactsMiddleware",
]

ROOT_URLCONF = "edu_site.urls"
WSGI_APPLICATION = "edu_site.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                # No request.user and no csrf here: a cacheable page must not touch the session (core.pagecache).
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context_processors.site",
            ],
            "builtins": ["core.templatetags.typography", "django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

# --- Data ------------------------------------------------------------------------------------------------
DATABASES = {"default": database_settings(env, VAR_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = cache_settings(env, VAR_DIR)
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(BASE_DIR / "media")))
MEDIA_URL = "/media/"
PRIVATE_MEDIA_ROOT = Path(env("PRIVATE_MEDIA_ROOT", default=str(VAR_DIR / "private")))
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(BASE_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static_src"]
PDF_FONT_DIRS = tuple(env.list("PDF_FONT_DIRS", default=[]))
STORAGES = storage_settings(env, MEDIA_ROOT, MEDIA_URL, PRIVATE_MEDIA_ROOT)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# --- People ----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.StaffPasswordBackend",
    "accounts.backends.ContactCodeBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# SMS codes the whole site may send: an attacker cannot spend more than this. 80 % is logged, the rest refused.
CODE_SMS_HOURLY_BUDGET = env.int("CODE_SMS_HOURLY_BUDGET", default=2000)
CODE_SMS_DAILY_BUDGET = env.int("CODE_SMS_DAILY_BUDGET", default=10_000)
# Where the site writes to its own operators, when the code budget runs out for instance; empty is nowhere.
OPERATIONS_EMAIL = env("OPERATIONS_EMAIL", default="")
# Proxies in front of the site that add to X-Forwarded-For; limits count the address before them.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
# allauth carries the session part: stages, second factor, reauthentication (docs/decisions). Codes, addresses and
# limits are ours, so its e-mail table stays empty and its limits, which count in the page cache, are off.
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_RATE_LIMITS = False
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = env("SITE_TITLE", default="示例基金·投教")
MFA_FORMS = {
    "authenticate": "accounts.mfa_forms.AuthenticateForm",
    "reauthenticate": "accounts.mfa_forms.ReauthenticateForm",
    "activate_totp": "accounts.mfa_forms.ActivateTOTPForm",
}
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/me/"
SESSION_SERIALIZER = "core.sessions.EncryptedSerializer"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "edu_site.views.csrf_failure"

# --- Language and time -----------------------------------------------------------------------------------
LANGUAGE_CODE = env("LANGUAGE_CODE", default="zh-hans")
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("English"))]
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env("TIME_ZONE", default="Asia/Shanghai")
USE_I18N = True
USE_TZ = True

# --- Celery ----------------------------------------------------------------------------------------------
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default=f"filesystem://{VAR_DIR / 'broker'}")
CELERY_TASK_DEFAULT_QUEUE = env("CELERY_QUEUE", default="celery")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "messaging.sweep": {
        "task": "messaging.sweep",
        "schedule": env.int("DELIVERY_SWEEP_SECONDS", default=30),
        # Without a worker the requests would pile up; the next one says the same.
        "options": {"expires": 60},
    },
    "messaging.match_receipts": {"task": "messaging.match_receipts", "schedule": 60, "options": {"expires": 60}},
    "messaging.ingest_bounces": {"task": "messaging.ingest_bounces", "schedule": 300, "options": {"expires": 300}},
    "messaging.archive": {"task": "messaging.archive", "schedule": 3600, "options": {"expires": 3600}},
    "newsletters.sweep": {"task": "newsletters.sweep", "schedule": 30, "options": {"expires": 60}},
    "newsletters.purge_unconfirmed": {
        "task": "newsletters.purge_unconfirmed",
        "schedule": 86_400,
        "options": {"expires": 86_400},
    },
    # Nothing is opened twice: several times a day, so that a day without beat costs little.
    "compliance.open_review_tasks": {
        "task": "compliance.open_review_tasks",
        "schedule": 6 * 3600,
        "options": {"expires": 6 * 3600},
    },
    "edu_site.remind_reviewers": {"task": "edu_site.remind_reviewers", "schedule": 60, "options": {"expires": 60}},
    "core.seal_audit_trail": {"task": "core.seal_audit_trail", "schedule": 60, "options": {"expires": 60}},
    "core.publish_scheduled": {"task": "core.publish_scheduled", "schedule": 60, "options": {"expires": 60}},
    "core.purge_limits": {"task": "core.purge_limits", "schedule": 3600, "options": {"expires": 3600}},
    "courses.purge_uploads": {"task": "courses.purge_uploads", "schedule": 3600, "options": {"expires": 3600}},
    "courses.purge_guest_answers": {
        "task": "courses.purge_guest_answers",
        "schedule": 86_400,
        "options": {"expires": 86_400},
    },
    "core.purge_vain_searches": {
        "task": "core.purge_vain_searches",
        "schedule": 86_400,
        "options": {"expires": 86_400},
    },
    "accounts.purge_codes": {"task": "accounts.purge_codes", "schedule": 3600, "options": {"expires": 3600}},
    "accounts.clear_sessions": {"task": "accounts.clear_sessions", "schedule": 86_400, "options": {"expires": 86_400}},
    "accounts.purge_unused_contacts": {
        "task": "accounts.purge_unused_contacts",
        "schedule": 86_400,
        "options": {"expires": 86_400},
    },
    # In the morning it writes, at other hours it does nothing: a beat that was late loses no day.
    "quizzes.send_reviews": {"task": "quizzes.send_reviews", "schedule": 600, "options": {"expires": 600}},
    "events.lapse_offers": {"task": "events.lapse_offers", "schedule": 60, "options": {"expires": 120}},
    "events.erase_past_registrations": {"task": "events.erase_past_registrations", "schedule": 6 * 3600},
}

# --- Messages to people ----------------------------------------------------------------------------------
EMAIL_BACKEND = "messaging.backends.django_mail.OutboxEmailBackend"
EMAIL_URL = env("EMAIL_URL", default=f"file://{VAR_DIR / 'mail'}")
SMS_URL = env("SMS_URL", default=f"file://{VAR_DIR / 'sms'}")
# Used while the usual one cannot be reached; empty is none.
EMAIL_FALLBACK_URL = env("EMAIL_FALLBACK_URL", default="")
SMS_FALLBACK_URL = env("SMS_FALLBACK_URL", default="")
# Signs mail (RFC 6376): a private key in PEM, or the path of one; empty is unsigned.
DKIM_KEY = env("DKIM_KEY", default="")
DKIM_DOMAIN = env("DKIM_DOMAIN", default="")
DKIM_SELECTOR = env("DKIM_SELECTOR", default="edu")
# Where returned mail lies: a maildir, an mbox file, or imaps://user:password@host/folder.
BOUNCES_URL = env("BOUNCES_URL", default="")
# A mail service that posts receipts (mailgun, postmark …), and what proves its posts; empty takes none.
MAIL_SERVICE = env("MAIL_SERVICE", default="")
ANYMAIL = {
    name: value
    for name in (
        "WEBHOOK_SECRET",  # user:password
        "MAILGUN_WEBHOOK_SIGNING_KEY",
        "MAILERSEND_SIGNING_SECRET",
        "POSTAL_WEBHOOK_KEY",
    )
    if (value := env(name, default=""))
}
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="示例基金投教 <edu@example.com>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
SMS_SIGNATURE = env("SMS_SIGNATURE", default="示例投教")
HOTLINE = env("HOTLINE", default="000-0000-0000")
SMS_WINDOW = ("08:00", "20:00")
# A short message leaves only when exactly its text was filed with the carrier and let through.
SMS_REQUIRE_FILING = env.bool("SMS_REQUIRE_FILING", default=False)
# Shared with the gateway: signs receipts and replies that it posts to us.
SMS_WEBHOOK_SECRET = env("SMS_WEBHOOK_SECRET", default="")
# What a carrier bills for one segment, in yuan: shown to whoever prepares a campaign.
SMS_SEGMENT_PRICE = env("SMS_SEGMENT_PRICE", default="0.05")
DELIVERY_WINDOW = env.int("DELIVERY_WINDOW", default=1)
# Processes of one machine that may send at once: a kill of all leaves at most window x senders results unknown.
DELIVERY_SENDERS = env.int("DELIVERY_SENDERS", default=1)
DELIVERY_LEASE_SECONDS = env.int("DELIVERY_LEASE_SECONDS", default=180)
DELIVERY_ASK_AGAIN_SECONDS = env.int("DELIVERY_ASK_AGAIN_SECONDS", default=120)
DELIVERY_TURN_SECONDS = env.int("DELIVERY_TURN_SECONDS", default=10)
# Messages a minute and channel; 0 is without limit.
DELIVERY_RATES = {"email": env.int("MAIL_PER_MINUTE", default=0), "sms": env.int("SMS_PER_MINUTE", default=0)}
# Mails a minute to one domain, as "qq.com=600,163.com=600"; "*" is for all the others.
MAIL_DOMAIN_RATES = env.dict("MAIL_DOMAIN_RATES", cast={"value": int}, default={})
# Days after which a closed message loses its person and its words, by category, and then its last trace.
DELIVERY_KEEP_DAYS = {
    "code": env.int("DELIVERY_KEEP_CODE_DAYS", default=7),
    "service": env.int("DELIVERY_KEEP_SERVICE_DAYS", default=180),
    "campaign": env.int("DELIVERY_KEEP_CAMPAIGN_DAYS", default=365),
}
DELIVERY_ARCHIVE_DAYS = env.int("DELIVERY_ARCHIVE_DAYS", default=1095)
CAMPAIGNS_PER_PERSON_DAY = env.int("CAMPAIGNS_PER_PERSON_DAY", default=3)

# --- Search ----------------------------------------------------------------------------------------------
# Questions that one address may ask within a minute; many phones share the address of their carrier.
SEARCHES_PER_MINUTE = env.int("SEARCHES_PER_MINUTE", default=600)

# --- Review ----------------------------------------------------------------------------------------------
# Working days within which a submission is to be answered.
REVIEW_DAYS = env.int("REVIEW_DAYS", default=2)

# --- Operator --------------------------------------------------------------------------------------------
OPERATOR_NAME = env("OPERATOR_NAME", default="示例基金管理有限公司")
SITE_TITLE = env("SITE_TITLE", default="示例基金·投教")
ICP_NUMBER = env("ICP_NUMBER", default="京ICP备00000000号-0")
PSB_NUMBER = env("PSB_NUMBER", default="京公网安备00000000000000号")
# WeChat asks for /MP_verify_<token>.txt as proof that the domain is the operator's; several are divided by commas.
WECHAT_VERIFY_TOKENS = env.list("WECHAT_VERIFY_TOKENS", default=[])
# Both set: pages say in WeChat what a shared link is called, says and shows (core/wechat.py).
WECHAT_APP_ID = env("WECHAT_APP_ID", default="")
WECHAT_APP_SECRET = env("WECHAT_APP_SECRET", default="")
WECHAT_API_URL = "https://api.weixin.qq.com"
# Until the operator's own compliance officer has signed, pages say that the content is a sample.
COMPLIANCE_SIGNED = env.bool("COMPLIANCE_SIGNED", default=False)

# --- Wagtail ---------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = SITE_TITLE
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILADMIN_LOGIN_URL = "/accounts/staff/login/"
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAILADMIN_NOTIFICATION_USE_HTML = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 5 * 1024 * 1024
# Largest recording that an editor may upload.
MEDIA_FILE_MAX_BYTES = env.int("MEDIA_FILE_MAX_MB", default=200) * 1024 * 1024
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "core.search.backend", "SEARCH_CONFIG": "simple"}}
# Milliseconds of rest after which what was typed is saved; core/editing.py says what is never replaced.
WAGTAIL_AUTOSAVE_INTERVAL = env.int("AUTOSAVE_MILLISECONDS", default=3000)
TAGGIT_CASE_INSENSITIVE = True
# The approved revision is what goes live, not the latest one.
WAGTAIL_FINISH_WORKFLOW_ACTION = "core.workflow.publish_approved_revision"

# --- Security --------------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"  # Wagtail lifts it for its own preview panel
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, "https://res.wx.qq.com"] if WECHAT_APP_ID and WECHAT_APP_SECRET else [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}
# Wagtail's admin writes inline scripts and styles; only its own pages get this looser policy.
ADMIN_CONTENT_SECURITY_POLICY = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "script-src": [SELF, "'unsafe-inline'", "'unsafe-eval'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
}

# --- Logs ------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "core.logs.JsonFormatter"}},
    "filters": {"scrub": {"()": "core.logs.ScrubFilter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["scrub"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "django_tasks": {"level": "WARNING"},
        # Each step of cutting a font down would be a line.
        "fontTools": {"level": "ERROR"},
        "fpdf": {"level": "ERROR"},
    },
}
PAGE_CACHE_SECONDS = env.int("PAGE_CACHE_SECONDS", default=300)
