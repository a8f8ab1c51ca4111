// Pictures, drawn by hand on 24 by 24 units: outlines, and `*` before what is filled; `O` is a circle by its middle and radius.
import { svg } from './dom.js';

const PHONE = 'M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 6a2 2 0 0 1 2-2z';
const BUBBLE = 'M4 5h16v11H10l-5 4v-4H4z';
const LETTER = 'M3 6h18v12H3z|M3 7l9 7 9-7';
const SCREEN = 'M7 3h10v18H7z|M11 18h2';
const LENS = 'O10.5 10.5 6.5|M15.5 15.5L21 21';
const PERSON = 'O12 8 4|M4 21c0-5 4-7 8-7s8 2 8 7';
const RING = 'O12 12 9|';
const CART = 'M3 4h3l2 11h10l2-8H7|O9 19.5 1.5|O17 19.5 1.5|M10.5 10.5h5';
const LOCK = 'M6 11h12v9H6z|M8 11V8a4 4 0 0 1 8 0v3';
const CROSS = 'M6 6l12 12|M18 6L6 18';
const TAG = 'M4 4h8l8 8-8 8-8-8z|*O8.4 8.4 1.4';
const PICTURES = {
  'web-visit': 'M12 3l2.7 5.8 6.3.7-4.7 4.3 1.3 6.2L12 16.9 6.4 20l1.3-6.2L3 9.5l6.3-.7z',
  'app-visit': SCREEN,
  'call-inbound': PHONE + '|M20 4l-6 6|M14 5v5h5',
  'call-outbound': PHONE + '|M14 10l6-6|M15 4h5v5',
  callback: PHONE + '|M14 7a3.5 3.5 0 1 1 1 2.5|M14 10V7h3',
  chat: BUBBLE + '|M8 9h8|M8 12h5',
  message: BUBBLE,
  email: LETTER,
  video: 'M3 7h12v10H3z|M15 11l6-4v10l-6-4',
  conversation: 'M3 5h12v8H8l-4 3v-3H3z|M9 16h7l4 3v-3h1V8h-3',
  delivery: 'M2 6h12v10H2z|M14 10h4l4 3v3h-8z|O6.5 18 2|O17.5 18 2',
  invoice: 'M6 3h12v18l-3-2-3 2-3-2-3 2z|M9 8h6|M9 12h6',
  application: 'M5 3h10l4 4v14H5z|M8 12h8|M8 16h6|M14 3v5h5',
  session: 'M12 3l8 4.5v9L12 21l-8-4.5v-9z|M4 7.5l8 4.5 8-4.5|M12 12v9',
  // On the map
  page: 'M5 3h10l4 4v14H5z|M14 3v5h5|M8 13h8|M8 17h5',
  screen: SCREEN,
  searched: LENS,
  'form-submitted': 'M5 3h14v18H5z|M8 12l3 3 5-6',
  'form-abandoned': 'M5 3h14v18H5z|M9 9l6 6|M15 9l-6 6',
  'product-added': CART + '|M13 8v5',
  'product-removed': CART,
  purchase: 'M6 8h12l1 13H5z|M9 10V7a3 3 0 0 1 6 0v3',
  identified: PERSON,
  outcome: 'M6 21V4|M6 5h12l-3 4 3 4H6',
  segment: TAG,
  offered: 'M13 3L5 14h6l-1 7 8-11h-6z',
  accepted: RING + 'M8 12l3 3 5-6',
  rejected: RING + 'M9 9l6 6|M15 9l-6 6',
  timedout: RING + 'M12 7v5l3 3',
  blocked: RING + 'M6 6l12 12',
  error: 'M12 3l10 18H2z|M12 10v5|M12 18v.5',
  call: PHONE,
  queue: 'O7 6 3|O17 6 3|M2 18c0-4 2-6 5-6s5 2 5 6|M14 12c4-1 8 1 8 6',
  agent: 'O12 9 4|M6 9V8a6 6 0 0 1 12 0v4a2 2 0 0 1-2 2|M4 21c1-5 4-6 8-6s7 1 8 6',
  wrapup: 'M5 5h14v16H5z|M9 3h6v4H9z|M9 12h6|M9 16h4',
  ended: 'M6 6h12v12H6z',
  click: 'M6 3l12 9-5 1 3 6-3 1.5-3-6-4 3.5z',
  event: 'M12 4l8 8-8 8-8-8z',
  dots: '*O6 12 1.6|*O12 12 1.6|*O18 12 1.6',
  // States of cards
  'state-blue': '*O12 12 5|O12 12 9',
  'state-grey': 'M5 13l4.5 4.5L19 7',
  'state-white': CROSS,
  'state-grey-pending': 'M7 3h10|M7 21h10|M8 3c0 6 8 5 8 9s-8 3-8 9|M16 3c0 6-8 5-8 9s8 3 8 9',
  // Facts
  place: 'M12 21c-5-6-7-9-7-12a7 7 0 0 1 14 0c0 3-2 6-7 12z|O12 9 2.5',
  campaign: 'M4 10v5h3l9 5V5l-9 5z|M19 9c1.5 2 1.5 5 0 7',
  referrer: 'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1|M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1',
  desktop: 'M3 5h18v11H3z|M8 20h8|M12 16v4',
  mobile: SCREEN,
  browser: 'M3 5h18v14H3z|M3 9h18|M6 7h.5|M9 7h.5',
  locked: LOCK,
  returning: 'M20 12a8 8 0 1 1-2.5-5.8L20 8.5|M20 3.5v5h-5',
  copy: 'M8 8h12v12H8z|M16 8V4H4v12h4',
  close: CROSS,
  down: 'M6 9l6 6 6-6',
  up: 'M6 15l6-6 6 6',
  search: LENS,
  display: 'M4 7h10|M18 7h2|O16 7 2|M4 17h2|M10 17h10|O8 17 2',
  person: PERSON,
  offline: 'M3 9c5-5 13-5 18 0|M6.5 12.5c3-3 8-3 11 0|O12 18 1|M4 4l16 16',
  empty: 'M4 13l3-8h10l3 8v6H4z|M4 13h5l1 3h4l1-3h5',
  lock: LOCK + '|M12 15v2',
  pause: 'M8 5v14|M16 5v14',
  play: 'M7 4l13 8-13 8z',
};
const MESSAGES = ['sms', 'whatsapp', 'facebook', 'instagram', 'twitter', 'line', 'apple', 'open-message', 'internal-message'];
const SAME = { cobrowse: 'video', screenshare: 'video', default: 'event', 'chat-form': 'form-submitted' };

