import {graph, of, type PanelBuilder, rate} from "./kit.ts";

/** The JVM of a component, by the names of Prometheus' Java client, which its exporter has inside it. */
export const jvm = (component: string): [string, PanelBuilder[]] => {
  const its = (more = "") => `component="${component}"${more && `,${more}`}`;
  return [
    "JVM",
    [
      graph(
        "Heap",
        "bytes",
        "Heap in use, and what it may grow to. In use after each collection should stay well below.",
        [of("jvm_memory_used_bytes", its('area="heap"')), "{{pod}} used"],
        [of("jvm_memory_max_bytes", its('area="heap"')), "{{pod}} limit"],
      ),
      graph("Memory outside the heap", "bytes", "Code, metaspace and what else is not heap, by pool.", [
        `sum by (pod) (${of("jvm_memory_used_bytes", its('area="nonheap"'))})`,
        "{{pod}}",
      ]),
      graph(
        "Garbage collection, share of time",
        "percentunit",
        "Above a tenth for minutes, the heap is too small for the load.",
        [`sum by (pod, gc) (${rate("jvm_gc_collection_seconds_sum", its())})`, "{{pod}} {{gc}}"],
      ),
      graph("Garbage collections", "ops", "Collections a second, by collector.", [
        `sum by (pod, gc) (${rate("jvm_gc_collection_seconds_count", its())})`,
        "{{pod}} {{gc}}",
      ]),
      graph("Threads", "short", "Threads that live now.", [of("jvm_threads_current", its()), "{{pod}}"]),
      graph("CPU", "short", "Cores in use.", [rate("process_cpu_seconds_total", its()), "{{pod}}"]),
      graph(
        "Open files",
        "short",
        "File descriptors in use, and how many there may be.",
        [of("process_open_fds", its()), "{{pod}} open"],
        [of("process_max_fds", its()), "{{pod}} limit"],
      ),
    ],
  ];
};
