import {hash} from "node:crypto";

/** A short stand-in for a value that is only ever compared; the order of keys does not matter. */
export const digest = (value: unknown): string =>
  hash("sha1", typeof value === "string" ? value : JSON.stringify(value, sorted), "base64");

const sorted = (_: string, value: unknown) =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
