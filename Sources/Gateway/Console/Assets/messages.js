// What is said in the place of a list: nothing there, not allowed, not answered.
import { h } from './dom.js';
import { t, isWord, word } from './texts.js';
import { icon } from './icons.js';

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
