#!/usr/bin/env bash
# Predictions: learned from recorded visits by a replay, the same each time, scored by what was learned, triggering a 70/30 map with
# its reason; and learned by a processor that runs, from what is published, with a map that triggers by it and a proof of it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

cat >shop.json <<'JSON'
{"entities":[
 {"kind":"outcome","id":"purchase","displayName":"Purchase","journey":{"patterns":[{"criteria":[],"count":1,"streamType":"Web",
  "sessionType":"web","eventName":"paid"}]}},
 {"kind":"predictor","id":"purchase-predictor","outcome":{"id":"purchase"}},
 {"kind":"actionMap","id":"lost","displayName":"Was likely, is no longer","activation":{"type":"immediate"},
  "triggerWithOutcomeProbabilityConditions":[{"outcomeId":"purchase","maximumProbability":0.5,"probability":0.3}],
  "action":{"mediaType":"architectFlow","architectFlowFields":{"architectFlow":{"id":"f"},"flowRequestMappings":[]}}}]}
JSON
# visits FIRST COUNT SEED: carts are followed by payments, help seldom is; a visit every four minutes.
cat >visits.py <<'PYTHON'
import datetime, json, random, sys
first, count, seed = map(int, sys.argv[1:])
draw = random.Random(seed)
start = datetime.datetime(2026, 1, 5, tzinfo=datetime.timezone.utc)
events = []
for number in range(first, first + count):
    time = start + datetime.timedelta(minutes=4 * number)
    kind = draw.randrange(10)
    usual = ["view", "search", "help"] if kind < 6 else ["cart", "cart", "view"]
    names = ["view"] + [draw.choice(usual) for _ in range(draw.randint(2, 6))] + (["help", "help"] if kind > 7 else [])

    if draw.random() < (0.03 if kind < 6 else 0.05 if kind > 7 else 0.85): names.append("paid")
    for place, name in enumerate(names):
        events.append({"id": f"v{number}-{place}", "customerId": f"visitor{number}", "eventName": name,
                       "createdDate": time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                       "page": {"url": f"https://shop.example/{name}", "title": name}})
        time += datetime.timedelta(seconds=draw.choice([2, 5, 20, 60]))
events.sort(key=lambda event: (event["createdDate"], event["id"]))
for event in events: print(json.dumps(event, separators=(",", ":")))
PYTHON
python3 visits.py 0 700 1 >learned.ndjson
python3 visits.py 700 200 2 >later.ndjson

for run in first second; do
  "$SOJOURN" replay --input web=learned.ndjson --definitions shop.json --output "$run" --predict >"$run.txt" 2>"$run.errors" ||
    fail "replay ended with $?: $(tail -n 3 "$run.errors")"
done
for file in sessions.ndjson actions.ndjson models.sjps; do
  cmp "first/$file" "second/$file" || fail "two runs differ in $file"
done
# Pinned: a debug build and a release build learn the same from the same visits, and so does any other.
sha256sum --quiet --check <<SUMS || fail "another build learned something else from these visits, or they are others"
9727094afb05ad496ece8ecc7db9ac595fcc4345aace5bcae0910eae922744f1  learned.ndjson
a6b24dc7f4fd644ecfe72ee64d6388a6aa166d22a9e1d0b76226dd278852271e  first/models.sjps
SUMS
"$SOJOURN" replay --input web=later.ndjson --definitions shop.json --output scored --models first/models.sjps >scored.txt 2>scored.errors ||
  fail "replay with models ended with $?: $(tail -n 3 scored.errors)"
python3 - <<'PYTHON' || fail "not what was learned"
import json
read = lambda name: [json.loads(line) for line in open(name)]
summary = json.loads(open("first.txt").read().splitlines()[-1])
assert summary["examples"] > 600 and summary["trainings"] >= 2 and summary["modelsPublished"] >= 1, summary
sessions = read("scored/sessions.ndjson")
scored = [s for s in sessions if "outcomeScores" in s]
assert len(scored) > 0.9 * len(sessions), (len(scored), len(sessions))
achieved = lambda s: bool(s["outcomeAchievements"])
mean = lambda sessions: sum(s["outcomeScores"][0]["probability"] for s in sessions) / len(sessions)
buyers, others = [s for s in scored if achieved(s)], [s for s in scored if not achieved(s)]
assert mean(buyers) > mean(others) + 0.2, (mean(buyers), mean(others))
for session in scored:
    [score] = session["outcomeScores"]
    assert score["outcome"]["id"] == "purchase" and score["sessionMaxProbability"] >= score["probability"]
actions = [a for a in read("scored/actions.ndjson") if a["webActionEvent"]["action"]["state"] == "offered"]
assert actions, "the map never fired"
for action in actions:
    [because] = action["because"]
    assert because["prediction"]["sessionMaxProbability"] >= 0.5 and because["prediction"]["probability"] <= 0.3, because
    assert because["events"] == [action["correlationId"]], because
assert len({a["session"]["id"] for a in actions}) == len(actions)
PYTHON
tail -n 1 first.txt >summary.json
grep -F '"eventType":"WebActionEvent"' scored/actions.ndjson >told.ndjson
"$root/scripts/validate-schemas" --session scored/sessions.ndjson --schema web-action told.ndjson --schema replay-summary summary.json \
  >validation.txt || fail "$(tail -n 5 validation.txt)"

