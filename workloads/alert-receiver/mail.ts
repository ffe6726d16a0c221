import {once} from "node:events";
import {connect, isIP, type Socket} from "node:net";
import {connect as secure} from "node:tls";
import {type Delivery, secret, type Target} from "./targets.ts";
import {titleOf, wordsOf} from "./words.ts";

type Mail = Extract<Target, {kind: "email"}>;

/** An answer of the server that is not the one that was hoped for. */
export class SmtpError extends Error {
  readonly code: number;
  constructor(code: number, words: string) {
    super(`it answers ${words}`);
    this.code = code;
  }
}

/** The message, by its id the same at each try; base64, so that no line is too long or begins with a dot. */
export function mailOf({from}: Mail, {id, message: {to, alerts}}: Delivery, now = new Date()): string {
  const encode = (text: string) => Buffer.from(text).toString("base64");
  const lines = encode(wordsOf(alerts)).match(/.{1,76}/g) ?? [];
  return [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: =?UTF-8?B?${encode(titleOf(alerts))}?=`,
    `Date: ${now.toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${id}@${from.split("@")[1]}>`,
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
    "",
    ...lines,
    ".",
  ].join("\r\n");
}

interface Talk {
  /** One line to the server, if any, and its answer, of as many lines as it has. */
  say(line: string | undefined, wanted: number): Promise<string>;
  /** What comes from now on is for somebody else. */
  leave(): void;
}

const ANSWER = /^(?:\d{3}-.*\r?\n)*(\d{3})(?: .*)?\r?\n/;

function talkOn(socket: Socket): Talk {
  let heard = "";
  let news = Promise.withResolvers<void>();
  const hear = (chunk: Buffer) => {
    heard += chunk;
    news.resolve();
  };
  let closed = false;
  const hungUp = () => {
    closed = true;
    news.resolve();
  };
  socket.on("data", hear).once("close", hungUp);
  return {
    async say(line, wanted) {
      if (line !== undefined) socket.write(`${line}\r\n`);
      for (;;) {
        const [answer, code] = ANSWER.exec(heard) ?? [];
        if (answer) {
          heard = heard.slice(answer.length);
          if (code![0] !== String(wanted)[0]) throw new SmtpError(Number(code), answer.trim().split("\n").at(-1)!);
          return answer;
        }
        if (closed) throw new Error("the mail server hung up");
        news = Promise.withResolvers();
        await news.promise;
      }
    },
    leave: () => void socket.off("data", hear).off("close", hungUp),
  };
}

/**
 * Sends one mail once: STARTTLS where the server has it, TLS from the start on port 465, a login if there is one.
 *
 * @throws SmtpError with the server's words, or Error if it cannot be reached
 */
export async function sendMail(target: Mail, delivery: Delivery, timeoutMs: number): Promise<void> {
  const at = target.smarthost.lastIndexOf(":");
  const [host, port] = [
    target.smarthost.slice(0, at).replace(/^\[(.*)\]$/, "$1"),
    Number(target.smarthost.slice(at + 1)),
  ];
  // TLS names no server by its address.
  const name = {host, ...(isIP(host) ? {} : {servername: host})};
  const plain = port === 465 ? undefined : connect(port, host);
  let socket: Socket = plain ?? secure({...name, port});
  const end = setTimeout(() => socket.destroy(new Error(`no answer within ${timeoutMs / 1_000} s`)), timeoutMs);
  try {
    // What breaks is told by whoever waits for the next line.
    const broken = Promise.withResolvers<never>();
    const watch = (one: Socket) => one.on("error", broken.reject);
    watch(socket);
    const converse = async () => {
      let talk = talkOn(socket);
      await talk.say(undefined, 220);
      let offers = await talk.say("EHLO telemetry", 250);
      if (plain && /STARTTLS/i.test(offers)) {
        await talk.say("STARTTLS", 220);
        talk.leave();
        socket = secure({...name, socket: plain});
        watch(socket);
        await once(socket, "secureConnect");
        talk = talkOn(socket);
        offers = await talk.say("EHLO telemetry", 250);
      } else if (plain && target.requireTLS) {
        throw new Error(`${target.smarthost} offers no STARTTLS; set requireTLS to false if that is meant`);
      }
      if (target.username && target.passwordFile) {
        const login = `\0${target.username}\0${secret(target.passwordFile)}`;
        await talk.say(`AUTH PLAIN ${Buffer.from(login).toString("base64")}`, 235);
      }
      await talk.say(`MAIL FROM:<${target.from}>`, 250);
      await talk.say(`RCPT TO:<${delivery.message.to}>`, 250);
      await talk.say("DATA", 354);
      await talk.say(mailOf(target, delivery), 250);
      // It has the message, whatever becomes of the goodbye.
      socket.end("QUIT\r\n");
    };
    await Promise.race([converse(), broken.promise]);
  } finally {
    clearTimeout(end);
    socket.destroy();
  }
}
