import {z} from "zod";
import {cel, objectName} from "./fields.ts";

/** As in any pod: a whole number of YAML, or text. */
const cpu = (description: string): z.ZodType<string | number> =>
  (z.any() as z.ZodType<string | number>).meta({
    description,
    "x-kubernetes-int-or-string": true,
    pattern: String.raw`^(0\.[0-9]{1,3}|[1-9][0-9]*(\.[0-9]{1,3}|m)?)$`,
  });

const bytes = (description: string) =>
  z
    .string()
    .max(16)
    .regex(/^[1-9][0-9]*([KMGT]i|[kMGT])?$/)
    .meta({description});

const amounts = (what: string) =>
  z
    .object({
      cpu: cpu(`CPU ${what}, for example 500m or 2.`),
      memory: bytes(`Memory ${what}, for example 2Gi.`),
      "ephemeral-storage": bytes(`Node storage ${what}, for logs, temporary files and emptyDir volumes.`),
    })
    .partial();

/** A field's name in CEL. */
const celName = (name: string) => name.replaceAll("-", "__dash__");

const atMostLimit = (name: string) => {
  const [request, limit] = ["requests", "limits"].map((part) => `self.${part}.${celName(name)}`);
  const text = name === "cpu" ? (value: string) => `string(${value})` : (value: string) => value;
  return {
    rule: `!has(self.requests) || !has(self.limits) || !has(${request}) || !has(${limit}) || quantity(${text(request!)}).compareTo(quantity(${text(limit!)})) <= 0`,
    message: `requests.${name} must not exceed limits.${name}: lower the request or raise the limit`,
  };
};

const atLeast = (memory: string, container: string) => ({
  rule: ["self.requests", "self.limits"]
    .map(
      (part) =>
        `(!has(${part}) || !has(${part}.memory) || quantity(${part}.memory).compareTo(quantity('${memory}')) >= 0)`,
    )
    .join(" && "),
  message: `memory of ${container} must be at least ${memory}: its JVM does not start with less`,
});

/** Requests and limits of one container. */
export const podResources = ({container, leastMemory}: Traits) =>
  z
    .object({
      requests: amounts("that is reserved").meta({description: "Resources to reserve."}),
      limits: amounts("that may be used").meta({description: "Upper limits. Default for CPU: none."}),
    })
    .partial()
    .meta({
      description: `Resources of ${container}. Default: those of the profile. If only one of requests.memory and limits.memory is set, it applies to both. Other containers and Jobs are not affected.`,
      ...cel(
        ...["cpu", "memory", "ephemeral-storage"].map(atMostLimit),
        ...(leastMemory ? [atLeast(leastMemory, container)] : []),
      ),
    });

/** Operators find their pods by these. */
const OPERATORS = ["telemetry.dev/", "strimzi.io/", "cassandra.datastax.com/", "k8ssandra.io/"];
const KUBERNETES = ["app.kubernetes.io/", "apps.kubernetes.io/", "batch.kubernetes.io/", "statefulset.kubernetes.io/"];

const metadata = (what: string, value: z.ZodString, reserved: string[]) =>
  z.record(z.string(), value).meta({
    maxProperties: 32,
    description: `${what} to add to the pods.`,
    ...cel({
      rule: `self.all(key, ${reserved.map((prefix) => `!key.startsWith('${prefix}')`).join(" && ")})`,
      message: `${what.toLowerCase()} with the prefixes ${reserved.join(", ")} are set by operators: use a prefix of your own, for example example.com/team`,
    }),
  });

const labelValue = z
  .string()
  .max(63)
  .regex(/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/);
const labelName = z.string().max(317);

const toleration = z
  .object({
    key: labelName.meta({description: "Key of the taint. Without a key, operator must be Exists."}),
    operator: z.enum(["Equal", "Exists"]).meta({description: "How to compare the value. Default Equal."}),
    value: labelValue.meta({description: "Value of the taint, with operator Equal."}),
    effect: z
      .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"])
      .meta({description: "Effect of the taint. Default: every effect."}),
    tolerationSeconds: z
      .int()
      .min(0)
      .max(2_147_483_647)
      .meta({description: "How long a pod stays after a NoExecute taint. Default: forever."}),
  })
  .partial();

/** What Kubernetes defines, and checks when it gets it. */
const passedOn = (description: string) =>
  z
    .looseObject({})
    .meta({description, additionalProperties: true, properties: true, "x-kubernetes-preserve-unknown-fields": true});

const spreadConstraint = z.object({
  maxSkew: z.int().min(1).max(1_000).meta({description: "Largest difference in the number of pods of two domains."}),
  topologyKey: labelName.min(1).meta({description: "Node label that defines the domains."}),
  whenUnsatisfiable: z
    .enum(["DoNotSchedule", "ScheduleAnyway"])
    .meta({description: "Whether a pod that cannot be spread waits or runs anyway."}),
  labelSelector: passedOn("Pods to count. Default: the pods of the same component.").optional(),
  minDomains: z.int().min(1).max(1_000).optional().meta({description: "Least number of domains."}),
  matchLabelKeys: z
    .array(labelName)
    .max(8)
    .optional()
    .meta({description: "Pod labels with which to select the pods to count."}),
  nodeAffinityPolicy: z
    .enum(["Honor", "Ignore"])
    .optional()
    .meta({description: "Whether nodes outside the node affinity are left out. Default Honor."}),
  nodeTaintsPolicy: z
    .enum(["Honor", "Ignore"])
    .optional()
    .meta({description: "Whether nodes with taints that are not tolerated are left out. Default Ignore."}),
});

interface Traits {
  /** The container that `resources` is for. */
  container: string;
  /** Memory without which it does not start. */
  leastMemory?: string;
  /** Why constraints cannot spread the pods, and what does. */
  spreadOtherwise?: string;
}

/** Field `pod` of a component's part of the spec. */
export const podOptions = (traits: Traits) =>
  z
    .object({
      resources: podResources(traits),
      nodeSelector: z
        .record(z.string(), labelValue)
        .meta({maxProperties: 32, description: "Labels that a node needs to run the pods."}),
      tolerations: z.array(toleration).max(16).meta({description: "Taints of nodes that the pods tolerate."}),
      affinity: z
        .object({
          nodeAffinity: passedOn("Nodes to run on."),
          podAffinity: passedOn("Pods to be near."),
          podAntiAffinity: passedOn("Pods to be apart from. It replaces that of the profile."),
        })
        .partial()
        .meta({description: "Affinity, as in any pod."}),
      topologySpreadConstraints: z
        .array(spreadConstraint)
        .max(8)
        .meta({
          description: "How to spread the pods over nodes and zones. Default: that of the profile.",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["topologyKey", "whenUnsatisfiable"],
        }),
      priorityClassName: objectName().meta({description: "PriorityClass of the pods."}),
      labels: metadata("Labels", labelValue, [...OPERATORS, ...KUBERNETES]),
      annotations: metadata("Annotations", z.string().max(4_096), OPERATORS),
    })
    .partial()
    .meta({
      description: "Scheduling, resources, labels and annotations of the component's pods. See docs/scheduling.md.",
      ...(traits.spreadOtherwise
        ? cel({rule: "!has(self.topologySpreadConstraints)", message: traits.spreadOtherwise})
        : {}),
    });

export type PodOptions = z.output<ReturnType<typeof podOptions>>;

/** What the spec says of a component's pods, for those beside the one whose resources it gives. */
export function withoutResources({resources: _, ...options}: PodOptions = {}): PodOptions {
  return options;
}
