import {isIPv6} from "node:net";
import {expect, test} from "vitest";
import {bareHost, HOST, PORT, URL_HOST, urlHost} from "./addresses.ts";

const host = new RegExp(`^${HOST}$`);
const endpoint = new RegExp(`^${URL_HOST}:${PORT}$`);

const ADDRESSES = [
  ...["::", "::1", "2001:db8::1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::8", "FE80::ABCD"],
  ...["1:2:3::7:8", "::ffff:10.0.0.1"],
];
const NONE = ["1:2:3:4:5:6:7", "1::2::3", "12345::", ":1", "1:", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "a:b"];

test.each(ADDRESSES)("%s is an address, with and without brackets, and in brackets with a port", (address) => {
  expect(isIPv6(address)).toBe(true);
  expect([address, `[${address}]`].map((text) => host.test(text))).toEqual([true, true]);
  expect([`[${address}]:9092`, `${address}:9092x`].map((text) => endpoint.test(text))).toEqual([true, false]);
});

test.each(NONE)("%s is none", (text) => {
  expect(isIPv6(text)).toBe(false);
  expect([text, `[${text}]`].map((one) => host.test(one))).toEqual([false, false]);
});

test("a host takes no port, and an endpoint needs one", () => {
  expect(["db", "db.example", "10.0.0.1"].map((text) => host.test(text))).toEqual([true, true, true]);
  expect(["db:5432", "[::1]:5432", "fe80::1%eth0"].map((text) => host.test(text))).toEqual([false, false, false]);
  expect(["db:5432", "db", "::1", "db:0", "db:65536"].map((text) => endpoint.test(text))).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});

test("an address is bare for programs, and in brackets in a URL", () => {
  expect(["[::1]", "::1", "db"].map(bareHost)).toEqual(["::1", "::1", "db"]);
  expect(["[::1]", "::1", "db"].map(urlHost)).toEqual(["[::1]", "[::1]", "db"]);
});
