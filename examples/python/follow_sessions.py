#!/usr/bin/env python3
"""Follows the topic `sessions`: a table of the newest snapshot of each session, kept by revision.

    follow_sessions.py BROKERS [--topic sessions] [--until-end]

Needs confluent-kafka (Debian: python3-confluent-kafka).
"""

import argparse
import json
import sys

from confluent_kafka import Consumer, KafkaError


class Sessions:
    """What a service holds of the topic. Snapshots are whole, so the newest one of a session is all there is to know."""

    def __init__(self):
        self.by_id: dict[str, dict] = {}

    def apply(self, key: bytes, value: bytes | None) -> str:
        identifier = key.decode()
        if value is None:
            # The person was erased.
            self.by_id.pop(identifier, None)
            return "removed"
        snapshot = json.loads(value)
        held = self.by_id.get(identifier)
        if held is not None and held["revision"] >= snapshot["revision"]:
            return "older"
        self.by_id[identifier] = snapshot
        # `final` is the one to act on where acting twice is dear; it may still come back, see schemas/README.md.
        return "final" if snapshot.get("final") else "changed"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("brokers")
    parser.add_argument("--topic", default="sessions")
    parser.add_argument("--group", default="session-followers")
    parser.add_argument("--until-end", action="store_true", help="stop at the end of what is there, and print the table")
    arguments = parser.parse_args()
    consumer = Consumer(
        {
            "bootstrap.servers": arguments.brokers,
            "group.id": arguments.group,
            # Without this a snapshot of a transaction that was aborted is seen.
            "isolation.level": "read_committed",
            "auto.offset.reset": "earliest",
            # The table is in memory: each start reads the topic from its beginning. A service that keeps the table in a
            # database commits offsets after it has written there.
            "enable.auto.commit": False,
            "enable.partition.eof": True,
        }
    )
    consumer.subscribe([arguments.topic])
    sessions, ended, assigned = Sessions(), set(), set()
    try:
        while True:
            message = consumer.poll(1.0)
            assigned = {p.partition for p in consumer.assignment()} or assigned
            if message is None:
                continue
            if message.error():
                if message.error().code() != KafkaError._PARTITION_EOF:
                    raise SystemExit(str(message.error()))
                ended.add(message.partition())
                if arguments.until_end and assigned and assigned <= ended:
                    break
                continue
            what = sessions.apply(message.key(), message.value())
            if not arguments.until_end:
                print(what, message.key().decode(), flush=True)
    except KeyboardInterrupt:
        pass
    finally:
        consumer.close()
    for identifier in sorted(sessions.by_id):
        print(json.dumps(sessions.by_id[identifier], separators=(",", ":")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
