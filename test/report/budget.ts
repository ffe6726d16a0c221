/** Of a file that has not run yet here. */
const UNKNOWN_SECONDS = 20;

/** The files that fit into so many seconds by what they took last, the quickest first, and those that do not. */
export function fitting(files: readonly string[], times: Record<string, number>, seconds: number) {
  const cost = (file: string) => times[file] ?? UNKNOWN_SECONDS;
  const chosen: string[] = [];
  const left: string[] = [];
  let total = 0;
  for (const file of files.toSorted((one, other) => cost(one) - cost(other))) {
    total += cost(file);
    (total <= seconds ? chosen : left).push(file);
  }
  return {chosen, left};
}
