#!/usr/bin/env python3
"""Situations from the field, a file each, `NAME.STREAM.ndjson`, and what came of them.

`cases.py write DIR` gives every situation days of its own, so that one after the other can go through one
log: there each is among strangers. `later.STREAM.ndjson` are events of somebody else, two months after all of
them, in every lane. `cases.py compare RUN REPLAYS` says where the sessions of a run differ from those of the
replays of each file alone; `totals` and `applied` add up what the replays counted.
"""

import json
import pathlib
import sys

START = 1_704_067_200_000
DAY = 86_400_000
HOUR = 3_600
CLOSERS = 64
PHONE = {"mediaType": "VOICE", "direction": "INBOUND", "ani": "tel:+15550100001", "dnis": "tel:+15550199000"}
GUEST = {"mediaType": "MESSAGE", "messageType": "WEBMESSAGING", "direction": "INBOUND", "ani": "guest-7a1c",
         "dnis": "deployment-9"}


class Call:
    """Records of the detail feed of one conversation, in seconds after its start."""

    def __init__(self, start, name, common=PHONE):
        self.start, self.id, self.common, self.lines = start, name, common, []

    def add(self, seconds, topic, who=None, bare=False, **more):
        body = {"eventTime": self.start + int(seconds * 1_000), "conversationId": self.id}
        if who:
            body |= {"participantId": f"p-{who[0]}", "sessionId": f"s-{who}"}
        body |= self.common | more
        self.lines.append(body if bare else
                          {"topicName": f"v2.detail.events.conversation.{self.id}.{topic}", "eventBody": body})
        return self

    def answered(self, user="mia", who="a", queue="orders", at=20):
        self.add(0, "customer.start", "c").add(1, "acd.start", "c", queueId=queue)
        self.add(at, "acd.end", "c", queueId=queue, acdOutcome="ANSWERED", answeredUserId=user)
        return self.add(at, "user.start", who, userId=user, queueId=queue, divisionId="d")

    def left(self, at, user="mia", who="a", reason="PEER"):
        return self.add(at, "user.end", who, userId=user, disconnectType=reason, interactingDurationMs=1_000)

    def gone(self, at, who="c", reason="ENDPOINT"):
        return self.add(at, "customer.end", who, disconnectType=reason, interactingDurationMs=1)


def rejected_while_ringing(t):
    call = Call(t, "reject-1").add(0, "customer.start", "c").add(1, "acd.start", "c", queueId="orders")
    call.add(9, "user.start", "a", userId="mia", queueId="orders")
    call.add(13, "user.end", "a", userId="mia", disconnectType="CLIENT", alertingDurationMs=4_000)
    return call.add(50, "acd.end", "c", queueId="orders", acdOutcome="ABANDON", disconnectType="PEER").gone(50).lines


def ringing(t):
    call = Call(t, "ring-1").add(0, "customer.start", "c").add(1, "acd.start", "c", queueId="orders")
    return call.add(9, "user.start", "a", userId="mia", queueId="orders").lines


def consult_transfer(t):
    call = Call(t, "consult-1").answered()
    call.add(100, "user.start", "b", userId="noah", queueId="returns", divisionId="d")
    call.left(140, reason="CONSULT_TRANSFER").add(170, "wrapup", "a", queueId="orders", wrapupCode="Passed on")
    return call.lines


def consult_transfer_to_its_end(t):
    call = Call(t, "consult-2", PHONE).answered()
    call.add(100, "user.start", "b", userId="noah", queueId="returns", divisionId="d")
    call.left(140, reason="CONSULT_TRANSFER").left(800, "noah", "b").gone(800)
    return call.add(830, "wrapup", "b", queueId="returns", wrapupCode="Solved").lines


def transfer_to_a_queue(t):
    call = Call(t, "queue-1").answered().left(100, reason="TRANSFER").add(100.4, "acd.start", "q2", queueId="returns")
    call.add(115, "wrapup", "a", queueId="orders", wrapupCode="Passed on")
    return call.add(300, "acd.end", "q2", queueId="returns", acdOutcome="ABANDON").gone(300).lines


