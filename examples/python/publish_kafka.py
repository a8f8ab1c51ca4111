#!/usr/bin/env python3
"""Publishes events to Kafka: one event a line of standard input.

    publish_kafka.py BROKERS [--topic web] < events.ndjson

Needs confluent-kafka (Debian: python3-confluent-kafka).
"""

import argparse
import json
import sys

from confluent_kafka import Producer


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("brokers")
    parser.add_argument("--topic", default="web")
    arguments = parser.parse_args()
    producer = Producer(
        {
            "bootstrap.servers": arguments.brokers,
            # Java's default. librdkafka's own is CRC32, which sends customers to other partitions: nothing is lost
            # then, but each event costs one more record.
            "partitioner": "murmur2_random",
            # Retries neither repeat nor reorder.
            "enable.idempotence": True,
            "compression.type": "lz4",
            "linger.ms": 20,
        }
    )
    failures = []

    def delivered(error, message):
        if error is not None:
            failures.append(f"{message.key()}: {error}")

    for line in sys.stdin.buffer:
        line = line.strip()
        if not line:
            continue
        event = json.loads(line)
        # The key decides the partition, and so the order: the customer's id as it is, without quotes. Of the
        # conversation detail feed it is the conversation's id.
        key = event.get("customerId") or event.get("conversationId")
        while True:
            try:
                producer.produce(arguments.topic, value=line, key=key.encode(), on_delivery=delivered)
                break
            except BufferError:
                producer.poll(0.1)  # the queue is full: wait for the broker
        producer.poll(0)
    left = producer.flush(60)
    for failure in failures[:10]:
        print(failure, file=sys.stderr)
    return 1 if failures or left else 0


if __name__ == "__main__":
    sys.exit(main())
