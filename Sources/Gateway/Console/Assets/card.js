// A session as a card: what an agent sees at a glance, and opened the whole journey.
import { h, fill, set, uid, hidden, shown, foreign, linked, time, timeIn, duration, coalesced, copy } from './dom.js';
import { t, statusText, isWord, word, language } from './texts.js';
import { icon } from './icons.js';
import { ask, path, may, missingOf, EXPLAIN, nameOf, allOf, whyLink } from './api.js';
import { JourneyMap } from './map.js';
import { lanes } from './lanes.js';
import { details } from './details.js';
import { outcomesOf, predictionsOf } from './outcomes.js';
import { notLoaded, swatch } from './parts.js';

const COLORS = { blue: 'colorBlue', grey: 'colorGrey', white: 'colorWhite', 'grey-pending': 'colorPending' };
export const known = (color) => (Object.hasOwn(COLORS, color) ? color : 'grey');

/** The state as picture and words; the colour says it a third time. */
export function pill(card) {
  const color = known(card.color);
  return h('span.pill', { 'data-color': color, title: t(COLORS[color]) }, icon('state-' + color), h('span', { dir: 'auto' }, shown(statusText(card.status))), hidden(` (${t(COLORS[color])})`));
}

/** A segment with its colour. */
export const chip = (segment, assigned, began) => h('span.chip', swatch(segment), foreign(nameOf('segment', segment)), assigned && h('span.muted', timeIn(assigned, began)));

/** Segments that agents are shown, in the order of assignment. */
export const segmentsOf = (session) => (session.segmentAssignments || []).filter((entry) => entry.shouldDisplayToAgent !== false);

/** Seconds that a session lasts: of one that goes on until now, as long as something happens in it. */
export function secondsOf(session, now = Date.now()) {
  const last = Date.parse(session.lastEvent?.createdDate ?? session.createdDate);
  const isGoingOn = session.card?.color === 'blue' && now - last < (session.type === 'conversation' ? 12 * 3600e3 : 20 * 60e3);
  return isGoingOn ? Math.max(0, (now - Date.parse(session.createdDate)) / 1000) : session.durationInSeconds ?? 0;
}

/** Places, from small to large, each name once. */
export function placeOf(geo) {
  return [...new Set([geo?.locality, geo?.regionName ?? geo?.region, geo?.countryName ?? geo?.country].filter(Boolean))].join(', ');
}

/** A card's title: of the types that are always there in the page's language. */
export function titleOf(session) {
  const { type, card } = session;
  const code = 'title_' + card?.icon?.replace(/-missed$/, '');
  return isWord(code) && !isCustom(session) ? word(code) : card?.title || type;
}

function sessionInfo(session, isReturning) {
  const device = session.device || {};
  const browser = session.browser || {};
  const campaign = session.mktCampaign || {};
  return [
    ['place', t('place'), placeOf(session.geolocation)],
    ['campaign', t('campaign'), [campaign.source, campaign.medium, campaign.name].filter(Boolean).join(' · ')],
    ['referrer', t('referrer'), session.referrer?.hostname || session.referrer?.domain || session.referrer?.url],
    [device.isMobile ? 'mobile' : 'desktop', t('device'), [word(device.category || device.type), device.osFamily, device.osVersion].filter(Boolean).join(' · ')],
    ['browser', t('browser'), [browser.family, browser.version].filter(Boolean).join(' ')],
    ['locked', t('authenticated'), session.authenticated],
    ['returning', t('returning'), isReturning && !isCustom(session) && session.type !== 'conversation'],
  ].filter(([, , value]) => value);
}

function hasMore(session) {
  return Boolean(session.journeyMap?.events?.length || segmentsOf(session).length || session.outcomeAchievements?.length
    || session.searchTerms?.length || session.outcomeScores?.length || session.attributes || session.attributeLists || session.conversation?.participants?.length);
}

