// How the lanes are, what they rejected, and what action maps did: from the journal of all lanes.
import { h, fill, svg, heads, framed, foreign, shown, time, fullTime, clockTime, number, span, copy, uid } from './dom.js';
import { t, word, language } from './texts.js';
import { whyOf } from './map.js';
import { copyButton } from './card.js';
import { icon } from './icons.js';
import { ask, path, may, missingOf, EXPLAIN, whyLink } from './api.js';
import { message, problem, drawPause, copyWhole } from './parts.js';

const EVERY = 2000;
const READY = ['starting', 'waiting', 'restoring', 'breakerOpen', 'stalled', 'silent', 'stopping'];
const KINDS = [['applied', 'applied'], ['duplicates', 'duplicates'], ['rejected', 'rejected'], ['ignored', 'ignored'], ['routed', 'routed']];

export default class OperationsView {
  constructor(context) {
    this.context = context;
    context.setTitle(t('operationsView'));
    this.reason = new URLSearchParams(location.search).get('reason');
    this.panels = Object.fromEntries(['numbers', 'throughput', 'lanes', 'rejections', 'triggers', 'process', 'sources'].map((name) => [name, h('section.panel', { 'data-panel': name })]));
    this.notice = h('div', message('', t('loadingMore')));
    this.pauseButton = h('button.quiet', { click: () => { this.isPaused = !this.isPaused; this.drawPause(); } });
    this.drawPause();
    fill(context.main, h('div.scroller.wide', h('div.page', h('div.title-row', h('h1', t('operationsView')), this.pauseButton), this.notice, h('div.panels', Object.values(this.panels)))));
    this.lags = new Map();
    this.opened = new Set();
    context.noteLive('still');
    this.load();
  }

  close() { this.isClosed = true; clearTimeout(this.timer); }
  drawPause() { drawPause(this.pauseButton, this.isPaused); }

  async load() {
    if (!this.isPaused && !document.hidden) {
      try {
        const mayTriggers = may('journey:event:view') && may('journey:session:view');
        const [operations, process, rejections, triggers] = await Promise.all([
          ask('/v1/operations'), ask('/v1/operations/process'), ask('/v1/operations/rejected?' + new URLSearchParams({ pageSize: 50, ...(this.reason && { reason: this.reason }) })),
          mayTriggers ? ask('/v1/operations/triggers?pageSize=50') : null]);
        if (this.isClosed) return;
        fill(this.notice);
        this.draw(operations, rejections, triggers);
        this.drawProcess(process);
      } catch (error) {
        if (this.isClosed || error.status === 401) return;
        fill(this.notice, problem(error, () => this.load()));
        if (!error.isPassing) return;
      }
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.load(), EVERY);
  }

  /** Draws a panel anew if it says something else; what is marked or open in it stays otherwise. */
  put(name, value, ...children) {
    const signature = JSON.stringify([value, language()]);
    if (this.panels[name].signature === signature) return;
    if (this.panels[name].contains(document.activeElement) && document.activeElement !== document.body && name !== 'numbers') return;
    this.panels[name].signature = signature;
    fill(this.panels[name], children);
  }

