const quoted = (value: string): string => `"${value.replace(/["\\]/g, "\\$&")}"`;

/** The login of Kafka's Java client, as `sasl.jaas.config` takes it. */
export function jaasOf(mechanism: string, username: string, password: string): string {
  const login = mechanism === "PLAIN" ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
  return `org.apache.kafka.common.security.${login} required username=${quoted(username)} password=${quoted(password)};`;
}
