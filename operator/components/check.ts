import type {KubeObject} from "../runtime/types.ts";

/** "lost": its pods were evicted or killed, which says nothing of what they were to check. */
type Verdict = "passed" | "refused" | "lost" | "unknown";

/** What a check's Job says. Its podFailurePolicy tells the checking program's own word from all else that ends a pod. */
export function verdictOf(job: KubeObject | undefined): Verdict {
  if (job?.status?.succeeded) return "passed";
  const failed = job?.status?.conditions?.find(({type, status}: any) => type === "Failed" && status === "True");
  if (!failed) return "unknown";
  return failed.reason === "PodFailurePolicy" ? "refused" : "lost";
}
