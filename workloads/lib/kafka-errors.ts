/** The meaning of a broker's answer for a writer of the topic, and the fix. */
const MEANINGS: [RegExp, string][] = [
  [/^UNKNOWN_TOPIC/, "the topic does not exist: make it"],
  [/_AUTHORIZATION_FAILED$/, "the user may not write to the topic: give it the right to"],
  [/_TOO_LARGE$/, "the topic's max.message.bytes is too small: raise it to 2097152"],
  [
    /^INVALID_RECORD$/,
    "the topic refuses the record, as a compacted one does without a key: set cleanup.policy to delete",
  ],
  [
    /^NOT_ENOUGH_REPLICAS/,
    "fewer copies of the topic are in sync than its min.insync.replicas asks for: bring the brokers back",
  ],
  [/^(LEADER_NOT_AVAILABLE|NOT_LEADER)/, "a partition of the topic has no leader: bring the brokers back"],
  [/TIMESTAMP/, "the topic refuses the record's time: raise its message.timestamp.before.max.ms"],
  [/^POLICY_VIOLATION$/, "a policy of the cluster refuses it"],
];

interface Failure {
  type?: string;
  cause?: unknown;
}

/** The code by which a broker refused; undefined if none answered. */
export const typeOf = (error: unknown): string | undefined => {
  const {type, cause} = (error ?? {}) as Failure;
  return type ?? (cause ? typeOf(cause) : undefined);
};

/** Why a topic took no messages, for people: what that means, and the broker's or the client's own words. */
export function writeProblem(topic: string, error: unknown): string {
  const type = typeOf(error) ?? "";
  const meaning = MEANINGS.find(([pattern]) => pattern.test(type))?.[1] ?? "Kafka does not take it";
  return `topic ${topic} cannot be written; ${meaning} (${(error as Error).message})`;
}
