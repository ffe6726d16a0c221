/** Splits a byte stream into its lines, across chunk and UTF-8 borders; without `all` into those that are not empty. */
export async function* readLines(stream: AsyncIterable<Uint8Array>, all = false): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    rest += decoder.decode(chunk, {stream: true});
    let start = 0;
    for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n", start)) {
      if (all || end > start) yield rest.slice(start, end);
      start = end + 1;
    }
    rest = rest.slice(start);
  }
  if (rest) yield rest;
}
