// The journey map: what happened in a session, in order, a picture each. Hover or focus shows an item, a click
// keeps it open.
import { h, fill, set, uid, shown, foreign, clockTime, shortClock, fullTime, span, announce } from './dom.js';
import { t, word, criterionText, language } from './texts.js';
import { icon, eventIcon } from './icons.js';
import { may, missingOf, EXPLAIN, nameOf, colorOf, whyLink } from './api.js';
import { likelihood } from './outcomes.js';
import { copyButton } from './card.js';

const GAP = 120_000;
const BODIES = ['webEvent', 'appEvent', 'conversationEvent', 'customEvent'];
const ACTION_ICONS = { qualified: 'offered', offered: 'offered', accepted: 'accepted', started: 'accepted', engaged: 'accepted', completed: 'accepted', rejected: 'rejected', abandoned: 'rejected', timedout: 'timedout', ignored: 'timedout', expired: 'timedout', errored: 'error' };

/** What the map shows, the oldest first. */
export function itemsOf(session, events) {
  const items = new Map();
  const types = session.journeyMap?.eventTypes || {};
  const maySeeTypes = may('journey:eventType:view');
  const plainEvent = (event, body) => {
    const type = types[event.eventName] || {};
    return {
      id: event.id, kind: 'event', time: Date.parse(event.createdDate), icon: maySeeTypes ? type.icon || eventIcon(event) : 'event',
      name: maySeeTypes ? type.displayName || event.eventName : t('anEvent'), title: event.title, search: event.searchQuery, wrapup: event.wrapup,
      attributes: maySeeTypes ? event.attributes : null,
    };
  };
  for (const event of events) {
    const member = BODIES.find((name) => event[name]);
    if (member) items.set(event.id, plainEvent({ id: event.id, createdDate: event.createdDate, attributes: event.attributes, ...event[member] }, event[member]));
  }
  for (const event of session.journeyMap?.events || []) {
    const old = items.get(event.id);
    items.set(event.id, { ...plainEvent(event), ...(old && { attributes: old.attributes }) });
  }
  for (const event of events) {
    const item = derived(event);
    if (item) items.set(event.id, { id: event.id, time: Date.parse(event.createdDate), because: event.because, ...item });
  }
  return [...items.values()].sort((a, b) => a.time - b.time || (a.kind === 'event' ? 0 : 1) - (b.kind === 'event' ? 0 : 1) || (a.id < b.id ? -1 : 1));
}

function derived(event) {
  const assignment = event.segmentAssignmentEvent;
  if (assignment) {
    const id = assignment.segment.id;
    const isAssigned = assignment.assignmentState !== 'Unassigned';
    return { kind: 'segment', definition: id, icon: 'segment', color: colorOf(id), name: t(isAssigned ? 'segmentAssigned' : 'segmentUnassigned'), title: assignment.segment.displayName || nameOf('segment', id), version: assignment.segment.version };
  }
  const outcome = event.outcomeAchievedEvent;
  if (outcome) return { kind: 'outcome', definition: outcome.outcome?.id, icon: 'outcome', name: t('outcomeAchieved'), title: outcome.outcome?.displayName || nameOf('outcome', outcome.outcome?.id), version: outcome.outcome?.version };
  const action = event.webActionEvent;
  if (action) {
    const state = action.action?.state;
    return { kind: 'action', definition: action.actionMap?.id, isMinor: /^qualified/.test(state), icon: ACTION_ICONS[state] || 'offered', name: t('action'), title: action.actionMap?.displayName || nameOf('actionMap', action.actionMap?.id), state: word(state), media: word(action.action?.mediaType), until: action.expiresAt, version: action.actionMap?.version };
  }
  const blocked = event.blockedWebActionOfferEvent;
  if (blocked) return { kind: 'action', definition: blocked.actionMap?.id, isMinor: true, icon: 'blocked', name: t('blocked'), title: blocked.actionMap?.displayName || nameOf('actionMap', blocked.actionMap?.id), media: word(blocked.action?.mediaType), reason: word(blocked.blockingReason) };
  return null;
}

/** Names and values of an item, as its tooltip has them. */
function rowsOf(item) {
  const rows = [[t('at'), fullTime(item.time)]];
  const add = (label, value) => { if (value !== undefined && value !== null && value !== '') rows.push([label, value]); };
  add(item.kind === 'event' ? t('page') : t('name'), item.title);
  add(t('search'), item.search);
  add(t('wrapup'), item.wrapup);
  add(t('state'), item.state);
  add(t('channel'), item.media);
  add(t('reason'), item.reason);
  add(t('offeredUntil'), item.until && fullTime(item.until));
  add(t('version'), item.version);
  for (const [name, value] of Object.entries(item.attributes || {})) rows.push([shown(name), value && typeof value === 'object' && 'value' in value ? value.value : value, true]);
  return rows;
}

