interface Field {
  name: string;
  least: number;
  most: number;
  /** Names that may stand for a figure, from the least on. */
  words?: string[];
}

/** The fields of a schedule as Kubernetes' CronJobs accept them. */
const FIELDS: Field[] = [
  {name: "minute", least: 0, most: 59},
  {name: "hour", least: 0, most: 23},
  {name: "day", least: 1, most: 31},
  {name: "month", least: 1, most: 12, words: "jan feb mar apr may jun jul aug sep oct nov dec".split(" ")},
  {name: "weekday", least: 0, most: 6, words: "sun mon tue wed thu fri sat".split(" ")},
];

/** The fault of a cron schedule; "" if it has none. */
export function cronFault(schedule: string): string {
  if (schedule.startsWith("@")) return "";
  const parts = schedule.split(" ");
  if (parts.length !== FIELDS.length) return `"${schedule}" has ${parts.length} fields`;
  for (const [at, field] of FIELDS.entries()) {
    for (const item of parts[at]!.split(",")) {
      const fault = itemFault(item, field);
      if (fault) return fault;
    }
  }
  return "";
}

/** One of *, 5, 5-9, mon-fri, each with or without a step such as /15. */
function itemFault(item: string, {name, least, most, words = []}: Field): string {
  const [range = "", step, ...rest] = item.split("/");
  const figureOf = (text: string): number => {
    const word = words.indexOf(text.toLowerCase());
    return word >= 0 ? least + word : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  };
  if (rest.length > 0 || (step !== undefined && !(figureOf(step) > 0))) return `"${item}" is no ${name}`;
  if (range === "*" || range === "?") return "";
  const ends = range.split("-").map(figureOf);
  if (ends.length > 2 || ends.some(Number.isNaN)) return `"${item}" is no ${name}`;
  const outside = ends.find((value) => value < least || value > most);
  if (outside !== undefined) return `${name} ${outside} is not within ${least} and ${most}`;
  return ends.length === 2 && ends[0]! > ends[1]! ? `${name} "${range}" ends before it begins` : "";
}
