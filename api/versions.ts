/**
 * The versions of Kafka and Cassandra that this operator was run with, oldest first. Each was upgraded from the one before it
 * on a live pipeline (test/verify/upgrade.test.ts); no other step is taken.
 */
export const versions = {
  kafka: ["4.2.1", "4.3.1"],
  cassandra: ["5.0.5", "5.0.6"],
} as const;

/**
 * Why a server that runs at one version must not be taken to another; "" if it may.
 *
 * @param tested oldest first
 */
export function refusal(tested: readonly string[], from: string, to: string): string {
  const [was, is] = [tested.indexOf(from), tested.indexOf(to)];
  if (from === to || is === was + 1) return "";
  if (was < 0) return `it runs at ${from}, from where no step was tested`;
  if (is < was) return `it runs at ${from}, and its data cannot go back to ${to}`;
  return `from ${from} the next step is ${tested[was + 1]}`;
}
