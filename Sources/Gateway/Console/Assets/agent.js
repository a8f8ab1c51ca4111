// A customer's sessions, the newest first, as an agent has them beside a conversation.
import { h, fill, set, foreign, shown, time, eachFrame, coalesced, announce } from './dom.js';
import { t, word, language } from './texts.js';
import { icon } from './icons.js';
import { ask, path, may, definitions, nameOf, colorOf, customerLink } from './api.js';
import { Live } from './live.js';
import { SessionCard, chip, segmentsOf, copyButton } from './card.js';
import { message, problem, skeletons, notLoaded } from './parts.js';
import { PersonPanel } from './person.js';

const PAGE = 25;
/** Cards in the page at most; the others are room to scroll through. */
const MAX_CARDS = 100;
/** Of them above what is seen, at the top of the page at once, and more with each frame on either side. */
const [ROOM, SEEN, STEP] = [30, 14, 6];
/** Pixels from which on a customer has room beside the list; as in the style sheet. */
const WIDE = 980;
/** Members of a contact that stand elsewhere. */
const OWN = ['id', 'selfUri', 'type', 'name', 'firstName', 'lastName'];

export default class AgentView {
  constructor(context, kind, rest) {
    Object.assign(this, { context, kind, rest });
    this.sessions = [];
    this.cards = new Map();
    this.openIDs = new Set();
    this.held = [];
    // What is known of the person is apart: a form in it outlives a card that changes.
    this.about = h('div.person-about');
    this.facts = h('div.person-about');
    this.panel = new PersonPanel();
    // On a narrow page the sessions come first.
    this.moreAbout = h('details.more', { open: context.main.clientWidth >= WIDE }, h('summary', t('aboutPerson')), this.facts, this.panel.element);
    this.person = h('aside.person', { 'aria-label': t('customer') }, this.about, this.moreAbout);
    this.pill = h('button.new-pill', { hidden: true, click: () => this.takeHeld(true) });
    this.above = h('div.room', { 'aria-hidden': 'true' });
    this.below = h('div.room', { 'aria-hidden': 'true' });
    this.feed = h('div.feed', { role: 'feed', 'aria-label': t('sessions'), 'aria-busy': 'true', keydown: (event) => this.key(event) });
    this.end = h('div.end');
    this.scroller = h('div.scroller', this.person, h('div.list', this.pill, this.above, this.feed, this.below, this.end));
    fill(context.main, this.scroller);
    fill(this.feed, skeletons());
    this.place = eachFrame(() => this.window());
    this.scroller.addEventListener('scroll', this.place, { passive: true });
    addEventListener('resize', this.place);
    this.again = coalesced(150, () => this.reload());
    this.load();
  }

  close() {
    this.isClosed = true;
    clearTimeout(this.timer);
    clearTimeout(this.retrying);
    this.live?.close();
    removeEventListener('resize', this.place);
  }

  // Whose sessions

  async load() {
    try {
      await this.find();
      if (this.isClosed) return;
      if (may('journey:visit:view')) this.follow();
      else if (!this.isPolling) { this.isPolling = true; this.context.noteLive('still'); this.poll(); }
      if (!this.isLoaded) await this.reload();
    } catch (error) { this.fail(error); }
  }

  /** Turns a session, a conversation or a contact into a list of sessions. */
  async find() {
    const [first, second] = this.rest;
    switch (this.kind) {
      case 'customer':
        this.list = path`/v1/customers/${first}/${second}/sessions`;
        this.scope = `customer:${first}:${second}`;
        break;
      case 'contact':
        this.list = path`/api/v2/externalcontacts/contacts/${first}/journey/sessions`;
        this.scope = `contact:${first}`;
        break;
      case 'session':
        this.single = path`/api/v2/journey/sessions/${first}`;
        this.scope = `session:${first}`;
        this.openIDs.add(first);
        break;
      case 'conversation': {
        const session = await ask(path`/v1/conversations/${first}`);
        this.openIDs.add(session.id);
        if (may('journey:customer:view')) {
          this.list = path`/v1/customers/${session.customerIdType}/${session.customerId}/sessions`;
          this.scope = `customer:${session.customerIdType}:${session.customerId}`;
        } else {
          this.single = path`/api/v2/journey/sessions/${session.id}`;
          this.scope = `session:${session.id}`;
        }
      }
    }
  }

  follow() {
    this.live ??= new Live(this.scope, this.context, {
      card: (session) => this.take(session),
      gone: ({ id }) => this.remove(id),
      resync: () => this.again(),
    });
  }

  poll() { if (!this.isClosed) this.timer = setTimeout(async () => { await this.reload(); this.poll(); }, 30_000); }

