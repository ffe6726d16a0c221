import {z} from "zod";

/** A CEL rule of the CRD: checked by the API server at `kubectl apply`. */
export interface CelRule {
  rule: string;
  message: string;
}

/** Attaches CEL rules to a field; they come out as `x-kubernetes-validations`. */
export const cel = (...rules: CelRule[]) => ({"x-kubernetes-validations": rules});

/** A binary quantity such as `5Gi`. With `field`, the API server refuses to shrink it: no store can give space back. */
export const storage = (field: string) =>
  z
    .string()
    .max(16)
    .regex(/^[1-9][0-9]*(Mi|Gi|Ti)$/)
    .meta({
      description:
        "Size of each volume, as a whole number of Mi, Gi or Ti (for example 20Gi). It can grow, never shrink.",
      ...cel({
        rule: "quantity(self).compareTo(quantity(oldSelf)) >= 0",
        message: `${field} can only grow: volumes cannot shrink; set it to the old size or more`,
      }),
    });

/** A duration of one unit such as `90s`, `15m`, `12h` or `7d`. */
export const duration = (description: string) =>
  z
    .string()
    .max(16)
    .regex(/^[1-9][0-9]*(s|m|h|d)$/)
    .meta({description: `${description} A whole number and a unit: s, m, h or d (for example 7d).`});

const UNIT_SECONDS = {s: 1, m: 60, h: 3_600, d: 86_400};

/** Seconds in a duration that has passed the schema. */
export const secondsOf = (text: string): number =>
  Number(text.slice(0, -1)) * UNIT_SECONDS[text.at(-1) as keyof typeof UNIT_SECONDS];

const UNIT_BYTES = {Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40};

/** Bytes in a storage size that has passed the schema. */
export const bytesOf = (text: string): number =>
  Number(text.slice(0, -2)) * UNIT_BYTES[text.slice(-2) as keyof typeof UNIT_BYTES];
