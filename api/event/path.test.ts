import {expect, test} from "vitest";
import {event} from "../components/event.ts";

test.each(["", "a b", "a..b", "a |", "@topics", "a[x]", "a[=x]", "a[x=]", "*", "$x"])("'%s' is no path", (path) => {
  expect(event.schema.safeParse({mapping: {vehicle: {path}}}).success).toBe(false);
});

test.each([
  "a",
  "a.b.c",
  "a[0].b",
  '["a b"].c',
  "$.a | b | @key | @header.x-id",
  "$",
  "Zürich.ö",
  "66",
  '@key.id["a b"]',
  "metrics[name=Engine Speed].value",
  "io[id=72].v",
])("%s is a path", (path) => {
  expect(event.schema.safeParse({mapping: {vehicle: {path}}}).success).toBe(true);
});
