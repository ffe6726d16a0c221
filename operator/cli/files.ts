import {once} from "node:events";
import {createWriteStream, mkdirSync, renameSync, statSync, type WriteStream} from "node:fs";
import {dirname} from "node:path";

/** A file that is being received. */
interface Open {
  path: string;
  bytes: number;
  stream: WriteStream;
}

/**
 * Writes files that come as lines of a program's output, each after a line with its name and size, and each under the ending .part until it is whole.
 *
 * @param pathOf where a file belongs, by its name
 */
export function receiveFiles(pathOf: (name: string) => string) {
  let open: Open | undefined;
  let files = 0;

  async function close() {
    if (!open) return;
    const {path, bytes, stream} = open;
    open = undefined;
    stream.end();
    await once(stream, "close");
    const part = partOf(path);
    const {size} = statSync(part);
    if (size !== bytes) throw new Error(`${path} came with ${size} of ${bytes} bytes: run the command again`);
    renameSync(part, path);
    files++;
  }

  return {
    async add(line: string): Promise<void> {
      if (line.startsWith("{")) {
        await close();
        const {file, bytes} = JSON.parse(line) as {file: string; bytes: number};
        const path = pathOf(file);
        mkdirSync(dirname(path), {recursive: true});
        const stream = createWriteStream(partOf(path));
        await once(stream, "open");
        open = {path, bytes, stream};
      } else if (open && !open.stream.write(Buffer.from(line, "base64"))) await once(open.stream, "drain");
    },
    /** How many are there. */
    async finish(): Promise<number> {
      await close();
      return files;
    },
  };
}

const partOf = (path: string): string => `${path}.part`;
