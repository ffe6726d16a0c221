import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {stringify} from "yaml";
import type {BuildContext} from "../../context.ts";
import type {KafkaMetricsConfig} from "../../imports/kafka.ts";

/** The metrics that the JMX exporter inside each broker reads, by the names of Strimzi's own examples; the JVM's figures come by themselves. */
const exporter = stringify({
  lowercaseOutputName: true,
  includeObjectNames: [
    "kafka.server:type=ReplicaManager,name=*",
    "kafka.server:type=BrokerTopicMetrics,name=*",
    "kafka.controller:type=KafkaController,name=*",
    "kafka.log:type=LogManager,name=OfflineLogDirectoryCount",
  ],
  rules: [
    {pattern: "kafka.(server|controller|log)<type=(\\w+), name=(\\w+)><>Value", name: "kafka_$1_$2_$3", type: "GAUGE"},
    {pattern: "kafka.server<type=(\\w+), name=(\\w+)PerSec><>Count", name: "kafka_server_$1_$2_total", type: "COUNTER"},
  ],
});

/** The exporter's rules, and what the Kafka resource says of them; nothing if nobody is to watch. */
export function kafkaMetrics(chart: Chart, {name, spec}: BuildContext): {metricsConfig?: KafkaMetricsConfig} {
  if (!spec.observability.monitoring.enabled) return {};
  const configMap = `${name}-kafka-metrics`;
  const key = "exporter.yaml";
  new k8s.KubeConfigMap(chart, `ConfigMap-${configMap}`, {
    metadata: {name: configMap},
    data: {[key]: exporter},
  });
  return {metricsConfig: {type: "jmxPrometheusExporter", valueFrom: {configMapKeyRef: {name: configMap, key}}}};
}
