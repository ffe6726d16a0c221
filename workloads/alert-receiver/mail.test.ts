import {execFileSync} from "node:child_process";
import {once} from "node:events";
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {type AddressInfo, createServer, type Socket} from "node:net";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {text} from "node:stream/consumers";
import {getCACertificates, setDefaultCACertificates} from "node:tls";
import {SMTPServer, type SMTPServerOptions} from "smtp-server";
import {afterAll, expect, onTestFinished, test} from "vitest";
import {parseNotification} from "./alert.ts";
import {send} from "./forward.ts";
import {deliveriesOf, type Target} from "./targets.ts";

const folder = mkdtempSync(join(tmpdir(), "mail-"));
afterAll(() => rmSync(folder, {recursive: true}));

/** A certificate that this process trusts, as pods do those of the public authorities. */
function certificate(name: string) {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)];
  const subject = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`];
  execFileSync(
    "openssl",
    [...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...subject], ...["-keyout", key, "-out", cert]],
    {stdio: "ignore"},
  );
  return {key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8")};
}
const trusted = certificate("localhost");
const untrusted = certificate("localhost");
setDefaultCACertificates([...getCACertificates("default"), trusted.cert]);

interface Received {
  secure: boolean;
  user: string | undefined;
  from: string;
  to: string[];
  mail: string;
}

/** A mail server on a free port, which keeps what it takes. */
async function serve(options: SMTPServerOptions = {}, {address = "127.0.0.1", port = 0} = {}) {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.key ? [] : ["STARTTLS"],
    onAuth: ({username, password}, _, done) =>
      password === "geheim" ? done(null, {user: username!}) : done(new Error("wrong password")),
    onData(stream, {secure, user, envelope}, done) {
      void text(stream).then((mail) => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : "";
        received.push({
          secure,
          user: user as string | undefined,
          from,
          to: envelope.rcptTo.map((to) => to.address),
          mail,
        });
        done();
      });
    },
    ...options,
  });
  server.on("error", () => {});
  const listening = server.listen(port, address);
  await once(listening, "listening");
  onTestFinished(() => new Promise((done) => server.close(done)));
  return {received, port: (listening.address() as AddressInfo).port};
}

const target = (smarthost: string, more: object = {}): Target => ({
  kind: "email",
  name: "ops",
  severities: ["critical"],
  sendResolved: true,
  to: ["a@example.org", "b@example.org"],
  from: "fleet@example.org",
  smarthost,
  requireTLS: false,
  ...more,
});
const [alert] = parseNotification(
  JSON.stringify({
    alerts: [
      {
        status: "firing",
        labels: {alertname: "TelemetryStoreStale", severity: "critical", pipeline: "fleet"},
        annotations: {summary: "Zürich is stale.", action: "Look."},
        startsAt: "2026-01-01T00:00:00Z",
      },
    ],
  }),
);
const mailTo = (to: Target) => deliveriesOf([to], [alert!])[0]!;
const sendTo = (to: Target) => send(to, mailTo(to));

const passwordFile = join(folder, "password");
writeFileSync(passwordFile, "geheim\n");
const login = {username: "fleet", passwordFile};

test("each address gets a mail of its own, which keeps its id at each try", async () => {
  const {received, port} = await serve();
  const ops = target(`127.0.0.1:${port}`);
  const mails = deliveriesOf([ops], [alert!]);
  expect(mails.map(({message}) => message.to)).toEqual(["a@example.org", "b@example.org"]);
  for (const mail of [mails[0]!, mails[0]!, mails[1]!]) expect(await send(ops, mail)).toEqual({done: true});
  const [first, again, second] = received;
  expect(first).toMatchObject({secure: false, user: undefined, from: "fleet@example.org", to: ["a@example.org"]});
  expect(second!.to).toEqual(["b@example.org"]);
  expect(first!.mail).toContain(`Message-ID: <${mails[0]!.id}@example.org>`);
  expect(again!.mail).toContain(`Message-ID: <${mails[0]!.id}@example.org>`);
  expect(decoded(first!.mail)).toMatch("Zürich is stale.\r\nLook.");
});

/** The body of a quoted-printable mail. */
function decoded(mail: string): string {
  const body = mail.slice(mail.indexOf("\r\n\r\n")).replaceAll("=\r\n", "");
  return Buffer.from(
    body.replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  ).toString("utf8");
}

const failing = (code: number, words: string) => Object.assign(new Error(words), {responseCode: code});

test.each<[string, SMTPServerOptions, boolean, string]>([
  [
    "a mailbox that is full for now",
    {onRcptTo: (_, __, done) => done(failing(452, "full"))},
    false,
    "it answers 452 full",
  ],
  [
    "a mailbox that does not exist",
    {onRcptTo: (_, __, done) => done(failing(550, "unknown"))},
    true,
    "it answers 550 unknown",
  ],
  ["a server that is busy", {onConnect: (_, done) => done(failing(421, "busy"))}, false, "it answers 421 busy"],
  ["a server that wants a login", {authOptional: false}, false, "it answers 530 Error: authentication Required"],
])("%s: the mail is tried again, or given up", async (_, options, refused, problem) => {
  const {port} = await serve(options);
  expect(await sendTo(target(`127.0.0.1:${port}`))).toEqual({done: false, refused, problem});
});

test("a server that hangs up and a server that is away are said so, and are tried again", async () => {
  const rude = createServer((socket: Socket) => socket.end()).listen(0, "127.0.0.1");
  await once(rude, "listening");
  onTestFinished(() => void rude.close());
  const {port} = rude.address() as AddressInfo;
  expect(await sendTo(target(`127.0.0.1:${port}`))).toMatchObject({done: false, refused: false});
  const away = await sendTo(target("127.0.0.1:2"));
  expect(away).toMatchObject({done: false, refused: false, problem: expect.stringMatching("ECONNREFUSED")});
});

test("STARTTLS is used where the server offers it, and the login follows it", async () => {
  const {received, port} = await serve(trusted);
  expect(await sendTo(target(`localhost:${port}`, {...login, requireTLS: true}))).toEqual({done: true});
  expect(received).toMatchObject([{secure: true, user: "fleet"}]);
  writeFileSync(passwordFile, "falsch\n");
  const denied = await sendTo(target(`localhost:${port}`, login));
  writeFileSync(passwordFile, "geheim\n");
  // A wrong login may be put right.
  expect(denied).toMatchObject({done: false, refused: false, problem: expect.stringMatching(/^it answers 535 /)});
});

test("port 465 speaks TLS from the first byte", async () => {
  const {received, port} = await serve({...trusted, secure: true}, {port: 465});
  expect(port).toBe(465);
  expect(await sendTo(target("localhost:465", {...login, requireTLS: true}))).toEqual({done: true});
  expect(received).toMatchObject([{secure: true, user: "fleet"}]);
});

test("a server without TLS, or with a certificate that nobody vouches for, gets no mail if TLS is required", async () => {
  const {received, port} = await serve();
  expect(await sendTo(target(`127.0.0.1:${port}`, {requireTLS: true}))).toMatchObject({
    done: false,
    refused: false,
    problem: expect.stringMatching(/does not start TLS \(.*\); set requireTLS to false to send without/),
  });
  expect(received).toEqual([]);
  const stranger = await serve(untrusted);
  expect(await sendTo(target(`localhost:${stranger.port}`, {requireTLS: true}))).toMatchObject({
    done: false,
    problem: expect.stringMatching(/certificate/),
  });
  expect(stranger.received).toEqual([]);
});

test("a mail server at an IPv6 address gets a mail", async () => {
  const {received, port} = await serve({}, {address: "::1"});
  expect(await sendTo(target(`[::1]:${port}`))).toEqual({done: true});
  expect(received).toHaveLength(1);
});
