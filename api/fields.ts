import {z} from "zod";
import {UNIT_SECONDS} from "./quantities.ts";

/** A CEL rule of the CRD: checked by the API server at `kubectl apply`. */
export interface CelRule {
  rule: string;
  message: string;
  /** The message with what the object has, in CEL. */
  messageExpression?: string;
}

/** Attaches CEL rules to a field; they come out as `x-kubernetes-validations`. */
export const cel = (...rules: CelRule[]) => ({"x-kubernetes-validations": rules});

/** Of a component that runs unless the spec says otherwise. */
export const enabled = z.boolean().meta({description: "Whether the component runs. Default true."});

export const testedVersion = (name: string, tested: readonly [string, ...string[]]) =>
  z.enum(tested).meta({
    description: `Apache ${name} version. On a live pipeline it can go up one step at a time and never down. Default ${tested.at(-1)}.`,
  });

/** A binary quantity such as `5Gi`. With `field`, the API server refuses to shrink it: no store can give space back. */
export const storage = (field: string) =>
  z
    .string()
    .max(16)
    .regex(/^[1-9][0-9]*(Mi|Gi|Ti)$/)
    .meta({
      description: "Size of each volume, for example 20Gi (Mi, Gi or Ti). It can grow but not shrink.",
      ...cel({
        rule: "quantity(self).compareTo(quantity(oldSelf)) >= 0",
        message: `${field} can only grow, since volumes cannot shrink: set it to the old size or more`,
      }),
    });

export const storageClass = z.string().min(1).max(253).meta({
  description: "StorageClass of the volumes; it cannot change later. Default: the cluster's default class.",
});

/** Above that Prometheus, Kafka or PostgreSQL would no longer take it: 100 years. */
const MOST_DAYS = 36_500;

/** Seconds in a duration, in CEL. */
export const celSeconds = (field: string): string =>
  `int(${field}.substring(0, size(${field}) - 1)) * {'s': 1, 'm': 60, 'h': 3600, 'd': 86400}[${field}.substring(size(${field}) - 1)]`;

/** A duration of one unit such as `90s`, `15m`, `12h` or `7d`. */
export const duration = (description: string, mostDays = MOST_DAYS) =>
  z
    .string()
    .max(16)
    .regex(/^[1-9][0-9]*(s|m|h|d)$/)
    .meta({
      description: `${description} A whole number and a unit: s, m, h or d, for example 7d.`,
      ...cel({
        rule: `size(self) < 12 && ${celSeconds("self")} <= ${mostDays * UNIT_SECONDS.d}`,
        message: `must be at most ${mostDays}d`,
      }),
    });

/** The name of an object of Kubernetes, such as a Secret. */
export const objectName = () =>
  z
    .string()
    .min(1)
    .max(253)
    .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);

/** A key of a Secret or ConfigMap. */
export const dataKey = () =>
  z
    .string()
    .min(1)
    .max(253)
    .regex(/^[-._a-zA-Z0-9]+$/);
