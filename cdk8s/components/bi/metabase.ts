import type {k8s} from "cdk8s-plus-28";
import {withoutResources} from "../../../api/pod.ts";
import type {PlanContext} from "../../component.ts";
import {containerResources, containerSecurity, env, fromSecret} from "../../context.ts";
import {job} from "../../workload.ts";
import {timescaledbClient} from "../timescaledb/client.ts";
import {databaseToMake, ownDatabaseClient, placeOf} from "../timescaledb/own-database.ts";
import {biName, biUrl, database, keyEnv, PORT} from "./client.ts";
import {type Server, serverFiles} from "./server.ts";

const NO = "false";
/** Rows of an answer: a week by the minute has 10,080. */
const MOST_ROWS = 50_000;

/** Where it remembers. The password is never part of a URL, which it would show in its log. */
function metadata(context: PlanContext): k8s.EnvVar[] {
  const own = database(context);
  const {host, port, secret, tls} = placeOf(context, own);
  const ca = ownDatabaseClient(context, own).env.find(({name}) => name === "PGSSLROOTCERT")?.value;
  // Java's own authorities, where the spec names none.
  const trust = ca ? `sslrootcert=${ca}` : "sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory";
  const url = `jdbc:postgresql://${host.includes(":") ? `[${host}]` : host}:${port}/$(MB_DB_DBNAME)?sslmode=verify-full&${trust}`;
  return [
    fromSecret("MB_DB_USER", secret, "username"),
    fromSecret("MB_DB_PASS", secret, "password"),
    fromSecret("MB_DB_DBNAME", secret, "database"),
    ...env({MB_DB_TYPE: "postgres", ...(tls ? {MB_DB_CONNECTION_URI: url} : {MB_DB_HOST: host, MB_DB_PORT: port})}),
  ];
}

/** What Metabase is told. Nothing of it, and of who uses it, is told to anyone. */
const environment = (context: PlanContext): k8s.EnvVar[] => [
  ...metadata(context),
  keyEnv(context, "MB_ENCRYPTION_SECRET_KEY"),
  ...env({
    MB_JETTY_HOST: "0.0.0.0",
    MB_JETTY_PORT: PORT,
    MB_SITE_URL: context.spec.bi.url ?? biUrl(context),
    MB_PLUGINS_DIR: "/tmp/plugins",
    MB_COLORIZE_LOGS: NO,
    MB_EMOJI_IN_LOGS: NO,
    MB_ANON_TRACKING_ENABLED: NO,
    MB_CHECK_FOR_UPDATES: NO,
    MB_LOAD_SAMPLE_CONTENT: NO,
    MB_SURVEYS_ENABLED: NO,
    MB_NO_SURVEYS: "true",
    MB_ENABLE_PUBLIC_SHARING: NO,
    MB_ENABLE_EMBEDDING: NO,
    MB_ENABLE_EMBEDDING_SDK: NO,
    MB_ENABLE_EMBEDDING_SIMPLE: NO,
    MB_ENABLE_EMBEDDING_STATIC: NO,
    MB_ENABLE_EMBEDDING_INTERACTIVE: NO,
    MB_SEND_EMAIL_ON_FIRST_LOGIN_FROM_NEW_DEVICE: NO,
    MB_AI_FEATURES_ENABLED: NO,
    // The generated passwords are random letters, of which not each has a digit.
    MB_PASSWORD_COMPLEXITY: "weak",
    MB_UNAGGREGATED_QUERY_ROW_LIMIT: MOST_ROWS,
    MB_AGGREGATED_QUERY_ROW_LIMIT: MOST_ROWS + 1,
  }),
];

/** Its own start script makes a user, which a file system that cannot be written forbids. */
const command = (heapMiB: number): string[] => [
  "java",
  `-Xmx${heapMiB}m`,
  "-Dfile.encoding=UTF-8",
  "-XX:+ExitOnOutOfMemoryError",
  "--add-opens",
  "java.base/java.nio=ALL-UNNAMED",
  "-jar",
  "/app/metabase.jar",
];

export const metabase: Server = {
  prepare(chart, context) {
    const own = database(context);
    if (own.existing) return;
    const client = timescaledbClient(context);
    job(chart, context, {
      name: `${biName(context)}-database`,
      command: ["workloads/schema/main.ts", "own-database"],
      env: [...client.env, ...databaseToMake(own)],
      files: client.files,
      sizing: {cpu: "20m", memory: "128Mi"},
      options: withoutResources(context.spec.bi.pod),
    });
  },
  pod(context) {
    const {mounts, volumes} = serverFiles(context);
    const {metabase} = context.spec.bi.sizing;
    return {
      container: {
        name: "metabase",
        image: context.images.metabase,
        command: command(metabase.heapMiB),
        env: environment(context),
        resources: containerResources(context, metabase, context.spec.bi.pod),
        securityContext: containerSecurity,
        volumeMounts: [{name: "tmp", mountPath: "/tmp"}, ...mounts],
      },
      volumes: [{name: "tmp", emptyDir: {}}, ...volumes],
    };
  },
  health: "/api/health",
};
