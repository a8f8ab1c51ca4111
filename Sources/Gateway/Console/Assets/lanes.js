// Who took part in a conversation, and when: a lane each, as a table that is drawn.
import { h, heads, framed, foreign, shortClock, clockTime, span, shown } from './dom.js';
import { t, word } from './texts.js';
import { icon } from './icons.js';

const PURPOSES = { customer: ['customer', 'person'], acd: ['queue', 'queue'], ivr: ['purposeIvr', 'dots'], agent: ['agent', 'agent'], voicemail: ['purposeVoicemail', 'call'] };

/** The beginning of an id that nobody can remember anyway. */
const short = (text) => (/^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(text || '') ? text.slice(0, 8) + '…' : text);

/** Name or id; of the last queue and agent the card knows the names. */
function nameOf(part, session) {
  const known = (value, last, name) => value?.name || (value?.id && value.id === last?.id && name && name !== '-' ? name : value?.id);
  return known(part.user, session.lastConnectedUser, session.card?.agent) || known(part.queue, session.lastConnectedQueue, session.card?.queue) || part.flow?.name || '';
}

function resultOf(part, names) {
  const wrapup = part.wrapup?.name || names.get(part.wrapup?.code) || short(part.wrapup?.code);
  return [wrapup && `${t('wrapup')}: ${shown(wrapup)}`, part.acdOutcome, part.disconnectType].filter(Boolean).map((text) => shown(word(text))).join(' · ');
}

export function lanes(session) {
  const parts = session.conversation.participants;
  const start = Math.min(...parts.map((part) => Date.parse(part.startTime)));
  const isOpen = parts.some((part) => !part.endTime);
  const last = Math.max(...parts.map((part) => Date.parse(part.endTime || part.connectedTime || part.startTime)), Date.parse(session.lastEvent?.createdDate || session.createdDate));
  const end = Math.max(start + 1000, isOpen && session.card?.color === 'blue' && Date.now() - last < 12 * 3600e3 ? Math.max(last, Date.now()) : last);
  const at = (date) => `${Math.max(0, Math.min(100, ((Date.parse(date) - start) / (end - start)) * 100))}%`;
  const bar = (kind, from, to) => {
    const node = h('span.lane-bar', { 'data-kind': kind });
    node.style.left = at(from);
    node.style.right = `calc(100% - ${to ? at(to) : '100%'})`;
    return node;
  };
  // Of the code that counts the card says the name.
  const code = session.lastUserDisposition?.code;
  const names = new Map(code && session.card?.status?.startsWith('Wrap-up: ') ? [[code, session.card.status.slice(9)]] : []);
  const rows = parts.map((part) => {
    const [word, picture] = PURPOSES[part.purpose] || ['participant', 'person'];
    const length = ((part.endTime ? Date.parse(part.endTime) : end) - Date.parse(part.startTime)) / 1000;
    const track = h('div.lane-track', { 'aria-hidden': 'true' });
    if (part.purpose === 'agent') {
      if (part.connectedTime !== part.startTime) track.append(bar('alerting', part.startTime, part.connectedTime || part.endTime));
      if (part.connectedTime) track.append(bar('agent', part.connectedTime, part.endTime));
    } else {
      track.append(bar(part.purpose === 'acd' ? 'waiting' : part.purpose, part.startTime, part.endTime));
    }
    const times = `${shortClock(part.startTime)} – ${part.endTime ? shortClock(part.endTime) : ''}`;
    return h('tr',
      h('th', { scope: 'row' }, h('span.lane-name', icon(picture), h('span', h('span.muted', t(word)), ' ', foreign(short(nameOf(part, session)), 'bdi', { title: shown(nameOf(part, session)) })))),
      h('td.lane-cell', track),
      h('td.lane-time', { title: `${clockTime(part.startTime)} – ${part.endTime ? clockTime(part.endTime) : '…'}` }, times, h('span.muted', ` ${span(length)}`)),
      h('td.lane-result', { dir: 'auto' }, resultOf(part, names) || (part.state === 'disconnected' ? '' : stateLabel(part))));
  });
  const omitted = session.conversation.omittedParticipants;
  return h('div',
    framed(t('whoTookPart'), h('table.lanes',
      heads(t('participant'), t('duration'), t('timeOf'), t('result')),
      h('tbody', rows))),
    h('p.legend', { 'aria-hidden': 'true' }, [['waiting', t('waiting')], ['alerting', t('alerting')], ['agent', t('connected')]].map(([kind, text]) => h('span', h('span.lane-key', { 'data-kind': kind }), text))),
    omitted && h('p.muted', t('moreParticipants', omitted)));
}

const stateLabel = (part) => (part.state === 'alerting' ? t('alerting') : part.state === 'connected' ? (part.purpose === 'acd' ? t('waiting') : t('connected')) : word(part.state));
