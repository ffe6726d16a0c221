"""Waits until the database is that of this version, then becomes the server."""

import os
import sys
import time

import psycopg2

PATIENCE_SECONDS = 1_800
wanted = os.environ["BI_VERSION"]
end = time.monotonic() + PATIENCE_SECONDS
said = None
while True:
    try:
        with psycopg2.connect("", connect_timeout=5) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT version FROM telemetry_setup")
            found = cursor.fetchone()
            why = None if found == (wanted,) else "the set-up of this version has not ended"
    except psycopg2.Error as error:
        why = str(error).strip().split("\n")[0]
    if why is None:
        break
    if time.monotonic() > end:
        sys.exit(f"gave up: {why}")
    if why != said:
        print(f"waiting: {why}", flush=True)
    said = why
    time.sleep(1)
os.execvp(sys.executable, [
    sys.executable, "-m", "gunicorn", "--workers", "1", "--worker-class", "gthread", "--threads", "8", "--timeout", "120",
    "--worker-tmp-dir", "/tmp", "--no-control-socket", "--bind", f"0.0.0.0:{os.environ['BI_PORT']}", "--access-logfile", "/dev/null",
    "superset.app:create_app()",
])
