#!/usr/bin/env python3
"""Acts on the triggers of the topic `actions`, each exactly once, whatever is restarted and whenever.

    act_on_actions.py BROKERS [--topic actions] [--ledger acted.db] [--until-end]

The ledger remembers ids in the same transaction as the effect; offsets are committed behind it. So a restart between the
two reads a trigger again and finds that it was acted on. Needs confluent-kafka (Debian: python3-confluent-kafka).
"""

import argparse
import collections
import json
import sys

from confluent_kafka import Consumer, KafkaError

from act import Ledger


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("brokers")
    parser.add_argument("--topic", default="actions")
    parser.add_argument("--group", default="actors")
    parser.add_argument("--ledger", default="acted.db")
    parser.add_argument("--until-end", action="store_true", help="stop at the end of what is there")
    arguments = parser.parse_args()
    consumer = Consumer(
        {
            "bootstrap.servers": arguments.brokers,
            "group.id": arguments.group,
            "isolation.level": "read_committed",
            "auto.offset.reset": "earliest",
            # Committed below, once the ledger has it.
            "enable.auto.commit": False,
            "enable.partition.eof": True,
        }
    )
    consumer.subscribe([arguments.topic])
    ledger, counts, ended, assigned = Ledger(arguments.ledger), collections.Counter(), set(), set()
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
            if message.value() is not None:
                counts[ledger.act(json.loads(message.value()))] += 1
            consumer.commit(message, asynchronous=False)
    except KeyboardInterrupt:
        pass
    finally:
        consumer.close()
    print(" ".join(f"{name}={counts[name]}" for name in ("acted", "repeated", "late", "other")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