# Why: facts that add up to what was told of a session, and what each of its events moved.
asked=$(python3 -c 'import json; print(next(s["id"] for s in map(json.loads, open("scored/sessions.ndjson")) if "outcomeScores" in s and s["eventCount"] > 3))')
why=("$asked" purchase --input web=later.ndjson --definitions shop.json --models first/models.sjps)
"$SOJOURN" explain "${why[@]}" --json >why.json 2>why.errors || fail "explain ended with $?: $(tail -n 3 why.errors)"
"$SOJOURN" explain "${why[@]}" >why.txt 2>why.errors || fail "explain ended with $?: $(tail -n 3 why.errors)"
python3 - "$asked" <<'PYTHON' || fail "a prediction is not what its facts add up to: $(cat why.json)"
import json, re, sys
told = next(s for s in map(json.loads, open("scored/sessions.ndjson")) if s["id"] == sys.argv[1])["outcomeScores"][0]
why = json.load(open("why.json"))["prediction"]
total = lambda facts: sum(fact["weight"] for fact in facts)
assert why["score"]["probability"] == told["probability"] and why["quantile"] == told["quantile"], (why["score"], told)
assert why["facts"] and why["bias"] + total(why["facts"]) == why["score"]["sum"], why
sizes = [abs(fact["weight"]) for fact in why["facts"]]
assert sizes == sorted(sizes, reverse=True), sizes
assert why["moves"] and why["moves"][-1]["after"] == why["score"], why["moves"]
for move in why["moves"]: assert move["before"]["sum"] + total(move["facts"]) == move["after"]["sum"], move
assert not any(re.search("#[0-9a-f]{8}", fact["fact"]) for fact in why["facts"]), why["facts"]
lines = open("why.txt").read().splitlines()
assert any(line.startswith("predicted: ") for line in lines) and "what each event moved:" in lines, lines
PYTHON

# Without predictors nothing of it is there, whatever models are given.
python3 - <<'PYTHON'
import json
entities = json.load(open("shop.json"))["entities"]
json.dump({"entities": [e for e in entities if e["kind"] != "predictor"]}, open("plain.json", "w"))
PYTHON
"$SOJOURN" replay --input web=later.ndjson --definitions plain.json --output plain --models first/models.sjps >/dev/null 2>&1
! grep -q outcomeScores plain/sessions.ndjson || fail "something is scored without a predictor"
[[ ! -s plain/actions.ndjson ]] || fail "a map fired without a predictor"

# What is no file of models is refused, with what was expected.
status=0
"$SOJOURN" replay --input web=later.ndjson --definitions shop.json --output wrong --models shop.json >/dev/null 2>wrong.errors || status=$?
[[ $status == 2 ]] && grep -q 'does not begin with SJPS' wrong.errors || fail "wrong models: $status $(cat wrong.errors)"

# A processor that runs learns by itself. Its events are of last winter: that they are old is no reason not to trigger here.
export SOJOURN_RULES_MAX_TRIGGER_AGE=87600h SOJOURN_PREDICTIONS_MIN_TRAIN_INTERVAL=1s SOJOURN_PREDICTIONS_TRAIN_INTERVAL=5s
live=embedded://live.db
state() { "$SOJOURN" predictors --json --log "$live"; }
"$SOJOURN" definitions apply shop.json --log "$live" >/dev/null
state | grep -q '"predictor":"purchase-predictor","outcome":"purchase","state":"learning","reason":"fewer than 100 sessions' ||
  fail "before anything was learned: $(state)"
start_run live.db
"$SOJOURN" publish web learned.ndjson --log "$live" >/dev/null 2>&1
deadline=$((SECONDS + 120))
until state | grep -q '"state":"scoring"'; do
  ((SECONDS < deadline)) || fail "no model came into force: $(state); $(tail -n 5 live.db.run)"
  sleep 0.5
done
# It says so once it has heard of its commit.
until grep -q 'predictions: run [0-9]* learned from .* purchase published' live.db.run; do
  ((SECONDS < deadline)) || fail "nobody said so: $(tail -n 5 live.db.run)"
  sleep 0.1
done
"$SOJOURN" predictors --log "$live" >table.txt
grep -q '^PREDICTOR .* STATE$' table.txt && grep -q '^purchase-predictor  *purchase .* scoring$' table.txt || fail "$(cat table.txt)"
# What weighs most, by name: a payment follows a cart and seldom a call for help.
"$SOJOURN" predictors --facts 80 --log "$live" >facts.txt
grep -q '^  +[0-9.]*  *[0-9]* %  .*cart' facts.txt && grep -q '^  -[0-9.]*  *[0-9]* %  .*help' facts.txt || fail "$(cat facts.txt)"
"$SOJOURN" predictors --facts 80 --json --log "$live" |
  python3 -c 'import json, sys; facts = json.load(sys.stdin)["facts"]; sizes = [abs(f["weight"]) for f in facts]
assert len(facts) == 80 and sizes == sorted(sizes, reverse=True) and sum(f["sessions"] > 0 for f in facts) > 20, facts' || fail "$(cat facts.txt)"
sleep 1
"$SOJOURN" publish web later.ndjson --log "$live" >/dev/null 2>&1
wait_for_events live.db "$(cat learned.ndjson later.ndjson | wc -l)"
stop_run
"$SOJOURN" tail actions --from-beginning --log "$live" >live-actions.txt
"$SOJOURN" replay --verify --log "$live" >verified.txt || fail "a verification ended with $?: $(tail -n 5 verified.txt)"
python3 - <<'PYTHON' || fail "not what a running processor learned"
import json
actions = [json.loads(line) for line in open("live-actions.txt")]
offered = [a for a in actions if a["webActionEvent"]["action"]["state"] == "offered"]
assert offered, "the map never triggered"
for action in offered:
    [because] = action["because"]
    assert because["prediction"]["sessionMaxProbability"] >= 0.5 and because["prediction"]["probability"] <= 0.3, because
summary = json.loads(open("verified.txt").read().splitlines()[-1])
assert summary["trainings"] >= 1 and summary["unverifiable"] == 0 and summary["mismatches"] == 0, summary
PYTHON
