// Questions that take long: they are asked once, and their answer is asked for until it is there.
import { h, fill } from './dom.js';
import { t } from './texts.js';
import { ask } from './api.js';

/** Asks one, and says in its place how far it is, with a button that takes it back; `null` if it was taken back meanwhile. */
export async function inquire(address, question, stopper, place, frame = 'section') {
  const { signal } = stopper;
  const wait = h('p.muted', { role: 'status' }, t('jobRunning'));
  fill(place, h(frame, wait, h('p', h('button.quiet', { click: () => { stopper.abort(); fill(place); } }, t('cancel')))));
  const own = { 'Sojourn-Request': '1' };
  let job = await ask(address, { method: 'POST', headers: { ...own, 'Content-Type': 'application/json' }, body: JSON.stringify(question) });
  const { selfUri } = job;
  const leave = () => ask(selfUri, { method: 'DELETE', headers: own }).catch(() => {});
  if (signal.aborted) { leave(); return null; }
  signal.addEventListener('abort', leave, { once: true });
  for (let pause = 100; job.state === 'queued' || job.state === 'running'; pause = Math.min(1500, pause * 1.4)) {
    wait.textContent = job.state === 'queued' ? t('jobQueued', job.before) : t('jobRunning');
    await new Promise((done) => { setTimeout(done, pause); });
    if (signal.aborted) return null;
    job = await ask(selfUri);
  }
  signal.removeEventListener('abort', leave);
  return job;
}
