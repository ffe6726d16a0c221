#!/bin/sh
# `check-sql.sh SCRIPT`: lets Flink's own planner read a script whose statement set is to be explained, not run. What is wrong is the last
# thing that is said, and the pod's termination message.
set -eu
. "$FLINK_BIN_DIR/java-options.sh"
ended=0
# shellcheck disable=SC2086
java -Xmx512m -XX:TieredStopAtLevel=1 $opens -Duser.timezone=UTC -cp "$class_path:$FLINK_OPT_DIR/*" \
  org.apache.flink.table.client.SqlClient embedded --file "$1" > /tmp/check.out 2>&1 || ended=$?
# Killed, by the kernel for its memory as a rule: that says nothing of the script.
[ "$ended" -lt 128 ] || exit "$ended"
# The client colours its errors, also in a file.
sed 's/\x1b\[[0-9;]*m//g' /tmp/check.out > /tmp/check.log
if [ "$ended" = 0 ] && ! grep -q '^\[ERROR\]' /tmp/check.log; then
  echo "the planner accepts $1"
  exit 0
fi
cat /tmp/check.log
# From the error on, without the traces and what the planner would have accepted besides.
words=$(sed -n '/^\[ERROR\]/,/^Shutting down/p' /tmp/check.log | grep -v -e '^Shutting down' -e '^\[ERROR\]' -e '^$' -e '^	at ' || true)
[ -n "$words" ] || words=$(grep -e Exception -e Error /tmp/check.log | tail -n 1)
printf %s "$words" | head -c 1500 | tee /dev/termination-log
exit 1
