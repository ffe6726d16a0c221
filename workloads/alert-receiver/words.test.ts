import {expect, test} from "vitest";
import type {Alert} from "./alert.ts";
import {wordsOf} from "./words.ts";

const alert = (annotations: Record<string, string>): Alert => ({
  ...{fingerprint: "f", status: "firing", name: "DoorOpen", severity: "warning", summary: "The door of v1 is open."},
  ...{startsAt: "2026-01-01T00:00:00Z", endsAt: undefined, labels: {vehicle_id: "v1"}},
  annotations,
});

test("a vehicle of which plate and group are known is named by them too", () => {
  expect(wordsOf([alert({vehicle: "M-AB 123, North", action: "Close it."})])).toBe(
    "firing warning DoorOpen: The door of v1 is open.\nv1 is M-AB 123, North.\nClose it.",
  );
  expect(wordsOf([alert({})])).toBe("firing warning DoorOpen: The door of v1 is open.");
});
