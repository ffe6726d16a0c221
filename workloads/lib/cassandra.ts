import {readFileSync} from "node:fs";
import cassandra from "cassandra-driver";
import {number, text} from "./environment.ts";

/** Between two tries to reach a node that is away. By default the driver doubles its wait, up to ten minutes. */
const RECONNECT_MS = 1_000;

/**
 * A client by CASSANDRA_CONTACT_POINTS, CASSANDRA_DATACENTER, CASSANDRA_PORT, CASSANDRA_TLS=true, or CASSANDRA_CA_FILE for
 * nodes with a CA of their own, and the given role. One that has lost its control connection goes on with the nodes that it knows.
 */
export function cassandraClient(username: string, password: string, keyspace?: string, onLost = () => {}) {
  const ca = process.env.CASSANDRA_CA_FILE;
  const tls = ca ? {ca: [readFileSync(ca)], rejectUnauthorized: true} : {rejectUnauthorized: true};
  const client = new cassandra.Client({
    contactPoints: text("CASSANDRA_CONTACT_POINTS").split(","),
    localDataCenter: text("CASSANDRA_DATACENTER", "dc1"),
    protocolOptions: {port: number("CASSANDRA_PORT", 9042)},
    authProvider: new cassandra.auth.PlainTextAuthProvider(username, password),
    // By default 64 requests have to go unanswered before their connection is given up, and an idle one is tried every 30 s.
    socketOptions: {connectTimeout: 5_000, readTimeout: 12_000, defunctReadTimeoutThreshold: 0},
    pooling: {heartBeatInterval: 5_000},
    queryOptions: {consistency: cassandra.types.consistencies.localQuorum, prepare: true},
    policies: {reconnection: new cassandra.policies.reconnection.ConstantReconnectionPolicy(RECONNECT_MS)},
    ...(ca || process.env.CASSANDRA_TLS === "true" ? {sslOptions: tls} : {}),
    ...(keyspace ? {keyspace} : {}),
  });
  // The driver (4.10, NODEJS-681) looks for another control connection twice at a time: that ends the process by a null which nobody
  // catches, leaves connections behind that nobody closes, and routes by hosts of before. It is no part of the driver's API.
  (client as unknown as {controlConnection: {_refresh(): Promise<void>}}).controlConnection._refresh = async () =>
    onLost();
  return client;
}

/** Role, password and keyspace by CASSANDRA_USERNAME, CASSANDRA_PASSWORD and CASSANDRA_KEYSPACE. */
export const ownRole = (): [username: string, password: string, keyspace: string] => [
  text("CASSANDRA_USERNAME"),
  text("CASSANDRA_PASSWORD"),
  text("CASSANDRA_KEYSPACE", "telemetry"),
];

/** A client for as long as a program lives. */
interface LastingClient {
  /** The client, connected; another one after it was lost, or if it could not connect: the driver keeps that error. */
  get(): Promise<cassandra.Client>;
  close(): Promise<void>;
}

/** By the same variables and those of `ownRole`; one that is missing is reported at once. */
export function lastingClient(): LastingClient {
  const role = ownRole();
  let client = open();

  function open() {
    const opened = cassandraClient(...role, () => replace(opened));
    return opened;
  }

  function replace(lost: cassandra.Client) {
    if (client === lost) client = open();
    void lost.shutdown().catch(() => {});
  }

  return {
    async get() {
      const mine = client;
      await mine.connect().catch((error) => {
        replace(mine);
        throw error;
      });
      // Lost before it was connected: until then the driver shuts nothing down.
      if (client !== mine) replace(mine);
      return mine;
    },
    close: () => client.shutdown(),
  };
}
