#!/bin/sh
exec python3 -c 'from superset.cli.main import superset; superset(prog_name="superset")' "$@"
