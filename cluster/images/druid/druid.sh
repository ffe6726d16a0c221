#!/bin/sh
# druid.sh ROLE: becomes that role of Druid, by the contract of Druid's own image. The file system need not be writable but for /tmp and
# /opt/druid/var: the configuration, mounted below /opt/druid/conf/druid/cluster, is completed in a copy. Environment:
#   DRUID_CONFIG_COMMON, DRUID_CONFIG_<role>  files that take the place of common.runtime.properties and of the role's runtime.properties
#   DRUID_SET_HOST=0                          leaves druid.host as it is configured; otherwise it is the pod's address
#   druid_<a>_<b>=value                       sets the property druid.a.b
#   DRUID_XMX, DRUID_XMS, DRUID_MAXDIRECTMEMORYSIZE, JAVA_OPTS   come after the role's jvm.config and win
#   DRUID_LOG4J                               the whole log4j2.xml
#   DRUID_DIRS_TO_CREATE                      folders to make, below /opt/druid
set -eu
role=$1
case $role in
  historical | middleManager | indexer) folder=data/$role ;;
  coordinator | overlord) folder=master/coordinator-overlord ;;
  broker | router) folder=query/$role ;;
  *) folder=misc/$role ;;
esac
rm -rf /tmp/conf/druid
mkdir -p /tmp/conf
cp -rL /opt/druid/conf/druid /tmp/conf/druid
common=/tmp/conf/druid/cluster/_common own=/tmp/conf/druid/cluster/$folder
mkdir -p "$common" "$own"

if [ -n "${DRUID_CONFIG_COMMON:-}" ]; then cp -f "$DRUID_CONFIG_COMMON" "$common/common.runtime.properties"; fi
eval "given=\${DRUID_CONFIG_$role:-}"
if [ -n "$given" ]; then cp -f "$given" "$own/runtime.properties"; fi

# Of a property that is there twice Java takes the last; those of the role come after the common ones.
set_property() { printf '\n%s=%s\n' "$1" "$2" >> "$own/runtime.properties"; }
if [ "${DRUID_SET_HOST:-1}" = 1 ]; then
  addresses=$(hostname -i)
  set_property druid.host "${addresses%% *}"
fi
env | grep '^druid_' | while IFS= read -r pair; do
  set_property "$(printf %s "${pair%%=*}" | tr _ .)" "${pair#*=}"
done
if [ -n "${DRUID_LOG4J:-}" ]; then printf '%s\n' "$DRUID_LOG4J" > "$common/log4j2.xml"; fi

# shellcheck disable=SC2086
mkdir -p ${DRUID_DIRS_TO_CREATE-var/tmp var/druid/segments var/druid/indexing-logs var/druid/task var/druid/segment-cache}

# What Druid reaches into of Java 17.
open=
for package in java.base/java.io java.base/java.lang java.base/java.nio java.base/java.util java.base/jdk.internal.loader \
  java.base/jdk.internal.ref java.base/sun.nio.ch jdk.management/com.sun.management.internal; do
  open="$open --add-opens=$package=ALL-UNNAMED"
done
options=$(cat "$own/jvm.config" 2> /dev/null || true)
# shellcheck disable=SC2086
exec java --add-exports=java.base/jdk.internal.misc=ALL-UNNAMED --add-exports=java.base/jdk.internal.ref=ALL-UNNAMED $open $options \
  ${DRUID_XMX:+-Xmx$DRUID_XMX} ${DRUID_XMS:+-Xms$DRUID_XMS} \
  ${DRUID_MAXDIRECTMEMORYSIZE:+-XX:MaxDirectMemorySize=$DRUID_MAXDIRECTMEMORYSIZE} ${JAVA_OPTS:-} \
  -cp "$common:$own:lib/*" org.apache.druid.cli.Main server "$@"
