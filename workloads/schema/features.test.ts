import {expect, test} from "vitest";
import {compressionStatements} from "./features.ts";
import {hourlyStatements} from "./hourly.ts";

test("with the community licence the server keeps the hours itself, with the Apache licence a table takes them", () => {
  const [view, policy] = hourlyStatements("timescale");
  expect(view).toMatch(/^CREATE MATERIALIZED VIEW telemetry_hourly WITH \(timescaledb\.continuous,.* WITH NO DATA$/);
  expect(policy).toMatch(/add_continuous_aggregate_policy\('telemetry_hourly'/);
  expect(hourlyStatements("apache").join()).not.toMatch(/MATERIALIZED|policy/);
});

test("both have the same columns", () => {
  const names = (text: string) => [...text.matchAll(/\b(?:avg|min|max|count)_\w+/g)].map(([name]) => name);
  expect(names(hourlyStatements("timescale")[0]!)).toEqual(names(hourlyStatements("apache")[0]!));
});

test.each<[string, number | undefined, boolean, RegExp[]]>([
  ["nothing asked for, nothing there", undefined, false, []],
  [
    "asked for",
    604_800,
    false,
    [
      /^ALTER TABLE telemetry SET \(timescaledb\.compress,/,
      /add_compression_policy\('telemetry', interval '604800 seconds'\)/,
    ],
  ],
  [
    "another age",
    86_400,
    true,
    [/remove_compression_policy/, /add_compression_policy\('telemetry', interval '86400 seconds'\)/],
  ],
  ["not any more", undefined, true, [/remove_compression_policy/]],
])("compression: %s", (_, after, enabled, expected) => {
  const statements = compressionStatements("timescale", after, enabled);
  expect(statements).toHaveLength(expected.length);
  for (const [index, pattern] of expected.entries()) expect(statements[index]).toMatch(pattern);
});

test("compression that the licence does not allow is refused with the field and the way out", () => {
  expect(() => compressionStatements("apache", 604_800, false)).toThrow(
    /^spec\.timescaledb\.compressAfter: .*Apache licence.* leave the field out/,
  );
  expect(compressionStatements("apache", undefined, false)).toEqual([]);
});
