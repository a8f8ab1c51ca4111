// All that is known of a session, to be read and copied.
import { h, shown, foreign, linked, fullTime } from './dom.js';
import { t, word } from './texts.js';
import { path, may, customerLink } from './api.js';
import { copyButton, plain, placeOf } from './card.js';
import { copyWhole } from './parts.js';

const named = (value) => value?.name || value?.id || '';
const joined = (...values) => values.filter(Boolean).join(' · ');

/** Names and values; a third member links somewhere within the console. */
function factsOf(session) {
  const context = session.journeyContext;
  const from = context?.customerSession?.id || context?.sessionId;
  const device = session.device || {};
  const browser = session.browser || {};
  return [
    [t('session'), session.id, path`/console/session/${session.id}`],
    [t('customer'), session.customerId, may('journey:customer:view') ? customerLink(session) : null],
    [t('contact'), joined(named(session.externalContact), session.verification && t('verifiedBy', word(session.verification.by), word(session.verification.level)))],
    [t('type'), word(session.type)],
    [t('externalID'), session.externalId],
    [t('externalID') + ' URL', session.externalUrl, 'outside'],
    [t('started'), fullTime(session.createdDate)],
    [t('ended'), session.endedDate && fullTime(session.endedDate)],
    [t('endReason'), session.endReason && word(session.endReason)],
    [t('conversation'), session.conversation?.id, session.conversation?.id ? path`/console/conversation/${session.conversation.id}` : null],
    [t('channels'), (session.conversationChannels || []).map((channel) => joined(word(channel.type), channel.messageType, channel.platform)).join(', ')],
    [t('direction'), session.originatingDirection && word(session.originatingDirection)],
    [t('subject'), session.conversationSubject],
    [t('queue'), named(session.lastConnectedQueue)],
    [t('agent'), named(session.lastConnectedUser)],
    [t('wrapup'), joined(session.lastUserDisposition?.name || session.lastUserDisposition?.code)],
    [t('notes'), session.lastUserDisposition?.notes],
    [t('disconnect'), session.lastUserDisconnectType && word(session.lastUserDisconnectType)],
    [t('queueOutcome'), session.lastAcdOutcome && word(session.lastAcdOutcome)],
    [t('divisions'), (session.divisionIds || []).join(', ')],
    [t('cameFrom'), from, from ? path`/console/session/${from}` : null],
    [t('page'), session.lastPage?.title],
    [t('url'), session.lastPage?.url, 'outside'],
    [t('referrer'), session.referrer?.url || session.referrer?.hostname, 'outside'],
    [t('campaign'), joined(session.mktCampaign?.source, session.mktCampaign?.medium, session.mktCampaign?.name, session.mktCampaign?.term)],
    [t('place'), placeOf(session.geolocation)],
    [t('ip'), session.ipAddress],
    [t('organization'), session.ipOrganization],
    [t('device'), joined(word(device.category || device.type), device.manufacturer, device.osFamily, device.osVersion)],
    [t('browser'), joined([browser.family, browser.version].filter(Boolean).join(' '), browser.lang)],
    [t('userAgent'), session.userAgentString],
    [t('app'), joined(session.app?.name, session.app?.version)],
    [t('network'), session.networkConnectivity && Object.entries(session.networkConnectivity).map(([name, value]) => `${name}: ${value}`).join(', ')],
    [t('revision'), session.revision],
  ].filter(([, value]) => value !== undefined && value !== null && value !== '');
}

function attributesOf(session) {
  return [
    ...Object.entries(session.attributes || {}).map(([name, value]) => [name, plain(value)]),
    ...Object.entries(session.attributeLists || {}).map(([name, list]) => [name, (list.values || []).map(plain).join(', ')]),
  ];
}

function row([label, value, link], isForeign) {
  const text = shown(value);
  const content = link === 'outside' ? linked(String(value)) : link ? h('a', { href: link, dir: 'auto' }, text) : foreign(value);
  return h('div', h('dt', { dir: 'auto' }, isForeign ? shown(label) : label), h('dd', h('span', content), copyButton(value, shown(label))));
}

export function details(session, isOpen) {
  const attributes = attributesOf(session);
  return h('details.details', { open: isOpen || null },
    h('summary', t('details')),
    attributes.length > 0 && h('section', h('h4', t('attributes')), h('dl.table', attributes.map((fact) => row(fact, true)))),
    h('dl.table', factsOf(session).map((fact) => row(fact))),
    h('p', copyWhole(JSON.stringify(session, null, 2), t('copyAll'))));
}
