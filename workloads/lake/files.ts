import {createReadStream, statSync} from "node:fs";

/** Bytes in one line: a multiple of three, so that no line is padded. */
const LINE = 49_152;

/**
 * A file among the lines of a program's output, which go through an exec in a pod: a JSON object with its name and size, then its bytes by base64.
 *
 * @param write takes some lines, and waits until they can go on
 */
export async function sendFile(name: string, path: string, write: (text: string) => Promise<void>): Promise<void> {
  await sendBytes(name, statSync(path).size, createReadStream(path, {highWaterMark: LINE}), write);
}

/** The same for bytes that come in pieces of any size. */
export async function sendBytes(
  name: string,
  bytes: number,
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>,
  write: (text: string) => Promise<void>,
): Promise<void> {
  await write(`${JSON.stringify({file: name, bytes})}\n`);
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    const all = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
    const whole = all.length - (all.length % LINE);
    for (let at = 0; at < whole; at += LINE) await write(`${all.toString("base64", at, at + LINE)}\n`);
    rest = all.subarray(whole);
  }
  if (rest.length > 0) await write(`${rest.toString("base64")}\n`);
}