export class SessionCard extends HTMLElement {
  /** - options.toggled(isOpen): hears of each opening and closing; - options.isReturning: as of `update`. */
  begin(session, options = {}) {
    this.options = options;
    this.id = uid('card');
    this.isOpen = false;
    this.events = [];
    const title = uid('title');
    const body = uid('body');
    set(this, { role: 'article', tabindex: '-1', 'aria-labelledby': title });
    this.iconSlot = h('span.card-icon');
    this.titleText = h('span', { id: title, dir: 'auto' });
    this.hint = h('span.hint');
    this.toggle = h('button.toggle', { 'aria-controls': body, click: () => this.open(!this.isOpen) }, this.iconSlot, this.titleText, this.hint);
    this.when = h('span.when');
    this.pillSlot = h('span');
    this.facts = h('dl.facts');
    this.scores = h('dl.scores');
    this.counts = h('dl.counts');
    this.body = h('div.body', { id: body, hidden: true });
    this.append(
      h('header', h('h2', this.toggle), this.when, this.pillSlot, this.facts, this.scores, this.counts),
      this.body);
    this.refetch = coalesced(250, () => this.load());
    this.update(session, options.isReturning);
    return this;
  }

  disconnectedCallback() { clearInterval(this.timer); }
  connectedCallback() { clearInterval(this.timer); this.timer = setInterval(() => this.tick(), 15_000); }

  /** Takes a newer state; an older one changes nothing. `isReturning`: the visitor was here before. */
  update(session, isReturning = this.isReturning) {
    if (this.session && isReturning !== this.isReturning) this.drawn = null;
    this.isReturning = isReturning;
    const isOther = this.session && this.session.revision !== session.revision;
    if (this.session && session.revision < this.session.revision) return;
    if (this.session && !isOther && session.contactRevision === this.session.contactRevision && session.card?.status === this.session.card?.status && this.drawn === language()) return;
    this.session = session;
    this.drawn = language();
    const card = session.card || {};
    this.dataset.color = known(card.color);
    this.dataset.session = session.id;
    if (this.iconKey !== card.icon) fill(this.iconSlot, icon(this.iconKey = card.icon));
    this.titleText.textContent = shown(titleOf(session));
    fill(this.when, time(session.createdDate));
    fill(this.pillSlot, pill(card));
    this.drawFacts();
    this.drawCounts();
    const canOpen = hasMore(session);
    this.toggle.disabled = !canOpen;
    this.classList.toggle('flat', !canOpen);
    if (!canOpen && this.isOpen) this.open(false);
    this.drawHint();
    if (this.isOpen) {
      this.drawBody();
      if (isOther) this.refetch();
    }
  }

  drawHint() {
    this.toggle.setAttribute('aria-expanded', String(this.isOpen));
    if (this.toggle.disabled) { this.toggle.removeAttribute('aria-expanded'); fill(this.hint); return; }
    fill(this.hint, h('span', t(this.isOpen ? 'close' : 'expand')), icon(this.isOpen ? 'up' : 'down'));
  }

  drawFacts() {
    const { session } = this;
    const card = session.card || {};
    const rows = [['duration', t('duration'), duration(secondsOf(session))]];
    if (card.currentPage) rows.push(['page', t(card.color === 'blue' ? 'currentPage' : 'lastPage'), foreign(card.currentPage), session.lastPage?.url]);
    else if (session.lastScreen) rows.push(['screen', t('screen'), foreign(session.lastScreen)]);
    if (card.queue !== undefined) rows.push(['queue', t('queue'), foreign(card.queue)]);
    if (card.agent !== undefined) rows.push(['agent', t('agent'), foreign(card.agent)]);
    if (session.externalId) rows.push(['external', t('externalID'), linked(session.externalUrl, session.externalId)]);
    for (const [name, value] of Object.entries(session.attributes || {}).slice(0, isCustom(session) || session.type === 'conversation' ? 6 : 0)) {
      rows.push(['attribute-' + name, foreign(name), foreign(plain(value))]);
    }
    const info = sessionInfo(session, this.isReturning).map(([key, label, value]) => [key, value === true ? label : `${label}: ${shown(value)}`]);
    if (info.length) rows.push(['info', t('sessionInfo'), h('span.infos', info.map(([key, text]) => h('span.info', { title: text, role: 'img', 'aria-label': text }, icon(key))))]);
    const before = this.factTexts || {};
    this.factTexts = {};
    const draw = ([key, label, value, title]) => {
      const cell = h('dd', { title: title ? shown(title) : null }, value);
      this.factTexts[key] = cell.textContent;
      if (before[key] !== undefined && before[key] !== cell.textContent && key !== 'duration') cell.classList.add('flash');
      return h('div', { 'data-fact': key.split('-')[0] }, h('dt', label), cell);
    };
    fill(this.facts, rows.map(draw));
    // What is over has come out one way or the other.
    fill(this.scores, card.color === 'blue' ? predictionsOf(session).map(draw) : null);
  }

