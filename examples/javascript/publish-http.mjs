#!/usr/bin/env node
// Publishes events over HTTP: one event a line of standard input, in batches, each tried again until it is accepted.
// Node 18 or newer, no packages.
//
//   node publish-http.mjs [URL] [STREAM] < events.ndjson
//
// A batch may be accepted in part. What is rejected is shown with its reason and not sent again: it would be rejected
// again. What got no answer is sent again as it is: an event that has an id is never counted twice.
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const BATCH = 500;
const ATTEMPTS = 8;
const [base = "http://127.0.0.1:8320", stream = "web"] = process.argv.slice(2);

async function send(lines) {
  let pause = 200;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      const response = await fetch(`${base}/v1/events?stream=${stream}`, {
        method: "POST",
        headers: { "content-type": "application/x-ndjson" },
        body: lines.join("\n") + "\n",
        signal: AbortSignal.timeout(30_000),
      });
      const text = await response.text();
      if (response.ok) return JSON.parse(text);
      if (response.status === 400) {
        // None was accepted; the body says why, as in a success, or what is wrong with the request.
        const answer = JSON.parse(text);
        if (answer.rejected) return answer;
      }
      if (response.status < 500 && ![408, 429].includes(response.status)) {
        console.error(`${response.status}: ${text}`);
        process.exit(1);
      }
      pause = Math.max(pause, Number(response.headers.get("retry-after") ?? 0) * 1000);
    } catch (error) {
      console.error(`no answer (${error.message}), trying again`);
    }
    await sleep(pause);
    pause = Math.min(pause * 2, 30_000);
  }
  console.error("given up: the gateway does not answer");
  process.exit(1);
}

let accepted = 0;
let rejected = 0;
let start = 0;
let lines = [];

async function flush() {
  if (lines.length === 0) return;
  const answer = await send(lines);
  accepted += answer.accepted;
  for (const entry of answer.rejected ?? []) {
    rejected += 1;
    console.error(`line ${start + entry.index + 1}: ${entry.reason}: ${entry.explanation ?? ""}`);
  }
  start += lines.length;
  lines = [];
}

for await (const line of createInterface({ input: process.stdin })) {
  if (!line.trim()) continue;
  lines.push(line.trim());
  if (lines.length === BATCH) await flush();
}
await flush();
console.log(`${accepted} accepted, ${rejected} rejected`);
process.exit(rejected ? 1 : 0);
