import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.BatchStatementBuilder;
import com.datastax.oss.driver.api.core.cql.BatchType;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Kafka to Cassandra as one would write it on the Java clients, with the ingester's guarantees: rows are validated, written by
 * idempotent prepared statements in unlogged batches of one partition, a bounded number in flight, and an offset is committed after
 * its rows are written. What one poll gave is written while the next is read and parsed.
 */
public class CassandraLoop {
  static final int ROWS_PER_BATCH = Integer.getInteger("rowsPerBatch", 64);
  static final int IN_FLIGHT = Integer.getInteger("inFlight", 32);
  static final ObjectMapper JSON = new ObjectMapper();
  static final String INSERT =
      "INSERT INTO telemetry (vehicle_id, day, ts, latitude, longitude, speed, temperature, humidity) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";

  record Key(String vehicle, LocalDate day) {}

  /** What one poll gave: done when every batch of it is written. */
  record Portion(Map<TopicPartition, OffsetAndMetadata> next, CompletableFuture<Void> written) {}

  public static void main(String[] args) {
    try {
      loop();
    } catch (Throwable error) {
      // The clients' threads would keep the process.
      error.printStackTrace();
      System.exit(1);
    }
  }

  static CqlSession connect() {
    DriverConfigLoader config =
        DriverConfigLoader.programmaticBuilder()
            .withString(DefaultDriverOption.REQUEST_CONSISTENCY, DefaultConsistencyLevel.LOCAL_QUORUM.name())
            .withBoolean(DefaultDriverOption.REQUEST_DEFAULT_IDEMPOTENCE, true)
            .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, Duration.ofSeconds(12))
            .build();
    return CqlSession.builder()
        .addContactPoint(new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("CASSANDRA_PORT"))))
        .withLocalDatacenter("dc1")
        .withAuthCredentials(System.getenv("CASSANDRA_USERNAME"), System.getenv("CASSANDRA_PASSWORD"))
        .withKeyspace("telemetry")
        .withConfigLoader(config)
        .build();
  }

  static void loop() throws Exception {
    CqlSession session = connect();
    PreparedStatement insert = session.prepare(INSERT);

    Properties properties = new Properties();
    properties.put("bootstrap.servers", System.getenv("KAFKA_BROKERS"));
    properties.put("group.id", System.getenv("KAFKA_GROUP"));
    properties.put("auto.offset.reset", "earliest");
    properties.put("enable.auto.commit", "false");
    properties.put("max.poll.records", "20000");
    properties.put("max.partition.fetch.bytes", "4194304");
    properties.put("fetch.max.bytes", "16777216");
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(List.of(System.getenv("KAFKA_TOPIC")));

    Semaphore free = new Semaphore(IN_FLIGHT);
    Portion before = null;
    while (true) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(200));
      Portion portion = records.isEmpty() ? null : write(session, insert, records, free);
      if (before != null) {
        before.written.join();
        consumer.commitSync(before.next);
      }
      before = portion;
    }
  }

  static Portion write(
      CqlSession session, PreparedStatement insert, ConsumerRecords<byte[], byte[]> records, Semaphore free)
      throws Exception {
    Map<Key, List<BoundStatement>> open = new HashMap<>();
    List<List<BoundStatement>> batches = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Object[] row = rowOf(record.value());
      Key key = keyOf(row);
      List<BoundStatement> batch = open.get(key);
      if (batch == null || batch.size() == ROWS_PER_BATCH) {
        batch = new ArrayList<>();
        open.put(key, batch);
        batches.add(batch);
      }
      batch.add(insert.bind(row));
    }
    AtomicReference<Throwable> failed = new AtomicReference<>();
    List<CompletableFuture<?>> writes = new ArrayList<>(batches.size());
    for (List<BoundStatement> batch : batches) {
      BatchStatementBuilder statement = BatchStatement.builder(BatchType.UNLOGGED);
      for (BoundStatement row : batch) statement.addStatement(row);
      free.acquire();
      writes.add(
          session
              .executeAsync(statement.build())
              .toCompletableFuture()
              .whenComplete(
                  (result, error) -> {
                    free.release();
                    if (error != null) failed.set(error);
                  }));
    }
    if (failed.get() != null) throw new IllegalStateException(failed.get());
    return new Portion(records.nextOffsets(), CompletableFuture.allOf(writes.toArray(new CompletableFuture<?>[0])));
  }

  /** The values of a row in the order of the statement. */
  static Object[] rowOf(byte[] value) throws Exception {
    JsonNode event = JSON.readTree(value);
    Instant ts = Instant.parse(event.get("timestamp").textValue());
    return new Object[] {
      event.get("vehicle_id").textValue(),
      LocalDate.ofInstant(ts, ZoneOffset.UTC),
      ts,
      figure(event, "latitude", -90, 90),
      figure(event, "longitude", -180, 180),
      figure(event, "speed", 0, 500),
      figure(event, "temperature", -90, 90),
      figure(event, "humidity", 0, 100)
    };
  }

  static Key keyOf(Object[] row) {
    return new Key((String) row[0], (LocalDate) row[1]);
  }

  static double figure(JsonNode event, String field, double min, double max) {
    JsonNode node = event.get(field);
    if (node == null || !node.isNumber() || node.doubleValue() < min || node.doubleValue() > max)
      throw new IllegalArgumentException(field + " of " + event);
    return node.doubleValue();
  }
}
