/** A step that runs, and for how long. */
interface RunningStep {
  title: string;
  seconds: number;
}

/** Of a list of tasks: how many are left, and about how long they take. */
export interface TasksLeft {
  left: number;
  of: number;
  seconds: number;
}

/** One line on what is left: "3 of 14 left: Kubernetes (210 s), image flink (40 s); about 4 min". */
export function statusLine(steps: RunningStep[], tasks?: TasksLeft): string {
  const running = steps.map(({title, seconds}) => `${title} (${seconds.toFixed(0)} s)`).join(", ");
  if (!tasks) return running;
  const minutes = Math.ceil(tasks.seconds / 60);
  return `${tasks.left} of ${tasks.of} left: ${running}; ${minutes > 1 ? `about ${minutes} min` : "about a minute"}`;
}

/** A line as wide as the terminal at most, since only one line can be written over. */
export const cut = (line: string, columns: number): string =>
  line.length < columns ? line : `${line.slice(0, Math.max(0, columns - 2))}…`;
