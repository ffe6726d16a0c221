import {Transform, type TransformCallback} from "node:stream";

/** Of a command in a pod the last byte of its output is this, which no output of ours holds. */
const END = 0x04;
/** The command's exit code stays. */
const SCRIPT = `"$@"; code=$?; printf '\\004'; exit $code`;

/** The command with its mark: an API server or kubelet may cut the end of an output off and say that all went well. */
export const marked = (command: string[]): string[] => ["sh", "-c", SCRIPT, "sh", ...command];

/** Passes an output on without its mark, and knows whether that came. */
export class Whole extends Transform {
  #ended = false;

  get ended(): boolean {
    return this.#ended;
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback) {
    this.#ended = chunk.at(-1) === END;
    done(undefined, this.#ended ? chunk.subarray(0, -1) : chunk);
  }
}
