import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {createServer} from "node:http";
import type {AddressInfo} from "node:net";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, expect, test} from "vitest";
import {messagesOf, tryEvents} from "./event.ts";
import {schemasOf} from "./event-schemas.ts";

const folder = mkdtempSync(join(tmpdir(), "schemas-"));
const fields = [
  {name: "imei", type: "string"},
  {name: "at", type: {type: "long", logicalType: "timestamp-millis"}},
  {
    name: "gps",
    type: {
      type: "record",
      name: "Gps",
      fields: [
        {name: "lat", type: "float"},
        {name: "lon", type: "float"},
      ],
    },
  },
];
const schema = JSON.stringify({type: "record", name: "Event", fields});
let authorization: string | undefined;
const server = createServer((request, response) => {
  authorization = request.headers.authorization;
  const isThere = request.url === "/schemas/ids/7";
  response.writeHead(isThere ? 200 : 404).end(JSON.stringify(isThere ? {schema} : {error_code: 40403}));
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://user:a%20b@127.0.0.1:${(server.address() as AddressInfo).port}/`;
afterAll(() => {
  server.close();
  rmSync(folder, {recursive: true});
});

const body = Buffer.from("023780a0daa4b667000040420000003f", "hex");
const mapping = {
  vehicle: {path: "imei"},
  time: {path: "at"},
  fields: [
    {name: "latitude" as const, path: "gps.lat"},
    {name: "longitude" as const, path: "gps.lon"},
  ],
};

async function tried(id: number) {
  const file = join(folder, `payload-${id}.bin`);
  writeFileSync(file, Buffer.concat([Buffer.from([0, 0, 0, 0, id]), body]));
  const messages = messagesOf([file], {key: undefined, headers: []}, false);
  return tryEvents(messages, {mapping}, await schemasOf(url, messages));
}

test("a message behind a frame is shown as its schema reads it", async () => {
  const {text, ok} = await tried(7);
  expect(ok).toBe(true);
  expect(text).toMatch(/vehicle_id +7 +imei = "7"/);
  expect(text).toMatch(/latitude +48 ° +gps.lat = 48/);
  expect(authorization).toBe(`Basic ${Buffer.from("user:a b").toString("base64")}`);
});

test("a schema that is not there makes it a dead letter", async () => {
  expect(await tried(8)).toMatchObject({ok: false, text: expect.stringContaining("schema 8 is not in the registry")});
});

test("a registry needs a URL", async () => {
  await expect(schemasOf("registry", [])).rejects.toThrow('--registry: "registry" is no URL');
  expect(await schemasOf(undefined, [])).toBeUndefined();
});
