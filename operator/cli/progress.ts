import {readLines} from "../runtime/lines.ts";

interface Progress {
  part: number;
  parts: number;
  resume: string;
  rows: number;
}

/** A log gets a line for each eighth of the parts. */
const EIGHTHS = 8;

/**
 * Shows how far an export is, on one line of a terminal, and everything else as it comes. Returns where an export that was
 * cut off goes on.
 */
export async function showProgress(stream: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  let resume: string | undefined;
  for await (const text of readLines(stream)) {
    const progress = progressIn(text);
    if (progress) resume = progress.resume;
    if (!progress) console.error(text);
    else if (process.stderr.isTTY) process.stderr.write(`\r${bar(progress)}${isLast(progress) ? "\n" : ""}`);
    else if (isEighth(progress)) console.error(line(progress));
  }
  return resume;
}

const isLast = ({part, parts}: Progress) => part === parts;
const isEighth = ({part, parts}: Progress) =>
  Math.floor((part * EIGHTHS) / parts) > Math.floor(((part - 1) * EIGHTHS) / parts);
const line = ({part, parts, rows, resume}: Progress) => `part ${part} of ${parts}, ${rows} events (--resume ${resume})`;
const bar = ({part, parts, rows}: Progress) =>
  `[${"#".repeat(Math.round((part / parts) * 30)).padEnd(30, ".")}] ${rows} events`;

function progressIn(text: string): Progress | undefined {
  try {
    const found = JSON.parse(text);
    return typeof found.resume === "string" ? found : undefined;
  } catch {
    return undefined;
  }
}
