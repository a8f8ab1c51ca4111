// The page's frame: header, views, where one is, and how things stand with the server.
import { h, fill, set, coalesced, memory, announce } from './dom.js';
import { t, setLanguage, addTexts, addSentences, languages, language } from './texts.js';
import { icon } from './icons.js';
import { Refused, ask, whoAmI, me, may, maySeeSessions, connection, logOut, path, definitions } from './api.js';
import { message, problem } from './parts.js';

await setLanguage(memory.get('language'));
const isEmbedded = new URLSearchParams(location.search).has('embed');
const root = document.documentElement;
root.dataset.theme = memory.get('theme') || 'system';
root.dataset.size = memory.get('size') || 'full';

// Views by the first name of their address. Their files are loaded when somebody goes there.
const agent = () => import('./agent.js');
const wide = async (file, ...more) => (await Promise.all([file, styled('views.css'), ...more]))[0];
const VIEWS = {
  start: () => null, customer: agent, contact: agent, session: agent, conversation: agent,
  live: () => wide(import('./now.js')), operations: () => wide(import('./operations.js'), addTexts()),
  definitions: () => wide(import('./definitions.js'), addTexts(), addSentences()), explain: () => wide(import('./explain.js'), addTexts(), addSentences()),
};

let view = null;
let liveState = '';
const nav = h('nav', { 'aria-label': t('views') });
const state = h('span.state', { 'data-state': 'connecting' });
const main = h('main', { id: 'main', tabindex: '-1' });

// Where one is

const decoded = (text) => { try { return decodeURIComponent(text); } catch { return text; } };
function route() {
  const [name, ...rest] = location.pathname.replace(/^\/console\/?/, '').split('/').filter(Boolean).map(decoded);
  return { name: name || 'start', rest };
}

export function go(address, replace = false) {
  if (replace) history.replaceState(null, '', address); else history.pushState(null, '', address);
  show();
}
addEventListener('popstate', show);
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href]');
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || link.target === '_blank') return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || !url.pathname.startsWith('/console/')) return;
  event.preventDefault();
  go(url.pathname + url.search);
});

const sheets = {};
/** A style sheet beside the one that the page begins with. */
function styled(name) {
  return sheets[name] ??= new Promise((done, fail) => {
    const link = h('link', { rel: 'stylesheet', href: '/console/assets/' + name, load: done, error: () => { delete sheets[name]; link.remove(); fail(new Refused(0)); } });
    document.head.append(link);
  });
}

/** The files of the view that the address names. */
const loaded = async (name) => (await VIEWS[name]())?.default;

let shows = 0;
async function show() {
  const { name, rest } = route();
  const turn = ++shows;
  view?.close?.();
  view = null;
  fill(main);
  noteLive('');
  drawNav();
  document.title = t('product');
  const context = { main, setTitle: (text) => { document.title = text ? `${text} · ${t('product')}` : t('product'); }, noteLive, go };
  const needsSessions = ['start', 'customer', 'contact', 'session', 'conversation', 'live'].includes(name);
  if (needsSessions && !maySeeSessions()) { fill(main, message('lock', t('missingPermission'), t('missingText', 'journey:session:view'))); return; }
  if (!Object.hasOwn(VIEWS, name)) { fill(main, message('empty', t('noSuchPage'), '')); return; }
  if (name === 'start') { fill(main, start()); return; }
  let View;
  try {
    View = await loaded(name);
  } catch (error) {
    if (turn !== shows) return;
    // A file that did not come is asked for again; one of another version wants a page of that version.
    const isAway = error instanceof TypeError || error instanceof Refused;
    fill(main, problem(isAway ? new Refused(0) : error, isAway ? show : () => location.reload()));
    if (isAway) setTimeout(() => { if (turn === shows) show(); }, 3000);
    return;
  }
  // Somebody may have gone elsewhere meanwhile.
  if (turn === shows) view = new View(context, name, rest);
}

function start() {
  return h('div.start', icon('person'), h('h1', t('welcome')), h('p.muted', t('welcomeText')), finder(true),
    h('p', h('a.quiet', { href: '/console/live' }, t('whoIsHere'))));
}

// Header

function drawNav() {
  const { name } = route();
  const current = ['customer', 'contact', 'session', 'conversation', 'start'].includes(name) ? 'agent' : name === 'explain' ? 'definitions' : name;
  const tabs = [
    maySeeSessions() && ['agent', '/console/', 'customer', 'person'],
    maySeeSessions() && ['live', '/console/live', 'live', 'state-blue'],
    may('sojourn:operations:view') && ['operations', '/console/operations', 'operationsView', 'queue'],
    ['definitions', '/console/definitions', 'definitionsView', 'segment'],
  ].filter(Boolean);
  fill(nav, h('ul', tabs.map(([key, href, text, picture]) => h('li', h('a', { href, 'aria-current': key === current ? 'page' : null }, icon(picture), h('span', t(text)))))));
}

function finder(isLarge) {
  const field = h('input', { type: 'search', name: 'find', placeholder: t('findHint'), 'aria-label': t('findLabel'), autocomplete: 'off', spellcheck: 'false', maxlength: '200' });
  return h('form.finder', { role: 'search', 'data-large': isLarge || null, submit: (event) => {
    event.preventDefault();
    find(field.value.trim());
  } }, icon('search'), field, isLarge && h('button.button', { type: 'submit' }, t('find')));
}

