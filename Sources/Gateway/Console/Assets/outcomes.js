// What a session has achieved, and how likely it is to achieve what it has not.
import { h, foreign, shown, time, fullTime, percent } from './dom.js';
import { t } from './texts.js';
import { icon } from './icons.js';
import { definition, nameOf } from './api.js';

/** From which share of past sessions on, of which the highest was lower, one is called likely to some degree. */
const [HIGH, MEDIUM] = [0.8, 0.5];
const levelOf = ({ quantile }) => (quantile >= HIGH ? 'High' : quantile >= MEDIUM ? 'Medium' : 'Low');
const isBad = (id) => definition('outcome', id)?.isPositive === false;

/** A prediction in words: the share, how high that is, and the highest if it was more. */
export function likelihood(score) {
  const most = percent(score.sessionMaxProbability);
  return [t('likely', percent(score.probability)), t('likely' + levelOf(score)), t('likelyAbove', percent(score.quantile)), most !== percent(score.probability) && t('likelyMost', most)].filter(Boolean).join(t('comma'));
}

/** A bar up to the share, with a mark where it was highest. What the bar and its text say is said in words as its value. */
function meter(score, ...texts) {
  const words = likelihood(score);
  const length = h('span');
  length.style.width = `${score.probability * 100}%`;
  const most = score.sessionMaxProbability > score.probability + 0.01 && h('i');
  if (most) most.style.left = `${score.sessionMaxProbability * 100}%`;
  return h('span.meter', { role: 'meter', 'data-level': levelOf(score), 'data-bad': isBad(score.outcome.id), 'aria-label': shown(nameOf('outcome', score.outcome.id)), 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuenow': Math.round(score.probability * 100), 'aria-valuetext': words, title: words },
    h('span.bar', null, length, most), texts);
}

const scoresOf = (session) => (session.outcomeScores || []).filter((score) => score.outcome?.id && Number.isFinite(score.probability));

/** What a card of a session that goes on says at a glance: rows as of its facts, the outcomes that were predicted first. */
export function predictionsOf(session, limit = 3) {
  const achieved = new Set((session.outcomeAchievements || []).map((entry) => entry.outcome.id));
  return scoresOf(session).filter((score) => !achieved.has(score.outcome.id)).slice(0, limit).map((score) =>
    ['score-' + score.outcome.id, foreign(nameOf('outcome', score.outcome.id)), meter(score, h('strong', null, percent(score.probability)), ' ', t('likely' + levelOf(score)))]);
}

/** What was achieved, what may be, and what is defined beside. */
export function outcomesOf(session) {
  const achieved = new Map((session.outcomeAchievements || []).map((entry) => [entry.outcome.id, entry.achievedDate]));
  const scores = new Map(scoresOf(session).map((score) => [score.outcome.id, score]));
  // Who may not see achievements is not told that there are none.
  const others = session.outcomeAchievements ? definition.all('outcome').filter((outcome) => outcome.isActive !== false).map((outcome) => outcome.id) : [];
  const ids = [...new Set([...achieved.keys(), ...scores.keys(), ...others])];
  if (!ids.length) return null;
  return h('ul.outcomes', null, ids.map((id) => {
    const when = achieved.get(id);
    const score = scores.get(id);
    return h('li', { 'data-achieved': when ? (isBad(id) ? 'bad' : 'good') : null },
      h('span.outcome-name', null, icon(when ? 'outcome' : 'timedout'), foreign(nameOf('outcome', id))),
      session.outcomeAchievements && h('span.muted', { title: when ? fullTime(when) : null }, t(when ? 'achieved' : 'notYet'), when ? [' ', time(when)] : null),
      score && !when ? meter(score, h('span.likely', null, h('strong', null, t('likely', percent(score.probability))), ` · ${t('likely' + levelOf(score))}${t('comma')}${t('likelyAbove', percent(score.quantile))}`), highest(score))
        : when && h('span.bar', { 'aria-hidden': 'true' }, h('span')),
      score && when && h('span.muted.before', null, t('likelyBefore', percent(score.probability)), score.sessionMaxProbability > score.probability && t('comma') + t('likelyMost', percent(score.sessionMaxProbability))));
  }));
}

const highest = (score) => percent(score.sessionMaxProbability) !== percent(score.probability) && h('span.muted', null, t('likelyMost', percent(score.sessionMaxProbability)));
