#!/usr/bin/env bash
# Producers that key wrongly give the same sessions as one that keys rightly, and each customer one lane.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

options=(--set time.topicIdle=1h --set commitInterval=50ms)
total=$(python3 "$here/events.py" --seed 31 --events 4000 input)

# What librdkafka does by default: the right key, but another hash decides on the partition.
python3 - <<'PYTHON'
import json
import zlib

for stream in ("web", "custom", "conversation"):
    parts = [open(f"input/{stream}-{number}.crc32", "wb") for number in range(8)]
    for line in open(f"input/{stream}.ndjson", "rb"):
        parts[zlib.crc32(json.loads(line)["customerId"].encode()) % 8].write(line)
    for part in parts:
        part.close()
PYTHON

for way in customer crc32 none event; do
  for stream in web custom conversation; do
    if [[ $way == crc32 ]]; then
      for number in 0 1 2 3 4 5 6 7; do
        "$SOJOURN" publish "$stream" "input/$stream-$number.crc32" --partition "$number" \
          --log embedded://$way.db 2>/dev/null
      done
    else
      "$SOJOURN" publish "$stream" "input/$stream.ndjson" --key "$way" --log embedded://$way.db 2>/dev/null
    fi
  done
  start_run $way.db "${options[@]}"
  wait_for_events $way.db "$total"
  stop_run
  "$SOJOURN" sessions --json --log embedded://$way.db >$way.ndjson
  "$SOJOURN" tail sessions --from-beginning --headers --log embedded://$way.db >$way.records
  python3 - $way.records <<'PYTHON' || fail "$way: a customer in two lanes"
import json
import sys

lanes = {}
for line in open(sys.argv[1], encoding="utf-8"):
    place, _, _, value = line.rstrip("\n").split("\t", 3)
    lanes.setdefault(json.loads(value)["customerId"], set()).add(place.split(":")[0])
shared = {customer: found for customer, found in lanes.items() if len(found) > 1}
if shared or len({lane for found in lanes.values() for lane in found}) < 2:
    sys.exit(f"{len(shared)} customers of {len(lanes)}: {list(shared.items())[:3]}")
PYTHON
  python3 "$here/sessions.py" essence customer.ndjson $way.ndjson || fail "$way: other sessions"
done
# A customer's events stay in order where one partition has them all; so do ids, then.
cut -c1-43 customer.ndjson | sort >customer.ids
cut -c1-43 crc32.ndjson | sort >crc32.ids
cmp -s customer.ids crc32.ids || fail "crc32: other ids"
for way in crc32 none event; do
  routed=$("$SOJOURN" tail routed --from-beginning --log embedded://$way.db | wc -l)
  ((routed > total / 2)) || fail "$way: only $routed records were routed, so this showed nothing"
done
echo "wrong-keys: $(wc -l <customer.ndjson) sessions of $total events, the same for every key"
