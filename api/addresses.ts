/** Patterns for JavaScript, Go and CEL's raw texts alike. */
const NAME = "[A-Za-z0-9._-]+";
const GROUP = "[0-9A-Fa-f]{1,4}";
/** All ways to write one, with :: in the place of any number of groups, but for a zone: that is of one machine. */
const IPV6 = [
  `(${GROUP}:){7}${GROUP}`,
  `:(:|(:${GROUP}){1,7})`,
  ...[1, 2, 3, 4, 5, 6].map((groups) => `(${GROUP}:){${groups}}(:|(:${GROUP}){1,${7 - groups}})`),
  `(${GROUP}:){7}:`,
  "::([Ff]{4}:)?([0-9]{1,3}[.]){3}[0-9]{1,3}",
].join("|");

/** A host name, an IPv4 or an IPv6 address, the last with or without brackets. */
export const HOST = String.raw`(${NAME}|${IPV6}|\[(${IPV6})\])`;
/** As in a URL, where brackets tell an IPv6 address from a port. */
export const URL_HOST = String.raw`(${NAME}|\[(${IPV6})\])`;
/** 1 to 65535. */
export const PORT = "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";

/** An address as programs take it that have a field of its own for it. */
export const bareHost = (host: string): string => host.replace(/^\[(.*)\]$/, "$1");

/** An address as it stands in a URL. */
export const urlHost = (host: string): string => (bareHost(host).includes(":") ? `[${bareHost(host)}]` : host);