  draw(operations, rejections, triggers) {
    const { history, lanes, sources, view } = operations;
    const minutes = Math.round((history.seconds * history.applied.length) / 60);
    // The newest intervals are not whole yet.
    const recent = (name) => history[name].slice(-14, -2).reduce((sum, value) => sum + value, 0) / (12 * history.seconds);
    const lags = lanes.map((lane) => lane.lag).filter((lag) => lag !== undefined);
    const lag = lags.length ? lags.reduce((sum, value) => sum + value, 0) : null;
    const tile = (label, value, state) => h('div.tile', { 'data-state': state || null }, h('dt', label), h('dd', value));
    const rate = (value) => t('perSecond', value > 0 && value < 0.1 ? `< ${number(0.1)}` : number(value < 10 ? Math.round(value * 10) / 10 : Math.round(value)));
    this.put('numbers', [recent('applied'), recent('rejected'), lag, view], h('h2.sr', t('operationsView')), h('dl.tiles',
      tile(t('applied'), rate(recent('applied'))),
      tile(t('rejected'), rate(recent('rejected')), recent('rejected') > 0 ? 'bad' : null),
      tile(t('lag'), lag === null ? '…' : lag === 0 ? t('noLag') : t('lagRecords', number(lag)), lag > 10_000 ? 'bad' : null),
      tile(t('sessions'), number(view.sessions)),
      tile(t('viewBytes'), bytes(view.bytes))));
    this.put('throughput', history, h('h2', t('throughput')), h('p.muted', t('throughputText', minutes)), chart(history));
    this.drawLanes(lanes);
    this.drawRejections(rejections);
    if (triggers) this.drawTriggers(triggers.entities);
    this.put('sources', sources, h('h2', t('bySource')), sources.length
      ? h('table', heads(t('source'), [t('events')]), h('tbody', sources.map((entry) => h('tr', h('th', { scope: 'row' }, foreign(entry.source)), h('td.number', number(entry.events))))))
      : h('p.muted', t('noSources', minutes)));
  }

  drawProcess(process) {
    const reasons = process.readiness?.reasons ?? [];
    const skewed = process.skews.filter((entry) => entry.count > 0);
    const far = skewed.filter((entry) => entry.seconds === undefined || entry.seconds > 300 || entry.seconds <= -300).reduce((sum, entry) => sum + entry.count, 0);
    const pairs = (counts) => Object.entries(counts).map(([name, count]) => h('span.watermark', h('span.muted', shown(word(name)), ' '), number(count)));
    this.put('process', process, h('h2', t('thisProcess')),
      process.isReady !== undefined && h('p.entry-line', icon(process.isReady ? 'accepted' : 'error'), h('strong', t(process.isReady ? 'isReady' : 'isNotReady'))),
      reasons.length > 0 && h('ul.notes', reasons.map((reason) => h('li', [READY.includes(reason.code) ? t('ready_' + reason.code) : reason.code, reason.topic, reason.lane !== undefined && `${t('lane')} ${reason.lane}`, reason.total !== undefined && `${number(reason.read)} / ${number(reason.total)}`, reason.lag !== undefined && t('lagRecords', number(reason.lag)), reason.explanation, reason.paused].filter(Boolean).map((text) => shown(text)).join(' · ')))),
      process.readiness?.lost?.length > 0 && h('p.flaw', t('lostInput', process.readiness.lost.length)),
      process.isLogAway && h('p.flaw', t('logAway')),
      h('dl.counts.loose',
        process.statuses.length > 0 && h('div', h('dt', t('answers')), h('dd', pairs(Object.fromEntries(process.statuses.map((entry) => [entry.status, entry.count]))))),
        skewed.length > 0 && h('div', h('dt', t('clocks')), h('dd', t('clocksFar', number(far), number(skewed.reduce((sum, entry) => sum + entry.count, 0)))))),
      process.sources.length > 0 && framed(t('thisProcess'), h('table',
        heads(t('source'), t('events'), t('timesFrom')),
        h('tbody', process.sources.map((entry) => h('tr', h('th', { scope: 'row' }, foreign(entry.source)), h('td', pairs(entry.events)), h('td', pairs(entry.times))))))));
  }

