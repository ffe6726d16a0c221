import {expect, test} from "vitest";
import {crc32c} from "./crc32c.ts";

test.each([
  ["", 0],
  ["a", 0xc1d04330],
  ["123456789", 0xe3069283],
  ["\0".repeat(32), 0x8a9136aa],
  ["\xff".repeat(32), 0x62a8ab43],
])("the checksum of %j is the one that RFC 3720 and others give", (text, sum) => {
  expect(crc32c(Buffer.from(text, "latin1"))).toBe(sum);
});
