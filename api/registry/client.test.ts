import {execFileSync} from "node:child_process";
import {mkdtempSync, readFileSync, rmSync} from "node:fs";
import {createServer} from "node:https";
import type {AddressInfo} from "node:net";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, expect, test} from "vitest";
import {openRegistry} from "./client.ts";

const folder = mkdtempSync(join(tmpdir(), "registry-"));
const [key, cert] = [join(folder, "key"), join(folder, "cert")];
execFileSync(
  "openssl",
  [
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=registry"],
    ...["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
  ],
  {stdio: "ignore"},
);
const server = createServer({key: readFileSync(key), cert: readFileSync(cert)}, (_, response) =>
  response.end(JSON.stringify({schema: '"string"'})),
);
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
afterAll(() => {
  server.close();
  rmSync(folder, {recursive: true});
});

test("a registry with a certificate of its own authority is believed by that, and by nothing else", async () => {
  expect(await openRegistry({url, caFile: cert}).schema("7")).toMatchObject({type: "AVRO", text: '"string"'});
  await expect(openRegistry({url}).schema("7")).rejects.toThrow("does not answer: self-signed certificate");
});

test("an authority that is not there yet is trouble, and no end", async () => {
  await expect(openRegistry({url, caFile: join(folder, "none")}).schema("7")).rejects.toThrow("no such file");
});
