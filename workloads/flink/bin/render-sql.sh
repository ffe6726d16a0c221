#!/bin/sh
# `render-sql.sh TEMPLATE RESULT`: puts the credentials of the environment into the SQL, quoted for it. They are in no ConfigMap.
set -eu
quote() { printf %s "$1" | sed "s/'/''/g"; }
# A JAAS value stands in double quotes inside the SQL's single ones.
jaas() { quote "$(printf %s "$1" | sed 's/[\\"]/\\&/g')"; }
JAAS_USERNAME=$(jaas "${KAFKA_USERNAME:-}") JAAS_PASSWORD=$(jaas "${KAFKA_PASSWORD:-}")
PGUSER=$(quote "${PGUSER:-}") PGPASSWORD=$(quote "${PGPASSWORD:-}") PGDATABASE=$(quote "${PGDATABASE:-}")
PGHOST=$(quote "${PGHOST:-}")
export JAAS_USERNAME JAAS_PASSWORD PGUSER PGPASSWORD PGDATABASE PGHOST
umask 077
envsubst '$JAAS_USERNAME $JAAS_PASSWORD $PGUSER $PGPASSWORD $PGDATABASE $PGHOST' < "$1" > "$2"
