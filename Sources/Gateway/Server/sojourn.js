/* What visitors do on a page, for a Sojourn gateway: docs/snippet.md. */
((w, d, n) => {
  'use strict';
  const tag = d.currentScript, data = tag && tag.dataset, l = w.location, calls = (w.sj && w.sj.q) || [];
  if (!data || (w.sj && w.sj.on)) return;
  const origin = new URL(tag.src).origin, escape = encodeURIComponent;
  const url = origin + '/v1/events?stream=web&key=' + escape(data.key || '');
  const MAX_EVENTS = 100, MAX_QUEUE = 262144, MAX_BODY = 61440, COOKIE_SECONDS = 34214400;
  const clicks = [], submits = [], views = [], depths = [], idles = [], forms = [], shows = [], taken = {}, offers = {};
  let queue = [], lost = 0, fails = 0, timer, sending, out, visitor, last, referrer = d.referrer;

  const safe = f => function () { try { return f.apply(this, arguments); } catch (e) { } };
  const each = (list, f) => [].concat(list || []).forEach(safe(f));
  const listen = (target, names, f) => each(names, name => target.addEventListener(name, safe(f), { capture: true, passive: true }));
  const all = (within, selector) => Array.from(within.querySelectorAll(selector));
  const words = text => String(text).replace(/\W+/g, '_').slice(0, 255);
  const bytes = text => new TextEncoder().encode(text).length;
  const mix = Object.assign;

  // `randomUUID` is missing on plain http.
  const uuid = () => w.crypto.randomUUID ? w.crypto.randomUUID() : Array.from(w.crypto.getRandomValues(new Uint8Array(16)), (x, i) =>
    ([4, 6, 8, 10].includes(i) ? '-' : '') + ((i == 6 ? x & 15 | 64 : i == 8 ? x & 63 | 128 : x) + 256).toString(16).slice(1)).join('');

  // What stays: a cookie of the page's own site, and its local storage where there is one.
  const kept = safe(name => localStorage.getItem(name));
  const keep = safe((name, text) => text ? localStorage.setItem(name, text) : localStorage.removeItem(name));
  const known = name => (d.cookie.match('(?:^|; )' + name + '=([^;]*)') || [])[1] || kept(name);
  const know = (name, text) => {
    d.cookie = name + '=' + text + ';path=/;samesite=lax;max-age=' + (text ? COOKIE_SECONDS : 0) + (l.protocol == 'https:' ? ';secure' : '') +
      (data.domain ? ';domain=' + data.domain : '');
    keep(name, text);
  };

  // Each tab stores its own queue, and takes over what others left. An event that is sent twice counts once, by its id.
  const place = '_sj_q' + uuid();
  const store = () => {
    let size = 0, from = queue.length;
    while (from && queue.length - from < MAX_EVENTS && (size += queue[from - 1].length) <= MAX_QUEUE) from--;
    lost += from;
    queue.splice(0, from);
    keep(place, queue.length && JSON.stringify(queue));
  };
  const adopt = () => each(Object.keys(localStorage), name => {
    if (!name.startsWith('_sj_q')) return;
    const text = kept(name);
    keep(name);
    queue = JSON.parse(text).map(String).concat(queue);
  });

  const chunk = () => {
    let size = 0;
    return queue.filter((text, i) => (size += bytes(text) + 40) <= MAX_BODY && i < 20);
  };
  const body = texts => '[' + texts.map(text => text.slice(0, -1) + ',"sentAt":' + Date.now() + '}') + ']';
  const remove = (texts, ok) => {
    queue = queue.filter(text => !texts.includes(text));
    each(texts, text => { const done = taken[text]; delete taken[text]; done && done(ok); });
    store();
  };
  const now = () => { clearTimeout(timer); timer = 0; send(); };
  const plan = delay => timer = timer || setTimeout(now, delay);
  const again = seconds => {
    clearTimeout(timer);
    timer = 0;
    plan(1000 * (seconds || Math.min(60, 2 ** fails) * (.5 + Math.random() / 2)));
    fails++;
  };
  const send = safe(() => {
    const texts = chunk();
    if (sending || out || !texts[0]) return;
    sending = fetch(url, { method: 'POST', body: body(texts), keepalive: true, credentials: 'omit' }).then(answer => {
      // Too busy, or broken: later. Any other answer is the last word.
      if (answer.status == 408 || answer.status == 429 || answer.status > 499) return again(+answer.headers.get('Retry-After'));
      fails = 0;
      remove(texts, answer.ok);
      queue[0] && plan(9);
    }).catch(() => again()).then(() => sending = 0);
  });
  // Nobody hears what becomes of a beacon: where the gateway has failed before, events stay in the queue instead.
  const flush = () => {
    for (let texts; !fails && !out && (texts = chunk())[0] && n.sendBeacon(url, body(texts));) remove(texts, true);
  };

  const event = (name, attributes, more, done) => {
    if (out) return;
    const text = JSON.stringify(mix({
      id: uuid(), createdDate: new Date().toISOString(), eventName: words(name), customerId: visitor, customerIdType: 'cookie',
      attributes: mix({}, attributes, lost && { eventsLost: lost }), referrerUrl: referrer || undefined,
      page: { url: l.href, title: d.title, lang: d.documentElement.lang || undefined },
      browser: { lang: n.language, viewWidth: w.innerWidth, viewHeight: w.innerHeight },
      device: { screenWidth: screen.width, screenHeight: screen.height }
    }, more));
    if (bytes(text) > MAX_BODY - 40) return lost++, done && done(false);
    lost = 0;
    taken[text] = done;
    queue.push(text);
    store();
    queue.length < 20 || fails ? plan(2000) : now();
  };
  const emit = item => event(item.eventName, item.attributes);

  // What is to be shown, told once to each who wants to know; asked for only while the page is seen.
  const api = origin + '/api/v2/journey/deployments/' + data.deployment;
  const show = action => each(shows, f => f(action));
  const ask = safe(() => {
    const next = time => time > 0 && setTimeout(ask, time);
    if (d.hidden || out) return next(1e4);
    fetch(api + '/customers/' + visitor + '/ping?dl=' + escape(l.href), { credentials: 'omit' }).then(answer => answer.json()).then(answer => {
      each(answer.actions, action => { if (!offers[action.id]) show(offers[action.id] = action); });
      next(answer.pollIntervalMilliseconds || 6e4);
    }).catch(() => next(6e4));
  });

  const command = {
    on(name, f) {
      if (name != 'offer' || !data.deployment) return;
      each(Object.values(offers), f);
      if (shows.push(f) == 1) ask();
    },
    report(id, state) {
      const { sessionId } = offers[id];
      fetch(api + '/actionevent', { method: 'POST', body: JSON.stringify({ sessionId, actionId: id, actionState: state }), keepalive: true, credentials: 'omit' }).catch(() => { });
    },
    pageview(attributes) {
      if (last && last != l.href) referrer = last;
      last = l.href;
      event('page_viewed', attributes);
      each(depths, depth => depth.done = 0);
      look();
    },
    record(name, attributes, done) { event(name, attributes, 0, done); },
    identify(id, traits) {
      if (typeof id == 'object') [traits, id] = [id, 0];
      event('identified', 0, mix({ traits: mix(id ? { userId: '' + id } : {}, traits) }, id && { externalId: '' + id }));
    },
    trackClickEvents(list) { each(list, item => clicks.push(item)); },
    formsTrack(list) { each(list, item => submits.push(item)); },
    trackInViewport(list) { each(list, item => views.push(item)); look(); },
    trackScrollDepth(list) { each(list, item => depths.push(mix({}, item))); scrolled(); },
    trackIdleEvents(list) { each(list, item => idles.push(mix({}, item))); active(); },
    optOut(no) {
      out = no !== false;
      know('_sj_out', out ? '1' : '');
      know('_sj', out ? '' : visitor = uuid());
      if (out) { queue = []; store(); }
    }
  };

  const seen = new Map(), observer = new IntersectionObserver(entries => each(entries, entry => {
    if (!entry.isIntersecting) return;
    observer.unobserve(entry.target);
    each(seen.get(entry.target), emit);
    seen.set(entry.target, []);
  }), { threshold: .5 });
  const look = () => each(views, item => each(all(d, item.selector), element => {
    item.of = item.of || new WeakSet();
    if (item.of.has(element)) return;
    item.of.add(element);
    seen.set(element, (seen.get(element) || []).concat(item));
    observer.observe(element);
  }));
  const scrolled = () => each(depths, item => {
    if (item.done || 100 * (w.scrollY + w.innerHeight) < item.percentage * d.documentElement.scrollHeight) return;
    item.done = 1;
    emit(item);
  });
  const active = () => each(idles, item => {
    clearTimeout(item.timer);
    item.timer = setTimeout(safe(() => emit(item)), item.idleAfterSeconds * 1000);
  });

  // Values only of fields that say `data-sj-capture`, and not even then of passwords and cards.
  const finish = (form, name, more) => {
    const attributes = { formName: form.item.formName || form.element.getAttribute('name') || form.element.id }, filled = [];
    form.touched = '';
    each(all(form.element, 'input,select,textarea'), field => {
      const isSecret = /passw|card|cvc|cvv|\bcc-/i.test([field.type, field.name, field.id, field.autocomplete]);
      if (!field.name || !field.value || /hidden|submit|button|image|reset/.test(field.type) || (/radio|checkbox/.test(field.type) && !field.checked)) return;
      filled.push(field.name);
      if (field.hasAttribute('data-sj-capture') && !isSecret) attributes['field_' + words(field.name)] = field.value.slice(0, 255);
    });
    event(name, mix(attributes, { fieldsCompleted: filled.join().slice(0, 999) }, more, form.item.attributes));
  };
  const form = target => {
    const element = target.closest('form'), item = element && submits.find(item => element.matches(item.selector || 'form'));
    let found = forms.find(form => form.element == element);
    if (item && !found) forms.push(found = { element, item });
    return found;
  };

  safe(() => {
    const moved = () => setTimeout(safe(() => last.split('#')[0] != l.href.split('#')[0] && command.pageview()));
    out = known('_sj_out') == '1';
    visitor = known('_sj') || uuid();
    if (!out) { know('_sj', visitor); safe(adopt)(); store(); plan(9); }
    listen(d, 'click', e => each(clicks, item => e.target.closest(item.selector) && emit(item)));
    listen(d, 'input', e => { const found = form(e.target); if (found) found.touched = e.target.name || e.target.id || '-'; });
    listen(d, 'submit', e => { const found = form(e.target); if (found) finish(found, 'form_submitted'); });
    listen(d, ['pointermove', 'pointerdown', 'keydown', 'scroll'], active);
    listen(w, 'scroll', scrolled);
    listen(w, 'pagehide', () => {
      each(forms, form => form.touched && finish(form, 'form_abandoned', { lastField: form.touched }));
      flush();
    });
    listen(d, 'visibilitychange', () => d.hidden && flush());
    listen(w, 'online', now);
    if (data.pageview != 'off') command.pageview();
    if (!/off|once/.test(data.pageview)) {
      // Pages set their title after they have moved on.
      each(['pushState', 'replaceState'], name => {
        const own = w.history[name];
        w.history[name] = function () { const result = own.apply(this, arguments); moved(); return result; };
      });
      listen(w, 'popstate', moved);
    }
  })();
  w.sj = (name, ...rest) => { if (Object.keys(command).includes(name)) safe(command[name])(...rest); };
  w.sj.on = 1;
  each(calls, call => w.sj(...call));
})(window, document, navigator);