  /** One after the other: a page that is loaded while the whole list is asked for anew would leave a hole in it. */
  inTurn(work) { return this.turn = Promise.resolve(this.turn).then(work, work); }

  /** Asks for as many sessions as there are, and takes them in. */
  reload() { return this.inTurn(() => this.loadAnew()); }

  async loadAnew() {
    if (this.isClosed) return;
    const before = new Set([...this.sessions, ...this.held].map((session) => session.id));
    try {
      let found = [];
      if (this.single) {
        found = [await ask(this.single)];
        this.next = null;
      } else {
        const wanted = Math.max(PAGE, this.sessions.length + this.held.length);
        let next = `${this.list}?pageSize=${Math.min(200, wanted)}`;
        while (next && found.length < wanted) {
          const answer = await ask(next);
          if (this.isClosed) return;
          found = found.concat(answer.entities);
          next = answer.nextUri ?? null;
        }
        // The whole list comes in large pages; what is loaded by hand does not.
        this.next = next?.replace(/pageSize=\d+/, `pageSize=${PAGE}`) ?? null;
      }
      if (this.isClosed) return;
      this.isLoaded = true;
      // What the stream has told meanwhile is newer.
      const known = new Map(this.sessions.map((session) => [session.id, session]));
      const all = found.map((session) => (known.get(session.id)?.revision > session.revision ? known.get(session.id) : session));
      const ids = new Set(found.map((session) => session.id));
      const isNew = (session) => !before.has(session.id) && !ids.has(session.id);
      const top = this.isReading ? this.sessions[0] : null;
      const waits = (session) => top && !known.has(session.id) && session.createdDate >= top.createdDate;
      this.sessions = all.filter((session) => !waits(session));
      for (const session of known.values()) if (isNew(session)) this.put(session);
      this.held = this.held.filter(isNew).concat(all.filter(waits));
      this.drawPill();
      this.draw();
      definitions(true).then(() => this.drawPerson(), () => {});
    } catch (error) { this.fail(error); }
  }

  fail(error) {
    if (this.isClosed || error.status === 401) return;
    if (error.isPassing) { clearTimeout(this.retrying); this.retrying = setTimeout(() => (this.isLoaded ? this.reload() : this.load()), Math.max(2, error.retryAfter) * 1000); }
    if (this.sessions.length) { this.endKind = null; fill(this.end, notLoaded(() => this.reload())); return; }
    fill(this.about);
    fill(this.facts);
    this.person.hidden = true;
    this.said = null;
    this.endKind = null;
    fill(this.end);
    set(this.feed, { 'aria-busy': 'false', role: 'group' });
    fill(this.feed, problem(error, () => { fill(this.feed, skeletons()); this.load(); }));
  }

  // Sessions

  /** Whether somebody reads further down, under whom nothing moves. */
  get isReading() { return this.scroller.scrollTop > 80; }

  /** Puts a session in its place; an older state of one that is there changes nothing. */
  put(session) {
    const index = this.sessions.findIndex((known) => known.id === session.id);
    if (index >= 0) {
      if (session.revision >= this.sessions[index].revision) this.sessions[index] = session;
      return false;
    }
    const place = this.sessions.findIndex((known) => known.createdDate < session.createdDate || (known.createdDate === session.createdDate && known.id < session.id));
    this.sessions.splice(place < 0 ? this.sessions.length : place, 0, session);
    return true;
  }

  /** Hears of a session that has changed. */
  take(session) {
    if (!this.isLoaded) return;
    const isKnown = this.sessions.some((known) => known.id === session.id);
    const isOlder = !isKnown && this.sessions.length > 0 && session.createdDate < this.sessions.at(-1).createdDate;
    if (isOlder && this.next) return;
    if (isKnown || this.sessions.length === 0) { this.put(session); this.later(); return; }
    const isNewest = session.createdDate >= this.sessions[0].createdDate;
    if (isNewest && this.isReading) {
      this.held = this.held.filter((entry) => entry.id !== session.id).concat(session);
      this.drawPill();
      return;
    }
    this.put(session);
    if (!isNewest) announce(t('broughtIn'));
    this.slides = isNewest ? session.id : null;
    this.later();
  }

  remove(id) {
    this.held = this.held.filter((session) => session.id !== id);
    const before = this.sessions.length;
    this.sessions = this.sessions.filter((session) => session.id !== id);
    this.drawPill();
    if (this.sessions.length !== before) this.later();
  }

  takeHeld(scrolls) {
    for (const session of this.held) this.put(session);
    this.held = [];
    this.drawPill();
    this.draw();
    if (scrolls) { this.scroller.scrollTop = 0; this.feed.querySelector('button.toggle')?.focus({ preventScroll: true }); }
  }

