#!/usr/bin/env python3
"""Asks a running processor how it is, without curl.

  health.py URL wait STATUS        waits until /readyz answers so; prints the body
  health.py URL get PATH           prints the body of any answer, and its status on standard error
  health.py URL metric NAME [LABEL=VALUE…]   the value of one series
  health.py URL await NAME VALUE [LABEL=VALUE…]   waits until the series has the value
"""

import json
import re
import sys
import time
import urllib.error
import urllib.request

PATIENCE = 40


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def series(url):
    status, page = get(url + "/metrics")
    if status != 200:
        sys.exit(f"/metrics answered {status}")
    found = {}
    for line in page.splitlines():
        if line.startswith("#"):
            continue
        match = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line)
        if not match:
            sys.exit(f"no sample: {line}")
        labels = frozenset(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', match[2] or ""))
        if (match[1], labels) in found:
            sys.exit(f"twice: {line}")
        found[match[1], labels] = float(match[3])
    return found


def value(url, name, labels):
    wanted = frozenset(tuple(label.split("=", 1)) for label in labels)
    # Without all labels: the sum over the others.
    matching = [number for (key, found), number in series(url).items() if key == name and wanted <= found]
    return sum(matching) if matching else None


def wait(condition, what):
    deadline = time.monotonic() + PATIENCE
    last = None
    while time.monotonic() < deadline:
        try:
            done, last = condition()
            if done:
                return last
        except OSError as error:
            last = error
        time.sleep(0.1)
    sys.exit(f"waited {PATIENCE} s for {what}, last: {last}")


def main():
    url, command, *rest = sys.argv[1:]
    if command == "wait":
        def answered():
            status, body = get(url + "/readyz")
            return status == int(rest[0]), body
        body = wait(answered, f"/readyz {rest[0]}")
        json.loads(body)
        print(body, end="")
    elif command == "get":
        status, body = get(url + rest[0])
        print(status, file=sys.stderr)
        print(body, end="")
    elif command == "metric":
        print(value(url, rest[0], rest[1:]))
    elif command == "await":
        def reached():
            found = value(url, rest[0], rest[2:])
            return found == float(rest[1]), found
        wait(reached, f"{rest[0]} {rest[2:]} to be {rest[1]}")


if __name__ == "__main__":
    main()
