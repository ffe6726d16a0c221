import cassandra from "cassandra-driver";
import {number, text} from "./environment.ts";

/** A client by CASSANDRA_CONTACT_POINTS, CASSANDRA_DATACENTER and the given role. */
export function cassandraClient(username: string, password: string, keyspace?: string): cassandra.Client {
  return new cassandra.Client({
    contactPoints: text("CASSANDRA_CONTACT_POINTS").split(","),
    localDataCenter: text("CASSANDRA_DATACENTER", "dc1"),
    protocolOptions: {port: number("CASSANDRA_PORT", 9042)},
    authProvider: new cassandra.auth.PlainTextAuthProvider(username, password),
    socketOptions: {connectTimeout: 5_000, readTimeout: 12_000},
    queryOptions: {consistency: cassandra.types.consistencies.localQuorum, prepare: true},
    ...(keyspace ? {keyspace} : {}),
  });
}