/** Why rules gave something, in words. */
export function whyOf(because) {
  return (because || []).flatMap((reason) => [
    ...(reason.segment ? [t('whySegment', nameOf('segment', reason.segment))] : []),
    ...(reason.prediction ? [`${nameOf('outcome', reason.prediction.outcome)}: ${likelihood(reason.prediction)}`] : []),
    ...(reason.criteria || []).map((criterion) => criterionText(criterion)),
  ]).map((text) => shown(text));
}

// One tooltip for the page; it shows one item at a time.
let tip = null;
function hideTip() {
  if (!tip) return;
  tip.owner?.unlight();
  tip.element.remove();
  tip.button?.removeAttribute('aria-describedby');
  tip = null;
}
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !tip) return;
  const { button, isPinned } = tip;
  hideTip();
  if (isPinned) button.focus({ preventScroll: true });
  event.stopPropagation();
}, true);
document.addEventListener('pointerdown', (event) => { if (tip?.isPinned && !tip.element.contains(event.target) && !tip.button.contains(event.target)) hideTip(); });
addEventListener('scroll', () => { if (tip) place(); }, { capture: true, passive: true });
addEventListener('resize', () => { if (tip) place(); });

function place() {
  const anchor = tip.button.getBoundingClientRect();
  if (!tip.button.isConnected || anchor.bottom < 0 || anchor.top > innerHeight) { hideTip(); return; }
  const box = tip.element.getBoundingClientRect();
  const left = Math.max(8, Math.min(innerWidth - box.width - 8, anchor.left + anchor.width / 2 - box.width / 2));
  const below = anchor.bottom + 8;
  const top = below + box.height <= innerHeight - 8 || anchor.top < box.height + 16 ? below : anchor.top - box.height - 8;
  tip.element.style.left = `${left}px`;
  tip.element.style.top = `${Math.max(8, top)}px`;
}

export class JourneyMap {
  constructor() {
    this.list = h('ol.map', { 'aria-label': t('journeyMap'), keydown: (event) => this.key(event), pointerover: (event) => this.over(event), pointerout: () => this.leave(), focusin: (event) => this.over(event), focusout: () => this.leave(), click: (event) => this.pin(event.target.closest('button.item')) });
    this.tools = h('p.map-tools');
    this.element = h('div', this.tools, this.list);
  }

  update(session, events) {
    const all = itemsOf(session, events);
    const minor = all.filter((item) => item.isMinor).length;
    // What was not offered is there for who asks why.
    this.session = session.id;
    this.items = this.showsMinor ? all : all.filter((item) => !item.isMinor);
    const omitted = session.journeyMap?.omitted || 0;
    const signature = JSON.stringify([this.items, minor, omitted, language()]);
    if (signature === this.signature) return;
    this.signature = signature;
    const focused = this.list.contains(document.activeElement) ? document.activeElement.dataset.id : null;
    const openID = tip?.owner === this ? tip.button.dataset.id : null;
    const wasPinned = openID !== null && tip.isPinned;
    const before = new Set([...this.list.querySelectorAll('button.item')].map((button) => button.dataset.id));
    const nodes = [];
    if (omitted) nodes.push(h('li.gap', { title: t('earlierText', omitted) }, icon('dots'), h('span', t('earlier', omitted))));
    this.items.forEach((item, index) => {
      const previous = this.items[index - 1];
      if (previous && item.time - previous.time > GAP) nodes.push(h('li.gap', h('span', span((item.time - previous.time) / 1000))));
      nodes.push(this.node(item, before.size > 0 && !before.has(item.id)));
    });
    fill(this.list, nodes);
    const again = () => { this.signature = null; this.update(session, events); };
    fill(this.tools, h('span.muted.keys', t('mapHint')), minor > 0 && h('button.link', { 'aria-pressed': String(Boolean(this.showsMinor)), click: () => { this.showsMinor = !this.showsMinor; again(); } }, t(this.showsMinor ? (minor === 1 ? 'hideOneMinor' : 'hideMinor') : minor === 1 ? 'showOneMinor' : 'showMinor', minor)));
    const buttons = this.buttons();
    const current = buttons.find((button) => button.dataset.id === (focused ?? this.current)) ?? buttons.at(-1);
    for (const button of buttons) button.tabIndex = button === current ? 0 : -1;
    if (focused) current?.focus({ preventScroll: true });
    const opened = openID !== null && buttons.find((button) => button.dataset.id === openID);
    if (opened) this.show(opened, wasPinned); else if (openID !== null) hideTip();
  }

