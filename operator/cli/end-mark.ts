import {Transform, type TransformCallback} from "node:stream";

/** The last byte of a complete output. */
const MARK = 0x04;
/** Keeps the command's exit code. */
const SCRIPT = `"$@"; code=$?; printf '\\004'; exit $code`;

/**
 * The command, which then prints the mark behind its output: a runtime may cut an output off and report success all the same
 * (kubernetes/kubernetes#124571, kata-containers/kata-containers#13640).
 */
export const withEndMark = (command: string[]): string[] => ["sh", "-c", SCRIPT, "sh", ...command];

/** Passes an output on without its mark, and notes whether it came. */
export class EndMark extends Transform {
  #seen = false;

  get seen(): boolean {
    return this.#seen;
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback) {
    // One that is not the last was a character of the output.
    const whole = this.#seen ? Buffer.concat([Buffer.of(MARK), chunk]) : chunk;
    this.#seen = whole.at(-1) === MARK;
    done(undefined, this.#seen ? whole.subarray(0, -1) : whole);
  }
}
