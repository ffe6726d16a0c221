#!/bin/sh
# Formats an empty volume, then becomes the broker; a volume of another cluster is refused by Kafka's own words. The ConfigMap's server.properties may name ${NODE_ID}, ${HOSTNAME} and ${ROLES}.
set -eu
libraries="/opt/kafka/$KAFKA_VERSION/*:/opt/kafka/libs/*"
NODE_ID=${HOSTNAME##*-}
# The first node alone votes: the others can then come and go without a change of the quorum.
if [ "$NODE_ID" = 0 ]; then ROLES=broker,controller; else ROLES=broker; fi
if [ "$NODE_ID" = 0 ]; then CONTROLLER_LISTENER=,CONTROLLER://0.0.0.0:9090; else CONTROLLER_LISTENER=; fi
export NODE_ID ROLES CONTROLLER_LISTENER
config=/tmp/server.properties
envsubst '$NODE_ID $HOSTNAME $ROLES $CONTROLLER_LISTENER' < /etc/kafka/server.properties > "$config"
java -Xmx128m -cp "$libraries" -Dlog4j2.configurationFile=/opt/kafka/config/log4j2.properties \
  kafka.tools.StorageTool format --cluster-id="$CLUSTER_ID" --config="$config" --ignore-formatted > /dev/null
agent=
if [ -f /etc/kafka-metrics/exporter.yaml ]; then
  agent=-javaagent:/opt/kafka/libs/jmx_prometheus_javaagent-1.0.1.jar=9404:/etc/kafka-metrics/exporter.yaml
fi
# shellcheck disable=SC2086
exec java $agent ${KAFKA_HEAP_OPTS:--Xms512m -Xmx512m} -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:+ExitOnOutOfMemoryError \
  -Djava.awt.headless=true -Dlog4j2.configurationFile=/opt/kafka/config/log4j2.properties \
  -cp "$libraries" kafka.Kafka "$config"
