import {dirname} from "node:path";
import {defaultImages} from "../../cdk8s/context.ts";
import {kubectl} from "../../cluster/lifecycle.ts";
import {waitFor} from "../../cluster/shell.ts";
import {certificateFor} from "../certificate.ts";
import {objectStoreProgram} from "../data/object-store.ts";
import {instance} from "./cluster.ts";

const NAME = "objects";
const PORT = 8333;
const TLS_PORT = 8334;

export type Store = Awaited<ReturnType<typeof startObjectStore>>;

/** SeaweedFS as a pod with one bucket, and the Secrets that its use needs; what a pipeline's spec says of it is the result, without TLS and with. */
export async function startObjectStore(namespace: string, bucket: string) {
  const folder = dirname(await objectStoreProgram());
  // A folder of the node is not for the namespace of a pipeline.
  const own = `${namespace}-objects`;
  const host = `${NAME}.${own}.svc.cluster.local`;
  const tls = await certificateFor(host);
  const labels = {app: NAME};
  const weed = {name: "weed", hostPath: {path: folder, type: "Directory"}};
  const secret = {accessKeyId: "key", secretAccessKey: "secret"};
  const objects = [
    {apiVersion: "v1", kind: "Secret", metadata: {name: NAME}, stringData: secret},
    {apiVersion: "v1", kind: "Secret", metadata: {name: `${NAME}-ca`}, stringData: {"ca.crt": tls["tls.crt"]}},
    {apiVersion: "v1", kind: "Secret", metadata: {name: `${NAME}-tls`}, stringData: tls},
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: {name: NAME},
      spec: {
        selector: labels,
        ports: [
          {name: "http", port: PORT},
          {name: "https", port: TLS_PORT},
        ],
      },
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {name: NAME, labels},
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: NAME,
            image: defaultImages.workloads,
            command: [
              "/weed/weed",
              "server",
              "-dir=/tmp",
              // It phones home unless told not to.
              "-master.telemetry=false",
              "-s3",
              `-s3.port=${PORT}`,
              `-s3.port.https=${TLS_PORT}`,
              "-s3.cert.file=/tls/tls.crt",
              "-s3.key.file=/tls/tls.key",
              "-volume.max=20",
              "-ip.bind=0.0.0.0",
            ],
            env: [
              {name: "AWS_ACCESS_KEY_ID", value: secret.accessKeyId},
              {name: "AWS_SECRET_ACCESS_KEY", value: secret.secretAccessKey},
            ],
            readinessProbe: {tcpSocket: {port: PORT}, periodSeconds: 1},
            volumeMounts: [
              {name: "weed", mountPath: "/weed", readOnly: true},
              {name: "tls", mountPath: "/tls", readOnly: true},
              {name: "tmp", mountPath: "/tmp"},
            ],
          },
        ],
        volumes: [weed, {name: "tls", secret: {secretName: `${NAME}-tls`}}, {name: "tmp", emptyDir: {}}],
      },
    },
  ];
  await kubectl(instance, ["create", "namespace", own]);
  const k = (where: string, args: string[], input?: string) => kubectl(instance, ["-n", where, ...args], input);
  const apply = (where: string, items: object[]) =>
    k(where, ["apply", "-f", "-"], JSON.stringify({apiVersion: "v1", kind: "List", items}));
  await apply(own, objects.slice(2));
  await apply(namespace, objects.slice(0, 2));
  await k(own, ["wait", "--for=condition=Ready", `pod/${NAME}`, "--timeout=240s"]);
  const create = `echo 's3.bucket.create -name ${bucket}' | /weed/weed shell && echo 's3.bucket.list' | /weed/weed shell`;
  await waitFor("the bucket", 240_000, async () =>
    (await k(own, ["exec", NAME, "--", "sh", "-c", create])).includes(bucket),
  );
  return {
    spec: {endpoint: `http://${host}:${PORT}`, bucket, secret: NAME},
    secure: {endpoint: `https://${host}:${TLS_PORT}`, bucket, secret: NAME, caSecret: `${NAME}-ca`},
    stop: () => kubectl(instance, ["delete", "namespace", own, "--wait=false"]),
  };
}
