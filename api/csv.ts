/** CSV as RFC 4180 and PostgreSQL's COPY write it: nothing is no value, and "" an empty text. */
export function csvCell(text: string | null): string {
  if (text === null) return "";
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The cells of a record as they stand in it, quotes included. */
export function csvCells(record: string): string[] {
  const cells: string[] = [];
  let [start, quoted] = [0, false];
  for (let at = 0; at < record.length; at++) {
    if (record[at] === '"') quoted = !quoted;
    else if (record[at] === "," && !quoted) {
      cells.push(record.slice(start, at));
      start = at + 1;
    }
  }
  return [...cells, record.slice(start)];
}

/** The text of a cell; null if it has none. */
export function csvText(cell: string): string | null {
  if (cell === "") return null;
  return cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
}
