# Sourced: the class path and what Java 17 has to open to Flink.
packages='java.lang java.net java.io java.nio sun.nio.ch java.lang.reflect java.text java.time java.util java.util.concurrent
 java.util.concurrent.atomic java.util.concurrent.locks'
opens=
for package in $packages; do opens="$opens --add-opens=java.base/$package=ALL-UNNAMED"; done
opens="$opens --add-exports=java.rmi/sun.rmi.registry=ALL-UNNAMED --add-exports=java.security.jgss/sun.security.krb5=ALL-UNNAMED"
class_path="$FLINK_LIB_DIR/*"
logging="-Dlog4j.configurationFile=file:$FLINK_CONF_DIR/log4j-console.properties"
# Flink's pekko.startup-timeout does not reach the first actor, for which Pekko waits 20 s: a machine that is busy starting others takes longer.
patience="-Dpekko.actor.creation-timeout=120s"
java_options="$opens $patience -XX:+IgnoreUnrecognizedVMOptions -XX:+ExitOnOutOfMemoryError -Duser.timezone=UTC $logging"
# How the configuration divides the container's memory, by Flink itself: the JVM's options, then the parts as -D settings.
resources() {
  command=$1
  shift
  java -Xmx128m -XX:TieredStopAtLevel=1 -cp "$FLINK_BIN_DIR/bash-java-utils.jar:$class_path" \
    org.apache.flink.runtime.util.bash.BashJavaUtils "$command" --configDir "$FLINK_CONF_DIR" "$@" \
    | sed -n 's/^BASH_JAVA_UTILS_EXEC_RESULT://p'
}
