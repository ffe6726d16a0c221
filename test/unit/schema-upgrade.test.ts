import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {expect, test} from "vitest";
import {parse} from "yaml";
import {crd} from "../../api/crd.ts";

/** Every object that a released definition took is taken by today's: nothing was removed, renamed or made narrower. */
const released = join(import.meta.dirname, "../released");

interface Schema {
  type?: string;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  maxItems?: number;
  pattern?: string;
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
}

/** Patterns that take more than they did, before and after: what they no longer tell apart is a rule's to refuse. */
const WIDER = new Map([
  ["^[A-Za-z0-9._-]+:\\d{1,5}(,[A-Za-z0-9._-]+:\\d{1,5})*$", "^[A-Za-z0-9._:,[\\]-]+$"],
  ["^[A-Za-z0-9._-]+$", "^[A-Za-z0-9._:[\\]-]+$"],
]);

/** What an object could hold by `before` and no longer by `after`. */
function lost(before: Schema, after: Schema | undefined, path: string): string[] {
  if (!after) return [`${path} is gone`];
  const found: string[] = [];
  const say = (wrong: boolean | undefined, what: string) => wrong && found.push(`${path}: ${what}`);
  say(before.type !== after.type, `${before.type} became ${after.type}`);
  const wider = before.pattern !== undefined && WIDER.get(before.pattern) === after.pattern;
  say(before.pattern !== after.pattern && !wider, "another pattern");
  for (const value of after.enum ? (before.enum ?? ["any value"]) : [])
    say(!after.enum?.includes(value), `${value} is refused`);
  for (const name of after.required ?? []) say(!before.required?.includes(name), `${name} became required`);
  say((after.minimum ?? -Infinity) > (before.minimum ?? -Infinity), "a higher minimum");
  for (const limit of ["maximum", "maxLength", "maxItems"] as const)
    say((after[limit] ?? Infinity) < (before[limit] ?? Infinity), `a lower ${limit}`);
  for (const [key, child] of Object.entries(before.properties ?? {}))
    found.push(...lost(child, after.properties?.[key], `${path}.${key}`));
  if (before.items) found.push(...lost(before.items, after.items, `${path}[]`));
  if (typeof before.additionalProperties === "object")
    found.push(...lost(before.additionalProperties, after.additionalProperties as Schema, `${path}.*`));
  return found;
}

const specOf = (definition: any, version: string): Schema | undefined =>
  definition.spec.versions.find(({name}: any) => name === version)?.schema.openAPIV3Schema.properties.spec;

test.each(readdirSync(released))("today's definition takes every object of %s", (file) => {
  const before = parse(readFileSync(join(released, file), "utf8"));
  for (const {name} of before.spec.versions)
    expect(lost(specOf(before, name)!, specOf(crd(), name), `${name} spec`)).toEqual([]);
});

test.each([
  ["a field that is gone", {properties: {a: {type: "string"}}}, {properties: {}}, "spec.a is gone"],
  ["a value that is refused", {enum: ["A", "B"]}, {enum: ["A"]}, "spec: B is refused"],
  ["a field that became required", {properties: {}}, {properties: {}, required: ["a"]}, "spec: a became required"],
  ["a lower maximum", {maximum: 5}, {maximum: 4}, "spec: a lower maximum"],
])("%s is noticed", (_, before, after, message) => {
  expect(lost(before, after, "spec")).toEqual([message]);
});
