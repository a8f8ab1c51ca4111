// What a changed definition would have made of the events of late, beside what the one in force made of them.
import { h, fill, heads, framed, foreign, shown, fullTime, time, number, uid } from './dom.js';
import { t, word } from './texts.js';
import { icon } from './icons.js';
import { path, missingOf, EXPLAIN, whyLink } from './api.js';
import { inquire } from './inquire.js';
import { problem, notes, copyWhole } from './parts.js';

const HOURS = [1, 6, 24, 72, 168];

/** Asks for a changed text of a definition, and shows what it would have changed. */
export class WhatIf {
  constructor(definition) {
    const missing = missingOf(EXPLAIN);
    if (missing) { this.element = h('p.muted', t('missingText', missing)); return; }
    this.text = h('textarea', { id: uid('text'), rows: '14', spellcheck: 'false', autocomplete: 'off' });
    this.text.value = JSON.stringify(definition, null, 2);
    this.hours = h('select', { id: uid('hours') }, HOURS.map((hours) => h('option', { value: hours, selected: hours === 24 }, t('whatIfHours', hours))));
    this.flaw = h('p.flaw', { role: 'alert', id: uid('flaw') });
    this.text.setAttribute('aria-describedby', this.flaw.id);
    this.answer = h('div.compared', { 'aria-live': 'polite' });
    this.element = h('form.whatif', { submit: (event) => { event.preventDefault(); this.compare(); } },
      h('p.muted', t('whatIfText')), h('div.field', h('label', { for: this.text.id }, t('whatIfDefinition')), this.text), this.flaw,
      h('p.entry-line', h('label', { for: this.hours.id }, t('whatIfOver')), h('span.narrow', this.hours), h('button.button', { type: 'submit' }, t('whatIfTry'))), this.answer);
  }

  close() { this.stopper?.abort(); }

  async compare() {
    this.flaw.textContent = '';
    this.text.removeAttribute('aria-invalid');
    let definition;
    try { definition = JSON.parse(this.text.value); } catch (error) { this.fail(error.message); return; }
    this.stopper?.abort();
    const stopper = this.stopper = new AbortController();
    try {
      const job = await inquire('/v1/whatifs', { definition, hours: Number(this.hours.value) }, stopper, this.answer);
      if (!job) return;
      if (job.state === 'done') fill(this.answer, compared(job.result.comparison, job.result.text));
      else { fill(this.answer); this.fail(job.error?.message ?? ''); }
    } catch (error) {
      if (error.name === 'AbortError' || error.status === 401) return;
      fill(this.answer);
      if (error.status === 400) this.fail(error.message); else fill(this.answer, problem(error, () => this.compare()));
    }
  }

  fail(text) {
    this.flaw.textContent = shown(text);
    this.text.setAttribute('aria-invalid', 'true');
    this.text.focus();
  }
}

const words = ({ what, reason }) => (what === 'blocked' ? `${t('blocked')}: ${shown(word(reason))}` : word(what));

function compared(found, text) {
  const some = found.definitions.filter((entry) => entry.rows.length || entry.change !== 'same');
  return [
    h('h3.verdict-line', icon(found.differs ? 'offered' : 'accepted'), t(found.differs ? 'whatIfDiffers' : 'whatIfSame')),
    h('p.muted', t('whatIfScope', number(found.events), number(found.sessions), number(found.wholeSessions)), found.first && ` ${fullTime(found.first)} – ${fullTime(found.last)}`),
    notes(found.notes),
    some.map((entry) => h('section.one', h('h4', foreign(entry.displayName || entry.id)),
      framed(shown(entry.displayName || entry.id), h('table.even',
        heads(t('result'), [t('whatIfOld')], [t('whatIfNew')], [t('whatIfChange')]),
        h('tbody', entry.counts.map((count) => h('tr', h('th', { scope: 'row' }, words(count)), h('td.number', number(count.old)), h('td.number', number(count.new)), h('td.number', count.new === count.old ? '0' : (count.new > count.old ? '+' : '−') + number(Math.abs(count.new - count.old)))))))),
      h('div.sides', side(entry, 'whatIfOnlyOld', (row) => !row.new.count), side(entry, 'whatIfOnlyNew', (row) => !row.old.count), side(entry, 'whatIfOtherwise', (row) => row.old.count && row.new.count)))),
    found.omittedRows > 0 && h('p.muted', t('whatIfMore', number(found.omittedRows))),
    h('p', copyWhole(text.join('\n'), t('copyText'))),
  ];
}

function side(entry, title, belongs) {
  const rows = entry.rows.filter(belongs);
  if (!rows.length) return null;
  return h('section', h('h5', t(title), ' ', h('span.muted', number(rows.length))), h('ul.entries', rows.slice(0, 200).map((row) => {
    const told = row.new.count ? row.new : row.old;
    return h('li.entry-line', h('a', { href: path`/console/session/${row.session}` }, foreign(row.customerId)), h('span', words(row)), told.first && h('span.muted', time(told.first)), row.old.count > 0 && row.new.count === 0 && h('a', { href: whyLink(row.session, entry.kind, entry.id) }, t('why')));
  })));
}
