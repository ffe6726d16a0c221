#!/bin/sh
# Becomes the JobManager of an application cluster: `kubernetes-jobmanager.sh kubernetes-application [-Dkey=value …]`.
set -eu
[ "${1:-}" = kubernetes-application ] || { echo "only kubernetes-application is supported, not '${1:-}'" >&2; exit 2; }
shift
. "$FLINK_BIN_DIR/java-options.sh"
memory=$(resources GET_JM_RESOURCE_PARAMS "$@")
jvm=$(echo "$memory" | sed -n 1p)
parts=$(echo "$memory" | sed -n 2p)
# shellcheck disable=SC2086
exec java $jvm $java_options -cp "$class_path" \
  org.apache.flink.kubernetes.entrypoint.KubernetesApplicationClusterEntrypoint $parts "$@"