  async more() {
    if (!this.next || this.isLoading) return;
    this.isLoading = true;
    this.drawEnd();
    let flaw;
    await this.inTurn(async () => {
      try {
        if (!this.next) return;
        const answer = await ask(this.next);
        this.next = answer.nextUri ?? null;
        for (const session of answer.entities) this.put(session);
      } catch (error) { flaw = error; }
    });
    this.isLoading = false;
    if (flaw) this.drawEnd(flaw); else this.draw();
  }

  // Drawing

  later() { this.drawSoon ??= eachFrame(() => this.draw()); this.drawSoon(); }

  draw() {
    if (this.isClosed) return;
    this.feed.setAttribute('aria-busy', 'false');
    this.person.hidden = false;
    this.drawPerson();
    this.drawEnd();
    // A feed has articles and nothing else.
    this.feed.setAttribute('role', this.sessions.length ? 'feed' : 'group');
    if (!this.sessions.length) {
      fill(this.feed, message('empty', t('noSessions'), t('noSessionsText')));
      return;
    }
    this.heights ??= new Map();
    this.window(true);
  }

  /** Keeps a part of the cards in the page: those that can be seen, and some around them, which come a few in a frame. */
  window(isChanged) {
    if (this.isClosed || !this.sessions.length) return;
    const count = this.sessions.length;
    let [from, to] = [0, count];
    if (count > MAX_CARDS) {
      for (const [id, card] of this.cards) if (card.isConnected) this.heights.set(id, card.offsetHeight + 12);
      const average = this.heights.size ? [...this.heights.values()].reduce((sum, height) => sum + height, 0) / this.heights.size : 150;
      const heightOf = (index) => this.heights.get(this.sessions[index].id) ?? average;
      let top = 0;
      let first = 0;
      const start = this.scroller.scrollTop - this.above.offsetTop;
      while (first < count && top + heightOf(first) < start) top += heightOf(first++);
      const [low, high] = [Math.max(0, Math.min(count - MAX_CARDS, first - ROOM)), Math.min(count, Math.max(MAX_CARDS, first - ROOM + MAX_CARDS))];
      // What is there already stays, if somebody is there.
      const [old, end] = this.range?.[0] <= first && first < this.range?.[1] ? this.range : [first, first];
      if (!isChanged && !this.isGrowing && old < end && (old === 0 || first - old >= ROOM / 2) && (end === count || end - first >= MAX_CARDS / 3)) return;
      from = Math.max(low, Math.min(old - STEP, first - STEP));
      to = Math.min(high, Math.max(end + STEP, first + SEEN));
      this.isGrowing = from > low || to < high;
      if (this.isGrowing) this.place();
      let room = 0;
      for (let index = 0; index < from; index++) room += heightOf(index);
      this.above.style.height = `${room}px`;
      room = 0;
      for (let index = to; index < count; index++) room += heightOf(index);
      this.below.style.height = `${room}px`;
    } else {
      this.above.style.height = this.below.style.height = '0';
    }
    this.range = [from, to];
    const wanted = this.sessions.slice(from, to);
    const ids = new Set(wanted.map((session) => session.id));
    for (const [id, card] of this.cards) if (!ids.has(id)) { card.remove(); this.cards.delete(id); }
    if (this.feed.firstElementChild && !this.feed.firstElementChild.dataset.session) fill(this.feed);
    let before = this.feed.firstElementChild;
    const oldest = this.next ? count : this.sessions.findLastIndex((session) => session.type === 'web' || session.type === 'app');
    wanted.forEach((session, index) => {
      const card = this.card(session, from + index < oldest);
      card.setAttribute('aria-posinset', from + index + 1);
      card.setAttribute('aria-setsize', this.next ? '-1' : String(count));
      if (card === before) before = card.nextElementSibling;
      else this.feed.insertBefore(card, before);
    });
    this.slides = null;
  }

  card(session, isReturning) {
    let card = this.cards.get(session.id);
    if (card) { card.update(session, isReturning); return card; }
    card = new SessionCard().begin(session, { isReturning, toggled: (isOpen) => { if (isOpen) this.openIDs.add(session.id); else this.openIDs.delete(session.id); this.heights?.delete(session.id); } });
    if (this.slides === session.id) card.classList.add('slide');
    this.cards.set(session.id, card);
    if (this.openIDs.has(session.id)) card.open(true);
    return card;
  }

  drawPill() {
    this.pill.hidden = !this.held.length;
    fill(this.pill, icon('up'), t(this.held.length === 1 ? 'newSession' : 'newSessions', this.held.length));
  }