  drawLanes(lanes) {
    const now = Date.now();
    const trend = (lane) => {
      const known = this.lags.get(lane.lane) || [];
      if (lane.lag !== undefined) known.push(lane.lag);
      if (known.length > 8) known.shift();
      this.lags.set(lane.lane, known);
      const change = known.length > 1 ? known.at(-1) - known[0] : 0;
      return lane.lag === undefined || (known.at(-1) === 0 && change === 0) ? null : change > 0 ? ['up', t('growing')] : change < 0 ? ['down', t('shrinking')] : ['state-white', t('steady')];
    };
    const rows = lanes.map((lane) => {
      const [picture, change] = trend(lane) || [];
      const behind = lane.lag > 0 ? span((now - Date.parse(lane.takenAt)) / 1000) : '';
      return h('tr', h('th', { scope: 'row' }, lane.lane),
        h('td', lane.lag === undefined ? '…' : lane.lag === 0 ? t('noLag') : [t('lagRecords', number(lane.lag)), ' · ', behind], picture && picture !== 'state-white' && h('span.trend', { title: change }, icon(picture), h('span.sr', change))),
        h('td', time(lane.takenAt, clockTime(lane.takenAt))),
        h('td.number', number(lane.sequence)),
        h('td', Object.entries(lane.watermarks).map(([stream, at]) => h('span.watermark', { title: fullTime(at) }, h('span.muted', shown(word(stream)), ' '), clockTime(at)))));
    });
    this.put('lanes', lanes.map((lane) => [lane, lane.lag > 0 ? Math.round(now / 5000) : 0]), h('h2', t('lanes')), framed(t('lanes'), h('table',
      heads(t('lane'), t('lag'), t('lastCommit'), [t('batches')], t('watermarks')),
      h('tbody', rows))));
  }

  drawRejections({ reasons, entities }) {
    const choose = (reason) => {
      this.reason = reason;
      history.replaceState(null, '', '/console/operations' + (reason ? '?' + new URLSearchParams({ reason }) : ''));
      this.panels.rejections.signature = null;
      document.activeElement?.blur();
      clearTimeout(this.timer);
      this.load();
    };
    const total = reasons.reduce((sum, entry) => sum + entry.count, 0);
    this.put('rejections', [reasons, entities, this.reason], h('h2', t('rejections')),
      h('p.muted', total ? t('rejectionsText', number(total)) : t('noRejections')),
      total > 0 && h('ul.filter-chips', [null, ...reasons].map((entry) => h('li', h('button.filter-chip', { 'aria-pressed': String((entry?.reason ?? null) === (this.reason ?? null)), click: () => choose(entry?.reason ?? null) }, entry ? [shown(word(entry.reason)), ' ', h('span.muted', number(entry.count))] : t('any'))))),
      h('ul.entries', entities.map((entry) => letter(entry, this.opened))));
  }

  drawTriggers(entities) {
    this.put('triggers', entities, h('h2', t('triggers')), h('p.muted', entities.length ? t('triggersText') : t('noTriggers')),
      h('ul.entries', entities.map((event) => {
        const body = event.webActionEvent || event.blockedWebActionOfferEvent || {};
        const state = event.webActionEvent ? word(body.action?.state) : shown(word(body.blockingReason));
        const why = whyOf(event.because);
        return h('li', h('p.entry-line', icon(event.webActionEvent ? (body.action?.state === 'offered' ? 'offered' : 'timedout') : 'blocked'), h('strong', foreign(body.actionMap?.displayName || body.actionMap?.id)), h('span', event.webActionEvent ? state : `${t('blocked')}: ${state}`), h('span.muted', time(event.createdDate, clockTime(event.createdDate))),
          h('a', { href: path`/console/session/${event.session.id}` }, t('session')),
          body.actionMap?.id && !missingOf(EXPLAIN) && h('a', { href: whyLink(event.session.id, 'actionMap', body.actionMap.id) }, t('why'))),
        why.length > 0 && h('p.muted.why-line', t('why'), ': ', foreign(why.join(' · '))));
      })));
  }
}

/** Dead letters that somebody has asked for whole, the newest few. */
const wholes = new Map();
const MAX_WHOLES = 8;
/** Characters of one that are shown; all are copied. */
const WHOLE = 200_000;

async function loadWhole(button, entry, key) {
  button.disabled = true;
  try {
    const found = await ask(path`/v1/operations/rejected/${entry.lane}/${entry.offset}`);
    if (wholes.size >= MAX_WHOLES) wholes.delete(wholes.keys().next().value);
    wholes.set(key, found.value);
    fill(button.closest('details').querySelector('pre'), shown(found.value, WHOLE));
    button.closest('p').remove();
  } catch (error) {
    fill(button.closest('p'), error.status === 404 ? t('notThere') : t('loadFailed'));
  }
}

