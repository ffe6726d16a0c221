import {expect, test} from "vitest";
import {createAuth} from "./auth.ts";

const TOKEN = "a-token-of-some-length";
const START = 1_750_000_000_000;
const HOURS = 3_600_000;

function setUp(proxyHeader?: string) {
  const clock = {now: START};
  return {clock, auth: createAuth(TOKEN, proxyHeader, () => clock.now)};
}

const cookieOf = (setCookie: string) => setCookie.split(";")[0]!;

test("a session lasts twelve hours, and no longer", () => {
  const {auth, clock} = setUp();
  const cookie = cookieOf(auth.begin(false));
  clock.now = START + 11.9 * HOURS;
  expect(auth.allows({cookie: `other=1; ${cookie}`})).toBe(true);
  clock.now = START + 12.1 * HOURS;
  expect(auth.allows({cookie})).toBe(false);
});

test("a session whose end was moved is refused", () => {
  const {auth} = setUp();
  const cookie = cookieOf(auth.begin(false));
  const moved = cookie.replace(/=\d+/, `=${START + 1_000 * HOURS}`);
  expect(moved).not.toBe(cookie);
  expect(auth.allows({cookie: moved})).toBe(false);
});

test("a new token ends the sessions of the old one", () => {
  const cookie = cookieOf(setUp().auth.begin(false));
  const renewed = createAuth("another-token-as-long", undefined, () => START);
  const [name] = cookieOf(renewed.begin(false)).split("=");
  expect(renewed.allows({cookie: `${name}=${cookie.split("=")[1]}`})).toBe(false);
});

test("the cookie is kept from scripts and from other sites, and over HTTPS from plain HTTP", () => {
  const {auth} = setUp();
  expect(auth.begin(false)).toMatch(/; HttpOnly; SameSite=Strict$/);
  expect(auth.begin(true)).toMatch(/; Secure$/);
});

test("a bearer token must be the token", () => {
  const {auth} = setUp();
  expect(auth.allows({authorization: `Bearer ${TOKEN}`})).toBe(true);
  expect(auth.allows({authorization: `Bearer ${TOKEN}x`})).toBe(false);
  expect(auth.allows({})).toBe(false);
});

test("a proxy's header counts only where it was named", () => {
  const headers = {"x-forwarded-user": "ann"};
  expect(setUp().auth.allows(headers)).toBe(false);
  expect(setUp("X-Forwarded-User").auth.allows(headers)).toBe(true);
  expect(setUp("X-Forwarded-User").auth.allows({"x-forwarded-user": ""})).toBe(false);
});

test("an empty or short token is no protection and stops the start", () => {
  expect(() => createAuth("short")).toThrow("less than 16 characters");
});
