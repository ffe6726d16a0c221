#!/bin/sh
# Formats the volume at the first start, then becomes the broker. The ConfigMap's server.properties may name ${NODE_ID} and ${HOSTNAME}.
set -eu
NODE_ID=${HOSTNAME##*-}
export NODE_ID
config=/tmp/server.properties
envsubst '$NODE_ID $HOSTNAME' < /etc/kafka/server.properties > "$config"
java -Xmx128m -cp '/opt/kafka/libs/*' -Dlog4j2.configurationFile=/opt/kafka/config/log4j2.properties \
  kafka.tools.StorageTool format --ignore-formatted -t "$CLUSTER_ID" -c "$config" \
  --add-scram "SCRAM-SHA-512=[name=$ADMIN_USERNAME,password=$ADMIN_PASSWORD]" > /dev/null
# shellcheck disable=SC2086
exec java ${KAFKA_HEAP_OPTS:--Xms512m -Xmx512m} -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:+ExitOnOutOfMemoryError \
  -Djava.awt.headless=true -Dlog4j2.configurationFile=/opt/kafka/config/log4j2.properties \
  -cp '/opt/kafka/libs/*' kafka.Kafka "$config"
