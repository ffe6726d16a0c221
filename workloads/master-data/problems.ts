/** Problems that are named; of a file with more, the rest is counted. */
const NAMED = 20;

/** Nothing of a file is taken, and why. */
export class RefusedFile extends Error {
  override name = "RefusedFile";
}

/** The problems of a file by line. */
export function createProblems() {
  const named: {line: number; problem: string}[] = [];
  let count = 0;
  return {
    add(line: number, ...problems: string[]): void {
      count += problems.length;
      for (const problem of problems) if (named.length < NAMED) named.push({line, problem});
    },
    /** @throws RefusedFile if there are any */
    check(): void {
      if (count === 0) return;
      const lines = named.toSorted((a, b) => a.line - b.line).map(({line, problem}) => `line ${line}: ${problem}`);
      const more = count > NAMED ? [`and ${count - NAMED} more`] : [];
      throw new RefusedFile([...lines, ...more, "nothing was imported"].join("\n"));
    },
  };
}

export type Problems = ReturnType<typeof createProblems>;
