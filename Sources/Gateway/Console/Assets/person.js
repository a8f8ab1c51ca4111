// What is known of a person, and what somebody may decide about it.
import { h, fill, foreign, shown, fullTime, uid, announce } from './dom.js';
import { t, word, language } from './texts.js';
import { ask, decide, path, may, nameOf, allOf } from './api.js';
import { chip, copyButton } from './card.js';
import { notLoaded } from './parts.js';

const MAY_SEE = 'externalContacts:contact:view';
const TYPES = ['email', 'phone', 'externalId'];

/** The part of the page that is about one contact; asks for it as often as its sessions say that it changed. */
export class PersonPanel {
  constructor() { this.element = h('div.known', { 'aria-live': 'polite' }); }

  /** Shows a contact, `revision` says whether it is another than before; without one, who a customer may be. */
  show(id, revision, customer) {
    const isKnown = id && may(MAY_SEE);
    const isNamed = TYPES.includes(customer.type) && customer.value && may('externalContacts:contact:edit');
    const key = [isKnown ? id : isNamed && customer.value, revision, allOf('segment').length, language()].join(' ');
    if (key === this.key) return;
    // A question or a form that somebody is at stays; what has changed is shown once it is answered.
    if (isKnown && this.isAsking) { this.stale = true; return; }
    this.key = key;
    if (isKnown) { this.load(id); return; }
    fill(this.element, !id && isNamed && this.thisIs((given) => this.decide('put', { identifiers: [customer, given] })));
  }

  get isAsking() { return this.element.querySelector('span.sure, details[open]') !== null; }

  async load(id, token) {
    try {
      const headers = token ? { 'Sojourn-Token': token, Prefer: 'wait=5' } : {};
      const contact = await ask(path`/api/v2/externalcontacts/contacts/${id}`, { headers });
      if (contact.mergedTo) { await this.load(contact.mergedTo, token); return; }
      this.contact = contact;
      this.draw();
    } catch (error) {
      // Without a person the sessions are still there.
      if (error.status !== 401) fill(this.element, error.status === 404 ? null : notLoaded());
    }
  }

  draw() {
    const { contact } = this;
    this.stale = false;
    const segments = contact.segmentAssignments || [];
    const traits = Object.entries(contact.traits || {});
    fill(this.element,
      traits.length > 0 && h('section', h('h2', t('attributes')), h('ul.knowns', traits.map(([name, value]) => h('li', h('span', h('span.muted', foreign(name), ' '), foreign(value)), copyButton(value, shown(name)))))),
      contact.identifiers?.length > 0 && h('section', h('h2', t('knownBy')), h('ul.knowns', contact.identifiers.map((entry) => h('li',
        h('span', { title: [word(entry.verification), entry.dateCreated && fullTime(entry.dateCreated)].filter(Boolean).join(' · ') }, h('span.muted', shown(word(entry.type)), ' '), foreign(entry.value)), copyButton(entry.value, shown(word(entry.type))),
        may('externalContacts:identifier:edit') && this.action(t('notTheirs'), t('notTheirsAsk', shown(entry.value, 80)), 'release', { contactId: contact.id, identifiers: [bare(entry)] }, `${t('notTheirs')}: ${shown(entry.value, 80)}`))))),
      may('externalContacts:identifier:edit') && this.thisIs((given) => this.decide('claim', { contactId: contact.id, identifiers: [given] })),
      may('externalContacts:contact:edit') && contact.verification !== 'curated' && h('p', this.action(t('confirmPerson'), t('confirmPersonAsk'), 'verify', { contactId: contact.id })),
      contact.suggestions?.length > 0 && h('section', h('h2', t('maybeSame')), h('ul.knowns', contact.suggestions.map((entry) => h('li',
        h('a', { href: path`/console/contact/${entry.contact}` }, shown(entry.contact.slice(0, 8)), '…'), h('span.muted', shown(word(entry.reason))),
        may('externalContacts:contact:merge') && this.action(t('samePerson'), t('samePersonAsk'), 'merge', { contactIds: [contact.id, entry.contact] }))))),
      (segments.length > 0 || may('externalContacts:segmentAssignment:edit')) && h('section', h('h2', t('segmentsByHand')),
        segments.length > 0 && h('ul.chips', segments.map((entry) => h('li', chip(entry.segment.id, entry.dateAssigned),
          may('externalContacts:segmentAssignment:edit') && this.action('×', t('takeSegmentAsk', nameOf('segment', entry.segment.id)), 'segments', { contactId: contact.id, unassign: [entry.segment.id] }, t('takeSegment', nameOf('segment', entry.segment.id)))))),
        may('externalContacts:segmentAssignment:edit') && this.assign(new Set(segments.map((entry) => entry.segment.id)))));
  }

  /** A button that asks once more before it decides. */
  action(text, question, operation, body, label) {
    const button = h('button.link', { 'aria-label': label || null, click: () => {
      const again = h('button.quiet', { click: () => this.decide(operation, body, line) }, t('yes'));
      const line = h('span.sure', { role: 'group', 'aria-label': question }, h('span', question, ' '), again, h('button.link', { click: () => { line.replaceWith(button); button.focus(); if (this.stale) this.load(this.contact.id); } }, t('cancel')));
      button.replaceWith(line);
      again.focus();
    } }, text);
    return button;
  }

  /** A form for another name of the same person. */
  thisIs(decide) {
    const [type, value] = [h('select', { id: uid('type') }, TYPES.map((name) => h('option', { value: name }, t(`id_${name}`)))), h('input', { type: 'text', id: uid('value'), required: true, maxlength: '255', autocomplete: 'off' })];
    const form = h('form.sure', { submit: (event) => { event.preventDefault(); this.place = form; decide({ type: type.value, value: value.value.trim() }); } },
      h('div.field', h('label', { for: type.id }, t('idType')), type), h('div.field', h('label', { for: value.id }, t('idValue')), value), h('button.quiet', { type: 'submit' }, t('thisIsSave')));
    return h('details', h('summary', t('thisIs')), form);
  }

  assign(known) {
    const others = allOf('segment').filter((entity) => !known.has(entity.id));
    if (!others.length) return null;
    const choice = h('select', { 'aria-label': t('giveSegment'), change: () => { if (choice.value) this.decide('segments', { contactId: this.contact.id, assign: [{ segment: choice.value }] }, choice); } },
      h('option', { value: '' }, t('giveSegment')), others.map((entity) => h('option', { value: entity.id }, shown(nameOf('segment', entity.id), 80))));
    return choice;
  }

  async decide(operation, body, place = this.place) {
    const controls = place.matches('select') ? [place] : [...place.querySelectorAll('button, input, select')];
    for (const control of controls) control.disabled = true;
    this.flaw?.remove();
    try {
      const token = await decide(operation, body);
      announce(t('decided'));
      // Of somebody who was nobody yet the sessions will say who it is.
      if (this.contact) await this.load(this.contact.id, token);
      else fill(this.element, h('p.note', t('decided')));
    } catch (error) {
      if (error.status !== 401) place.after(this.flaw = h('p.note.bad', { role: 'alert' }, shown(error.message)));
      for (const control of controls) control.disabled = false;
    }
  }
}

/** An identifier as a decision names it. */
const bare = ({ type, value, externalSource }) => ({ type, value, ...(externalSource && { externalSource }) });
