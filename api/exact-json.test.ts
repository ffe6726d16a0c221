import {expect, test} from "vitest";
import {mayRound, parseExact} from "./exact-json.ts";

const roundtrip = (text: string) => JSON.stringify(JSON.parse(text));

test.each([
  ["1", false],
  ["0.1", false],
  ["-122.4194155", false],
  // What float64 and float32 print where nothing rounds.
  ["0.30000000000000004", false],
  ["12.345678825378418", false],
  ["9007199254740991", false],
  ["9007199254740993", true],
  ["0.1234567890123456789", true],
  ["1.50", true],
  ["-0", true],
  ["1e3", true],
  ["1E+21", true],
  ["0.0000001", true],
  ["123456789012345678901234567890", true],
])("%s would be written in other digits: %s", (number, rounds) => {
  for (const text of [`{"a":${number}}`, `[${number} ,1]`, `{"time":"2026-11-07T00:00:00.000Z","a":${number}}`])
    expect([text, mayRound(text)]).toEqual([text, rounds]);
});

test("what is said to round nothing is read as it was written", () => {
  let state = 7;
  const chance = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const digits = (count: number) => Array.from({length: count}, () => Math.floor(chance() * 10)).join("");
  let exact = 0;
  for (let tries = 0; tries < 20_000; tries++) {
    const whole = chance() < 0.3 ? "0" : `${1 + Math.floor(chance() * 9)}${digits(Math.floor(chance() * 20))}`;
    const fraction = chance() < 0.7 ? `.${digits(1 + Math.floor(chance() * 20))}` : "";
    const exponent = chance() < 0.1 ? `e${chance() < 0.5 ? "-" : ""}${digits(2)}` : "";
    const text = `{"a":${chance() < 0.3 ? "-" : ""}${whole}${fraction}${exponent}}`;
    if (mayRound(text)) continue;
    exact++;
    expect(roundtrip(text)).toBe(text);
    expect(JSON.stringify(parseExact(text))).toBe(text);
  }
  expect(exact).toBeGreaterThan(2_000);
});
