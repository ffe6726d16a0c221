import {createRequire} from "node:module";
import type {Socket} from "node:net";

/** Each answer begins with its length. */
const LENGTH_BYTES = 4;

/** A connection of kafkajs to a broker; no part of its API. */
interface Connection {
  host: string;
  chunks: Buffer[];
  bytesBuffered: number;
  bytesNeeded: number;
  socket?: Socket;
  isConnected(): boolean;
  connect(): Promise<unknown>;
  disconnect(): Promise<unknown>;
  send(exchange: object): Promise<any>;
}

export const Connection: {new (options: object): Connection; prototype: Connection} = createRequire(import.meta.url)(
  "kafkajs/src/network/connection.js",
);

const {connect, send} = Connection.prototype;

const LITERAL = /^(.*)\.ipv6-literal$/;

/**
 * An address that the client is given, as kafkajs 2.2.4 can read it: it takes what is before the first colon for the host, also of
 * [2001:db8::1]:9092. Its connections read it back.
 */
export const seedOf = (address: string): string =>
  address.replace(/^\[(.*)\]/, (_, host: string) => `${host.replaceAll(":", "_")}.ipv6-literal`);
const hostOf = (host: string): string => LITERAL.exec(host)?.[1]?.replaceAll("_", ":") ?? host;

/**
 * kafkajs 2.2.4 keeps the bytes of an answer that a cut left incomplete, and takes what the next connection brings for the rest of it: each
 * request then waits for its timeout, for a minute and more. A new connection begins with nothing.
 */
Connection.prototype.connect = function (this: Connection) {
  this.host = hostOf(this.host);
  if (!this.isConnected()) Object.assign(this, {chunks: [], bytesBuffered: 0, bytesNeeded: LENGTH_BYTES});
  return connect.call(this);
};

/**
 * kafkajs asks on by a connection that gave no answer in time, and gets none for as long as TCP believes in it: a quarter of an hour, if
 * the other side vanished. The next request goes by a new one.
 */
Connection.prototype.send = function (this: Connection, exchange: object) {
  return send.call(this, exchange).catch((error: Error) => {
    if (error.name === "KafkaJSRequestTimeoutError") this.socket?.destroy(error);
    throw error;
  });
};
