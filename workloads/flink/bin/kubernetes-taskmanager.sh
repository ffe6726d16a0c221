#!/bin/sh
# Becomes a TaskManager. The JobManager that asked for this pod gives the parts of its memory as arguments; Flink says what they are for a JVM.
set -eu
. "$FLINK_BIN_DIR/java-options.sh"
jvm=$(resources GET_TM_RESOURCE_PARAMS "$@" | sed -n 1p)
# shellcheck disable=SC2086
exec java $jvm $java_options -cp "$class_path" \
  org.apache.flink.kubernetes.taskmanager.KubernetesTaskExecutorRunner --configDir "$FLINK_CONF_DIR" "$@"
