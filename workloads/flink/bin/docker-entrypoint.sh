#!/bin/sh
# Flink's native Kubernetes mode names the program to run itself: bash -c "kubernetes-jobmanager.sh …".
exec "$@"
