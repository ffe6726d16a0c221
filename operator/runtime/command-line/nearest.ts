/** `; did you mean "status"?`, or nothing when no word is near. */
export function nearest(word: string, words: readonly string[], prefix = ""): string {
  const ranked = words
    .map((candidate) => ({candidate, distance: distanceOf(word, candidate)}))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  // Half of a word may be wrong, and of a long one no more than three letters.
  if (!best || best.distance > Math.min(3, Math.ceil(best.candidate.length / 2))) return "";
  return `; did you mean ${prefix ? `${prefix}${best.candidate}` : `"${best.candidate}"`}?`;
}

/** Letters to insert, delete or replace, or to swap with their neighbour (optimal string alignment). */
function distanceOf(a: string, b: string): number {
  const rows = Array.from({length: a.length + 1}, (_, i) => [i, ...Array<number>(b.length).fill(0)]);
  for (let j = 0; j <= b.length; j++) rows[0]![j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const steps = [rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, rows[i - 1]![j - 1]! + cost];
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) steps.push(rows[i - 2]![j - 2]! + 1);
      rows[i]![j] = Math.min(...steps);
    }
  }
  return rows[a.length]![b.length]!;
}
