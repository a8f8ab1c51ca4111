#!/usr/bin/env python3
"""Publishes events over HTTP: one event a line of standard input, in batches, each tried again until it is accepted.

    publish_http.py [--url http://127.0.0.1:8320] [--stream web] < events.ndjson

A batch may be accepted in part. What is rejected is shown with its reason and not sent again: it would be rejected
again. What got no answer is sent again as it is: an event that has an id is never counted twice.
"""

import argparse
import json
import sys
import time
import urllib.error
import urllib.request

BATCH = 500  # events
ATTEMPTS = 8


def send(url: str, lines: list[bytes]) -> dict:
    request = urllib.request.Request(
        url, data=b"\n".join(lines) + b"\n", headers={"content-type": "application/x-ndjson"}, method="POST"
    )
    pause = 0.2
    for attempt in range(ATTEMPTS):
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                text = error.read()
            if error.code == 400:
                # None was accepted; the body says why, as in a success, or what is wrong with the request.
                answer = json.loads(text)
                if "rejected" in answer:
                    return answer
            if error.code not in (408, 429) and error.code < 500:
                raise SystemExit(f"{error.code}: {text.decode(errors='replace')}")
            pause = max(pause, float(error.headers.get("retry-after") or 0))
        except OSError as error:
            print(f"no answer ({error}), trying again", file=sys.stderr)
        if attempt + 1 < ATTEMPTS:
            time.sleep(pause)
            pause = min(pause * 2, 30)
    raise SystemExit("given up: the gateway does not answer")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", default="http://127.0.0.1:8320")
    parser.add_argument("--stream", default="web", help="web, app, conversation or custom")
    arguments = parser.parse_args()
    url = f"{arguments.url}/v1/events?stream={arguments.stream}"
    accepted = rejected = 0
    lines = [line.strip() for line in sys.stdin.buffer if line.strip()]
    for start in range(0, len(lines), BATCH):
        answer = send(url, lines[start : start + BATCH])
        accepted += answer["accepted"]
        for entry in answer.get("rejected", []):
            rejected += 1
            print(f"line {start + entry['index'] + 1}: {entry['reason']}: {entry.get('explanation', '')}", file=sys.stderr)
    print(f"{accepted} accepted, {rejected} rejected")
    return 1 if rejected else 0


if __name__ == "__main__":
    sys.exit(main())