def conference(t):
    call = Call(t, "conference-1").answered().add(60, "user.start", "b", userId="noah", divisionId="d")
    call.add(70, "user.start", "x", userId="ola", divisionId="d")
    return call.left(200, "ola", "x", "ENDPOINT").left(250, reason="ENDPOINT").lines


def chat_that_becomes_a_call(t):
    call = Call(t, "chat-1", {"mediaType": "CHAT", "direction": "INBOUND", "ani": "visitor-3"}).answered(at=9)
    call.common = {"mediaType": "VOICE", "direction": "OUTBOUND", "ani": "tel:+15550199000", "dnis": "tel:+15550100001"}
    call.add(100, "user.start", "avo", userId="mia", queueId="orders").add(104, "customer.start", "cvo")
    call.common = {"mediaType": "CHAT", "direction": "INBOUND", "ani": "visitor-3"}
    return call.gone(160, reason="PEER").left(160, reason="CLIENT").lines


def answered_and_hung_up(t):
    return Call(t, "answered-1").answered().left(620).gone(620).lines


def code_that_is_none(t):
    call = Call(t, "timeout-1").answered().left(100).gone(100)
    return call.add(115, "wrapup", "a", queueId="orders", wrapupCode="ININ-WRAP-UP-TIMEOUT").lines


def code_a_day_late(t):
    call = Call(t, "straggler-1").answered().left(100).gone(100)
    return call.add(26 * HOUR, "wrapup", "a", queueId="orders", wrapupCode="Sold").lines


def callback(t):
    call = Call(t, "callback-1").add(0, "customer.start", "c").add(1, "acd.start", "c", queueId="orders")
    call.add(60, "acd.end", "c", queueId="orders", acdOutcome="FLOW_OUT", disconnectType="TRANSFER").gone(61)
    call.common = PHONE | {"mediaType": "CALLBACK"}
    call.add(62, "acd.start", "c", queueId="orders").add(1_800, "acd.end", "c", queueId="orders", acdOutcome="ANSWERED")
    return call.add(1_800, "user.start", "acb", userId="mia", queueId="orders", divisionId="d").lines


def outbound_calls(t):
    common = {"mediaType": "VOICE", "direction": "OUTBOUND", "ani": "sip:77bb+example@localhost"}
    first = Call(t, "outbound-1", common | {"dnis": "tel:+15550123456"}).add(0, "user.start", "a", userId="mia")
    second = Call(t, "outbound-2", common | {"dnis": "tel:+15550123457"}).add(5, "outbound.init", "a")
    return first.lines + second.lines


def guest_of_the_same_day(t):
    call = Call(t, "guest-1", GUEST).answered().left(300, reason="CLIENT").gone(301, reason="PEER")
    return call.add(2 * HOUR, "customer.start", "c2").add(2 * HOUR + 1, "acd.start", "c2", queueId="orders").lines


def guest_of_two_days_later(t):
    call = Call(t, "guest-2", GUEST).answered().left(300, reason="CLIENT").gone(301, reason="PEER")
    return call.add(48 * HOUR, "customer.start", "c2").add(48 * HOUR + 1, "acd.start", "c2", queueId="orders").lines


def addresses(t):
    lines = []
    for number, address in enumerate([
            "TEL:+15550100009", "tel:+15550100009;ext=12", "sip:+15550100009@example.com:5060;user=phone", "anonymous",
            "sips:+15550100009@example.com", "tel:", "Jo <mailto:Jo@Example.com>", "+1 (555) 010-0009"]):
        lines += Call(t + number, f"address-{number}", PHONE | {"ani": address}).add(0, "customer.start", "c").lines
    return lines


