#!/usr/bin/env python3
"""An independent answer to what sessions a file of web events holds.

oracle.py generate COUNT FILE     writes seeded events: several visits a customer, some out of order, some twice
oracle.py compare EVENTS SESSIONS compares bounds and counts, customer by customer

Nothing here is late: events are at most four seconds out of order. So a session is what is left of a customer's
sorted events when they are cut wherever 20 minutes or more lie between two.
"""

import json
import random
import sys
from datetime import datetime, timezone

GAP_MS = 20 * 60 * 1000


def text(milliseconds):
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (milliseconds % 1000)


def milliseconds(value):
    parsed = datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    return round(parsed.timestamp() * 1000)


def generate(count, path):
    source = random.Random(7)
    now = 1767600000000
    with open(path, "w") as file:
        for number in range(count):
            now += source.randrange(0, 400)
            # Few customers and long pauses, so that many have several sessions and some lie just at the gap.
            customer = "customer-%d" % int(source.random() ** 2 * count / 20)
            at = now - (source.randrange(1, 4000) if source.random() < 0.02 else 0)
            event = {
                "id": "event-%d" % number, "eventName": "page_viewed", "createdDate": text(at),
                "customerId": customer, "page": {"url": "https://example.com/%d" % number, "title": "Page"},
            }
            line = json.dumps(event) + "\n"
            file.write(line)
            if source.random() < 0.01:
                file.write(line)


def compare(events, sessions):
    times, seen = {}, set()
    for line in open(events):
        event = json.loads(line)
        if event["id"] in seen:
            continue
        seen.add(event["id"])
        times.setdefault(event["customerId"], []).append(milliseconds(event["createdDate"]))
    expected = {}
    for customer, all_times in times.items():
        all_times.sort()
        cuts = [[all_times[0]]]
        for at in all_times[1:]:
            if at - cuts[-1][-1] < GAP_MS:
                cuts[-1].append(at)
            else:
                cuts.append([at])
        expected[customer] = [(cut[0], cut[-1], len(cut)) for cut in cuts]
    found, count = {}, 0
    for line in open(sessions):
        session = json.loads(line)
        count += 1
        found.setdefault(session["customerId"], []).append(
            (milliseconds(session["createdDate"]), milliseconds(session["lastEvent"]["createdDate"]), session["eventCount"]))
    wrong = [c for c in set(expected) | set(found) if expected.get(c) != sorted(found.get(c, []))]
    total = sum(len(cuts) for cuts in expected.values())
    print("oracle: %d events, %d sessions expected, %d found, %d customers differ" % (len(seen), total, count, len(wrong)))
    for customer in sorted(wrong)[:5]:
        print(customer, "expected", expected.get(customer), "found", sorted(found.get(customer, [])))
    several = sum(1 for cuts in expected.values() if len(cuts) > 1)
    if several < 100:
        print("only %d customers have several sessions: the input shows too little" % several)
    return 0 if not wrong and total == count and several >= 100 else 1


if sys.argv[1] == "generate":
    generate(int(sys.argv[2]), sys.argv[3])
else:
    sys.exit(compare(sys.argv[2], sys.argv[3]))
