// One stream of changes a browser, whatever number of tabs looks at whatever: browsers open six connections to
// a server, and a seventh tab would wait for ever. One tab holds the stream for all and tells the others.
const HIDDEN_FOR = 60_000;
const NAME = 'sojourn.live';
const MAX_SCOPES = 32;

const tab = Math.random().toString(36).slice(2);
const followers = new Set();
const channel = new BroadcastChannel(NAME);
/** What each tab looks at; known to the one that holds the stream. */
const wanted = new Map();
let isLeader = false;
let isPaused = false;
let isOpen = false;
let lastID = '';
let source = null;
let sourceKey = '';
let failures = 0;
let timer = null;
let release = null;
let waiting = null;
let hiding = null;

const mine = () => (isPaused ? [] : [...new Set([...followers].map((follower) => follower.scope))]);

function post(message) {
  channel.postMessage(message);
  hear(message);
}

function hear(message) {
  switch (message.type) {
    case 'who': channel.postMessage({ type: 'wants', tab, scopes: mine() }); break;
    case 'wants':
      if (!isLeader) break;
      if (message.scopes.length) wanted.set(message.tab, message.scopes); else wanted.delete(message.tab);
      schedule(50);
      break;
    case 'open':
      for (const follower of followers) if (message.scopes.includes(follower.scope) || message.scopes.includes('all')) follower.opened();
      break;
    case 'state': for (const follower of followers) follower.state(message.state); break;
    case 'event':
      lastID = message.id || lastID;
      for (const follower of followers) follower.told(message.name, message.data);
      break;
  }
}
channel.onmessage = ({ data }) => hear(data);

/** Says what this tab looks at, to itself or to who holds the stream. */
function tellWants() {
  const message = { type: 'wants', tab, scopes: mine() };
  if (isLeader) hear(message); else channel.postMessage(message);
}

function lead() {
  if (isLeader || waiting || isPaused || !followers.size) return;
  const begin = () => {
    isLeader = true;
    wanted.set(tab, mine());
    channel.postMessage({ type: 'who' });
    schedule(120);
  };
  if (!navigator.locks) { begin(); return; }
  waiting = new AbortController();
  navigator.locks.request(NAME, { signal: waiting.signal }, () => {
    begin();
    return new Promise((done) => { release = done; });
  }).catch(() => {}).finally(() => { waiting = null; release = null; });
}

function follow() {
  isLeader = false;
  wanted.clear();
  disconnect();
  release?.();
  waiting?.abort();
  waiting = null;
}

function schedule(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(connect, milliseconds);
}

function disconnect() {
  clearTimeout(timer);
  source?.close();
  source = null;
  sourceKey = '';
  isOpen = false;
}

function connect() {
  if (!isLeader) return;
  let scopes = [...new Set([...wanted.values()].flat())].sort();
  if (!scopes.length) { disconnect(); return; }
  if (scopes.includes('all') || scopes.length > MAX_SCOPES) scopes = ['all'];
  const key = scopes.join('\n');
  if (source && source.readyState !== EventSource.CLOSED && key === sourceKey) {
    // Somebody joins who looks at the same.
    if (isOpen) post({ type: 'open', scopes });
    return;
  }
  disconnect();
  const query = new URLSearchParams(scopes.map((scope) => ['scope', scope]));
  if (lastID) query.set('lastEventId', lastID);
  sourceKey = key;
  const stream = source = new EventSource('/v1/live?' + query);
  stream.onopen = () => {
    failures = 0;
    isOpen = true;
    post({ type: 'open', scopes });
  };
  for (const name of ['card', 'gone', 'resync', 'expired']) {
    stream.addEventListener(name, (event) => {
      post({ type: 'event', name, data: event.data, id: event.lastEventId });
      if (name === 'expired') stream.close();
    });
  }
  stream.onerror = () => {
    if (stream !== source) return;
    isOpen = false;
    post({ type: 'state', state: 'reconnecting' });
    // A browser gives up on an answer that is no stream; a server that starts gives such ones.
    if (stream.readyState === EventSource.CLOSED) schedule(Math.min(15_000, 1000 * 2 ** Math.min(4, failures++)));
  };
}

// A page that nobody sees needs nothing; when it is seen again it asks anew.
document.addEventListener('visibilitychange', () => {
  clearTimeout(hiding);
  if (document.hidden) {
    hiding = setTimeout(() => {
      isPaused = true;
      if (isLeader) follow(); else { waiting?.abort(); waiting = null; }
      channel.postMessage({ type: 'wants', tab, scopes: [] });
      for (const follower of followers) follower.state('paused');
    }, HIDDEN_FOR);
  } else if (isPaused) {
    isPaused = false;
    for (const follower of followers) follower.state('connecting');
    tellWants();
    lead();
  }
});
addEventListener('pagehide', () => {
  channel.postMessage({ type: 'wants', tab, scopes: [] });
  follow();
});
addEventListener('pageshow', (event) => { if (event.persisted) lead(); });

/** Whether a session is one of those that somebody looks at. */
function isOf(scope, session) {
  if (scope === 'all') return true;
  const [word, ...rest] = scope.split(':');
  if (word === 'session') return session.id === rest.join(':');
  if (word === 'contact') return session.externalContact?.id === rest.join(':');
  return session.customerIdType === rest[0] && session.customerId === rest.slice(1).join(':');
}

/**
 * Follows sessions. Handlers: card(session), gone({ id, mergedInto }), resync(). The context is told how things
 * stand, `noteLive(name)`: connecting, live, reconnecting, paused, expired.
 */
export class Live {
  constructor(scope, context, handlers) {
    Object.assign(this, { scope, context, handlers });
    followers.add(this);
    this.state('connecting');
    tellWants();
    lead();
  }

  opened() {
    if (this.current === 'live') return;
    const isNew = !this.wasOpen;
    this.wasOpen = true;
    const wasAway = this.current !== 'connecting';
    this.state('live');
    // What changed between the list and the beginning of the stream nobody would hear of.
    if (isNew || wasAway) this.handlers.resync();
  }

  told(name, data) {
    if (name === 'expired') { this.state('expired'); return; }
    const value = data ? JSON.parse(data) : null;
    if (name === 'card' && !isOf(this.scope, value)) return;
    this.handlers[name]?.(value);
  }

  state(name) {
    if (this.current === name) return;
    this.current = name;
    this.context.noteLive(name);
    if (name === 'expired') document.dispatchEvent(new CustomEvent('loggedout'));
  }

  close() {
    followers.delete(this);
    tellWants();
    if (!followers.size) { if (isLeader) follow(); else { waiting?.abort(); waiting = null; } }
  }
}
