import cassandra from "cassandra-driver";
import {expect, test} from "vitest";
import {isRefusal as byCassandra, troubleOf as ofCassandra} from "./cassandra.ts";
import {isRefusal as byPostgres, troubleOf as ofPostgres} from "./postgres-errors.ts";

test.each([
  ["53100", "disk-full"],
  ["53300", "overloaded"],
  ["57014", "overloaded"],
  ["28P01", "credentials"],
  ["42501", "credentials"],
  ["42703", "schema"],
  ["57P03", "unreachable"],
  ["ECONNREFUSED", "unreachable"],
  [undefined, "unreachable"],
  ["XX000", "other"],
])("PostgreSQL's %s is %s", (code, trouble) => {
  expect(ofPostgres({code})).toBe(trouble);
});

test.each(["23514", "22003", "P0001", "53400", "42501", "42703", "23502", "54000", "0A000", "55000", "XX000"])(
  "PostgreSQL's %s may be for what a row holds: trying apart tells",
  (code) => {
    expect(byPostgres({code})).toBe(true);
  },
);

test.each([
  "53100",
  "53200",
  "53300",
  "57014",
  "57P01",
  "08006",
  "28P01",
  "25006",
  "40P01",
  "55P03",
  "58030",
  "XX001",
  "ECONNRESET",
  undefined,
])("PostgreSQL's %s says nothing of a row", (code) => {
  expect(byPostgres({code})).toBe(false);
});

test.each(["23514", "23502", "P0001", "53400"])("PostgreSQL's %s for every row is the schema's fault", (code) => {
  expect(ofPostgres({code})).toBe("schema");
});

const {responseErrorCodes: codes} = cassandra.types;

test.each([
  [{code: codes.badCredentials}, "credentials"],
  [{code: codes.invalid}, "schema"],
  [{code: codes.writeTimeout}, "overloaded"],
  [{code: codes.unavailableException}, "unreachable"],
  [{innerErrors: {"10.0.0.1:9042": {code: codes.badCredentials}}}, "credentials"],
  [{innerErrors: {"10.0.0.1:9042": {code: "ECONNREFUSED"}}}, "unreachable"],
  [{code: codes.serverError}, "other"],
])("Cassandra's %j is %s", (error, trouble) => {
  expect(ofCassandra(error)).toBe(trouble);
});

test("Cassandra: a coordinator's refusal may be for what a row holds, what replicas could not do is not", () => {
  expect([codes.invalid, codes.serverError].map((code) => byCassandra({code}))).toEqual([true, true]);
  const passing = [
    codes.overloaded,
    codes.writeTimeout,
    codes.writeFailure,
    codes.unavailableException,
    codes.unauthorized,
  ];
  expect(passing.map((code) => byCassandra({code}))).toEqual(passing.map(() => false));
  expect(byCassandra(new Error("socket closed"))).toBe(false);
});

test.each([
  ["Undefined column name quality_flags in table telemetry.telemetry", false],
  ["unconfigured table telemetry", false],
  ["Invalid value of a column, by a guardrail", true],
])("Cassandra's invalid: %s", (message, isOfRow) => {
  const error = {code: cassandra.types.responseErrorCodes.invalid, message};
  expect([byCassandra(error), ofCassandra(error)]).toEqual([isOfRow, "schema"]);
});
