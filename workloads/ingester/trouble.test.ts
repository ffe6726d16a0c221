import cassandra from "cassandra-driver";
import {expect, test} from "vitest";
import {troubleOf as ofCassandra} from "./cassandra.ts";
import {troubleOf as ofPostgres, refusesRow} from "./postgres-errors.ts";

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

test("a constraint refuses the row; a column that somebody added and no row fills is the schema's fault", () => {
  expect(refusesRow({code: "23514"})).toBe(true);
  expect(refusesRow({code: "23502", column: "speed"})).toBe(true);
  expect(refusesRow({code: "23502", column: "mine"})).toBe(false);
  expect(ofPostgres({code: "23502", column: "mine"})).toBe("schema");
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
