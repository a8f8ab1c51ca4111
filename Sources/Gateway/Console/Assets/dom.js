// Building blocks of the page. Text becomes text nodes only: nothing from an event is ever read as markup.
import { t, locale } from './texts.js';

const SVG = 'http://www.w3.org/2000/svg';

const isPlain = (value) => value !== null && typeof value === 'object' && !(value instanceof Node) && !Array.isArray(value);

/** Makes an element: h('a.link', { href }, 'text', child). Names of classes follow points; attributes may be left out. */
export function h(name, ...children) {
  const attributes = isPlain(children[0]) ? children.shift() : null;
  const [tag, ...classes] = name.split('.');
  const element = document.createElement(tag || 'div');
  if (classes.length) element.className = classes.join(' ');
  // Otherwise it would send the form around it.
  if (tag === 'button') element.type = 'button';
  set(element, attributes);
  append(element, children);
  return element;
}

/** The same in SVG. */
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
  append(element, children);
  return element;
}

/** Sets attributes; functions become listeners, null and false remove. */
export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? '' : value);
  }
  return element;
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/** A table's head; what is in brackets is over numbers. */
export const heads = (...names) => h('thead', h('tr', names.map((name) => h(Array.isArray(name) ? 'th.number' : 'th', { scope: 'col' }, name))));

/** What may be wider than the page, in a frame that keys can move. */
export const framed = (label, ...content) => h('div.scroll', { tabindex: '0', role: 'group', 'aria-label': label }, content);

let lastID = 0;
/** An id that no other element of the page has. */
export const uid = (word) => `${word}-${++lastID}`;

/** For those who listen instead of looking. */
export const hidden = (...children) => h('span.sr', ...children);

// Controls and marks that turn text around are shown as what they are. Joiners stay: scripts need them.
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
/** Text of others as it may be shown: long ones are cut, and say so. */
export function shown(value, limit = 2000) {
  let text = typeof value === 'string' ? value : value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  if (text.length > limit) text = text.slice(0, limit) + '…';
  return text.replace(STEERING, (c) => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'));
}

/** An element with text of others, whose direction the text decides. */
export const foreign = (value, name = 'bdi', attributes = null) => h(name, { dir: 'auto', ...attributes }, shown(value));

/** A link, if it is one that a browser may follow without harm; the text otherwise. */
export function linked(value, text = value) {
  if (!/^https?:\/\/[^\s]+$/i.test(shown(value))) return foreign(text);
  return h('a', { href: value, rel: 'noopener noreferrer', target: '_blank', dir: 'auto' }, shown(text));
}

// Copying

let status = null;
/** Where what has happened is said aloud. */
export function announce(text) {
  if (!status) document.body.append(status = h('div.sr', { role: 'status', 'aria-live': 'polite' }));
  status.textContent = '';
  requestAnimationFrame(() => { status.textContent = text; });
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without TLS there is no clipboard but the selection's.
    const area = h('textarea.sr', { readonly: true });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  announce(t('copied'));
}

// Times

const formats = {};
function format(name, options) {
  const key = name + locale();
  return formats[key] ||= new Intl.DateTimeFormat(locale(), options);
}
export const isoTitle = (date) => new Date(date).toISOString();
/** `21 Jul 2:20 PM`; with the year if it is another one. */
export function cardTime(date) {
  const time = new Date(date);
  const other = time.getFullYear() !== new Date().getFullYear();
  return format(other ? 'year' : 'card', { day: 'numeric', month: 'short', year: other ? 'numeric' : undefined, hour: 'numeric', minute: '2-digit' }).format(time);
}
export const clockTime = (date) => format('clock', { hour: 'numeric', minute: '2-digit', second: '2-digit' }).format(new Date(date));
export const shortClock = (date) => format('short', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(date));
export const fullTime = (date) => format('full', { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(date));
export const time = (date, text) => h('time', { datetime: isoTitle(date), title: isoTitle(date) }, text ?? cardTime(date));
/** A time within something that began then: without the day if it is the same. */
export const timeIn = (date, began) => time(date, new Date(date).toDateString() === new Date(began).toDateString() ? shortClock(date) : cardTime(date));

/** A duration as cards have it: a whole number of the largest unit. */
export function duration(seconds) {
  if (seconds < 60) return t('lessThanAMinute');
  if (seconds < 3600) return t(seconds < 120 ? 'minute' : 'minutes', Math.floor(seconds / 60));
  if (seconds < 86400) return t(seconds < 7200 ? 'hour' : 'hours', Math.floor(seconds / 3600));
  return t(seconds < 172800 ? 'day' : 'days', Math.floor(seconds / 86400));
}
/** With seconds, for what is short. */
export function span(seconds) {
  if (seconds < 1) return t('seconds', 0);
  if (seconds < 60) return t('seconds', Math.round(seconds));
  return duration(seconds);
}
export const number = (value) => new Intl.NumberFormat(locale()).format(value);
/** A share in hundredths; what is neither nothing nor all is not shown as that. */
export function percent(share) {
  const text = (value) => new Intl.NumberFormat(locale(), { style: 'percent' }).format(value);
  return share > 0 && share < 0.01 ? `< ${text(0.01)}` : share < 1 && share > 0.99 ? `> ${text(0.99)}` : text(share);
}

/** Runs the newest call once a frame. */
export function eachFrame(body) {
  let wanted = false;
  return () => {
    if (wanted) return;
    wanted = true;
    requestAnimationFrame(() => { wanted = false; body(); });
  };
}

/** Runs after a rest, at most so often. */
export function coalesced(milliseconds, body) {
  let timer = null;
  return () => { timer ??= setTimeout(() => { timer = null; body(); }, milliseconds); };
}

/** What this browser remembers, if it does. */
export const memory = {
  get(name) { try { return localStorage.getItem('sojourn.' + name); } catch { return null; } },
  set(name, value) { try { localStorage.setItem('sojourn.' + name, value); } catch { /* private windows */ } },
};
