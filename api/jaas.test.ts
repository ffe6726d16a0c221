import {expect, test} from "vitest";
import {jaasOf} from "./jaas.ts";

test.each([
  ["SCRAM-SHA-512", "scram.ScramLoginModule"],
  ["SCRAM-SHA-256", "scram.ScramLoginModule"],
  ["PLAIN", "plain.PlainLoginModule"],
])("the login of mechanism %s is %s", (mechanism, login) => {
  expect(jaasOf(mechanism, "fleet", "secret")).toBe(
    `org.apache.kafka.common.security.${login} required username="fleet" password="secret";`,
  );
});

test("quotes and backslashes of a password end nothing", () => {
  expect(jaasOf("PLAIN", "fleet", 'a"b\\c')).toContain('password="a\\"b\\\\c";');
});
