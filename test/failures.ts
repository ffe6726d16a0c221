/** What of vitest's JSON report tells why a run is red. */
export interface Report {
  testResults: {
    name: string;
    status: string;
    /** Why the file as a whole failed: an import, or what is before and after its tests. */
    message: string;
    assertionResults: {fullName: string; status: string; failureMessages: string[]}[];
  }[];
}

export interface Failure {
  /** File and title. */
  test: string;
  /** The first line of the error. */
  error: string;
}

/** Each test that failed, and each file that failed as a whole. */
export function failuresIn({testResults}: Report, root: string): Failure[] {
  return testResults.flatMap(({name, status, message, assertionResults}) => {
    const file = name.replace(`${root}/`, "");
    const failed = assertionResults
      .filter((result) => result.status === "failed")
      .map(({fullName, failureMessages}) => ({
        test: `${file} > ${fullName}`,
        error: firstLine(failureMessages[0] ?? message),
      }));
    return failed.length === 0 && status === "failed" ? [{test: file, error: firstLine(message)}] : failed;
  });
}

/** The failures of many runs, those that came most often first: a line for the test, one for what it said at first. */
export function tally(failures: Failure[], runs: number): string[] {
  const byTest = Map.groupBy(failures, ({test}) => test);
  return [...byTest]
    .sort(([, one], [, other]) => other.length - one.length)
    .flatMap(([test, times]) => [`${times.length} of ${runs}: ${test}`, `    ${times[0]!.error}`]);
}

const firstLine = (text: string): string => text.trim().split("\n")[0]!;
