import {z} from "zod";
import {HOST, PORT, URL_HOST} from "./addresses.ts";
import {type CelRule, cel} from "./fields.ts";

/** Released without a pattern; a name that no Secret can have was never of use. */
const secretName = (description: string) =>
  z
    .string()
    .min(1)
    .max(253)
    .meta({
      description,
      ...cel({
        rule: "self.matches('^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$')",
        message: "no name that a Secret can have: small letters, digits, - and .",
      }),
    });
export const secret = (keys: string) =>
  secretName(`Name of a Secret of the pipeline's namespace with the keys ${keys}.`);
export const caSecret = secretName(
  "Name of a Secret with the key ca.crt: who signed the server's certificate; default the public ones.",
);
export const tls = z
  .boolean()
  .meta({description: "Whether to connect by TLS, the certificate verified; default false."});

const ADDRESS = "a host name, an IPv4 or an IPv6 address";
const ENDPOINT = `${URL_HOST}:${PORT}`;
/** One match of the whole: the API server reckons what a rule may cost, and each of a list would cost as much as the longest text. */
export const endpoint = z
  .string()
  .max(1_024)
  .regex(/^[A-Za-z0-9._:,[\]-]+$/)
  .meta({
    description: "host:port, several separated by commas; an IPv6 address in brackets, as in [2001:db8::1]:9092.",
    ...cel({
      rule: `self.matches(r'^${ENDPOINT}(,${ENDPOINT})*$')`,
      message: `not host:port, several separated by commas: each is ${ADDRESS} in brackets ([2001:db8::1]:9092), and a port within 1 and 65535`,
    }),
  });
export const host = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[A-Za-z0-9._:[\]-]+$/)
  .meta({
    description: "Host name, IPv4 or IPv6 address.",
    ...cel({
      rule: `self.matches(r'^${HOST}$')`,
      message: `not ${ADDRESS} (2001:db8::1); a port goes into the field port`,
    }),
  });
export const port = z.int().min(1).max(65_535);
export const topicName = z
  .string()
  .min(1)
  .max(249)
  .regex(/^[A-Za-z0-9._-]+$/);

/** Rules of the whole spec: a provider that is named needs its `external`, and stays: data does not move by itself. */
export const providerRules = (component: string, standard: string): CelRule[] => {
  const provider = (self: string) =>
    `(has(${self}.${component}) && has(${self}.${component}.provider) ? ${self}.${component}.provider : '${standard}')`;
  return [
    {
      rule: `${provider("self")} != 'External' || has(self.${component}.external)`,
      message: `spec.${component}.external is missing: provider External needs to know where it is`,
    },
    {
      rule: `${provider("self")} == ${provider("oldSelf")}`,
      message: `spec.${component}.provider cannot change: data would stay behind; make a new pipeline`,
    },
  ];
};
