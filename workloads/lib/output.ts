/** Ends the program with a code once all that it printed has gone out: of what a full pipe did not take yet, `process.exit` loses the rest. */
export async function exitWhole(code: number): Promise<never> {
  // Also when nobody reads any more.
  const written = (stream: NodeJS.WriteStream) => new Promise<void>((done) => stream.write("", () => done()));
  await Promise.all([written(process.stdout), written(process.stderr)]);
  process.exit(code);
}
