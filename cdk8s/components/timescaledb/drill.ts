import {k8s} from "cdk8s-plus-28";
import type {Sizing} from "../../../api/resources.ts";
import type {BuildContext} from "../../context.ts";

/** Of a drill: PostgreSQL with its own defaults, for one who looks at it. */
export const DRILL: Sizing = {cpu: "50m", memory: "768Mi"};
export const DRILL_FOLDER = "/restore";
const DATA = `${DRILL_FOLDER}/data`;

export const drillName = (name: string) => `${name}-timescaledb-restore-drill`;

/** Options of a server of the drill or of a restore, which nobody but its own pod reaches. */
export const ALONE =
  "-c listen_addresses='' -c unix_socket_directories=/tmp -c dynamic_shared_memory_type=mmap -c shared_preload_libraries=timescaledb -c timescaledb.telemetry_level=off";

/** A server of its own, empty, and the dump in it. */
export const loadDump = (dump: string): string => `set -o pipefail
if [ ! -e ${dump} ]; then echo '{"note":"there is no backup yet"}'; exit; fi
died() { grep -E 'FATAL|HINT' ${DRILL_FOLDER}/log >&2; exit 1; }
initdb --pgdata ${DATA} --username "$PGUSER" --auth trust --encoding UTF8 --locale C.UTF-8 > /dev/null
pg_ctl start --silent --wait --pgdata ${DATA} --log ${DRILL_FOLDER}/log --options "-c fsync=off ${ALONE}" || died
trap "pg_ctl stop --silent --mode immediate --pgdata ${DATA} 2> /dev/null" EXIT
restored() { PGHOST=/tmp PGSSLMODE=disable "$@"; }
run() { restored psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --output /dev/null "$@"; }
restored createdb "$PGDATABASE"
run --command 'CREATE EXTENSION IF NOT EXISTS timescaledb'
run --command 'SELECT timescaledb_pre_restore()'
restored pg_restore --no-owner --no-privileges --exit-on-error --dbname "$PGDATABASE" ${dump}
run --command 'SELECT timescaledb_post_restore()'
${COMPARE}`;

/**
 * What was restored beside what is live, by the hour: no hour may be missing up to the newest that is restored, and none may have rows that the live
 * one lacks. Fewer are no fault: late events came since.
 */
export const COMPARE = `hours() { psql --no-psqlrc --set ON_ERROR_STOP=1 --csv --tuples-only --command \\
  "SELECT extract(epoch FROM date_trunc('hour', ts))::bigint, count(*) FROM telemetry GROUP BY 1 ORDER BY 1"; }
hours > /tmp/live.csv
restored hours > /tmp/restored.csv
answer=$(awk -F, '
  FILENAME == "/tmp/live.csv" { live[$1] = $2; if (!kept++) first = $1; next }
  { restored[$1] = $2; rows += $2; hours++; newest = $1 }
  END {
    for (hour in restored) if (hour >= first && restored[hour] > live[hour]) more++
    for (hour in live) if (hour < newest && !(hour in restored)) missing++
    if (!rows && kept) print "the backup has no rows, and the live table has some"
    else if (more) print more " hours of the backup have rows that the live table lacks"
    else if (missing) print missing " hours of the live table are missing in the backup"
    else printf "{\\"rows\\":%d,\\"hours\\":%d,\\"newestHour\\":%d}", rows, hours, newest
  }' /tmp/live.csv /tmp/restored.csv)
echo "$answer"
echo "$answer" > /dev/termination-log
case "$answer" in "{"*) ;; *) exit 1 ;; esac`;

/** Room for all that the live server has, as long as the drill takes. */
export const drillVolume = ({spec}: BuildContext): k8s.Volume => ({
  name: "restore",
  ephemeral: {
    volumeClaimTemplate: {
      spec: {
        accessModes: ["ReadWriteOnce"],
        resources: {requests: {storage: k8s.Quantity.fromString(spec.timescaledb.storage)}},
      },
    },
  },
});
