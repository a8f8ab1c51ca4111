#!/usr/bin/python3
"""Events of people who visit, call and get deliveries, and the comparison of the contacts that come of them.

people.py events --seed N --start MILLISECONDS --events N DIR     writes web, app, custom and conversation.ndjson
people.py compare ONE OTHER                                       contacts as JSON lines: exit code 1 if they differ
"""

import argparse
import datetime
import json
import pathlib
import random
import sys


def iso(milliseconds):
    time = datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc)
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def events(arguments):
    draw = random.Random(arguments.seed)
    files = {name: [] for name in ["web", "app", "custom", "conversation"]}
    persons = max(3, arguments.events // 40)
    for number in range(arguments.events):
        time = arguments.start + number * 3_000_000 // arguments.events
        person = draw.randrange(persons)
        kind = draw.randrange(12)
        if kind == 0:
            body = {
                "eventTime": time, "conversationId": f"call-{number}", "participantId": "p", "sessionId": "s",
                "mediaType": "VOICE", "direction": "INBOUND", "ani": f"tel:+1555{1000000 + person}",
            }
            files["conversation"].append(
                {"topicName": "v2.detail.events.conversation.x.customer.start", "eventBody": body})
        elif kind == 1:
            files["custom"].append({
                "id": f"e{number}", "eventName": "delivered", "createdDate": iso(time), "sessionType": "delivery",
                "customerId": f"p{person}@example.com", "customerIdType": "email", "externalId": f"d{number % 50}",
            })
        else:
            stream = "app" if kind == 2 else "web"
            event = {
                "id": f"e{number}", "eventName": "screen_viewed" if stream == "app" else "page_viewed",
                "createdDate": iso(time), "customerId": f"c{person}-{draw.randrange(2)}", "customerIdType": "cookie",
            }
            if draw.randrange(4) == 0:
                traits = {}
                if draw.randrange(2):
                    traits["email"] = f"P{person}@example.com"
                if draw.randrange(2):
                    traits["cellPhone"] = f"+1 555 {1000000 + person}"
                if draw.randrange(3) == 0:
                    traits["givenName"] = {"dataType": "string", "value": f"Name {person}"}
                # Somebody else's, now and then.
                if draw.randrange(10) == 0:
                    traits["email"] = f"p{draw.randrange(persons)}@example.com"
                event["traits"] = traits
            files[stream].append(event)
    directory = pathlib.Path(arguments.directory)
    directory.mkdir(parents=True, exist_ok=True)
    for name, lines in files.items():
        with open(directory / f"{name}.ndjson", "w") as file:
            for line in lines:
                file.write(json.dumps(line) + "\n")


def people(path):
    """Contacts without ids, revisions and dates of what interleaved."""
    result = {}
    for line in open(path):
        contact = json.loads(line)
        if "mergedTo" in contact:
            continue
        identifiers = sorted((i["type"], i["value"]) for i in contact["identifiers"])
        devices = sorted((d["value"], json.dumps(d["intervals"])) for d in contact.get("devices", []))
        key = json.dumps(identifiers)
        if key in result:
            sys.exit(f"{path}: two contacts have {key}")
        result[key] = (contact.get("name"), devices, contact["id"], contact["type"])
    return result


def compare(arguments):
    one, other = people(arguments.one), people(arguments.other)
    for key in sorted(set(one) | set(other)):
        if one.get(key) != other.get(key):
            print(f"{key}: {one.get(key)} and {other.get(key)}")
            sys.exit(1)
    print(f"{len(one)} contacts, {sum(len(v[1]) for v in one.values())} devices, equal")


parser = argparse.ArgumentParser()
commands = parser.add_subparsers(required=True)
command = commands.add_parser("events")
command.add_argument("--seed", type=int, required=True)
command.add_argument("--start", type=int, required=True)
command.add_argument("--events", type=int, required=True)
command.add_argument("directory")
command.set_defaults(run=events)
command = commands.add_parser("compare")
command.add_argument("one")
command.add_argument("other")
command.set_defaults(run=compare)
arguments = parser.parse_args()
arguments.run(arguments)
