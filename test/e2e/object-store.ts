import {dirname} from "node:path";
import {defaultImages} from "../../cdk8s/context.ts";
import {kubectl} from "../../cluster/lifecycle.ts";
import {waitFor} from "../../cluster/shell.ts";
import {objectStoreProgram} from "../data/object-store.ts";
import {instance} from "./cluster.ts";

const NAME = "objects";
const PORT = 8333;

/** SeaweedFS as a pod with one bucket, and the Secret of who may use it; what a pipeline's spec says of it is the result. */
export async function startObjectStore(namespace: string, bucket: string) {
  const folder = dirname(await objectStoreProgram());
  const labels = {app: NAME};
  const weed = {name: "weed", hostPath: {path: folder, type: "Directory"}};
  const secret = {accessKeyId: "key", secretAccessKey: "secret"};
  const objects = [
    {apiVersion: "v1", kind: "Secret", metadata: {name: NAME}, stringData: secret},
    {apiVersion: "v1", kind: "Service", metadata: {name: NAME}, spec: {selector: labels, ports: [{port: PORT}]}},
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
              "-s3",
              `-s3.port=${PORT}`,
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
              {name: "tmp", mountPath: "/tmp"},
            ],
          },
        ],
        volumes: [weed, {name: "tmp", emptyDir: {}}],
      },
    },
  ];
  // A folder of the node is not for the namespace of a pipeline.
  const own = `${namespace}-objects`;
  await kubectl(instance, ["create", "namespace", own]);
  const k = (where: string, args: string[], input?: string) => kubectl(instance, ["-n", where, ...args], input);
  const apply = (where: string, items: object[]) =>
    k(where, ["apply", "-f", "-"], JSON.stringify({apiVersion: "v1", kind: "List", items}));
  await apply(own, objects.slice(1));
  await apply(namespace, objects.slice(0, 1));
  await k(own, ["wait", "--for=condition=Ready", `pod/${NAME}`, "--timeout=240s"]);
  const create = `echo 's3.bucket.create -name ${bucket}' | /weed/weed shell && echo 's3.bucket.list' | /weed/weed shell`;
  await waitFor("the bucket", 240_000, async () =>
    (await k(own, ["exec", NAME, "--", "sh", "-c", create])).includes(bucket),
  );
  const endpoint = `http://${NAME}.${own}.svc.cluster.local:${PORT}`;
  return {
    spec: {endpoint, bucket, secret: NAME},
    stop: () => kubectl(instance, ["delete", "namespace", own, "--wait=false"]),
  };
}
