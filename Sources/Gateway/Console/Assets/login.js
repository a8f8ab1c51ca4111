// Who comes with a token gets a cookie that no script can read.
import { h, uid } from './dom.js';
import { t } from './texts.js';
import { icon } from './icons.js';
import { logIn } from './api.js';

export function loginForm(reason, done) {
  const field = uid('token');
  const hint = uid('hint');
  const flaw = h('p.flaw', { role: 'alert', id: uid('flaw') });
  const input = h('input', { type: 'password', id: field, name: 'token', autocomplete: 'current-password', required: true, 'aria-describedby': `${hint} ${flaw.id}`, spellcheck: 'false' });
  const button = h('button.button', { type: 'submit' }, t('logIn'));
  const form = h('form.login', { submit: async (event) => {
    event.preventDefault();
    button.disabled = true;
    flaw.textContent = '';
    input.removeAttribute('aria-invalid');
    try {
      await logIn(input.value.trim());
      done();
    } catch (error) {
      flaw.textContent = error.status === 401 ? t('tokenWrong') : error.status === 429 ? t('tooOften') : error.status === 0 ? t('serverAway') : error.message;
      input.setAttribute('aria-invalid', 'true');
      input.focus();
    }
    button.disabled = false;
  } }, icon('lock'), h('h1', t('logIn')), reason && h('p', { role: 'status' }, reason),
  h('label', { for: field }, t('token')), input, h('p.muted', { id: hint }, t('tokenHint')), flaw, button);
  setTimeout(() => input.focus());
  return form;
}
