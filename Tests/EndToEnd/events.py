#!/usr/bin/env python3
"""Writes seeded input: DIR/web.ndjson, custom.ndjson and conversation.ndjson of one group of customers.

Events take place within the last hour but five minutes, so none is late or too far ahead. Some arrive a little out of
order, some twice. Prints the number of distinct events.
"""

import argparse
import json
import pathlib
import random
import time

SPAN = 50 * 60 * 1000


def iso(milliseconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(milliseconds // 1000)) + f".{milliseconds % 1000:03d}Z"


def web(rng, number, when, customer):
    event = {
        "id": f"w-{number}", "eventName": "page_viewed", "createdDate": iso(when), "customerId": customer,
        "customerIdType": "cookie",
        "page": {"url": f"https://shop.example.com/{number % 17}", "title": f"Page {number % 17}"},
    }
    if rng.random() < 0.2:
        event["searchQuery"] = rng.choice(["bike", "helmet", "lock", "café"])
    if rng.random() < 0.2:
        event["eventName"] = "form_submitted"
        event["attributes"] = {"form": "loan", "amount": rng.randrange(1000), "new": rng.random() < 0.5}
    return event


def custom(rng, number, when, customer):
    return {
        "id": f"c-{number}", "eventName": rng.choice(["ordered", "in_transit", "delivered"]),
        "sessionType": "delivery", "externalId": f"order-{customer}-{rng.randrange(3)}", "customerId": customer,
        "customerIdType": "email", "createdDate": iso(when),
        "attributes": {"location": rng.choice(["Depot A", "Depot B", "Home"])},
    }


def conversation(rng, number, when, customer):
    """A step of one of the customer's two conversations."""
    event = {
        "id": f"v-{number}", "createdDate": iso(when), "customerId": customer, "customerIdType": "phone",
        "eventName": rng.choice(["started", "routed", "connected", "ended"]),
        "conversation": {"id": f"talk-{customer}-{rng.randrange(2)}"},
        "channels": [{"type": rng.choice(["Voice", "Chat"])}], "originatingDirection": "Inbound",
        "queue": {"id": f"queue-{number % 3}"},
    }
    if event["eventName"] == "ended" and rng.random() < 0.5:
        event["userDisposition"] = {"code": "complaint", "notes": "late"}
    return event


MAKERS = {"web": web, "custom": custom, "conversation": conversation}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--events", type=int, default=3000)
    parser.add_argument("--group", default="a", help="prefix of every customer id")
    parser.add_argument("--start", type=int, default=int(time.time() * 1000) - 55 * 60 * 1000)
    parser.add_argument("--streams", default="web,custom,conversation")
    parser.add_argument("directory", type=pathlib.Path)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    arguments.directory.mkdir(parents=True, exist_ok=True)
    lines = {stream: [] for stream in arguments.streams.split(",")}
    for number in range(arguments.events):
        when = arguments.start + SPAN * number // arguments.events
        if rng.random() < 0.05:
            when -= rng.randrange(4000)
        # Customers come and go, so that sessions end by silence while others are under way.
        window = 6 * number // arguments.events
        customer = f"{arguments.group}-{(window * 25 + rng.randrange(50)) % 150}"
        stream = rng.choices(list(lines), weights=[6, 2, 2][: len(lines)])[0]
        line = json.dumps(MAKERS[stream](rng, number, when, customer), ensure_ascii=False)
        lines[stream].append(line)
        if rng.random() < 0.02:
            lines[stream].append(line)
    for stream, content in lines.items():
        (arguments.directory / f"{stream}.ndjson").write_text("\n".join(content) + "\n", encoding="utf-8")
    print(arguments.events)


if __name__ == "__main__":
    main()
