import {graph, of, type PanelBuilder, rate} from "./kit.ts";

/** Of the two Java clients that exporters have inside them: today's, and the one before it, which gives nothing of the process. */
const NAMES = {
  kafka: {used: "jvm_memory_used_bytes", max: "jvm_memory_max_bytes", process: true},
  cassandra: {used: "jvm_memory_bytes_used", max: "jvm_memory_bytes_max", process: false},
};

/** The JVM of a component, by the names of Prometheus' Java client. */
export const jvm = (component: keyof typeof NAMES): [string, PanelBuilder[]] => {
  const {used, max, process} = NAMES[component];
  const its = (more = "") => `component="${component}"${more && `,${more}`}`;
  return [
    "JVM",
    [
      graph(
        "Heap",
        "bytes",
        "Heap: used and maximum. The used heap after each collection should stay well below the maximum.",
        [of(used, its('area="heap"')), "{{pod}} used"],
        [of(max, its('area="heap"')), "{{pod}} limit"],
      ),
      graph("Memory outside the heap", "bytes", "Memory outside the heap (code, metaspace and others), by pool.", [
        `sum by (pod) (${of(used, its('area="nonheap"'))})`,
        "{{pod}}",
      ]),
      graph(
        "Garbage collection, share of time",
        "percentunit",
        "If it exceeds 10 % for minutes, the heap is too small for the load.",
        [`sum by (pod, gc) (${rate("jvm_gc_collection_seconds_sum", its())})`, "{{pod}} {{gc}}"],
      ),
      graph("Garbage collections", "ops", "Collections a second, by collector.", [
        `sum by (pod, gc) (${rate("jvm_gc_collection_seconds_count", its())})`,
        "{{pod}} {{gc}}",
      ]),
      graph("Threads", "short", "Threads that live now.", [of("jvm_threads_current", its()), "{{pod}}"]),
      ...(process
        ? [
            graph("CPU", "short", "Cores in use.", [rate("process_cpu_seconds_total", its()), "{{pod}}"]),
            graph(
              "Open files",
              "short",
              "File descriptors: used and maximum.",
              [of("process_open_fds", its()), "{{pod}} open"],
              [of("process_max_fds", its()), "{{pod}} limit"],
            ),
          ]
        : []),
    ],
  ];
};
