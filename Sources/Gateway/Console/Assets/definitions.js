// What is in force, and what a change of it would have changed.
import { h, fill, foreign, shown, fullTime, time, number, uid } from './dom.js';
import { t, word, criterionText } from './texts.js';
import { icon } from './icons.js';
import { definitions, colorOf, missingOf, EXPLAIN, whyLink } from './api.js';
import { message, problem, swatch, copyWhole } from './parts.js';
import { WhatIf } from './whatif.js';

const GROUPS = [['segment', 'segments'], ['outcome', 'outcomes'], ['actionMap', 'kindActionMap'], [null, 'kindOther']];

export default class DefinitionsView {
  constructor(context) {
    this.context = context;
    context.setTitle(t('definitionsView'));
    context.noteLive('still');
    this.list = h('div.groups', message('', t('loadingMore')));
    /** Changes that somebody is about to try, by kind and id. */
    this.trials = new Map();
    this.about = h('p.muted');
    this.filter = h('input', { type: 'search', id: uid('filter'), autocomplete: 'off', maxlength: '100', input: () => this.draw() });
    fill(context.main, h('div.scroller.wide', h('div.page',
      h('div.title-row', h('h1', t('definitionsView')), h('div.field', h('label', { for: this.filter.id }, t('definitionFilter')), this.filter)), this.about, this.list)));
    this.load();
    this.timer = setInterval(() => { if (!document.hidden) this.load(); }, 15_000);
  }

  close() { this.isClosed = true; clearInterval(this.timer); for (const trial of this.trials.values()) trial.close(); }

  async load() {
    try {
      const found = await definitions(true);
      if (this.isClosed) return;
      const signature = JSON.stringify(found);
      if (signature === this.signature) return;
      // Nothing moves under somebody who writes.
      if (this.list.querySelector('.whatif')?.contains(document.activeElement)) return;
      this.signature = signature;
      this.found = found;
      this.draw();
    } catch (error) {
      if (!this.isClosed && error.status !== 401) { this.signature = null; fill(this.list, problem(error, () => this.load())); }
    }
  }

  draw() {
    if (!this.found) return;
    if (!this.found.entities.length) { fill(this.list, message('empty', t('noDefinitions'), t('noDefinitionsText'))); return; }
    fill(this.about, t('inForceText', this.found.revision, fullTime(this.found.appliedDate), this.found.bundle.slice(0, 8)));
    const wanted = this.filter.value.trim().toLowerCase();
    const entities = this.found.entities.filter((entity) => !wanted || `${entity.id} ${nameOf(entity)}`.toLowerCase().includes(wanted));
    const known = GROUPS.map(([kind]) => kind).filter(Boolean);
    const open = new Set([...this.list.querySelectorAll('details[open]')].map((node) => node.dataset.id));
    fill(this.list, GROUPS.map(([kind, title]) => {
      const some = entities.filter((entity) => (kind ? entity.kind === kind : !known.includes(entity.kind)));
      return some.length > 0 && h('section.panel', h('h2', t(title), ' ', h('span.muted', number(some.length))), h('ul.entries', some.map((entity) => this.entity(entity, open))));
    }));
    if (!entities.length) fill(this.list, message('empty', t('noneFound'), t('noneFoundText')));
  }

  entity(entity, open) {
    const { matches, ...definition } = entity;
    const key = `${entity.kind} ${entity.id}`;
    const gives = ['segment', 'outcome', 'actionMap'].includes(entity.kind);
    const json = JSON.stringify(definition, null, 2);
    return h('li',
      h('p.entry-line', entity.kind === 'segment' && colorOf(entity.id) ? swatch(entity.id) : icon(entity.kind === 'actionMap' ? 'offered' : entity.kind, 'event'), h('strong', foreign(nameOf(entity))), h('span.muted.mono', shown(entity.id)), !GROUPS.some(([kind]) => kind === entity.kind) && h('span.muted', shown(word(entity.kind))),
        entity.isActive === false && h('span.pill', { 'data-color': 'white' }, icon('state-white'), t('inactive')),
        gives && h('span.match', { 'data-none': matches.lastHour ? null : '' }, t('lastHour'), ': ', matches.lastHour ? [number(matches.lastHour), matches.newest && h('span.muted', ' ', time(matches.newest))] : t('noLag'))),
      listensTo(entity).length > 0 && h('p.muted', t('listensTo'), ': ', foreign(listensTo(entity).join(', '))),
      gives && !missingOf(EXPLAIN) && h('p.entry-line', h('a', { href: whyLink('', entity.kind, entity.id) }, t('explainOne')),
        h('button.link', { 'aria-expanded': String(this.trials.has(key)), click: (event) => this.tryOut(event.target, key, definition) }, t('whatIf'))),
      this.trials.get(key)?.element,
      h('details', { 'data-id': key, open: open.has(key) || null }, h('summary', t('showJSON')), h('pre', { tabindex: '0' }, shown(json, 20_000)), h('p', copyWhole(json, t('copy')))));
  }

  /** Opens the place where a change is tried, or closes it. */
  tryOut(button, key, definition) {
    const known = this.trials.get(key);
    if (known) {
      known.close();
      known.element.remove();
      this.trials.delete(key);
    } else {
      const trial = new WhatIf(definition);
      this.trials.set(key, trial);
      button.closest('p').after(trial.element);
      trial.text?.focus();
      trial.text?.setSelectionRange(0, 0);
    }
    button.setAttribute('aria-expanded', String(this.trials.has(key)));
  }
}

const nameOf = (entity) => entity.displayName || entity.name || entity.id;

/** Streams, names of events and segments that a definition waits for. */
function listensTo(entity) {
  const patterns = [...(entity.journey?.patterns || []), ...(entity.context?.patterns || [])];
  const found = patterns.map((pattern) => [word(pattern.streamType), pattern.sessionType !== pattern.streamType?.toLowerCase() && pattern.sessionType, pattern.eventName, (pattern.criteria || []).map((criterion) => criterionText(criterion, ' | ')).join(' & ')].filter(Boolean).join(' '));
  const segments = (entity.triggerWithSegments || []).map((id) => t('whySegment', id));
  const events = (entity.triggerWithEventConditions || []).map((condition) => `${word(condition.streamType || '')} ${criterionText(condition, ' | ')}`.trim());
  const outcomes = (entity.triggerWithOutcomeProbabilityConditions || []).map((condition) => condition.outcomeId);
  return [...new Set([...found, ...segments, ...events, ...outcomes])].filter(Boolean).map((text) => shown(text, 300));
}
