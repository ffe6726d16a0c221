import {parse} from "../exact-json.ts";

/** The same text for every JSON that means the same, whatever the order of its keys and the spelling of its numbers. */
export const canonical = (text: string): string =>
  JSON.stringify(
    parse(text, (_, value, {source}) =>
      typeof value === "number" ? `#${plainNumber(source!)}` : isObject(value) ? sorted(value) : value,
    ),
  );

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const sorted = (value: object) => Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));

/** jsonb writes 1e2 as 100 and keeps 1.10; both are one significand with its exponent here. */
function plainNumber(source: string): string {
  const [, sign, integer, fraction = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(source)!;
  const digits = `${integer}${fraction}`.replace(/^0+/, "");
  let end = digits.length;
  while (digits[end - 1] === "0") end--;
  const significand = digits.slice(0, end);
  if (significand === "") return "0";
  return `${sign}${significand}e${Number(exponent) - fraction.length + digits.length - significand.length}`;
}