  node(item, isNew) {
    const label = item.search ? `“${item.search}”` : item.title || String(item.name).replaceAll('_', ' ');
    const spoken = [item.name, item.kind === 'event' && item.search ? item.search : item.title, item.state, clockTime(item.time)].filter(Boolean).map((text) => shown(text)).join(', ');
    const button = h('button.item', { 'data-id': item.id, 'data-kind': item.kind, 'data-key': 'map-' + item.id, 'aria-label': spoken, 'aria-haspopup': 'dialog', tabindex: '-1' }, icon(item.icon, 'event'));
    if (item.color) { button.style.setProperty('--swatch', item.color); button.dataset.colored = ''; }
    return h(isNew ? 'li.new' : 'li', button, foreign(label, 'span', { class: 'label', 'aria-hidden': 'true' }), h('span.clock', { 'aria-hidden': 'true' }, shortClock(item.time)));
  }

  buttons() { return [...this.list.querySelectorAll('button.item')]; }
  itemOf(button) { return this.items.find((item) => item.id === button.dataset.id); }

  key(event) {
    const buttons = this.buttons();
    const index = buttons.indexOf(document.activeElement);
    if (index < 0) return;
    const rtl = getComputedStyle(this.list).direction === 'rtl' ? -1 : 1;
    const to = { ArrowRight: index + rtl, ArrowLeft: index - rtl, ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = buttons[Math.max(0, Math.min(buttons.length - 1, to))];
    buttons[index].tabIndex = -1;
    next.tabIndex = 0;
    this.current = next.dataset.id;
    next.focus();
  }

  over(event) {
    clearTimeout(this.timer);
    const button = event.target.closest?.('button.item');
    if (!button || tip?.isPinned) return;
    this.timer = setTimeout(() => { if (!tip?.isPinned && button.isConnected) this.show(button, false); }, 150);
  }

  leave() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (tip && !tip.isPinned && tip.owner === this && !tip.element.matches(':hover') && !this.list.querySelector('button.item:hover') && !this.list.contains(document.activeElement)) hideTip();
    }, 250);
  }

  pin(button) {
    if (!button) return;
    if (tip?.isPinned && tip.button === button) { hideTip(); return; }
    this.show(button, true);
    // There is none where the item is not to be seen.
    tip?.element.querySelector('button')?.focus({ preventScroll: true });
  }

  show(button, isPinned) {
    hideTip();
    const item = this.itemOf(button);
    if (!item) return;
    const id = uid('tip');
    const title = uid('tip-title');
    const rows = rowsOf(item);
    const why = whyOf(item.because);
    const close = () => { hideTip(); button.focus({ preventScroll: true }); };
    const element = h('div.tip', { id, role: isPinned ? 'dialog' : 'tooltip', 'aria-labelledby': isPinned ? title : null, 'data-pinned': isPinned ? '' : null, pointerleave: () => this.leave() },
      h('div.tip-head', h('strong', { id: title, dir: 'auto' }, shown(item.name)), isPinned && h('button.plain', { 'aria-label': t('closeDialog'), click: close }, icon('close'))),
      h('dl', rows.map(([label, value]) => h('div', h('dt', { dir: 'auto' }, label), h('dd', h('span', { dir: 'auto' }, shown(value)),
        isPinned && copyButton(value, label)))),
      isPinned && h('div', h('dt', t('eventID')), h('dd', h('span.mono', shown(item.id)), copyButton(item.id, t('eventID'))))),
      isPinned && item.definition && !missingOf(EXPLAIN) && h('p', h('a', { href: whyLink(this.session, item.kind === 'action' ? 'actionMap' : item.kind, item.definition) }, t('explainWhole'))),
      why.length > 0 && h('div.why', h('strong', t('why')), h('ul', why.map((text) => h('li', { dir: 'auto' }, text)))));
    if (isPinned) element.addEventListener('focusout', (event) => { if (event.relatedTarget && !element.contains(event.relatedTarget) && event.relatedTarget !== button) hideTip(); });
    document.body.append(element);
    set(button, { 'aria-describedby': isPinned ? null : id });
    tip = { element, button, isPinned, owner: this };
    this.light((item.because || []).flatMap((reason) => reason.events || []));
    place();
  }

  light(ids) { for (const button of this.buttons()) button.classList.toggle('lit', ids.includes(button.dataset.id)); }
  unlight() { this.light([]); }

  /** Opens the item of a search. */
  showSearch(term) {
    const item = this.items.find((entry) => entry.search === term);
    const button = item && this.buttons().find((entry) => entry.dataset.id === item.id);
    if (!button) { announce(t('noneFound')); return; }
    button.scrollIntoView({ block: 'nearest' });
    this.pin(button);
  }
}
