import {containerSecurity, defaultImages, podSecurity} from "../../cdk8s/context.ts";
import {kubectl} from "../../cluster/lifecycle.ts";
import {certificateFor} from "../certificate.ts";
import {instance} from "../e2e/cluster.ts";

const NAME = "postgres";

/** Somebody else's PostgreSQL in a pod, which takes connections from outside by TLS only, with a database for one owner; what a pipeline's spec says of it is `spec`. */
export async function startPostgres(namespace: string, owner: string) {
  const k = (args: string[], input?: string) => kubectl(instance, ["-n", namespace, ...args], input);
  const host = `${NAME}.${namespace}.svc.cluster.local`;
  const tls = await certificateFor(host);
  const labels = {app: NAME};
  const login = {username: owner, password: "not's simple:/@", database: owner};
  const admin = {POSTGRES_USER: "postgres", POSTGRES_PASSWORD: "of the administrator", POSTGRES_DB: "postgres"};
  const settings = {ssl: "on", ssl_cert_file: "/tls/tls.crt", ssl_key_file: "/tls/tls.key"};
  const mounts = {data: "/var/lib/postgresql/data", tmp: "/tmp", tls: "/tls"};
  const items = [
    {apiVersion: "v1", kind: "Secret", metadata: {name: owner}, stringData: login},
    {apiVersion: "v1", kind: "Secret", metadata: {name: `${NAME}-ca`}, stringData: {"ca.crt": tls["tls.crt"]}},
    {apiVersion: "v1", kind: "Secret", metadata: {name: `${NAME}-tls`}, stringData: tls},
    {apiVersion: "v1", kind: "Service", metadata: {name: NAME}, spec: {selector: labels, ports: [{port: 5_432}]}},
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {name: NAME, labels},
      spec: {
        terminationGracePeriodSeconds: 0,
        securityContext: podSecurity(),
        containers: [
          {
            name: NAME,
            image: defaultImages.timescaledb,
            args: Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
            env: Object.entries(admin).map(([name, value]) => ({name, value})),
            readinessProbe: {tcpSocket: {port: 5_432}, periodSeconds: 1},
            securityContext: containerSecurity,
            volumeMounts: Object.entries(mounts).map(([name, mountPath]) => ({name, mountPath})),
          },
        ],
        volumes: [
          {name: "data", emptyDir: {}},
          {name: "tmp", emptyDir: {}},
          {name: "tls", secret: {secretName: `${NAME}-tls`, defaultMode: 0o440}},
        ],
      },
    },
  ];
  await k(["apply", "-f", "-"], JSON.stringify({apiVersion: "v1", kind: "List", items}));
  await k(["wait", "--for=condition=Ready", `pod/${NAME}`, "--timeout=240s"]);
  const psql = async (database: string, text: string): Promise<string> => {
    const who = ["-h", "/tmp", "-U", admin.POSTGRES_USER, "-d", database];
    return (await k(["exec", "-i", NAME, "--", "psql", ...who, "-v", "ON_ERROR_STOP=1", "-qtA"], text)).trim();
  };
  const password = login.password.replaceAll("'", "''");
  await psql("postgres", `CREATE ROLE ${owner} LOGIN PASSWORD '${password}'; CREATE DATABASE ${owner} OWNER ${owner};`);
  await k(["exec", NAME, "--", "sh", "-ec", 'sed -i "s/^host /hostssl /" "$PGDATA/pg_hba.conf"']);
  await psql("postgres", "SELECT pg_reload_conf()");
  return {
    spec: {host, secret: owner, caSecret: `${NAME}-ca`},
    sql: (text: string) => psql(owner, text),
  };
}
