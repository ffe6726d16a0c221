#!/bin/sh
# Makes the database cluster at the first start, sets the password that the Secret holds at each start, then becomes the server.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # A first start that was cut short leaves no PG_VERSION in its final place: begin again.
  rm -rf "$PGDATA.new"
  initdb --pgdata "$PGDATA.new" --username "$POSTGRES_USER" --encoding UTF8 --locale C.UTF-8 --data-checksums \
    --auth-local peer --auth-host scram-sha-256 > /dev/null
  rm -rf "$PGDATA"
  mv "$PGDATA.new" "$PGDATA"
fi
# A kubelet that applies fsGroup opens the folder to the group at each mount, and the server refuses that.
chmod 0700 "$PGDATA"
cat > "$PGDATA/pg_hba.conf" <<HBA
local all all trust
host all all all scram-sha-256
HBA
rm -f "$PGDATA/postmaster.pid"
settings="-c shared_preload_libraries=timescaledb -c timescaledb.telemetry_level=off -c unix_socket_directories=/tmp"
# With a bucket for it, each segment of the log is handed to pgBackRest: by the server of the set-up as well, or the archive had a gap.
if [ -n "${PGBACKREST_STANZA:-}" ]; then
  settings="$settings -c archive_mode=on -c archive_timeout=60 -c archive_command='pgbackrest archive-push %p'"
fi
pg_ctl start --pgdata "$PGDATA" --silent --wait --timeout 300 --options "$settings -c listen_addresses=''" > /dev/null
run_sql() { psql --host /tmp --username "$POSTGRES_USER" --set ON_ERROR_STOP=1 --quiet --tuples-only --no-align "$@"; }
run_sql --dbname postgres --set user="$POSTGRES_USER" --set password="$POSTGRES_PASSWORD" <<'SQL'
ALTER ROLE :"user" PASSWORD :'password';
SQL
if [ -z "$(echo "SELECT 1 FROM pg_database WHERE datname = :'db'" | run_sql --dbname postgres --set db="$POSTGRES_DB")" ]; then
  createdb --host /tmp --username "$POSTGRES_USER" "$POSTGRES_DB"
fi
run_sql --dbname "$POSTGRES_DB" --command 'CREATE EXTENSION IF NOT EXISTS timescaledb' 2> /dev/null
pg_ctl stop --pgdata "$PGDATA" --silent --wait --mode fast
eval "exec postgres -D \"\$PGDATA\" $settings -c listen_addresses='*'" '"$@"'
