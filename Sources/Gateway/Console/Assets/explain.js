// Why a definition held in a session, or not: the log is read again, and every condition is asked.
import { h, fill, foreign, shown, time, clockTime, fullTime, number, uid } from './dom.js';
import { t, word, sentence } from './texts.js';
import { icon } from './icons.js';
import { path, missingOf, definitions, definition, allOf, nameOf, colorOf, whyLink, customerLink, EXPLAIN } from './api.js';
import { inquire } from './inquire.js';
import { message, problem, swatch, notes, copyWhole } from './parts.js';

const KINDS = [['segment', 'segments'], ['outcome', 'outcomes'], ['actionMap', 'kindActionMap']];
const VERDICTS = { segment: ['explainAssigned', 'explainNotAssigned'], outcome: ['achieved', 'explainNotAchieved'], actionMap: ['explainOffered', 'explainNotQualified'] };

export default class ExplainView {
  constructor(context) {
    this.context = context;
    context.setTitle(t('explainView'));
    context.noteLive('still');
    const missing = missingOf(EXPLAIN);
    if (missing) { fill(context.main, message('lock', t('missingPermission'), t('missingText', missing))); return; }
    const query = new URLSearchParams(location.search);
    this.session = h('input', { type: 'search', id: uid('session'), autocomplete: 'off', spellcheck: 'false', maxlength: '36', required: true, value: query.get('session') || '' });
    this.choice = h('select', { id: uid('definition'), required: true });
    this.button = h('button.button', { type: 'submit' }, t('explainIt'));
    const form = h('form.filters.ask', { submit: (event) => { event.preventDefault(); this.note(); this.explain(); } },
      h('div.field', h('label', { for: this.session.id }, t('session')), this.session),
      h('div.field', h('label', { for: this.choice.id }, t('explainDefinition')), this.choice), this.button);
    this.answer = h('div.groups', { 'aria-live': 'polite' });
    fill(context.main, h('div.scroller.wide', h('div.page', h('h1', t('explainView')), h('p.muted.lead', t('explainText')), form, this.answer)));
    this.begin(query.get('kind'), query.get('definition'));
  }

  close() { this.stopper?.abort(); this.isClosed = true; }

  async begin(kind, id) {
    try { await definitions(true); } catch (error) { if (error.status !== 401) fill(this.answer, problem(error)); return; }
    if (this.isClosed) return;
    fill(this.choice, h('option', { value: '' }, t('explainChoose')), KINDS.map(([name, title]) => {
      const some = allOf(name);
      return some.length > 0 && h('optgroup', { label: t(title) }, some.map((entity) => h('option', { value: `${name} ${entity.id}`, selected: name === kind && entity.id === id }, shown(nameOf(name, entity.id), 120))));
    }));
    if (this.session.value && this.choice.value) this.explain();
  }

  note() {
    const [kind, ...id] = this.choice.value.split(' ');
    history.replaceState(null, '', whyLink(this.session.value.trim(), kind, id.join(' ')));
  }

  async explain() {
    const [kind, ...rest] = this.choice.value.split(' ');
    this.stopper?.abort();
    const stopper = this.stopper = new AbortController();
    try {
      const job = await inquire('/v1/explanations', { sessionId: this.session.value.trim(), definition: rest.join(' '), kind }, stopper, this.answer, 'section.panel');
      if (!job || this.isClosed) return;
      if (job.state !== 'done') { fill(this.answer, message('error', t('explainFailed'), job.error?.message ?? '')); return; }
      fill(this.answer, explanation(job.result.explanation, job.result.text));
    } catch (error) {
      if (error.name !== 'AbortError' && error.status !== 401 && !this.isClosed) fill(this.answer, error.status === 404 ? message('empty', t('notFound'), shown(error.message)) : problem(error, () => this.explain()));
    }
  }
}

const mark = (isGood) => h('span.mark', { 'data-good': isGood ? '' : null }, icon(isGood ? 'accepted' : 'rejected'), h('span.sr', t(isGood ? 'heldMark' : 'notHeldMark')));
const moment = (value) => [time(value.time, fullTime(value.time)), value.event && [' ', h('span.mono', shown(value.event))]];
const list = (values) => values.map((value) => `“${shown(value, 120)}”`).join(', ');

