import type {Alert} from "./alert.ts";
import type {Select} from "./records.ts";

export const jvmAlerts = (select: Select): Alert[] => [
  {
    name: "LongGarbageCollection",
    severity: "warning",
    expr: `sum by (namespace, pipeline, component, pod) (rate(${select("jvm_gc_collection_seconds_sum")}[5m])) > 0.1`,
    for: "10m",
    summary: "{{ $labels.pod }} spends {{ $value | humanizePercentage }} of its time on garbage collection.",
    meaning: "Its heap is too small for its load; requests will time out.",
    fix: "Choose a larger profile, or spread the load over more nodes.",
  },
];