  drawCounts() {
    const { session } = this;
    const count = (value) => (value ? String(value) : t('none'));
    const rows = [];
    if (session.searchTerms) rows.push([t('searches'), count(session.searchTerms.length)]);
    if (may('journey:segment:view')) rows.push([t('segments'), count(session.card?.segments ?? segmentsOf(session).length)]);
    if (may('journey:outcome:view')) rows.push([t('outcomes'), count(session.outcomeAchievements?.length)]);
    rows.push([t('events'), count(session.eventCount)]);
    fill(this.counts, rows.map(([label, value]) => h('div', h('dt', label), h('dd', value))));
  }

  tick() {
    const cell = this.facts.querySelector('[data-fact=duration] dd');
    if (cell) cell.textContent = this.factTexts.duration = duration(secondsOf(this.session));
  }

  open(isOpen) {
    if (isOpen && this.toggle.disabled) return;
    this.isOpen = isOpen;
    this.body.hidden = !isOpen;
    this.classList.toggle('open', isOpen);
    this.drawHint();
    if (isOpen) { this.drawBody(); this.load(); }
    this.options.toggled?.(isOpen);
  }

  /** Asks for what the snapshot has not: what rules gave, and the events' attributes. */
  async load() {
    if (!may('journey:event:view')) return;
    try {
      let events = [];
      let next = path`/api/v2/journey/sessions/${this.session.id}/events?pageSize=200`;
      for (let page = 0; next && page < 5; page++) {
        const answer = await ask(next);
        events = events.concat(answer.entities);
        next = answer.nextUri;
      }
      this.events = events;
      this.failed = null;
    } catch (error) {
      this.failed = error;
    }
    if (this.isOpen) this.drawBody();
  }

  drawBody() {
    const { session } = this;
    this.map ??= new JourneyMap();
    this.map.update(session, this.events);
    const searches = session.searchTerms?.length ? section(t('searchesPerformed'), h('ol.searches', session.searchTerms.map((term) => h('li',
      h('button.plain', { click: () => this.map.showSearch(term) }, icon('search'), foreign(term)), copyButton(term, t('search')))))) : null;
    const segments = segmentsOf(session);
    const matched = segments.length ? section(t('segmentsMatched'), h('ol.chips', segments.map((entry) => h('li', chip(entry.segment.id, entry.assignedDate, session.createdDate))))) : null;
    const outcomes = outcomesOf(session);
    const focused = this.body.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const openDetails = this.body.querySelector('details')?.open;
    fill(this.body,
      session.mergedInto && h('p.note', t('mergedInto'), ' ', h('a', { href: path`/console/session/${session.mergedInto}` }, t('openIt'))),
      this.failed && notLoaded(() => this.load()),
      session.journeyMap?.events?.length ? section(t('journeyMap'), this.map.element) : null,
      session.conversation?.participants?.length ? section(t('whoTookPart'), lanes(session)) : null,
      h('div.columns', searches, matched, outcomes && section(t('outcomes'), outcomes)),
      !missingOf(EXPLAIN) && ['segment', 'outcome', 'actionMap'].some((kind) => allOf(kind).length) && h('p.why-any', h('a', { href: whyLink(session.id) }, t('explainAny'))),
      details(session, openDetails),
      session.omittedValues && h('p.note', t('omittedValues', session.omittedValues)));
    if (focused) this.body.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }
}
customElements.define('sj-card', SessionCard);

const isCustom = (session) => !['web', 'app', 'conversation'].includes(session.type);
/** An attribute's value: plain, or in an object with its type. */
export const plain = (value) => (value && typeof value === 'object' && 'value' in value ? value.value : value);

const section = (title, ...content) => h('section', h('h3', title), content);

/** Copies a value; what it copies is what is shown. */
export function copyButton(value, label) {
  return h('button.copy', { 'aria-label': t('copyValue', label), title: t('copy'), click: () => copy(typeof value === 'object' ? JSON.stringify(value) : String(value)) }, icon('copy'));
}
