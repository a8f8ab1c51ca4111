#!/usr/bin/env python3
"""Looks at sessions as JSON lines: `count` adds up their events, `compare A B` says where two files differ."""

import json
import sys

# What a session is, whoever saw its events in which order.
ESSENCE = ["customerId", "customerIdType", "type", "externalId", "createdDate", "endedDate", "eventCount"]


def load(file):
    return [json.loads(line) for line in file if line.strip()]


def differences(left, right):
    for key in sorted(left.keys() | right.keys()):
        if key not in left or key not in right:
            yield f"{key}: only in {'the first' if key in left else 'the second'}"
        elif left[key] != right[key]:
            here, there = left[key], right[key]
            if isinstance(here, dict):
                names = [name for name in sorted(here.keys() | there.keys()) if here.get(name) != there.get(name)]
                here, there = ({name: value.get(name) for name in names} for value in (here, there))
            yield f"{key}: {json.dumps(here)[:800]} and {json.dumps(there)[:800]}"


def compare(left, right, ignored):
    def cleaned(sessions):
        return {session["id"]: {k: v for k, v in session.items() if k not in ignored} for session in sessions}

    if len(left) != len(right):
        return [f"{len(left)} and {len(right)} sessions"]
    return list(differences(cleaned(left), cleaned(right)))


def compare_essence(left, right):
    def essences(sessions):
        return sorted(json.dumps([session.get(name) for name in ESSENCE]) for session in sessions)

    return [f"{a} and {b}" for a, b in zip(essences(left), essences(right)) if a != b] or (
        [f"{len(left)} and {len(right)} sessions"] if len(left) != len(right) else [])


def main():
    command = sys.argv[1]
    if command == "count":
        print(sum(session["eventCount"] for session in load(sys.stdin)))
        return 0
    left, right = (load(open(path, encoding="utf-8")) for path in sys.argv[2:4])
    if command == "essence":
        found = compare_essence(left, right)
    else:
        found = compare(left, right, set(sys.argv[4:]))
    for difference in found[:5]:
        print(difference)
    return 1 if found or not left else 0


if __name__ == "__main__":
    sys.exit(main())
