"""The tables of the lake in DuckDB: read only, and nothing of this pod beside them."""

import json
import os
import ssl
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import certifi
import duckdb
from duckdb_engine import ConnectionWrapper
from sqlalchemy.pool import NullPool

ASKING = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.TRANSACTION}
EXTENSIONS = os.environ.get("DUCKDB_EXTENSIONS", "/opt/duckdb")
TABLES = ("events", "dead_letters")
ANSWER_SECONDS = 30


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def named(text):
    return '"' + text.replace('"', '""') + '"'


def variable(name):
    return os.environ.get(name, "")


def ask(url, token=None, form=None):
    data = urllib.parse.urlencode(form).encode() if form else None
    request = urllib.request.Request(url, data)
    if token:
        request.add_header("authorization", f"Bearer {token}")
    context = None
    if url.startswith("https:"):
        context = ssl.create_default_context(cafile=variable("LAKE_CA") or None)
    for is_last in (False, False, True):
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_SECONDS, context=context) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            # A catalogue may fail while a table is being committed to.
            if error.code < 500 or is_last:
                raise
            time.sleep(0.5)


def token_of():
    if variable("LAKE_CATALOG_AUTH") != "oauth2":
        return None
    form = {
        "grant_type": "client_credentials",
        "client_id": variable("LAKE_CATALOG_CLIENT_ID"),
        "client_secret": variable("LAKE_CATALOG_CLIENT_SECRET"),
    }
    if variable("LAKE_CATALOG_SCOPE"):
        form["scope"] = variable("LAKE_CATALOG_SCOPE")
    return ask(variable("LAKE_CATALOG_OAUTH2_URI"), form=form)["access_token"]


def snapshots():
    """Name, location of the metadata and folder of each table that is there."""
    token = token_of()
    uri = variable("LAKE_CATALOG_URI").rstrip("/")
    warehouse = variable("LAKE_WAREHOUSE")
    config = ask(f"{uri}/v1/config" + (f"?warehouse={urllib.parse.quote(warehouse, safe='')}" if warehouse else ""), token)
    prefix = (config.get("overrides") or {}).get("prefix") or (config.get("defaults") or {}).get("prefix")
    base = f"{uri}/v1" + (f"/{urllib.parse.quote(prefix, safe='')}" if prefix else "")
    namespace = urllib.parse.quote(variable("LAKE_NAMESPACE"), safe="")
    for table in TABLES:
        try:
            loaded = ask(f"{base}/namespaces/{namespace}/tables/{table}", token)
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            continue
        yield table, loaded["metadata-location"], loaded["metadata"]["location"]


def secret():
    endpoint = urllib.parse.urlparse(variable("LAKE_S3_ENDPOINT"))
    options = {
        "KEY_ID": quoted(variable("AWS_ACCESS_KEY_ID")),
        "SECRET": quoted(variable("AWS_SECRET_ACCESS_KEY")),
        "REGION": quoted(variable("LAKE_S3_REGION")),
        "URL_STYLE": quoted("path" if variable("LAKE_S3_PATH_STYLE") == "true" else "vhost"),
    }
    if endpoint.netloc:
        options |= {"ENDPOINT": quoted(endpoint.netloc), "USE_SSL": str(endpoint.scheme == "https").lower()}
    return "CREATE SECRET lake (TYPE s3, " + ", ".join(f"{name} {value}" for name, value in options.items()) + ")"


_lock = threading.Lock()
_instance = None


def opened(folders):
    """An instance that can read the files of the tables, and nothing else of this pod or elsewhere."""
    instance = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": "256MiB",
            "threads": "2",
            "temp_directory": "/tmp/duckdb",
        },
    )
    run = instance.execute
    for extension in ("httpfs", "avro", "iceberg"):
        run(f"LOAD {quoted(f'{EXTENSIONS}/{extension}.duckdb_extension')}")
    # One that is set for a connection is not that of others.
    run("SET GLOBAL TimeZone = 'UTC'")
    run(f"SET ca_cert_file = {quoted(variable('LAKE_CA') or certifi.where())}")
    run(secret())
    run(f"SET allowed_directories = [{', '.join(map(quoted, folders))}]")
    run("SET enable_external_access = false")
    run("SET lock_configuration = true")
    return instance


class Reader:
    """A connection on which people can ask, and no more: Superset's own look at statements lets ATTACH and COPY pass."""

    def __init__(self, connection):
        self._connection = connection

    def execute(self, sql, *parameters):
        statements = self._connection.extract_statements(sql)
        if len(statements) != 1 or statements[0].type not in ASKING:
            raise duckdb.PermissionException("the lake can only be read: send one SELECT")
        return self._connection.execute(sql, *parameters)

    executemany = execute

    def __getattr__(self, name):
        return getattr(self._connection, name)


def connect():
    """A connection with the tables as they are now."""
    global _instance
    if not variable("LAKE_CATALOG_URI"):
        raise RuntimeError("this pipeline has no lake (spec.lake)")
    tables = list(snapshots())
    if not tables:
        raise RuntimeError("the lake has no tables yet: its set-up makes them")
    with _lock:
        _instance = _instance or opened([f"{folder.rstrip('/')}/" for _, _, folder in tables])
        connection = _instance.cursor()
    for name, location, _ in tables:
        connection.execute(f"CREATE TEMP VIEW {named(name)} AS FROM iceberg_scan({quoted(location)})")
    return ConnectionWrapper(Reader(connection))


def mutator(uri, params, _username, _security_manager, _source):
    """Superset's DB_CONNECTION_MUTATOR: each database of DuckDB, whatever its URI, is the lake."""
    if uri.drivername.startswith("duckdb"):
        params = {"creator": connect, "poolclass": NullPool}
    return uri, params
