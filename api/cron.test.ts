import {expect, test} from "vitest";
import {cronFault} from "./cron.ts";

test.each(["@daily", "0 2 * * *", "*/15 0-6 1,15 * mon-fri", "59 23 31 12 6", "0 0 ? JAN-MAR/2 SUN"])(
  "%s is a schedule",
  (schedule) => expect(cronFault(schedule)).toBe(""),
);

test.each([
  ["60 * * * *", "minute 60 is not within 0 and 59"],
  ["0 24 * * *", "hour 24 is not within 0 and 23"],
  ["0 0 0 * *", "day 0 is not within 1 and 31"],
  ["0 0 * 13 *", "month 13 is not within 1 and 12"],
  ["0 0 * * 7", "weekday 7 is not within 0 and 6"],
  ["0 6-2 * * *", 'hour "6-2" ends before it begins'],
  ["0 0 * * someday", '"someday" is no weekday'],
  ["*/0 * * * *", '"*/0" is no minute'],
  ["1-2-3 * * * *", '"1-2-3" is no minute'],
  ["0 0 * *", '"0 0 * *" has 4 fields'],
])("%s is none, and why is said", (schedule, fault) => expect(cronFault(schedule)).toBe(fault));
