"""Superset of a pipeline: what it remembers is in PostgreSQL, and nothing leaves the cluster."""

import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
import lake

SECRET_KEY = os.environ["BI_SESSION_KEY"]
# libpq's variables say where: a password is never part of a URL.
SQLALCHEMY_DATABASE_URI = "postgresql+psycopg2://"
# A question holds more than one connection, and eight are asked at a time.
SQLALCHEMY_ENGINE_OPTIONS = {"pool_size": 4, "max_overflow": 16, "pool_pre_ping": True}
DB_CONNECTION_MUTATOR = lake.mutator

PUBLIC = os.environ.get("BI_PUBLIC_URL", "")
ENABLE_PROXY_FIX = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PUBLIC.startswith("https:")

APP_NAME = "Telemetry"
PUBLIC_ROLE_LIKE = None
AUTH_USER_REGISTRATION = False
# The login is by password: who guesses has few tries.
RATELIMIT_ENABLED = True
RATELIMIT_STORAGE_URI = "memory://"
RATELIMIT_APPLICATION = "200 per second"
AUTH_RATE_LIMITED = True
AUTH_RATE_LIMIT = "30 per minute"

_MINUTE = 60
CACHE_CONFIG = {"CACHE_TYPE": "SimpleCache", "CACHE_DEFAULT_TIMEOUT": 5 * _MINUTE}
# Rows go on arriving: an answer is good for a minute.
DATA_CACHE_CONFIG = {"CACHE_TYPE": "SimpleCache", "CACHE_DEFAULT_TIMEOUT": _MINUTE, "CACHE_THRESHOLD": 200}

ROW_LIMIT = 10_000
SQL_MAX_ROW = 100_000
# TimescaleDB's readers are stopped after 30 s.
SQLLAB_TIMEOUT = 30
SUPERSET_WEBSERVER_TIMEOUT = 60

FEATURE_FLAGS = {"EMBEDDED_SUPERSET": False, "ALERT_REPORTS": False, "ENABLE_TEMPLATE_PROCESSING": False}

# Fonts and themes of others; the policy below stops their maps as well.
ENABLE_CORS = False
THEME_FONT_URL_ALLOWED_DOMAINS = []
ENABLE_UI_THEME_ADMINISTRATION = False

# The browser loads from here alone: Superset's own policy lets it count its users elsewhere.
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "frame-ancestors": ["'self'"],
        "font-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": SESSION_COOKIE_SECURE,
}
