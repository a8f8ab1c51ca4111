// What a session has achieved, and how likely it is to achieve what it has not.
import { h, foreign, shown, timeIn, fullTime, percent } from './dom.js';
import { t } from './texts.js';
import { icon } from './icons.js';
import { definition, allOf, nameOf } from './api.js';

/** From which share of past sessions on, of which the highest was lower, one is called likely to some degree. */
const [HIGH, MEDIUM] = [0.8, 0.5];
const levelOf = ({ quantile }) => (quantile >= HIGH ? 'High' : quantile >= MEDIUM ? 'Medium' : 'Low');
const isBad = (id) => definition('outcome', id)?.isPositive === false;

/** Whether it was higher, as one reads it. */
const hasFallen = (score) => percent(score.sessionMaxProbability) !== percent(score.probability);

/** The highest, if it was more. */
const mostOf = (score) => hasFallen(score) && t('likelyMost', percent(score.sessionMaxProbability));

/** A prediction in words: the share, how high that is, and the highest if it was more. */
export function likelihood(score) {
  return [t('likely', percent(score.probability)), t('likely' + levelOf(score)), t('likelyAbove', percent(score.quantile)), mostOf(score)].filter(Boolean).join(t('comma'));
}

/** A bar up to the share, with a mark where it was highest; what stands in it is said in words as its value. */
function meter(score, above, below) {
  const words = likelihood(score);
  const length = h('span');
  length.style.width = `${score.probability * 100}%`;
  const most = hasFallen(score) && h('i');
  if (most) most.style.left = `${score.sessionMaxProbability * 100}%`;
  return h('span.meter', { role: 'meter', 'data-level': levelOf(score), 'data-bad': isBad(score.outcome.id), 'aria-label': shown(nameOf('outcome', score.outcome.id)), 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuenow': Math.round(score.probability * 100), 'aria-valuetext': words, title: words },
    above, h('span.bar', length, most), below);
}
const short = (score) => [h('strong', percent(score.probability)), ' ', t('likely' + levelOf(score))];

const scoresOf = (session) => (session.outcomeScores || []).filter((score) => score.outcome?.id && Number.isFinite(score.probability));

/** What a card of a session that goes on says at a glance: rows as of its facts, the outcomes that were predicted first. */
export function predictionsOf(session, limit = 3) {
  const achieved = new Set((session.outcomeAchievements || []).map((entry) => entry.outcome.id));
  return scoresOf(session).filter((score) => !achieved.has(score.outcome.id)).slice(0, limit).map((score) =>
    ['score-' + score.outcome.id, foreign(nameOf('outcome', score.outcome.id)), meter(score, null, short(score))]);
}

/** What was achieved, what may be, and what is defined beside. */
export function outcomesOf(session) {
  const achieved = new Map((session.outcomeAchievements || []).map((entry) => [entry.outcome.id, entry.achievedDate]));
  const scores = new Map(scoresOf(session).map((score) => [score.outcome.id, score]));
  // Who may not see achievements is not told that there are none.
  const others = session.outcomeAchievements ? allOf('outcome').filter((outcome) => outcome.isActive !== false).map((outcome) => outcome.id) : [];
  const ids = [...new Set([...achieved.keys(), ...scores.keys(), ...others])];
  if (!ids.length) return null;
  return h('ul.outcomes', ids.map((id) => {
    const when = achieved.get(id);
    const score = scores.get(id);
    const name = h('span.outcome-name', icon(when ? 'outcome' : 'timedout'), foreign(nameOf('outcome', id)));
    if (score && !when) return h('li', meter(score, [name, h('span', short(score))], h('span.muted', t('likelyAbove', percent(score.quantile)), hasFallen(score) && t('comma') + mostOf(score))));
    return h('li', { 'data-achieved': when ? (isBad(id) ? 'bad' : 'good') : null }, name,
      session.outcomeAchievements && h('span.muted', { title: when ? fullTime(when) : null }, t(when ? 'achieved' : 'notYet'), when ? [' ', timeIn(when, session.createdDate)] : null),
      when && h('span.bar', { 'aria-hidden': 'true' }, h('span')),
      when && score && h('span.muted', t('likelyBefore', percent(score.probability)), hasFallen(score) && t('comma') + mostOf(score)));
  }));
}
