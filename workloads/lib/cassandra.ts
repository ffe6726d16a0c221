import {readFileSync} from "node:fs";
import cassandra from "cassandra-driver";
import {number, text} from "./environment.ts";

/**
 * A client by CASSANDRA_CONTACT_POINTS, CASSANDRA_DATACENTER, CASSANDRA_PORT, CASSANDRA_TLS=true, or CASSANDRA_CA_FILE for
 * nodes with a CA of their own, and the given role.
 */
export function cassandraClient(username: string, password: string, keyspace?: string): cassandra.Client {
  const ca = process.env.CASSANDRA_CA_FILE;
  const tls = ca ? {ca: [readFileSync(ca)], rejectUnauthorized: true} : {rejectUnauthorized: true};
  return new cassandra.Client({
    contactPoints: text("CASSANDRA_CONTACT_POINTS").split(","),
    localDataCenter: text("CASSANDRA_DATACENTER", "dc1"),
    protocolOptions: {port: number("CASSANDRA_PORT", 9042)},
    authProvider: new cassandra.auth.PlainTextAuthProvider(username, password),
    socketOptions: {connectTimeout: 5_000, readTimeout: 12_000},
    queryOptions: {consistency: cassandra.types.consistencies.localQuorum, prepare: true},
    ...(ca || process.env.CASSANDRA_TLS === "true" ? {sslOptions: tls} : {}),
    ...(keyspace ? {keyspace} : {}),
  });
}
