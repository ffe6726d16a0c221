import {isIP} from "node:net";
import {createTransport, type NodemailerError} from "nodemailer";
import {bareHost} from "../../api/addresses.ts";
import {type Delivery, secret, type Target} from "./targets.ts";
import {titleOf, wordsOf} from "./words.ts";

type Mail = Extract<Target, {kind: "email"}>;

/** The mail server refused the mail or the login. */
export class SmtpError extends Error {
  readonly code: number;
  constructor(code: number, words: string) {
    super(`it answers ${words}`);
    this.code = code;
  }
}

/** Port of SMTP with TLS from the first byte (RFC 8314). */
const SMTPS = 465;

/**
 * Sends one mail once, with the same Message-ID at each try. Uses STARTTLS where the server offers it, TLS from the start on port 465, and
 * SMTP AUTH if the target has a user name.
 *
 * @throws SmtpError with the server's words, or Error if the server cannot be reached
 */
export async function sendMail(target: Mail, {id, message}: Delivery, timeoutMs: number): Promise<void> {
  const {smarthost, username, passwordFile, from} = target;
  const colon = smarthost.lastIndexOf(":");
  const host = bareHost(smarthost.slice(0, colon));
  const port = Number(smarthost.slice(colon + 1));
  const transport = createTransport({
    host,
    port,
    name: "telemetry",
    secure: port === SMTPS,
    requireTLS: target.requireTLS && port !== SMTPS,
    ...(username && passwordFile ? {auth: {user: username, pass: secret(passwordFile)}} : {}),
    // TLS names no server by its address.
    ...(isIP(host) ? {} : {tls: {servername: host}}),
    dnsTimeout: timeoutMs,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const deadline = Promise.withResolvers<never>();
  const timer = setTimeout(() => deadline.reject(new Error(`no answer within ${timeoutMs / 1_000} s`)), timeoutMs);
  try {
    const mail = {
      from,
      to: message.to,
      subject: titleOf(message.alerts),
      text: wordsOf(message.alerts),
      messageId: `<${id}@${from.split("@")[1]}>`,
    };
    await Promise.race([transport.sendMail(mail), deadline.promise]);
  } catch (error) {
    throw problemOf(error as NodemailerError, smarthost);
  } finally {
    clearTimeout(timer);
    transport.close();
  }
}

function problemOf(error: NodemailerError, smarthost: string): Error {
  if (error.code === "ETLS" && error.command === "STARTTLS")
    return new Error(
      `${smarthost} does not start TLS (${error.response ?? error.message}); set requireTLS to false to send without`,
    );
  return error.responseCode ? new SmtpError(error.responseCode, error.response ?? error.message) : error;
}
