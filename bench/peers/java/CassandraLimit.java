import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What Cassandra takes at most on this machine: the rows of the topic, read and sorted by partition beforehand, are written from
 * memory in prepared statements of up to 64 rows of one partition, while nothing else runs. cassandra-stress, which does the same
 * with rows of its own, is on no registry. Prints the seconds that the writes took.
 */
public class CassandraLimit {
  static final int ROWS_PER_STATEMENT = 64;
  static final int IN_FLIGHT = 64;

  public static void main(String[] args) throws Exception {
    try (CqlSession session = CassandraLoop.connect()) {
      List<List<Object[]>> statements = read();
      Map<Integer, PreparedStatement> prepared = new HashMap<>();
      for (List<Object[]> rows : statements) prepared.computeIfAbsent(rows.size(), size -> prepare(session, size));
      Semaphore free = new Semaphore(IN_FLIGHT);
      AtomicReference<Throwable> failed = new AtomicReference<>();
      long began = System.nanoTime();
      for (List<Object[]> rows : statements) {
        Object[] values = rows.stream().flatMap(java.util.Arrays::stream).toArray();
        free.acquire();
        session
            .executeAsync(prepared.get(rows.size()).bind(values))
            .whenComplete(
                (result, error) -> {
                  free.release();
                  if (error != null) failed.set(error);
                });
      }
      free.acquire(IN_FLIGHT);
      if (failed.get() != null) throw new IllegalStateException(failed.get());
      System.out.println("seconds " + (System.nanoTime() - began) / 1e9);
    }
    System.exit(0);
  }

  static PreparedStatement prepare(CqlSession session, int rows) {
    return session.prepare("BEGIN UNLOGGED BATCH " + (CassandraLoop.INSERT + "; ").repeat(rows) + "APPLY BATCH");
  }

  /** The rows of each statement: in the order of time, as a backlog would bring them. */
  static List<List<Object[]>> read() throws Exception {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", System.getenv("KAFKA_BROKERS"));
    properties.put("max.poll.records", "20000");
    Map<CassandraLoop.Key, List<Object[]>> open = new HashMap<>();
    List<List<Object[]>> statements = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(System.getenv("KAFKA_TOPIC")).stream()
              .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long left = consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
      while (left > 0) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          left--;
          Object[] row = CassandraLoop.rowOf(record.value());
          CassandraLoop.Key key = CassandraLoop.keyOf(row);
          List<Object[]> rows = open.get(key);
          if (rows == null || rows.size() == ROWS_PER_STATEMENT) {
            rows = new ArrayList<>();
            open.put(key, rows);
            statements.add(rows);
          }
          rows.add(row);
        }
      }
    }
    return statements;
  }
}
