// What is asked of the server: always the own one.
export class Refused extends Error {
  constructor(status, body) {
    super(body?.message || `${status}`);
    this.status = status;
    this.code = body?.code || '';
    this.retryAfter = 0;
  }
  /** Whether the same may work later, with nothing changed. */
  get isPassing() { return this.status === 0 || this.status === 429 || this.status >= 500; }
}

/** How things stand with the server; whoever shows it listens. */
export const connection = new EventTarget();
connection.state = { at: 0, lag: 0, isAway: false };
function note(changes) {
  Object.assign(connection.state, changes);
  connection.dispatchEvent(new Event('change'));
}

export async function ask(path, options = {}, read = null) {
  let answer;
  try {
    answer = await fetch(path, { credentials: 'same-origin', cache: 'no-store', ...options });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    note({ isAway: true });
    throw new Refused(0, { message: String(error.message || error) });
  }
  const lag = answer.headers.get('Sojourn-Lag');
  note(lag === null ? { isAway: false } : { isAway: false, lag: Number(lag), at: Date.now() });
  const body = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) {
    const refused = new Refused(answer.status, body);
    refused.retryAfter = Number(answer.headers.get('Retry-After')) || 0;
    if (answer.status === 401) document.dispatchEvent(new CustomEvent('loggedout'));
    throw refused;
  }
  return read ? read(answer) : body;
}

/** Makes a path; what is between the parts is escaped. */
export function path(parts, ...values) {
  return parts.reduce((text, part, index) => text + encodeURIComponent(values[index - 1]) + part);
}

// Who asks

export let me = { subject: '', permissions: [], divisions: [] };
export async function whoAmI() { me = await ask('/v1/me'); return me; }

/** Whether a permission is granted: of its three parts each may be `*`. */
export function may(permission) {
  const wanted = permission.split(':');
  return me.permissions.some((granted) => {
    if (granted === '*') return true;
    const parts = granted.split(':');
    return parts.length === wanted.length && parts.every((part, index) => part === '*' || part === wanted[index]);
  });
}
export const maySeeSessions = () => may('journey:session:view') || may('externalContacts:session:view');

export async function logIn(token) {
  me = await ask('/v1/login', { method: 'POST', headers: { Authorization: `Bearer ${token}`, 'Sojourn-Request': '1' } });
}
export const logOut = () => ask('/v1/login', { method: 'DELETE', headers: { 'Sojourn-Request': '1' } });

/** The first of these permissions that is missing. */
export const missingOf = (permissions) => permissions.find((permission) => !may(permission));
/** What explanations need: they cite whatever the events had. */
export const EXPLAIN = ['sojourn:explain:view', 'journey:session:view', 'journey:customer:view', 'journey:event:view', 'journey:eventType:view', 'journey:sessionType:view', 'journey:visit:view'];

/** Where it is explained why; of a definition without a session, and the other way round. */
export const whyLink = (session, kind, id) => '/console/explain?' + new URLSearchParams(Object.entries({ session, kind, definition: id }).filter(([, value]) => value));

/** Where all sessions of a session's customer are. */
export const customerLink = ({ customerIdType, customerId }) => path`/console/customer/${customerIdType}/${customerId}`;

/** Decides about a person; gives the token with which a question has what came of it. */
export async function decide(operation, body) {
  const options = { method: 'POST', headers: { 'Sojourn-Request': '1', 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  return ask(`/v1/contacts/${operation}`, options, (answer) => answer.headers.get('Sojourn-Token'));
}

// What is defined

let known = null;
let asked = null;
/** Names and colours of definitions, by kind and id; asked for once, and again on demand. */
export async function definitions(again = false) {
  if (again) asked = null;
  asked ??= ask('/v1/definitions').then((answer) => { known = answer; return answer; }, (error) => { asked = null; throw error; });
  return asked;
}
/** A definition by its kind and id, as far as it is known already. */
export const definition = (kind, id) => known?.entities.find((entity) => entity.kind === kind && entity.id === id);
/** All definitions of a kind, as far as they are known already. */
export const allOf = (kind) => known?.entities.filter((entity) => entity.kind === kind) ?? [];
export const nameOf = (kind, id) => definition(kind, id)?.displayName || definition(kind, id)?.name || id;
/** A colour of the form #rrggbb; anything else is none. */
export function colorOf(segment) {
  const color = definition('segment', segment)?.color;
  return typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color) ? color : null;
}