/** `type:id` is a customer; an id alone is whatever there is of it; everything else is looked for in texts. */
async function find(text) {
  if (!text) return;
  const customer = /^([A-Za-z][A-Za-z0-9_.-]{0,40}):(.+)$/.exec(text);
  if (customer && !/^https?$/i.test(customer[1])) { go(path`/console/customer/${customer[1]}/${customer[2]}`); return; }
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)) {
    try {
      await ask(path`/api/v2/journey/sessions/${text}`);
      go(path`/console/session/${text.toLowerCase()}`);
      return;
    } catch (error) { if (error.status !== 404) return failed(error); }
    try {
      await ask(path`/v1/conversations/${text}`);
      go(path`/console/conversation/${text}`);
      return;
    } catch (error) { if (error.status !== 404) return failed(error); }
  }
  if (may('journey:customer:view')) {
    for (const type of ['cookie', 'email', 'phone', 'userId']) {
      try {
        const found = await ask(path`/v1/customers/${type}/${text}/sessions?pageSize=1`);
        if (found.entities.length) { go(path`/console/customer/${type}/${text}`); return; }
      } catch (error) { return failed(error); }
    }
  }
  go('/console/live?' + new URLSearchParams({ q: text, open: 'any' }));
}
const failed = (error) => fill(main, problem(error, () => show()));

function displayMenu() {
  const choose = (name, values, apply) => h('fieldset', h('legend', t(name)), Object.entries(values).map(([value, text]) => h('label',
    h('input', { type: 'radio', name, value, checked: apply.current() === value || null, change: () => apply.set(value) }), ' ', text)));
  const theme = { current: () => root.dataset.theme, set: (value) => { root.dataset.theme = value; memory.set('theme', value); } };
  const size = { current: () => root.dataset.size, set: (value) => { root.dataset.size = value; memory.set('size', value); } };
  const words = { current: language, set: (value) => setLanguage(value).then(() => { memory.set('language', value); begin(); }, () => announce(t('serverAway'))) };
  const menu = h('div.menu', { id: 'display', popover: 'auto', 'aria-label': t('settings') },
    choose('size', { half: t('halfSize'), full: t('fullSize') }, size),
    choose('theme', { system: t('themeSystem'), light: t('themeLight'), dark: t('themeDark') }, theme),
    choose('language', languages, words),
    me.subject && h('p.who', h('span.muted', me.subject), h('button.quiet', { click: async () => { try { await logOut(); } catch { /* it has ended anyway */ } location.reload(); } }, t('logOut'))));
  return [h('button.plain', { popovertarget: 'display', 'aria-label': t('settings'), title: t('settings') }, icon('display')), menu];
}

// How things stand

function noteLive(name) { liveState = name; drawState(); }
function drawState() {
  const { isAway, at, lag } = connection.state;
  const age = Math.round((Date.now() - at) / 1000);
  let [key, text] = ['live', t('live')];
  if (isAway || liveState === 'reconnecting') [key, text] = ['offline', t('reconnecting')];
  else if (lag > 5000) [key, text] = ['behind', t('behind', Math.round(lag / 1000))];
  else if (liveState === 'paused') [key, text] = ['paused', t('paused')];
  else if (liveState === 'connecting') [key, text] = ['connecting', t('connecting')];
  else if (liveState !== 'live') [key, text] = ['still', liveState && at ? t('updated', age) : ''];
  if (state.dataset.state !== key || state.textContent !== text) {
    state.dataset.state = key;
    fill(state, text && [key === 'offline' ? icon('offline') : h('span.dot', { 'aria-hidden': 'true' }), h('span', text)]);
  }
}
connection.addEventListener('change', coalesced(200, drawState));
setInterval(drawState, 1000);

// Beginning

document.addEventListener('loggedout', () => login());
let isLoggingIn = false;
async function login(reason) {
  if (isLoggingIn) return;
  isLoggingIn = true;
  view?.close?.();
  view = null;
  shows++;
  fill(nav);
  document.querySelector('.finder')?.remove();
  const { loginForm } = await import('./login.js');
  fill(main, loginForm(reason || (me.subject ? t('expired') : ''), () => { isLoggingIn = false; begin(); }));
}

async function begin() {
  set(nav, { 'aria-label': t('views') });
  fill(document.body,
    h('a.skip', { href: '#main', click: (event) => { event.preventDefault(); main.focus(); } }, t('skip')),
    !isEmbedded && h('header.top',
      h('a.brand', { href: '/console/', 'aria-label': t('product') }, h('img', { src: '/console/assets/icon.svg', alt: '', width: '24', height: '24' }), h('span', t('product'))),
      nav, finder(false), h('div.right', h('span', { role: 'status' }, state), displayMenu())),
    main);
  fill(main, message('', t('loading'), ''));
  // Names and colours of segments: without them cards show ids.
  const named = definitions().catch(() => {});
  if (Object.hasOwn(VIEWS, route().name)) loaded(route().name).catch(() => {});
  try {
    await whoAmI();
    isLoggingIn = false;
  } catch (error) {
    if (error.status === 401) { login(); return; }
    fill(main, problem(error, begin));
    setTimeout(() => { if (connection.state.isAway) begin(); }, 3000);
    return;
  }
  if (!isEmbedded) document.querySelector('.right').lastElementChild?.remove();
  if (!isEmbedded) { document.querySelector('.right > button')?.remove(); document.querySelector('.right').append(...displayMenu()); }
  await named;
  show();
}

document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select')) return;
  const field = document.querySelector('input[type=search]');
  if (field) { event.preventDefault(); field.focus(); }
});
begin();
