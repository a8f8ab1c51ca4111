#!/usr/bin/env python3
"""Sends seeded events over HTTP and sends each body again until it is answered with 200, as a producer should.

Usage: senders.py PORT EVENTS FILE. Writes the ids of all events to FILE once every one of them was acknowledged, and
prints how often it had to send again, by what went wrong. Some bodies are sent again though they were acknowledged.
"""

import gzip
import http.client
import json
import random
import sys
import threading
import time

SENDERS = 8
# Seconds between two bodies of a sender: a fast machine would be done before enough was killed.
PAUSE = 0.15
SPAN = 50 * 60 * 1000
BAD = {"id": "bad", "customerId": "c", "eventName": "page viewed", "createdDate": "2026-01-05T08:00:00.000Z"}


def iso(milliseconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(milliseconds // 1000)) + f".{milliseconds % 1000:03d}Z"


class Sender(threading.Thread):
    def __init__(self, number, port, count, total, start):
        super().__init__()
        self.rng = random.Random(number)
        self.number, self.port, self.count, self.total, self.start_time = number, port, count, total, start
        self.connection = None
        self.acknowledged, self.again = [], {}

    def events(self):
        customers = max(1, self.count // 20)
        for index in range(self.count):
            when = self.start_time + index * SPAN // self.count
            yield {
                "id": f"s{self.number}-{index}", "customerId": f"v{self.number}-{index % customers}",
                "eventName": "page_viewed", "createdDate": iso(when),
                "page": {"url": f"https://shop.example.com/{index % 17}", "title": f"Page {index % 17}"},
            }

    def run(self):
        batch, size = [], 1
        for event in self.events():
            batch.append(event)
            if len(batch) == size:
                self.deliver(batch)
                batch, size = [], self.rng.choice([1, 1, 2, 5, 20, 40])
                time.sleep(PAUSE)
        if batch:
            self.deliver(batch)

    def deliver(self, batch):
        bad = self.rng.random() < 0.1
        sent = batch + [BAD] if bad else batch
        headers = {"Host": "localhost"}
        if self.rng.random() < 0.5:
            body = "\n".join(map(json.dumps, sent)).encode()
            headers["Content-Type"] = "application/x-ndjson"
        else:
            body = json.dumps(sent).encode()
        if self.rng.random() < 0.3:
            body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
        times = 2 if self.rng.random() < 0.05 else 1
        while times:
            answer = self.post(body, headers)
            if answer is None:
                continue
            assert answer["accepted"] == len(batch), answer
            assert [r["index"] for r in answer["rejected"]] == ([len(batch)] if bad else []), answer
            times -= 1
        self.acknowledged += [event["id"] for event in batch]

    def post(self, body, headers):
        """The answer to a body that was taken, or nothing."""
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            self.connection.request("POST", "/v1/events?stream=web", body, headers)
            response = self.connection.getresponse()
            answer = response.read()
            if response.status == 200:
                return json.loads(answer)
            assert response.status in (429, 503), (response.status, answer)
            assert int(response.headers["Retry-After"]) > 0
            problem = str(response.status)
        except (OSError, http.client.HTTPException, ValueError) as error:
            problem = type(error).__name__
            if self.connection is not None:
                self.connection.close()
            self.connection = None
        self.again[problem] = self.again.get(problem, 0) + 1
        time.sleep(self.rng.uniform(0.02, 0.2))
        return None


def main():
    port, total, file = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    start = int(time.time() * 1000) - 55 * 60 * 1000
    senders = [Sender(number, port, total // SENDERS, total, start) for number in range(SENDERS)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    ids = [name for sender in senders for name in sender.acknowledged]
    if len(ids) != total // SENDERS * SENDERS:
        sys.exit(f"only {len(ids)} events were acknowledged")
    with open(file, "w") as out:
        out.write("\n".join(ids) + "\n")
    again = {}
    for sender in senders:
        for problem, count in sender.again.items():
            again[problem] = again.get(problem, 0) + count
    print("sent again: " + (", ".join(f"{count} {problem}" for problem, count in sorted(again.items())) or "none"))


main()
