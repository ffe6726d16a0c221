import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Histogram;
import com.codahale.metrics.Meter;
import com.codahale.metrics.Metric;
import com.codahale.metrics.Snapshot;
import com.codahale.metrics.Timer;
import com.sun.net.httpserver.HttpServer;
import java.lang.instrument.Instrumentation;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.ObjectName;
import org.apache.cassandra.metrics.CassandraMetricsRegistry;
import org.apache.cassandra.utils.EstimatedHistogram;

/** Serves all metrics of a node by the names, types and labels of K8ssandra's management API, once the node is up. */
public final class Exporter {
  private static final long[] LATENCIES = {
    35, 60, 103, 179, 310, 535, 924, 1597, 2759, 4768, 8239, 14237, 24601, 42510, 73457, 126934, 219342, 379022, 654949,
    1131752, 1955666, 3379391, 5839588, 10090808, 17436917
  };
  private static final double[] QUANTILES = {0.5, 0.75, 0.95, 0.98, 0.99, 0.999};
  private static final long[] OFFSETS = new EstimatedHistogram(165).getBucketOffsets();
  /** A metric's name in Cassandra, and what its parts become: the name's prefix and labels by the number of their group. */
  private static final Object[][] RULES = {
    {Pattern.compile("Table\\.(\\w+)\\.(\\w+)\\.(\\w+)"), "table_", "", "keyspace", "table"},
    {Pattern.compile("keyspace\\.(\\w+)\\.(\\w+)"), "keyspace_", "", "keyspace"},
    {Pattern.compile("ThreadPools\\.(\\w+)\\.(\\w+)\\.([\\w-/]+).*"), "thread_pools_", "", "pool_type", "pool_name"},
    {Pattern.compile("ClientRequest\\.(\\w+)\\.(\\w+)"), "client_request_", "", "request_type"},
    {Pattern.compile("ClientRequest\\.(\\w+)\\.(\\w+)\\.(\\w+)"), "client_request_", "_cl", "request_type", "cl"},
    {Pattern.compile("Cache\\.(\\w+)\\.(\\w+)"), "cache_", "", "cache"},
    {Pattern.compile("DroppedMessage\\.(\\w+)\\.(\\w+)"), "dropped_message_", "", "message_type"},
  };
  private static final String GROUP = "org.apache.cassandra.metrics.";

  private final StringBuilder text = new StringBuilder();

  public static void premain(String port, Instrumentation instrumentation) {
    Thread waiting = new Thread(() -> serve(Integer.parseInt(port)), "exporter");
    waiting.setDaemon(true);
    waiting.start();
  }

  private static void serve(int port) {
    try {
      ObjectName storage = new ObjectName("org.apache.cassandra.db:type=StorageService");
      var beans = ManagementFactory.getPlatformMBeanServer();
      while (!beans.isRegistered(storage) || !"NORMAL".equals(beans.getAttribute(storage, "OperationMode"))) Thread.sleep(500);
      HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
      server.createContext("/metrics", exchange -> {
        byte[] body = new Exporter().page().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
      });
      server.start();
    } catch (Exception error) {
      error.printStackTrace();
    }
  }

  private String page() {
    machine();
    for (Map.Entry<String, Metric> entry : CassandraMetricsRegistry.Metrics.getMetrics().entrySet()) {
      try {
        metric(entry.getKey(), entry.getValue());
      } catch (RuntimeException unavailable) {
        // A gauge of something that is not there now.
      }
    }
    return text.toString();
  }

  private void machine() {
    var memory = ManagementFactory.getMemoryMXBean();
    usage("heap", memory.getHeapMemoryUsage());
    usage("nonheap", memory.getNonHeapMemoryUsage());
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      String labels = label("gc", collector.getName());
      line("jvm_gc_collection_seconds_count", labels, collector.getCollectionCount());
      line("jvm_gc_collection_seconds_sum", labels, collector.getCollectionTime() / 1000.0);
    }
    line("jvm_threads_current", "", ManagementFactory.getThreadMXBean().getThreadCount());
  }

  private void usage(String area, MemoryUsage usage) {
    String labels = label("area", area);
    line("jvm_memory_bytes_used", labels, usage.getUsed());
    line("jvm_memory_bytes_committed", labels, usage.getCommitted());
    line("jvm_memory_bytes_max", labels, usage.getMax());
    line("jvm_memory_bytes_init", labels, usage.getInit());
  }

  private void metric(String full, Metric metric) {
    String given = full.startsWith(GROUP) ? full.substring(GROUP.length()) : full;
    String name = "org_apache_cassandra_metrics_" + snake(given);
    String labels = "";
    for (Object[] rule : RULES) {
      Matcher matcher = ((Pattern) rule[0]).matcher(given);
      if (!matcher.matches()) continue;
      name = "org_apache_cassandra_metrics_" + rule[1] + snake(matcher.group(1)) + rule[2];
      labels = "";
      for (int at = 3; at < rule.length; at++) labels = join(labels, label((String) rule[at], matcher.group(at - 1)));
    }
    if (metric instanceof Gauge<?> gauge) {
      if (gauge.getValue() instanceof Number number) line(name, labels, number.doubleValue());
    } else if (metric instanceof Counter counter) {
      line(name, labels, counter.getCount());
    } else if (metric instanceof Timer timer) {
      timer(name, labels, timer);
    } else if (metric instanceof Histogram histogram) {
      Snapshot snapshot = histogram.getSnapshot();
      for (double quantile : QUANTILES)
        line(name, join(labels, label("quantile", Double.toString(quantile))), snapshot.getValue(quantile));
      line(name + "_count", labels, histogram.getCount());
    } else if (metric instanceof Meter meter) {
      line(name + "_total", labels, meter.getCount());
    }
  }

  /** Microseconds in buckets whose counts add up, and no quantiles. */
  private void timer(String name, String labels, Timer timer) {
    long[] values = timer.getSnapshot().getValues();
    double sum = 0;
    long count = 0;
    int bucket = 0;
    for (int at = 0; at < values.length; at++) {
      long offset = at < OFFSETS.length ? OFFSETS[at] : Long.MAX_VALUE;
      for (; bucket < LATENCIES.length && offset > LATENCIES[bucket]; bucket++)
        line(name + "_bucket", join(labels, label("le", Long.toString(LATENCIES[bucket]))), count);
      count += values[at];
      if (at < OFFSETS.length) sum += (double) values[at] * offset;
    }
    for (; bucket < LATENCIES.length; bucket++)
      line(name + "_bucket", join(labels, label("le", Long.toString(LATENCIES[bucket]))), count);
    line(name + "_bucket", join(labels, label("le", "+Inf")), count);
    line(name + "_count", labels, count);
    line(name + "_sum", labels, sum);
  }

  private void line(String name, String labels, double value) {
    text.append(name);
    if (!labels.isEmpty()) text.append('{').append(labels).append('}');
    text.append(' ').append(value).append('\n');
  }

  private static String label(String name, String value) {
    return name + "=\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static String join(String labels, String more) {
    return labels.isEmpty() ? more : labels + "," + more;
  }

  private static String snake(String name) {
    String parts = String.join("_", name.split("(?<!(^|[A-Z]))(?=[A-Z])|(?<!^)(?=[A-Z][a-z])"));
    return parts.toLowerCase().replaceAll("[^a-z0-9_]", "_").replaceAll("_+", "_");
  }
}
