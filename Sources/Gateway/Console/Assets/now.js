// Who is here now: all sessions that go on, the newest activity first. The address has the filters.
import { h, fill, heads, foreign, shown, time, duration, eachFrame, coalesced, uid } from './dom.js';
import { t, language } from './texts.js';
import { icon } from './icons.js';
import { ask, may, allOf, customerLink } from './api.js';
import { Live } from './live.js';
import { SessionCard, chip, pill, titleOf, segmentsOf, secondsOf, placeOf, known } from './card.js';
import { message, problem, drawPause } from './parts.js';

const SIZE = 200;
const lastOf = (session) => session.lastEvent?.createdDate ?? session.createdDate;

export default class NowView {
  constructor(context) {
    this.context = context;
    this.sessions = new Map();
    this.held = new Set();
    this.query = new URLSearchParams(location.search);
    this.context.setTitle(t('onSite'));
    this.count = h('span.muted', { role: 'status' });
    this.form = h('form.filters', { 'aria-label': t('filters'), submit: (event) => { event.preventDefault(); this.filter(); }, change: () => this.filter() });
    this.pauseButton = h('button.quiet', { click: () => this.pause() });
    this.body = h('tbody');
    this.table = h('table.now',
      heads(t('customer'), t('state'), t('where'), t('segments'), t('duration'), t('lastSeen')),
      this.body);
    this.notice = h('div');
    this.side = h('aside.dock', { 'aria-label': t('session'), hidden: true });
    fill(context.main, h('div.scroller.wide', h('div.now-view',
      h('div.title-row', h('h1', t('onSite')), this.count, this.pauseButton),
      this.form, this.table, this.notice), this.side));
    this.drawForm();
    this.drawPause();
    this.draw = eachFrame(() => this.drawRows());
    this.again = coalesced(1500, () => this.load());
    this.ticking = setInterval(() => this.draw(), 10_000);
    this.drawRows();
    this.load();
    if (may('journey:visit:view')) {
      this.live = new Live('all', context, {
        card: (session) => this.take(session), gone: ({ id }) => { this.sessions.delete(id); this.draw(); }, resync: () => this.again(),
      });
    } else {
      context.noteLive('still');
      this.polling = setInterval(() => this.load(), 30_000);
    }
  }

  close() {
    this.isClosed = true;
    this.live?.close();
    clearInterval(this.ticking);
    clearInterval(this.polling);
    clearTimeout(this.retrying);
  }

  // Filters

  drawForm() {
    const value = (name) => this.query.get(name) ?? '';
    const field = (label, control) => { control.id = uid('filter'); return h('div.field', h('label', { for: control.id }, label), control); };
    const select = (name, entries) => h('select', { name }, [['', t('any')], ...entries].map(([key, text]) => h('option', { value: key, selected: key === value(name) || null }, text)));
    const input = (name, placeholder) => { const control = h('input', { name, type: 'search', placeholder: placeholder || '', autocomplete: 'off', maxlength: '200' }); control.value = value(name); return control; };
    const defined = (kind) => allOf(kind).map((entry) => [entry.id, shown(entry.displayName || entry.id, 60)]);
    fill(this.form,
      field(t('channel'), select('type', [['web', t('web')], ['app', t('app')], ['conversation', t('conversations')], ...allOf('sessionType').map((entry) => [entry.id, shown(entry.displayName || entry.id, 60)])])),
      may('journey:segment:view') && field(t('segment'), select('segment', defined('segment'))),
      may('journey:outcome:view') && field(t('outcome'), select('outcome', defined('outcome'))),
      field(t('queue'), input('queue')),
      field(t('text'), input('q', t('textHint'))),
      h('button.quiet', { click: () => { this.query = new URLSearchParams(); this.drawForm(); this.apply(); } }, t('clear')));
  }

