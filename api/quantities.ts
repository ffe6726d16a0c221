/** Durations of the spec and quantities of Kubernetes, as numbers. */
export const UNIT_SECONDS = {s: 1, m: 60, h: 3_600, d: 86_400};

/** Seconds in a duration that has passed the schema. */
export const secondsOf = (text: string): number =>
  Number(text.slice(0, -1)) * UNIT_SECONDS[text.at(-1) as keyof typeof UNIT_SECONDS];

/** Seconds as a duration of the largest unit that holds them in whole numbers. */
export function durationOf(seconds: number): string {
  const [unit, size] = Object.entries(UNIT_SECONDS)
    .reverse()
    .find(([, size]) => seconds % size === 0) ?? ["s", 1];
  return `${seconds / size}${unit}`;
}

const POWERS = ["", "k", "M", "G", "T", "P", "E"];

/** The API server writes 1024Gi as 1Ti, and objects of others may have any unit. */
function amountOf(text: string): number {
  const [, number, unit = ""] = /^(.*?)(m|k|[KMGTPE]i?)?$/.exec(text)!;
  if (unit === "m") return Number(number) / 1_000;
  const power = POWERS.indexOf(unit.replace("Ki", "k").replace("i", ""));
  return Number(number) * (unit.endsWith("i") ? 1_024 : 1_000) ** power;
}

export const bytesOf = (memory: string): number => amountOf(memory);
export const coresOf = (cpu: string): number => amountOf(cpu);

/** As Kubernetes writes it, so that what is live is as planned. */
export function cpuText(cpu: string | number): string {
  const milli = Math.ceil(coresOf(String(cpu)) * 1_000);
  return milli % 1_000 === 0 ? String(milli / 1_000) : `${milli}m`;
}

/** The same for bytes: in the largest unit that holds them in whole numbers. */
export function bytesText(text: string): string {
  const [, number, prefix, binary] = /^(\d+)([kKMGT]?)(i?)$/.exec(text)!;
  const step = binary ? 1_024 : 1_000;
  let amount = Number(number);
  let power = POWERS.indexOf(prefix!.replace("K", "k"));
  for (; amount % step === 0; power++) amount /= step;
  return `${amount}${binary && power === 1 ? "K" : POWERS[power]}${binary}`;
}
