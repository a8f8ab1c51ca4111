// Texts in the language of the browser, or the one that was chosen by hand. Only its files are loaded.
let [texts, words] = [{}, {}];
const take = (file) => { texts = { ...texts, ...file.texts }; words = { ...words, ...file.words }; };
let chosen = 'en';
export const languages = { en: 'English', zh: '中文' };
const wanted = () => navigator.languages.find((language) => /^(en|zh)\b/i.test(language)) || 'en';
/** Takes a language, or that of the browser; one that cannot be loaded changes nothing. */
export async function setLanguage(name) {
  const isChinese = /^zh/i.test(name || wanted());
  const file = await (isChinese ? import('./zh.js') : import('./en.js'));
  // Of what is its own word in English those of before would stay.
  words = {};
  take(file);
  chosen = isChinese ? 'zh' : 'en';
  document.documentElement.lang = isChinese ? 'zh-Hans' : 'en';
}
/** Adds those of operations, definitions and explanations. */
export const addTexts = async () => take(await (chosen === 'zh' ? import('./zh.views.js') : import('./en.views.js')));

/** Sentences of the server that are known in the page's language: what they match, and their text. */
let known = [];
/** Adds those; English are the server's own. */
export async function addSentences() {
  if (chosen !== 'zh' || known.length) return;
  const { sentences } = await import('./zh.sentences.js');
  known = Object.entries(sentences).map(([english, chinese]) =>
    [new RegExp(`^${english.replace(/[()]/g, '\\$&').replace(/\{\d\}/g, '(.+?)')}$`, 's'), chinese]);
}

export const language = () => chosen;
export const locale = () => (chosen === 'zh' ? 'zh-CN' : (navigator.languages.find((name) => /^en\b/i.test(name)) || 'en'));

/** A text by its key, with values in the places of {0}, {1}. */
export function t(key, ...values) {
  const text = texts[key];
  if (text === undefined) throw new Error('no text ' + key);
  return text.replace(/\{(\d)\}/g, (_, index) => values[index]);
}

/** Whether there are words for a code of the server. */
export const isWord = (code) => Object.hasOwn(words, code);
/** A code of the server in words; one that is not known is its own word. */
export const word = (code) => (isWord(code) ? words[code] : code);
export const statusText = (status) => (status.startsWith('Wrap-up: ') ? t('wrapupOf', status.slice(9)) : word(status));
/** What the server says in a sentence, in the language of the page if it is one that is known. */
export function sentence(text) {
  if (chosen !== 'zh') return text;
  for (const [pattern, translated] of known) {
    const found = pattern.exec(text);
    if (found) return translated.replace(/\{(\d)\}/g, (_, index) => sentence(word(found[Number(index) + 1])));
  }
  return text;
}
/** A criterion as one line. */
export const criterionText = ({ key, operator, values }, between = ', ') => `${key} ${word(operator)} ${(values || []).join(between)}`;
