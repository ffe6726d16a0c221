/** A row of a file: the number of its first line, and its cells, blanks around them cut off; null of an empty one. */
interface CsvRow {
  line: number;
  cells: (string | null)[];
}

/** What is wrong with a line of a file, and the remedy. */
interface LineProblem {
  line: number;
  problem: string;
}

const [QUOTE, NEWLINE] = [0x22, 0x0a];
const BOM = [0xef, 0xbb, 0xbf];
/** What spreadsheets put between cells: the semicolon where the comma is for decimals. */
const DELIMITERS = [",", ";", "\t"];
/** More is a quote that is opened and not closed: no row is as long. */
const MOST_BYTES = 1_048_576;

const NOT_UTF8 = 'is not UTF-8: save the file as "CSV UTF-8", or convert it with iconv -f latin1 -t utf-8';
const OPEN = "a quote is opened and not closed: close it, and see whether the file is complete";

/**
 * The rows of a CSV file, header and all, as RFC 4180 has them; comma, semicolon or tab between cells, by what the header has most of. Rows without any
 * value are left out. A line that cannot be read is a problem, and the next line goes on.
 */
export async function* csvRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRow | LineProblem> {
  const decoder = new TextDecoder("utf-8", {fatal: true, ignoreBOM: true});
  let delimiter: string | undefined;
  for await (const {line, bytes} of recordsOf(chunks)) {
    if (bytes.length > MOST_BYTES) {
      yield {line, problem: OPEN};
      return;
    }
    const text = textOf(decoder, bytes);
    if (text === undefined) {
      yield {line, problem: NOT_UTF8};
      // Of a whole file in another encoding one line says enough.
      if (line === 1) return;
      continue;
    }
    delimiter ??= delimiterOf(text);
    const cells = cellsOf(text, delimiter);
    if (typeof cells === "string") yield {line, problem: cells};
    else if (cells.some((cell) => cell !== null)) yield {line, cells};
  }
}

/** The bytes of each row, without its end of line; one that is far too long ends the file. */
async function* recordsOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<{line: number; bytes: Buffer}> {
  let rest = Buffer.alloc(0);
  let [line, lines, at] = [1, 0, 0];
  let quoted = false;
  let first = true;
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    if (first && rest.length >= BOM.length) {
      first = false;
      if (BOM.every((byte, index) => rest[index] === byte)) [rest, at] = [rest.subarray(BOM.length), 0];
    }
    let start = 0;
    for (; at < rest.length; at++) {
      if (rest[at] === QUOTE) quoted = !quoted;
      if (rest[at] !== NEWLINE) continue;
      lines++;
      if (quoted) continue;
      yield {line, bytes: rest.subarray(start, at)};
      line += lines;
      lines = 0;
      start = at + 1;
    }
    rest = rest.subarray(start);
    at -= start;
    if (rest.length > MOST_BYTES) break;
  }
  if (rest.length > 0) yield {line, bytes: rest};
}

function textOf(decoder: InstanceType<typeof TextDecoder>, bytes: Buffer): string | undefined {
  try {
    const text = decoder.decode(bytes);
    // Every other byte of UTF-16 is none.
    return text.includes("\0") ? undefined : text.replace(/\r$/, "");
  } catch {
    return undefined;
  }
}

function delimiterOf(header: string): string {
  const counts = DELIMITERS.map((delimiter) => header.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))]!;
}

/** The cells of a row, or what is wrong with it. */
function cellsOf(text: string, delimiter: string): (string | null)[] | string {
  const cells: (string | null)[] = [];
  for (let at = 0; ; at++) {
    let cell = "";
    if (text[at] === '"') {
      for (;;) {
        const end = text.indexOf('"', at + 1);
        if (end < 0) return OPEN;
        cell += text.slice(at + 1, end);
        at = end + 1;
        if (text[at] !== '"') break;
        cell += '"';
      }
      if (at < text.length && text[at] !== delimiter)
        return `there is text behind a quoted cell ("${cell.slice(0, 40)}"): a quote within a cell is written twice`;
    } else {
      const end = text.indexOf(delimiter, at);
      cell = text.slice(at, end < 0 ? text.length : end);
      if (cell.includes('"'))
        return `the cell ${cell.slice(0, 40)} has a quote and is not quoted: put it in quotes, and write the one within it twice`;
      at += cell.length;
    }
    cells.push(cell.trim() || null);
    if (at >= text.length) return cells;
  }
}
