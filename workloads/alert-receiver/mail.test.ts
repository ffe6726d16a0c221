import type {AddressInfo} from "node:net";
import {createServer, type Socket} from "node:net";
import {expect, test} from "vitest";
import {parseNotification} from "./alert.ts";
import {send} from "./forward.ts";
import {deliveriesOf, type Target} from "./targets.ts";

/** A mail server that answers each command by its first word, and keeps what it was told. */
async function server(answers: Record<string, string>, address = "127.0.0.1") {
  const told: string[] = [];
  const listening = createServer((socket: Socket) => {
    let [data, mail] = [false, ""];
    const say = (line: string) => void socket.write(`${line}\r\n`);
    say("220 mail");
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      for (const line of String(chunk).split("\r\n").filter(Boolean)) {
        if (data && line !== ".") {
          mail += `${line}\n`;
          continue;
        }
        if (data) told.push(mail);
        data = line === "DATA";
        if (line !== ".") told.push(line);
        const [word] = line.split(" ");
        if (answers[word!] === "hang up") socket.destroy();
        else say(answers[word!] ?? (word === "DATA" ? "354 go on" : word === "AUTH" ? "235 welcome" : "250 fine"));
      }
    });
  }).listen(0, address);
  await new Promise((done) => listening.once("listening", done));
  return {told, close: () => listening.close(), port: (listening.address() as AddressInfo).port};
}

const target = (port: number): Target => ({
  kind: "email",
  name: "ops",
  severities: ["critical"],
  sendResolved: true,
  to: ["a@example.org", "b@example.org"],
  from: "fleet@example.org",
  smarthost: `127.0.0.1:${port}`,
  requireTLS: false,
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

test("each address gets a mail of its own, which keeps its id at each try", async () => {
  const {told, close, port} = await server({EHLO: "250-mail\r\n250-SIZE 1000000\r\n250 AUTH PLAIN"});
  try {
    const mails = deliveriesOf([target(port)], [alert!]);
    expect(mails.map(({message}) => message.to)).toEqual(["a@example.org", "b@example.org"]);
    expect(await send(target(port), mails[0]!)).toEqual({done: true});
    expect(told.slice(0, 4)).toEqual([
      "EHLO telemetry",
      "MAIL FROM:<fleet@example.org>",
      "RCPT TO:<a@example.org>",
      "DATA",
    ]);
    const mail = told[4]!;
    expect(mail).toContain(`Message-ID: <${mails[0]!.id}@example.org>`);
    expect(Buffer.from(mail.split("base64\n")[1]!, "base64").toString()).toMatch("Zürich is stale.\nLook.");
  } finally {
    close();
  }
});

test.each([
  ["a mailbox that is full for now", {RCPT: "452 full"}, false, "it answers 452 full"],
  ["a mailbox that is none", {RCPT: "550 unknown"}, true, "it answers 550 unknown"],
  ["a server that asks for patience", {EHLO: "421 busy"}, false, "it answers 421 busy"],
  ["a login that may be put right", {MAIL: "530 log in"}, false, "it answers 530 log in"],
  ["a server that hangs up", {DATA: "hang up"}, false, "the mail server hung up"],
])("%s: tried again, or given up", async (_, answers, refused, problem) => {
  const {close, port} = await server(answers as unknown as Record<string, string>);
  try {
    const [mail] = deliveriesOf([target(port)], [alert!]);
    expect(await send(target(port), mail!)).toEqual({done: false, refused, problem});
  } finally {
    close();
  }
});

test("without TLS nothing is sent to a server that must have it, and a server that is away is told as such", async () => {
  const {told, close, port} = await server({});
  const [mail] = deliveriesOf([target(port)], [alert!]);
  try {
    const strict = {...target(port), requireTLS: true} as Target;
    expect(await send(strict, mail!)).toMatchObject({
      done: false,
      problem: expect.stringMatching(/offers no STARTTLS/),
    });
    expect(told).toEqual(["EHLO telemetry"]);
  } finally {
    close();
  }
  const away = {...target(port), smarthost: "127.0.0.1:2"} as Target;
  expect(await send(away, mail!)).toMatchObject({
    done: false,
    refused: false,
    problem: expect.stringMatching("ECONNREFUSED"),
  });
});

test("a mail server at an IPv6 address gets a mail", async () => {
  const {close, port} = await server({}, "::1");
  try {
    const there = {...target(port), smarthost: `[::1]:${port}`} as Target;
    const [mail] = deliveriesOf([there], [alert!]);
    expect(await send(there, mail!)).toEqual({done: true});
  } finally {
    close();
  }
});
