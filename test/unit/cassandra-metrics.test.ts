import {expect, test} from "vitest";
import {resolveSpec} from "../../api/pipeline.ts";
import {keepCassandraSeries} from "../../cdk8s/components/cassandra/metrics.ts";
import {defaultImages} from "../../cdk8s/context.ts";
import {plan} from "../../operator/reconcile/plan.ts";

const [{regex, separator, sourceLabels}] = keepCassandraSeries as [(typeof keepCassandraSeries)[number]];
/** As Prometheus does: the whole of the joined labels has to match. */
const kept = (labels: Record<string, string>): boolean =>
  new RegExp(`^(?:${regex})$`).test(sourceLabels!.map((label) => labels[label] ?? "").join(separator));
const bucket = "org_apache_cassandra_metrics_client_request_latency_bucket";

test.each([
  [{__name__: "jvm_memory_bytes_used"}, true],
  [{__name__: "org_apache_cassandra_metrics_client_request_timeouts_total", request_type: "CASRead"}, true],
  [{__name__: bucket, request_type: "Write"}, true],
  [{__name__: bucket, request_type: "ViewWrite"}, false],
  [{__name__: bucket, request_type: "Read-ALL"}, false],
  [{__name__: "org_apache_cassandra_metrics_client_request_latency_cl_bucket", request_type: "Write"}, false],
  [{__name__: "org_apache_cassandra_metrics_table_read_latency_bucket"}, false],
])("of what a node serves, %o is kept: %s", (labels, is) => {
  expect(kept(labels)).toBe(is);
});

test("a switch keeps all of them", () => {
  const relabelings = (allSeries: boolean) => {
    const spec = resolveSpec({observability: {monitoring: {allSeries}}});
    const objects = plan({name: "fleet", namespace: "a", spec, images: defaultImages, passwords: {}}).flatMap(
      (one) => one.objects,
    );
    const monitor = objects.find(({kind, metadata}) => kind === "PodMonitor" && metadata.name === "fleet-cassandra");
    return monitor!.spec.podMetricsEndpoints[0].metricRelabelings;
  };
  expect(relabelings(false)).toEqual(keepCassandraSeries);
  expect(relabelings(true)).toBeUndefined();
});
