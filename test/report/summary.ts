/** A test file that has run; its interval covers hooks as well, in seconds since the run began. */
export interface FileRun {
  project: string;
  /** From the repository's root. */
  file: string;
  from: number;
  to: number;
  tests: {name: string; seconds: number}[];
}

/** A test, hook or file that failed. */
export interface Failure {
  name: string;
  error: string;
  /** State of the cluster when it failed, for those that had one. */
  diagnosis?: string | undefined;
}

const SLOWEST = 20;
/** The end of a log is what is kept of a run: of all diagnoses together not more than this. */
const DIAGNOSIS_CHARACTERS = 12_000;

/** Seconds by project and file, and the slowest tests, as the page for contributors holds them. */
export function timeTables(files: readonly FileRun[]): string {
  const sum = (rows: readonly FileRun[]) => rows.reduce((total, {tests}) => total + tests.length, 0);
  const began = (rows: readonly FileRun[]) => Math.min(...rows.map(({from}) => from));
  const interval = (rows: readonly FileRun[]) => Math.max(...rows.map(({to}) => to)) - began(rows);
  const projects = [...Map.groupBy(files, ({project}) => project)].sort(
    ([, one], [, other]) => began(one) - began(other),
  );
  const rows = projects.flatMap(([project, own]) => {
    const seconds = ({from, to}: FileRun) => to - from;
    const [long, short] = [own.filter((run) => seconds(run) >= 1), own.filter((run) => seconds(run) < 1)];
    const rest = short.length > 0 ? [["", `${short.length} files of less than a second`, 0, sum(short)]] : [];
    return [
      [project, "", interval(own), sum(own)],
      ...long
        .toSorted((one, other) => seconds(other) - seconds(one))
        .map((run) => ["", run.file, seconds(run), run.tests.length]),
      ...rest,
    ];
  });
  const slowest = files
    .flatMap(({file, tests}) => tests.map(({name, seconds}) => [file, name, seconds] as const))
    .sort(([, , one], [, , other]) => other - one)
    .slice(0, SLOWEST);
  return [
    table(["project", "file", "seconds", "tests"], rows),
    table(
      ["file", "test", "seconds"],
      slowest.map((row) => [...row]),
    ),
  ].join("\n\n");
}

/** A table in Markdown; figures are rounded. */
export function table(head: string[], rows: (string | number)[][]): string {
  const cell = (value: string | number) =>
    typeof value === "number" ? String(Math.round(value)) : value.replaceAll("|", "\\|").replaceAll("\n", " ");
  const texts = [head, ...rows.map((row) => row.map(cell))];
  const widths = head.map((_, column) => Math.max(3, ...texts.map((row) => row[column]!.length)));
  const line = (row: string[]) => `| ${row.map((text, column) => text.padEnd(widths[column]!)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...texts.slice(1).map(line)].join("\n");
}

/** What failed and why, short enough for the end of a log: each failure's first line, then the diagnoses as far as there is room. */
export function failureLines(failures: readonly Failure[]): string[] {
  const lines = failures.map(({name, error}) => `FAIL ${name}\n     ${firstLine(error)}`);
  let left = DIAGNOSIS_CHARACTERS;
  for (const {name, diagnosis} of failures) {
    if (!diagnosis || left <= 0) continue;
    const text = diagnosis.slice(0, left);
    left -= text.length;
    lines.push(`--- the cluster when "${name}" failed\n${text}`);
  }
  return lines;
}

const firstLine = (text: string) => (text.trim().split("\n")[0] ?? "").slice(0, 600);

/** The closing line of a run. */
export function totals({passed, failed, skipped}: Record<"passed" | "failed" | "skipped", number>): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
