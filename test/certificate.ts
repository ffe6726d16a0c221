import {mkdtempSync, readFileSync, rmSync} from "node:fs";
import {isIP} from "node:net";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {run} from "../cluster/shell.ts";

/** A certificate for a host, which is its own authority, by the names of a Secret's keys. */
export async function certificateFor(host: string) {
  const folder = mkdtempSync(join(tmpdir(), "certificate-"));
  const [key, certificate] = [join(folder, "tls.key"), join(folder, "tls.crt")];
  const name = `subjectAltName=${isIP(host) ? "IP" : "DNS"}:${host}`;
  const how = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=test", "-addext", name];
  await run("openssl", [...how, "-keyout", key, "-out", certificate]);
  const pair = {"tls.key": readFileSync(key, "utf8"), "tls.crt": readFileSync(certificate, "utf8")};
  rmSync(folder, {recursive: true});
  return pair;
}
