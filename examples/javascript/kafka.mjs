// Kafka from Node with kafkajs (npm install kafkajs). NOT RUN BY OUR TESTS: they install no npm packages. What it does is
// the same as python/publish_kafka.py, follow_sessions.py and act_on_actions.py, which are run.
import { Kafka, Partitioners } from "kafkajs";

const kafka = new Kafka({ clientId: "shop", brokers: (process.env.BROKERS ?? "localhost:9092").split(",") });

/** Publishes events of one stream: { customerId, … } each. */
export async function publish(topic, events) {
  // The default partitioner of kafkajs 2 is the Java client's (murmur2). LegacyPartitioner is another one.
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, idempotent: true });
  await producer.connect();
  try {
    // The key is the customer's id as it is, without quotes; of the conversation detail feed the conversation's id.
    await producer.send({
      topic,
      messages: events.map((event) => ({ key: event.customerId ?? event.conversationId, value: JSON.stringify(event) })),
    });
  } finally {
    await producer.disconnect();
  }
}

/** Keeps the newest snapshot of each session: by revision, and gone with a null value. */
export async function followSessions(changed) {
  const sessions = new Map();
  // kafkajs reads committed records alone unless readUncommitted is set.
  const consumer = kafka.consumer({ groupId: `session-followers-${process.pid}`, readUncommitted: false });
  await consumer.connect();
  await consumer.subscribe({ topic: "sessions", fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      const id = message.key.toString();
      if (message.value === null) {
        sessions.delete(id);
        return changed(id, null);
      }
      const snapshot = JSON.parse(message.value.toString());
      if ((sessions.get(id)?.revision ?? -1) >= snapshot.revision) return;
      sessions.set(id, snapshot);
      changed(id, snapshot);
    },
  });
}

/**
 * Acts on triggers. `once(id, effect)` has to run the effect and remember the id in one transaction of a database, and do
 * nothing for an id that it knows.
 */
export async function actOnActions(once) {
  const consumer = kafka.consumer({ groupId: "actors", readUncommitted: false });
  await consumer.connect();
  await consumer.subscribe({ topic: "actions", fromBeginning: true });
  await consumer.run({
    // The offset is committed once this has returned.
    eachMessage: async ({ message }) => {
      const event = JSON.parse(message.value.toString());
      if (event.eventType !== "WebActionEvent" || event.webActionEvent.action.state !== "offered") return;
      if (Date.now() > Date.parse(event.webActionEvent.expiresAt)) return;
      await once(event.webActionEvent.action.id, event);
    },
  });
}
