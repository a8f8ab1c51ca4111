// What several views have: what is said in the place of a list (nothing there, not allowed, not answered), and small parts.
import { h, fill, set, shown, copy } from './dom.js';
import { t, isWord, word, sentence } from './texts.js';
import { icon } from './icons.js';
import { colorOf } from './api.js';

export function message(picture, title, text, ...more) {
  return h('div.message', picture && icon(picture), h('h2', title), text && h('p.muted', text), more);
}

/** What the server refused, in words that say what can be done. */
export function problem(error, retry) {
  const again = retry && h('p', h('button.button', { click: retry }, t('retry')));
  const missing = /(?:grant|token does not grant) ([^ ]+)/.exec(error.message)?.[1];
  if (error.status === 403) return message('lock', t('missingPermission'), missing ? t('missingText', missing) : error.message);
  if (error.status === 404) return message('empty', t('notFound'), t('notFoundText'));
  if (error.code === 'not.caught.up') return message('timedout', t('catchingUp'), t('catchingUpText'), again);
  if (error.status === 0) return message('offline', t('serverAway'), t('serverAwayText'), again);
  return message('error', t('somethingWrong'), isWord(error.code) && word(error.code), h('p.muted', error.message), again);
}

/** Three cards that are not there yet. */
export const skeletons = () => h('div.skeletons', { role: 'status', 'aria-label': t('loading') }, [1, 2, 3].map(() => h('div.skeleton', { 'aria-hidden': 'true' }, h('span'), h('span'), h('span'))));

/** What could not be loaded, with a button that tries again. */
export const notLoaded = (retry) => h('p.note.bad', { role: 'alert' }, t('loadFailed'), ' ', retry && h('button.link', { click: retry }, t('retry')));

/** Says on a button whether it holds a view still. */
export function drawPause(button, isPaused, ...more) {
  set(button, { 'aria-pressed': String(Boolean(isPaused)) });
  fill(button, icon(isPaused ? 'play' : 'pause'), t(isPaused ? 'resume' : 'pause'), more);
}

/** A square of a segment's colour, which never carries text. */
export function swatch(segment) {
  const square = h('span.swatch', { 'aria-hidden': 'true' });
  const color = colorOf(segment);
  if (color) square.style.setProperty('--swatch', color);
  return square;
}

/** What limits an answer of the server, in its sentences. */
export const notes = (sentences) => sentences.length > 0 && h('ul.notes', sentences.map((text) => h('li', { dir: 'auto' }, shown(sentence(text)))));

/** A button that copies a whole text. */
export const copyWhole = (text, label) => h('button.quiet', { click: () => copy(text) }, icon('copy'), label);
