#!/usr/bin/env bash
# The vendor's own Python SDK, told another host and nothing else: it sends page views, reads the session, its events and a
# person's sessions, learns of an offer and reports on it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

python3 -m venv --without-pip sdk 2>venv.err || fail "no venv: $(tail -n 3 venv.err)"
if ! python3 -m pip --quiet --disable-pip-version-check --python sdk/bin/python install 'PureCloudPlatformClientV2==269.0.0' 2>pip.err; then
  # No index, no SDK: said, not passed over.
  echo "platform-sdk: SKIPPED, as it cannot be installed: $(tail -n 1 pip.err)"
  exit 0
fi

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
token=$(python3 -c 'print("t" * 32)')
cat >sdk.yaml <<YAML
log: embedded://log.db
time: {topicIdle: 1h}
commitInterval: 50ms
http: {port: "off"}
gateway: {port: $port}
identity: {enabled: on}
auth:
  mode: tokens
  tokens:
    - {subject: desk, sha256: "$(printf %s "$token" | sha256sum | cut -d' ' -f1)", permissions: ["journey:*:view", "externalContacts:*:view"]}
sources:
  - {id: shop, kind: browser, deployments: [shop-pages], origins: ["https://shop.example.com"]}
YAML
cat >offer.json <<'JSON'
{"entities":[{"kind":"actionMap","id":"help","displayName":"Help","triggerWithEventConditions":[{"key":"eventName",
 "values":["page_viewed"],"operator":"equal","streamType":"Web","sessionType":"web"}],"activation":{"type":"immediate"},
 "pageUrlConditions":[{"values":["/help"],"operator":"endsWith"}],
 "action":{"mediaType":"webMessagingOffer","webMessagingOfferFields":{"offerText":"May we help?"}}},
 {"kind":"segment","id":"buyers","displayName":"Buyers","color":"#008000","scope":"Session","journey":{"patterns":[
 {"criteria":[],"count":1,"streamType":"Web","sessionType":"web","eventName":"order_placed"}]}},
 {"kind":"segment","id":"readers","displayName":"Readers","color":"#4285f4","scope":"Session","journey":{"patterns":[
 {"criteria":[],"count":1,"streamType":"Web","sessionType":"web","eventName":"article_read"}]}}]}
JSON
start_gateway sdk.yaml "$port"
"$SOJOURN" definitions apply offer.json --log embedded://log.db >/dev/null
sleep 1

sdk/bin/python - "$port" "$token" >walk.out 2>walk.err <<'PYTHON' || fail "the SDK: $(tail -n 8 walk.err) $(tail -n 3 run.err)"
import sys, time
import PureCloudPlatformClientV2 as sdk

client = sdk.ApiClient(host=f"http://127.0.0.1:{sys.argv[1]}")
client.access_token = sys.argv[2]
journey, contacts = sdk.JourneyApi(client), sdk.ExternalContactsApi(client)
site = "https://shop.example.com"


def view(page, **more):
    event = sdk.WebEventRequest()
    event.event_name, event.customer_cookie_id = "page_viewed", "ada-cookie"
    event.page = sdk.RequestPage()
    event.page.url, event.page.title = site + page, page
    for name, value in more.items():
        setattr(event, name, value)
    return journey.post_journey_deployment_webevents("shop-pages", body=event)


def until(ask, what):
    deadline = time.time() + 20
    while True:
        try:
            found = ask()
            if found:
                return found
        except sdk.rest.ApiException as error:
            assert error.status in (404, 503), error
        assert time.time() < deadline, what
        time.sleep(0.1)


answer = view("/bikes")
assert (answer.customer_id, answer.page.pathname) == ("ada-cookie", "/bikes"), answer
view("/help", traits={"email": {"dataType": "string", "value": "ada@example.com"}})

ping = until(lambda: journey.get_journey_deployment_customer_ping("shop-pages", "ada-cookie", dl=site + "/help").actions, "no offer")
[offer] = ping
assert offer.web_messaging_offer_properties.offer_text == "May we help?" and offer.media_type == "webMessagingOffer", offer
report = sdk.ActionEventRequest()
report.session_id, report.action_id, report.action_state = offer.session_id, offer.id, "accepted"
journey.post_journey_deployment_actionevent("shop-pages", report)
until(lambda: not journey.get_journey_deployment_customer_ping("shop-pages", "ada-cookie", dl=site + "/help").actions, "still offered")

session = journey.get_journey_session(offer.session_id)
assert (session.id, session.type, session.customer_id) == (offer.session_id, "web", "ada-cookie"), session
assert session.pageview_count == 2 and session.last_page.pathname == "/help", session
events = until(lambda: journey.get_journey_session_events(offer.session_id).entities, "no events")
kinds = [event.event_type for event in events]
# Two page views, and the report.
assert kinds.count("WebEvent") == 3 and "WebActionEvent" in kinds, kinds
only = journey.get_journey_session_events(offer.session_id, event_type="com.genesys.journey.WebEvent", page_size="1")
assert len(only.entities) == 1 and only.next_uri, only
assert journey.get_journey_session_outcomescores(offer.session_id).outcome_scores == []

[map] = until(lambda: journey.get_journey_actionmaps().entities, "no action map")
assert (map.id, map.display_name, map.action.media_type) == ("help", "Help", "webMessagingOffer"), map
assert map.self_uri == "/api/v2/journey/actionmaps/help" and journey.get_journey_actionmap("help").weight == map.weight
segments = journey.get_journey_segments(page_size=1, sort_by="-displayName")
assert (segments.total, segments.page_count, segments.page_number) == (2, 2, 1), segments
assert [each.display_name for each in segments.entities] == ["Readers"] and segments.next_uri, segments
assert [each.id for each in journey.get_journey_segments(segment_ids=["buyers"]).entities] == ["buyers"]
segment = journey.get_journey_segment("buyers")
assert (segment.color, segment.version, segment.journey.patterns[0].event_name) == ("#008000", 1, "order_placed"), segment
assert journey.get_journey_outcomes().entities == [] and journey.get_journey_outcomes_predictors().entities == []

contact = until(lambda: journey.get_journey_session(offer.session_id).external_contact, "nobody was recognised")
sessions = until(lambda: contacts.get_externalcontacts_contact_journey_sessions(contact.id).entities, "a person without sessions")
assert [each.id for each in sessions] == [offer.session_id], sessions
assert contacts.get_externalcontacts_contact(contact.id).id == contact.id
try:
    journey.get_journey_session("00000000-0000-5000-8000-000000000000")
    raise AssertionError("a session that is none")
except sdk.rest.ApiException as error:
    assert error.status == 404 and '"code":"not.found"' in error.body.replace(" ", ""), error
print(len(events), "events")
PYTHON
stop_run
echo "platform-sdk: the vendor's SDK sent, read, was offered and reported, and listed definitions; $(<walk.out)"
