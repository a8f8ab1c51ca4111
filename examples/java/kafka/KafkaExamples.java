// Kafka from Java with org.apache.kafka:kafka-clients (3.x or 4.x) and a JSON library (here Jackson). NOT RUN BY OUR TESTS: they
// install no Maven packages. What it does is the same as python/publish_kafka.py, follow_sessions.py and act_on_actions.py,
// which are run.
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

final class KafkaExamples {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Publishes events of one stream. */
  static void publish(String brokers, String topic, List<JsonNode> events) {
    var properties = new Properties();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
    properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
    properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    // The default partitioner, murmur2 of the key, is the one that owns customers: set no other.
    try (var producer = new KafkaProducer<String, String>(properties)) {
      for (JsonNode event : events) {
        // The key is the customer's id as it is, without quotes; of the conversation detail feed the conversation's id.
        String key = event.path(event.has("customerId") ? "customerId" : "conversationId").asText();
        producer.send(new ProducerRecord<>(topic, key, event.toString()));
      }
      producer.flush();
    }
  }

  /** Keeps the newest snapshot of each session: by revision, and gone with a null value. */
  static void followSessions(String brokers) throws Exception {
    Map<String, JsonNode> sessions = new HashMap<>();
    try (var consumer = consumer(brokers, "session-followers")) {
      consumer.subscribe(List.of("sessions"));
      while (!Thread.currentThread().isInterrupted()) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
          if (record.value() == null) {
            sessions.remove(record.key());
            continue;
          }
          JsonNode snapshot = JSON.readTree(record.value());
          JsonNode held = sessions.get(record.key());
          if (held == null || held.get("revision").asLong() < snapshot.get("revision").asLong()) {
            sessions.put(record.key(), snapshot);
          }
        }
      }
    }
  }

  /** Remembers an id and what is done because of it in one transaction; does nothing for an id that it knows. */
  interface Ledger {
    void once(String action, JsonNode event) throws Exception;
  }

  /** Acts on triggers, each exactly once. */
  static void actOnActions(String brokers, Ledger ledger) throws Exception {
    try (var consumer = consumer(brokers, "actors")) {
      consumer.subscribe(List.of("actions"));
      while (!Thread.currentThread().isInterrupted()) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
          JsonNode event = JSON.readTree(record.value());
          JsonNode detail = event.path("webActionEvent");
          if (!"offered".equals(detail.path("action").path("state").asText())) continue;
          if (Instant.now().isAfter(Instant.parse(detail.get("expiresAt").asText()))) continue;
          ledger.once(detail.get("action").get("id").asText(), event);
        }
        // Behind the ledger: a restart in between reads again what the ledger knows.
        consumer.commitSync();
      }
    }
  }

  private static KafkaConsumer<String, String> consumer(String brokers, String group) {
    var properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    return new KafkaConsumer<>(properties);
  }
}
