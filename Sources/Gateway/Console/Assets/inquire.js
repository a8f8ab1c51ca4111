// Questions that take long: they are asked once, and their answer is asked for until it is there.
import { ask } from './api.js';

/** Asks one, and tells of its states until it is over; `null` if it was taken back meanwhile. */
export async function inquire(address, question, signal, tell) {
  const own = { 'Sojourn-Request': '1' };
  let job = await ask(address, { method: 'POST', headers: { ...own, 'Content-Type': 'application/json' }, body: JSON.stringify(question) });
  const { selfUri } = job;
  const leave = () => ask(selfUri, { method: 'DELETE', headers: own }).catch(() => {});
  if (signal.aborted) { leave(); return null; }
  signal.addEventListener('abort', leave, { once: true });
  for (let pause = 100; job.state === 'queued' || job.state === 'running'; pause = Math.min(1500, pause * 1.4)) {
    tell(job);
    await new Promise((done) => { setTimeout(done, pause); });
    if (signal.aborted) return null;
    job = await ask(selfUri);
  }
  signal.removeEventListener('abort', leave);
  return job;
}