  drawEnd(error) {
    // Drawn anew only if it says something else: somebody may be on its button.
    const kind = [!this.isLoaded || !this.sessions.length ? '' : error ? 'error' : this.next ? 'more' : 'end', language()].join();
    if (this.moreButton) { set(this.moreButton, { 'aria-disabled': String(Boolean(this.isLoading)) }); this.moreButton.textContent = t(this.isLoading ? 'loadingMore' : 'loadMore'); }
    if (kind === this.endKind && !error) return;
    this.endKind = kind;
    this.moreButton = null;
    if (!this.isLoaded || !this.sessions.length) { fill(this.end); return; }
    if (error) fill(this.end, notLoaded(() => this.more()));
    else if (this.next) fill(this.end, this.moreButton = h('button.button.more', { click: () => this.more() }, t('loadMore')));
    else if (this.single) fill(this.end, may('journey:customer:view') && h('p', h('a.button', { href: customerLink(this.sessions[0]) }, t('openCustomer'))));
    else fill(this.end, h('p.muted', t('noMore')));
  }

  drawPerson() {
    const newest = this.sessions[0];
    const [first, second] = this.rest;
    const named = this.sessions.find((session) => session.card?.customer && session.card.customer !== 'Unknown' || session.externalContact);
    const contact = named?.externalContact;
    const called = named?.card?.customer;
    const name = (called !== 'Unknown' && called) || contact?.name || [contact?.firstName, contact?.lastName].filter(Boolean).join(' ') || t('unknown');
    const type = newest?.customerIdType ?? (this.kind === 'customer' ? first : '');
    const id = newest?.customerId ?? (this.kind === 'customer' ? second : '');
    const verified = this.sessions.find((session) => session.verification)?.verification;
    const active = this.sessions.filter((session) => session.card?.color === 'blue').length;
    const segments = new Map();
    for (const session of this.sessions) for (const entry of segmentsOf(session)) segments.set(entry.segment.id, entry);
    const last = this.sessions.reduce((latest, session) => (session.lastEvent?.createdDate > latest ? session.lastEvent.createdDate : latest), '');
    const oldest = this.sessions.at(-1);
    const contactID = contact?.id ?? (this.kind === 'contact' ? first : null);
    this.panel.show(contactID, named?.contactRevision ?? 0, { type, value: id });
    this.context.setTitle(name === t('unknown') ? shown(id) : shown(name));
    const said = JSON.stringify([name, type, id, verified, active, last, oldest?.createdDate, this.sessions.length, this.next, contact, [...segments.keys()].map((segment) => [segment, nameOf('segment', segment), colorOf(segment)]), language()]);
    if (said === this.said) return;
    this.said = said;
    const fact = (label, value, extra) => value && h('div', h('dt', label), h('dd', value, extra));
    fill(this.about,
      h('div.person-name', h('span.avatar', { 'data-unknown': name === t('unknown') ? '' : null, 'aria-hidden': 'true' }, icon('person')),
        h('div', h('h1', { dir: 'auto' }, shown(name)), verified && h('p.muted', t('verifiedBy', shown(word(verified.by)), shown(word(verified.level)))))),
      id && h('dl', fact(shown(word(type)), foreign(id, 'span', { class: 'mono' }), copyButton(id, shown(word(type))))),
      !may('journey:visit:view') && h('p.note', t('noLiveHint')));
    fill(this.facts,
      h('dl',
        contact && Object.entries(contact).filter(([key, value]) => !OWN.includes(key) && value !== null && value !== '').slice(0, 20).map(([key, value]) => fact(foreign(key), foreign(value), copyButton(value, shown(key)))),
        contact?.id && fact(t('contact'), foreign(contact.id, 'span', { class: 'mono' }), copyButton(contact.id, t('contact'))),
        active > 0 && fact(t('activeNow'), h('span.pill', { 'data-color': 'blue' }, icon('state-blue'), String(active))),
        this.sessions.length > 0 && fact(t('shownSessions'), this.next ? t('moreThan', this.sessions.length) : String(this.sessions.length)),
        last && fact(t('lastSeen'), time(last)),
        oldest && this.sessions.length > 1 && fact(t('firstSeen'), time(oldest.createdDate))),
      segments.size > 0 && h('div.person-segments', h('h2', t('allSegments')), h('ul.chips', [...segments.keys()].map((segment) => h('li', chip(segment))))));
    this.moreAbout.hidden = !contactID && !this.facts.querySelector('dt') && !this.panel.element.firstChild;
  }

  /** In a feed, page up and down go from card to card. */
  key(event) {
    if (event.key !== 'PageDown' && event.key !== 'PageUp') return;
    const cards = [...this.feed.children];
    const index = cards.findIndex((card) => card.contains(document.activeElement));
    const next = cards[index + (event.key === 'PageDown' ? 1 : -1)];
    if (index < 0 || !next) return;
    event.preventDefault();
    next.querySelector('button.toggle')?.focus();
  }
}
