import {readFileSync} from "node:fs";
import {expect, test} from "vitest";

const css = readFileSync(new URL("base.css", import.meta.url), "utf8");

/** Light and dark value of every colour of the style sheet that is written as #rrggbb. */
const colors = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name, light, dark]) => [
    name!,
    [light!, dark!],
  ]),
);

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

const TEXT = 4.5;
const GRAPHICS = 3;

test.each([
  ...["text", "muted", "faint"].flatMap((ink) =>
    ["page", "card", "map", "sea", "hover"].map((back) => [ink, back, TEXT] as const),
  ),
  ...["text", "accent", "faint"].map((ink) => [ink, "chosen", TEXT] as const),
  ...["good", "warn", "bad"].flatMap((ink) => ["card", `${ink}-back`].map((back) => [ink, back, TEXT] as const)),
  ...[0, 1, 2, 3, 4, 5].flatMap((at) => ["map", "sea"].map((back) => [`ramp-${at}`, back, GRAPHICS] as const)),
  ...["speed", "temperature", "humidity", "field"].map((metric) => [`chart-${metric}`, "card", GRAPHICS] as const),
])("%s on %s has a contrast of %d in light and dark", (ink, back, least) => {
  for (const scheme of [0, 1]) {
    expect(contrast(colors.get(ink)![scheme]!, colors.get(back)![scheme]!)).toBeGreaterThanOrEqual(least);
  }
});
