import {expect, test} from "vitest";
import {sortStatements} from "./statements.ts";

test("definitions and inserts are told apart, comments and quoted semicolons left in peace", () => {
  const script = `-- first; a table
    CREATE TABLE a (x STRING) WITH ('connector' = 'print', 'delimiter' = ';''');
    /* then; */ create temporary view v AS SELECT \`odd;name\` FROM vehicle_event;
    INSERT INTO a SELECT * FROM v -- no semicolon at the end`;
  expect(sortStatements(script)).toEqual({
    definitions: [
      "CREATE TABLE a (x STRING) WITH ('connector' = 'print', 'delimiter' = ';''')",
      "create temporary view v AS SELECT `odd;name` FROM vehicle_event",
    ],
    inserts: ["INSERT INTO a SELECT * FROM v"],
  });
});

test("nothing gives nothing", () => {
  expect(sortStatements(" \n;; -- nothing\n")).toEqual({definitions: [], inserts: []});
});

test.each([
  ["DROP TABLE vehicle_window", "DROP TABLE vehicle_window"],
  ["SELECT * FROM telemetry", "SELECT * FROM"],
  ["SET 'parallelism.default' = '9'", "SET 'parallelism.default' ="],
  ["EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; END", "EXECUTE STATEMENT SET"],
])("%s is refused by its number and beginning", (statement, start) => {
  expect(() => sortStatements(`CREATE VIEW v AS SELECT 1; ${statement};`)).toThrow(`statement 2 (${start} …)`);
});