function explanation(found, text) {
  const { session, definition: it } = found;
  const isQualified = found.happenings.some((entry) => entry.what.startsWith('qualified'));
  const verdict = found.held ? VERDICTS[it.kind][0] : it.kind === 'actionMap' && isQualified ? 'explainHeldBack' : VERDICTS[it.kind][1];
  return [
    h('section.panel.verdict', { 'data-held': found.held ? '' : null },
      h('h2', icon(found.held ? 'accepted' : 'rejected'), h('span', t(verdict))),
      h('p', it.kind === 'segment' && colorOf(it.id) && swatch(it.id), h('strong', foreign(it.displayName)), ' ', h('span.muted', `${t('version')} ${it.version}`)),
      found.time && h('p', t('explainSince'), ' ', moment(found)),
      found.expires && h('p', t(found.isExpired ? 'explainUnassigned' : 'explainUntil'), ' ', time(found.expires, fullTime(found.expires))),
      h('p.muted', h('a', { href: path`/console/session/${session.id}` }, t('session')), ' · ', h('a', { href: customerLink(session) }, shown(session.customerId)), ' · ',
        t('explainEvents', number(session.eventsRead), number(session.eventCount)), ` · ${clockTime(session.first)} – ${clockTime(session.last)}`),
      notes(found.notes),
      h('p', copyWhole(text.join('\n'), t('copyText')))),
    found.context.length > 0 && h('section.panel', h('h2', t('explainContext')), h('ul.entries', found.context.map((entry) => pattern(entry)))),
    found.journey.length > 0 && h('section.panel', h('h2', t('explainJourney')), found.isOrdered && h('p.muted', t('explainOrdered')), h('ul.entries', found.journey.map((entry) => pattern(entry)))),
    found.segments?.length > 0 && h('section.panel', h('h2', t('explainTriggers')), h('ul.entries', found.segments.map((entry) => h('li.finding', mark(entry.isAssigned), h('div',
      h('strong', foreign(entry.displayName || entry.id)), ' ', h('span.muted', entry.isAssigned ? [t('explainAssigned'), ' ', time(entry.time, fullTime(entry.time))] : t('explainNotAssigned')), ' ',
      h('a', { href: whyLink(session.id, 'segment', entry.id) }, t('why'))))))),
    found.predictions?.length > 0 && h('section.panel', h('h2', t('explainPredictions')), h('ul.entries', found.predictions.map((entry) => h('li.finding', mark(entry.held), h('div',
      h('strong', foreign(entry.displayName || entry.outcome)), ' ', asked(entry), ' ',
      h('span.muted', entry.newest === undefined ? t('explainUnpredicted') : t('explainSaid', entry.highest, entry.newest)), ' ',
      h('a', { href: whyLink(session.id, 'outcome', entry.outcome) }, t('why'))))))),
    found.pages && h('section.panel', h('h2', t('explainPages')), (definition('actionMap', it.id)?.pageUrlConditions || []).map((condition) => h('p', { dir: 'auto' }, t('explainOnPages'), ' ', h('span.mono', shown(word(condition.operator))), ' ', list(condition.values || []))), seen(found.pages, 'explainWereOn')),
    it.kind === 'actionMap' && found.happenings.length > 0 && h('section.panel', h('h2', t('explainHappened')), h('ul.entries', found.happenings.map(happening))),
  ];
}

/** What a map asks of a prediction. */
function asked({ measure, maximum, fallback }) {
  const [over, under] = measure === 'quantile' ? ['>', '<'] : ['≥', '≤'];
  return fallback === undefined ? t('explainAsks', word(measure), `${over} ${maximum}`) : t('explainAsksBoth', word(measure), `${over} ${maximum}`, `${under} ${fallback}`);
}

function pattern(found) {
  const of = found.required ? t('explainCount', found.counted, found.required) : found.count ? t('explainHeldFor', number(found.count)) : '';
  const title = found.streamType ? [t('explainKind', word(found.streamType)), found.eventName && [' ', h('span.mono', shown(found.eventName))], ' · ', of] : [t('explainAll'), of && [' · ', of]];
  const isGood = found.streamType ? found.isComplete : found.count > 0;
  return h('li.finding', mark(isGood), h('div', h('p', h('strong', title)),
    found.why && !isGood && h('p.muted', { dir: 'auto' }, shown(sentence(found.why))),
    found.events?.length > 0 && h('p.muted', t('explainBy'), ' ', found.events.map((id) => h('span.mono.id', shown(id)))),
    found.criteria.length > 0 && h('ul.criteria', found.criteria.map(criterion))));
}

function criterion(found) {
  const holds = found.count > 0;
  return h('li.finding', mark(holds), h('div',
    h('p', { dir: 'auto' }, h('span.mono', shown(found.key)), ` ${word(found.operator)} ${list(found.values)}`),
    holds ? h('p.muted', t('explainHeldOf', number(found.count), number(found.asked)), found.first && [' · ', t('explainFirst'), ' ', moment(found.first)])
      : h('p', { dir: 'auto' }, shown(sentence(found.why || ''))),
    !holds && seen(found)));
}

/** What a key had instead, the newest first. */
function seen(found, label = 'explainSeen') {
  if (!found.seen?.length) return null;
  return h('p.seen', h('span.muted', t(label), ' '), [...found.seen].reverse().map((one) => h('span.chip', { title: fullTime(one.time) }, foreign(list(one.values)), h('span.muted', t('times', one.count)))), found.omitted > 0 && h('span.muted', ' ', t('explainOlder', found.omitted)));
}

function happening(found) {
  const blocker = found.detail?.blockingActionMap?.id;
  return h('li.entry-line', icon(found.what === 'offered' ? 'offered' : found.what === 'blocked' ? 'blocked' : 'timedout'),
    h('strong', found.what === 'blocked' ? t('blocked') : word(found.what)), found.reason && h('span', shown(word(found.reason))), blocker && h('span.muted', nameOf('actionMap', blocker)),
    found.first && h('span.muted', moment(found.first)), found.count > 1 && h('span.muted', t('times', found.count)));
}