def flows_and_a_mailbox(t):
    call = Call(t, "flow-1").add(0, "customer.start", "c").add(1, "flow.start", "c", flowId="f", flowType="INBOUNDCALL")
    call.add(9, "flow.end", "c", flowId="f", exitReason="TRANSFER").add(9, "acd.start", "c", queueId="orders")
    call.add(10, "flow.outcome", "c", flowOutcomeId="o")
    call.add(60, "acd.end", "c", queueId="orders", acdOutcome="FLOW_OUT").add(61, "voicemail.start", "v")
    return call.add(90, "voicemail.end", "v", disconnectType="PEER", voicemailDurationMs=29_000).gone(90).lines


def bare_bodies(t):
    call = Call(t, "bare-1").add(0, "", "c", bare=True).add(1, "", "c", bare=True, flowId="f", flowType="INBOUNDCALL")
    call.add(9, "", "c", bare=True, flowId="f", exitReason="TRANSFER", disconnectType="TRANSFER")
    return call.add(10, "", "c", bare=True, queueId="orders", divisionId="d").lines


def other_topics(t):
    return Call(t, "topics-1").add(0, "customer.start", "c").lines + [
        {"topicName": "channel.metadata", "eventBody": {"message": "WebSocket Heartbeat"}},
        {"topicName": "v2.users.u1.presence", "eventBody": {"conversationId": "topics-1"}},
        {"topicName": "v2.detail.events.conversation.topics-1.customer.start", "eventBody": None},
    ]


def media(t):
    lines = []
    for number, (kind, message) in enumerate([
            ("CALLBACK", None), ("COBROWSE", None), ("VIDEO", None), ("SCREENSHARE", None), ("INTERNALMESSAGE", None),
            ("MESSAGE", "SMS"), ("MESSAGE", "WHATSAPP"), ("MESSAGE", "FACEBOOK"), ("EMAIL", None), ("CHAT", None)]):
        common = PHONE | {"mediaType": kind, "messageType": message}
        lines += Call(t + number, f"medium-{number}", common).add(0, "customer.start", "c").lines
    return lines


def page(t, customer, seconds=0, name="page_viewed", event_id=None, **more):
    event = {"eventName": name, "createdDate": t + seconds * 1_000, "customerId": customer} | more
    return {"id": event_id or f"{customer}-{seconds}"} | event


