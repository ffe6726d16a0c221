import type {k8s} from "cdk8s-plus-28";
import {secondsOf} from "../../../api/quantities.ts";
import type {PlanContext} from "../../component.ts";
import {containerResources, containerSecurity, env, fromSecret} from "../../context.ts";
import {YOUR_DAGS} from "./dags.ts";
import {CHECKOUT} from "./environment.ts";

/** For so long a repository may be away before git-sync ends. */
const AWAY_SECONDS = 120;

/** A container that keeps the user's repository at its newest state; `once`, one that brings it and ends. */
export function gitSync(context: PlanContext, once = false): k8s.Container[] {
  const {git} = context.spec.workflows.dags ?? {};
  if (!git) return [];
  const {repository, ref, image, secret, interval} = git;
  return [
    {
      name: "git-sync",
      image,
      env: [
        ...env({
          GITSYNC_REPO: repository,
          GITSYNC_REF: ref,
          // Of a folder that another user made, as a volume is, git says that its ownership is dubious.
          GITSYNC_ROOT: `${YOUR_DAGS}/repository`,
          GITSYNC_LINK: `${YOUR_DAGS}/${CHECKOUT}`,
          // Go has no days.
          GITSYNC_PERIOD: `${secondsOf(interval)}s`,
          GITSYNC_MAX_FAILURES: Math.ceil(AWAY_SECONDS / secondsOf(interval)),
          // One that was started again ends at once, until the repository is back: the status shows that.
          ...(once ? {} : {GITSYNC_INIT_MAX_FAILURES: 1}),
          GITSYNC_ONE_TIME: String(once),
          // Its own home is not written.
          HOME: "/tmp",
        }),
        ...(secret
          ? [fromSecret("GITSYNC_USERNAME", secret, "username"), fromSecret("GITSYNC_PASSWORD", secret, "password")]
          : []),
      ],
      resources: containerResources(context, {cpu: "10m", memory: "128Mi"}),
      securityContext: containerSecurity,
      volumeMounts: [
        {name: "user-dags", mountPath: YOUR_DAGS},
        {name: "tmp", mountPath: "/tmp"},
      ],
    },
  ];
}