  filter() {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) if (value.trim()) query.set(name, value.trim());
    if (this.query.get('open')) query.set('open', this.query.get('open'));
    this.query = query;
    this.apply();
  }

  /** Puts into the address what is shown. */
  note() { history.replaceState(null, '', '/console/live' + (this.query.size ? '?' + this.query : '')); }

  apply() {
    this.note();
    this.sessions.clear();
    this.load();
  }

  /** The question for the server; sessions that are over are shown if the address wants it. */
  get parameters() {
    const query = new URLSearchParams(this.query);
    query.delete('selected');
    if (query.get('open') === 'any') query.delete('open'); else query.set('open', 'true');
    if ((query.get('q') ?? '').length < 3) query.delete('q');
    query.set('pageSize', SIZE);
    return query;
  }

  /** Whether a session that has changed is among those; only the server knows what a text finds. */
  isWanted(session) {
    const has = (name, list, member) => !this.query.get(name) || (list || []).some((entry) => entry[member].id === this.query.get(name));
    const type = this.query.get('type');
    const queue = this.query.get('queue');
    return (!type || session.type === type) && has('segment', session.segmentAssignments, 'segment') && has('outcome', session.outcomeAchievements, 'outcome')
      && (!queue || session.lastConnectedQueue?.id === queue || session.lastConnectedQueue?.name === queue)
      && (this.query.get('open') === 'any' || !session.endedDate);
  }

  // Sessions

  async load() {
    clearTimeout(this.retrying);
    const question = this.parameters.toString();
    try {
      const answer = await ask('/v1/sessions?' + question);
      if (this.isClosed || question !== this.parameters.toString()) return;
      this.sessions = new Map(answer.entities.map((session) => [session.id, session]));
      this.hasMore = Boolean(answer.nextUri);
      this.isLoaded = true;
      this.failure = null;
      this.held.clear();
      const selected = this.query.get('selected');
      if (this.card?.session.id === selected) { if (this.sessions.has(selected)) this.card.update(this.sessions.get(selected)); }
      else if (selected && this.sessions.has(selected)) this.select(selected);
    } catch (error) {
      if (this.isClosed || error.status === 401) return;
      this.failure = error;
      if (error.isPassing) this.retrying = setTimeout(() => this.load(), Math.max(2, error.retryAfter) * 1000);
    }
    this.drawRows();
  }

  take(session) {
    if (!this.isLoaded) return;
    const old = this.sessions.get(session.id);
    if (old && old.revision > session.revision) return;
    if (!old && (this.query.get('q') ?? '').length >= 3) { this.again(); return; }
    if (this.isWanted(session)) this.sessions.set(session.id, session); else if (old) this.sessions.delete(session.id); else return;
    if (this.sessions.size > SIZE * 2) this.trim();
    if (this.card?.session.id === session.id) this.card.update(session);
    if (this.isPaused) { this.held.add(session.id); this.drawPause(); return; }
    this.draw();
  }

  trim() {
    const sorted = [...this.sessions.values()].sort((a, b) => (lastOf(a) < lastOf(b) ? 1 : -1)).slice(0, SIZE);
    this.sessions = new Map(sorted.map((session) => [session.id, session]));
    this.hasMore = true;
  }

  pause() {
    this.isPaused = !this.isPaused;
    if (!this.isPaused) { this.held.clear(); this.draw(); }
    this.drawPause();
  }

  drawPause() { drawPause(this.pauseButton, this.isPaused, this.held.size > 0 && h('span.muted', ` ${t('held', this.held.size)}`)); }

  drawRows() {
    if (this.isClosed || (this.isPaused && this.isLoaded && !this.failure && this.body.children.length)) return;
    const sessions = [...this.sessions.values()].sort((a, b) => (lastOf(a) === lastOf(b) ? (a.id < b.id ? 1 : -1) : lastOf(a) < lastOf(b) ? 1 : -1)).slice(0, SIZE);
    this.count.textContent = this.isLoaded ? t(this.hasMore ? 'hereNowMore' : 'hereNow', sessions.length) : '';
    this.table.hidden = !sessions.length;
    if (this.failure) fill(this.notice, problem(this.failure, () => this.load()));
    else if (!this.isLoaded) fill(this.notice, message('', t('loading'), ''));
    else if (!sessions.length) fill(this.notice, this.query.size ? message('empty', t('noneFound'), t('noneFoundText')) : message('empty', t('nobody'), t('nobodyText')));
    else fill(this.notice);
    this.rows ??= new Map();
    const ids = new Set(sessions.map((session) => session.id));
    for (const [id, row] of this.rows) if (!ids.has(id)) { row.remove(); this.rows.delete(id); }
    const isFocused = this.body.contains(document.activeElement);
    let before = this.body.firstElementChild;
    for (const session of sessions) {
      const row = this.row(session);
      if (row === before) before = row.nextElementSibling;
      else if (!isFocused || !row.contains(document.activeElement)) this.body.insertBefore(row, before);
    }
  }

  row(session) {
    let row = this.rows.get(session.id);
    if (!row) {
      row = h('tr', { click: (event) => { if (!event.target.closest('a, button')) this.select(session.id, true); } });
      row.button = h('button.link.who', { click: () => this.select(session.id, true) });
      row.append(h('th', { scope: 'row' }, row.button), h('td'), h('td'), h('td'), h('td'), h('td'));
      this.rows.set(session.id, row);
    }
    const card = session.card || {};
    row.dataset.color = known(card.color);
    row.setAttribute('aria-current', String(this.query.get('selected') === session.id));
    const [, state, where, segments, length, activity] = row.children;
    const seconds = Math.max(0, (Date.now() - Date.parse(lastOf(session))) / 1000);
    activity.firstChild?.firstChild ? activity.firstChild.firstChild.textContent = ago(seconds) : fill(activity, time(lastOf(session), ago(seconds)));
    length.textContent = duration(secondsOf(session));
    if (row.revision === session.revision && row.lang === language()) return row;
    const isChanged = row.revision !== undefined && row.revision !== session.revision;
    row.revision = session.revision;
    row.lang = language();
    fill(row.button, icon(card.icon), h('span', foreign(card.customer && card.customer !== 'Unknown' ? card.customer : session.customerId), h('span.muted', ' ', foreign(titleOf(session)))));
    fill(state, pill(card));
    const place = placeOf(session.geolocation);
    fill(where, foreign(card.currentPage ?? session.lastScreen ?? [card.queue, card.agent].filter((text) => text && text !== '-').join(' · ')), place && h('span.muted', ' ', foreign(place)));
    fill(segments, segmentsOf(session).length > 0 && h('span.chips', segmentsOf(session).slice(0, 3).map((entry) => chip(entry.segment.id))), segmentsOf(session).length > 3 && h('span.muted', ` +${segmentsOf(session).length - 3}`));
    fill(activity, time(lastOf(session), ago(seconds)));
    row.classList.remove('flash-row');
    if (isChanged) requestAnimationFrame(() => row.classList.add('flash-row'));
    return row;
  }

  /** Shows a session beside the list. */
  select(id, takesFocus) {
    const session = this.sessions.get(id);
    if (!session) return;
    this.query.set('selected', id);
    this.note();
    for (const [key, row] of this.rows || []) row.setAttribute('aria-current', String(key === id));
    this.card = new SessionCard().begin(session);
    this.side.hidden = false;
    const close = () => {
      this.side.hidden = true;
      this.query.delete('selected');
      this.note();
      this.rows.get(id)?.button.focus();
      this.rows.get(id)?.setAttribute('aria-current', 'false');
      this.card = null;
    };
    fill(this.side,
      h('p.dock-bar', may('journey:customer:view') && h('a.link', { href: customerLink(session) }, t('openCustomer')),
        h('button.plain', { 'aria-label': t('closeDialog'), click: close }, icon('close'))),
      this.card);
    this.side.onkeydown = (event) => { if (event.key === 'Escape') close(); };
    this.card.open(true);
    if (takesFocus) { this.card.toggle.focus({ preventScroll: true }); if (getComputedStyle(this.side).position === 'static') this.side.scrollIntoView({ block: 'start' }); }
  }
}

const ago = (seconds) => (seconds < 60 ? t('now') : t('ago', duration(seconds)));