def times_in_other_units(t):
    return [page(t, "units-1"), page(t // 1_000, "units-1", event_id="s"), page(t * 1_000, "units-1", event_id="us"),
            page(t, "units-1", 5, createdDate="2024-01-01"), page(t, "units-1", 9)]


def placeholders(t):
    return [page(t, who, number, event_id=f"nobody-{number}") for number, who in enumerate(
        ["null", "undefined", "0", " ", "test@test.com", "somebody"])]


def texts(t):
    raw = json.dumps(page(t, "text-1", 1, page={"title": "@", "url": "https://shop.example/"}))
    return [page(t, "text-1", 0, page={"title": "👩‍👩‍👧 می‌خواهم é", "url": "https://shop.example/é"}),
            raw.replace("@", "cut \\ud83d here"), raw.replace("@", "nul \\u0000 here").replace("text-1-1", "text-1-2"),
            raw.replace('"@"', "NaN"), raw + " trailing", "", "   ", "\ufeff" + raw.replace("text-1-1", "text-1-3")]


def campaigns(t):
    url = "https://shop.example/sale"
    return [page(t, "campaign-1", 0, page={"url": url + "?utm_source=letter&utm_campaign=spring%20sale&gclid=g"}),
            page(t, "campaign-1", 30, mktCampaign={"source": "other"}), page(t, "campaign-1", 60, page={"url": url})]


def many_attributes(t):
    return [page(t, f"attributes-{count}", attributes={f"k{n}": n for n in range(count)}) for count in (254, 512, 513)]


def ids_that_come_again(t):
    return [page(t, "again-1", day * 24 * HOUR + number, event_id=str(number)) for day in (0, 1) for number in (1, 2)]


def products(t):
    return [page(t, "product-1"), page(t, "product-2", 1, attributes={"productId": 4711}),
            page(t, "product-3", 2, attributes={"productId": [1, 4711]})]


def arrays(t):
    return [page(t, "arrays-1", attributes={"products": [{"sku": "A", "price": 15}], "tags": ["new"], "to": {"x": 1}})]


def deliveries(t):
    def step(seconds, external, kind="delivery", **more):
        return page(t, "delivery-1", seconds, "moved", f"d-{seconds}", sessionType=kind, externalId=external) | more
    return [step(0, 12), step(1, "12"), step(2, "x", "Delivery"), step(3, "x", "delivery"), step(4, "x", "web"),
            step(5, "x", attributes={"reason": "snow"}), step(6, "x", attributes={"reason": "strike"})]


CASES = {
    "conversation": [
        ringing, rejected_while_ringing, consult_transfer, consult_transfer_to_its_end, transfer_to_a_queue, conference,
        chat_that_becomes_a_call, answered_and_hung_up, code_that_is_none, code_a_day_late, callback, outbound_calls,
        guest_of_the_same_day, guest_of_two_days_later, addresses, flows_and_a_mailbox, bare_bodies, other_topics,
        media],
    "web": [
        times_in_other_units, placeholders, texts, campaigns, many_attributes, ids_that_come_again, products, arrays],
    "custom": [deliveries],
}


def lines_of(records):
    return "".join((record if isinstance(record, str) else json.dumps(record)) + "\n" for record in records)


def write(directory):
    slot = 0
    for stream, cases in CASES.items():
        for case in cases:
            text = lines_of(case(START + slot * 14 * DAY))
            (directory / f"{slot:02}-{case.__name__}.{stream}.ndjson").write_text(text, encoding="utf-8")
            slot += 1
    # Of every lane, so that all that time does to the others is done.
    later = START + (slot * 14 + 60) * DAY
    for stream in CASES:
        closers = []
        for number in range(CLOSERS):
            event = page(later, f"later-{number}", number, "started" if stream == "conversation" else "moved")
            if stream == "conversation":
                event |= {"conversationId": f"later-{number}", "customerIdType": "cookie"}
            if stream == "custom":
                event |= {"sessionType": "later", "externalId": "x"}
            closers.append(event)
        (directory / f"later.{stream}.ndjson").write_text(lines_of(closers), encoding="utf-8")


def load(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def compare(run, replays):
    """Differences of the run's sessions and those of all replays."""
    live = {session["id"]: session for session in load(run) if not session["customerId"].startswith("later-")}
    alone = {}
    for folder in sorted(replays.iterdir()):
        for session in load(folder / "sessions.ndjson"):
            alone[session["id"]] = (folder.name, session)
    for key in sorted(live.keys() - alone.keys()):
        yield f"only in the run: {json.dumps(live[key])[:400]}"
    for key, (name, session) in alone.items():
        other = live.get(key)
        if other is None:
            yield f"{name}: not in the run: {json.dumps(session)[:400]}"
        elif other != session:
            names = [member for member in session.keys() | other.keys() if session.get(member) != other.get(member)]
            yield f"{name}: " + "; ".join(
                f"{member} is {json.dumps(other.get(member))[:200]} in the run, "
                f"{json.dumps(session.get(member))[:200]} alone"
                for member in sorted(names))
    if len(alone) < 50:
        yield f"only {len(alone)} sessions"


def counts(replays):
    """What all replays and the events of later have been counted as."""
    later = CLOSERS * len(CASES)
    result = {"read": later, "applied": later, "duplicates": 0, "rejected": 0, "ignored": 0}
    for folder in replays.iterdir():
        summary = json.loads((folder / "summary.json").read_text().splitlines()[-1])
        for name in result:
            result[name] += summary.get(name, 0)
    return result


def main():
    command, arguments = sys.argv[1], [pathlib.Path(argument) for argument in sys.argv[2:]]
    if command == "write":
        write(arguments[0])
        return 0
    if command in ("totals", "applied"):
        # In the words of a run's last line.
        found = counts(arguments[0])
        told = ", ".join(f"{name} {count}" for name, count in found.items())
        print(told if command == "totals" else found["applied"])
        return 0
    found = list(compare(*arguments))
    for difference in found[:5]:
        print(difference)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