function picture(key) {
  const name = String(key || 'session').toLowerCase();
  if (Object.hasOwn(PICTURES, name)) return PICTURES[name];
  if (Object.hasOwn(SAME, name)) return PICTURES[SAME[name]];
  if (MESSAGES.includes(name)) return PICTURES.message;
  if (name.startsWith('offer-')) return picture(name.split('-')[1] === 'error' ? 'error' : name.split('-')[1] === 'ignored' ? 'timedout' : name.split('-')[1]);
  return null;
}

/** A picture by its key; one that is not known is the default's. */
export function icon(key, fallback = 'session') {
  const name = String(key || fallback);
  const isMissed = name.endsWith('-missed');
  const drawn = picture(isMissed ? name.slice(0, -7) : name) ?? PICTURES[fallback];
  const node = svg('svg', { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true', focusable: 'false' });
  for (const part of drawn.split('|')) {
    const isFilled = part.startsWith('*');
    const path = part.replace(/O(\S+) (\S+) (\S+)/, (_, x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0-${2 * r} 0`);
    node.append(svg('path', { d: isFilled ? path.slice(1) : path, class: isFilled ? 'filled' : 'line' }));
  }
  if (isMissed) node.append(svg('path', { d: 'M15 15l6 6M21 15l-6 6', class: 'line missed' }));
  return node;
}

/** What the map shows for an event of which nothing is defined. */
export function eventIcon(event) {
  if (event.searchQuery) return 'searched';
  if (event.wrapup) return 'wrapup';
  const name = String(event.eventName || '').toLowerCase();
  if (/^page_?view/.test(name)) return 'page';
  if (/^screen_?view/.test(name)) return 'screen';
  if (/search/.test(name)) return 'searched';
  if (/form_?abandon/.test(name)) return 'form-abandoned';
  if (/form/.test(name)) return 'form-submitted';
  if (/(cart|product|item)_?add|added/.test(name)) return 'product-added';
  if (/(cart|product|item)_?remov|removed/.test(name)) return 'product-removed';
  if (/purchas|order_?(done|plac|complet)/.test(name)) return 'purchase';
  if (/transit|dispatch|deliver|ship/.test(name)) return 'delivery';
  if (/identif|login|sign(ed)?_?in/.test(name)) return 'identified';
  if (/^(customer|started)/.test(name)) return /end/.test(name) ? 'ended' : 'call';
  if (/^(acd|routed|queue)/.test(name)) return 'queue';
  if (/^(user|connected|agent)/.test(name)) return 'agent';
  if (/wrap/.test(name)) return 'wrapup';
  if (/click/.test(name)) return 'click';
  if (/end/.test(name)) return 'ended';
  return 'event';
}
