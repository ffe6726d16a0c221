import type {KubeObject} from "../runtime/types.ts";

/** "lost": its pods were evicted or killed, which says nothing of what they were to check. */
type Verdict = "passed" | "refused" | "lost" | "unknown";

/** The result of a check's Job. Its podFailurePolicy tells the program's own exit code from everything else that ends a pod. */
export function verdictOf(job: KubeObject | undefined): Verdict {
  if (job?.status?.succeeded) return "passed";
  const failed = job?.status?.conditions?.find(({type, status}: any) => type === "Failed" && status === "True");
  if (!failed) return "unknown";
  return failed.reason === "PodFailurePolicy" ? "refused" : "lost";
}