function letter(entry, opened) {
  const key = `${entry.lane}-${entry.offset}`;
  const redrive = `sojourn redrive --reason ${entry.reason}`;
  return h('li',
    h('p.entry-line', icon('rejected'), h('strong', { title: shown(entry.reason) }, shown(word(entry.reason))), h('span.muted', time(entry.rejectedDate, clockTime(entry.rejectedDate))), h('span.muted.mono', `${shown(entry.origin.topic)}-${entry.origin.partition} @ ${entry.origin.offset}`)),
    entry.explanation && h('p', foreign(entry.explanation)),
    entry.value !== undefined && h('details', { open: opened.has(key) || null, toggle: (event) => (event.target.open ? opened.add(key) : opened.delete(key)) }, h('summary', t('showValue')),
      h('pre', { tabindex: '0', dir: 'auto' }, shown(wholes.get(key) ?? entry.value, WHOLE)),
      entry.shownBytes < entry.bytes && !wholes.has(key) && h('p.muted', t('cut', number(entry.shownBytes), number(entry.bytes)), ' ', h('button.link', { click: (event) => loadWhole(event.target, entry, key) }, t('loadWhole'))),
      h('p.entry-line', copyWhole(wholes.get(key) ?? entry.value, t('copy')), h('span.muted', t('redrive'), ': '), h('code', redrive), copyButton(redrive, t('redrive')))));
}

function bytes(count) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  let value = count;
  while (value >= 1024 && unit < units.length - 1) { value /= 1024; unit++; }
  return `${number(Math.round(value * 10) / 10)} ${units[unit]}`;
}

/** Events a second as a line, and as a table for who does not see it. */
function chart(history) {
  const [width, height] = [720, 120];
  const values = history.applied.map((value, index) => value + history.duplicates[index] + history.rejected[index]).slice(0, -1);
  const rejected = history.rejected.slice(0, -1);
  const most = Math.max(1, ...values) / history.seconds;
  const x = (index) => (index / Math.max(1, values.length - 1)) * width;
  const y = (value) => height - 4 - (value / history.seconds / most) * (height - 20);
  const line = values.map((value, index) => `${index ? 'L' : 'M'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`).join('');
  const name = uid('chart');
  const perMinute = [];
  const step = Math.round(60 / history.seconds);
  for (let index = 0; index < history.applied.length; index += step) {
    const sum = (key) => history[key].slice(index, index + step).reduce((total, value) => total + value, 0);
    perMinute.push([new Date(Date.parse(history.from) + index * history.seconds * 1000).toISOString(), ...KINDS.map(([key]) => sum(key))]);
  }
  return h('figure',
    svg('svg', { viewBox: `0 0 ${width} ${height}`, class: 'chart', role: 'img', 'aria-labelledby': name, preserveAspectRatio: 'none' },
      svg('title', { id: name }, t('throughput')),
      ...[0.25, 0.5, 0.75].map((share) => svg('path', { class: 'grid', d: `M0 ${y(share * most * history.seconds)}H${width}` })),
      svg('path', { class: 'area', d: `${line}L${width} ${height}L0 ${height}Z` }), svg('path', { class: 'curve', d: line }),
      ...rejected.map((value, index) => value && svg('path', { class: 'rejected', d: `M${x(index)} ${height}V${Math.min(height - 3, y(value))}` })).filter(Boolean)),
    h('figcaption', h('span.muted', `${clockTime(history.from)} – ${clockTime(Date.now())}`), h('span.muted', t('atMost', t('perSecond', number(Math.round(most * 10) / 10))))),
    h('details', h('summary', t('asTable')), framed(t('throughput'), h('table',
      heads(t('at'), ...KINDS.map(([, text]) => [t(text)])),
      h('tbody', perMinute.map(([at, ...counts]) => h('tr', h('th', { scope: 'row' }, time(at, clockTime(at))), counts.map((count) => h('td.number', number(count))))))))));
}
