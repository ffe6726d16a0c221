import {containerSecurity, podSecurity} from "../../cdk8s/context.ts";
import {buildOther} from "../../cluster/images/build.ts";
import {type Image, referenceOf} from "../../cluster/images/catalog.ts";
import {kubectl} from "../../cluster/lifecycle.ts";
import {loadOne} from "../../cluster/load.ts";
import {instance} from "../e2e/cluster.ts";

/** git, its HTTP server, and a stand-in for git-sync: that of others is in no package registry. */
const image: Image = {
  name: "telemetry-operator/git-sync-stand-in",
  tag: "1",
  dir: "test/verify/git",
  base: "trixie",
};
const NAME = "git";
const PORT = 8_080;
const BRANCH = "main";
const LOGIN = {username: "reader", password: "a password of git"};
const FOLDER = "/srv/git";

/** A private repository of git in a pod, by HTTP, with the Secret of its login; what a pipeline's spec says of it is `spec`. */
export async function startGitServer(namespace: string) {
  await loadOne(instance, await buildOther(image));
  const k = (args: string[], input?: string) => kubectl(instance, ["-n", namespace, ...args], input);
  const labels = {app: NAME};
  const volumeMounts = [
    {name: "repositories", mountPath: FOLDER},
    {name: "tmp", mountPath: "/tmp"},
  ];
  const common = {image: referenceOf(image), securityContext: containerSecurity, volumeMounts};
  const make = `git init --quiet --bare --initial-branch ${BRANCH} dags.git && git clone --quiet dags.git work`;
  const items = [
    {apiVersion: "v1", kind: "Secret", metadata: {name: NAME}, stringData: LOGIN},
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: {name: NAME},
      spec: {selector: labels, ports: [{port: PORT}]},
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {name: NAME, labels},
      spec: {
        terminationGracePeriodSeconds: 0,
        securityContext: podSecurity(65_533),
        initContainers: [{...common, name: "repository", command: ["sh", "-ec", `cd ${FOLDER} && ${make}`]}],
        containers: [
          {
            ...common,
            name: NAME,
            command: ["python3", "/usr/local/lib/git-server.py"],
            env: Object.entries(LOGIN).map(([name, value]) => ({name: `GIT_${name.toUpperCase()}`, value})),
            readinessProbe: {tcpSocket: {port: PORT}, periodSeconds: 1},
          },
        ],
        volumes: volumeMounts.map(({name}) => ({name, emptyDir: {}})),
      },
    },
  ];
  await k(["apply", "-f", "-"], JSON.stringify({apiVersion: "v1", kind: "List", items}));
  await k(["wait", "--for=condition=Ready", `pod/${NAME}`, "--timeout=240s"]);
  const shell = (text: string, input?: string) => k(["exec", "-i", NAME, "--", "sh", "-ec", text], input);
  const selector = (app: string) => k(["patch", "service", NAME, "-p", JSON.stringify({spec: {selector: {app}}})]);
  return {
    spec: {
      repository: `http://${NAME}.${namespace}.svc.cluster.local:${PORT}/dags.git`,
      ref: BRANCH,
      image: referenceOf(image),
      secret: NAME,
    },
    /** Makes a state of the branch, of one more or changed file. */
    async commit(file: string, text: string) {
      const path = `${FOLDER}/work/${file}`;
      await shell(`mkdir -p "$(dirname ${path})" && cat > ${path}`, text);
      const as = "git -c user.name=test -c user.email=test@example.com";
      await shell(
        `cd ${FOLDER}/work && git add --all && ${as} commit --quiet --message ${file} && git push --quiet origin HEAD:${BRANCH}`,
      );
    },
    goAway: () => selector("nobody"),
    comeBack: () => selector(NAME),
  };
}
