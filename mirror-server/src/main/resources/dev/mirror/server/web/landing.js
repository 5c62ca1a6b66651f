/** The landing page: shows one form at a time, and says in words what the code in the address means. */

import { sentenceForLanding } from './sentences.js';

const forms = { login: document.querySelector('#login'), create: document.querySelector('#create') };
const tabs = { login: document.querySelector('#tab-login'), create: document.querySelector('#tab-create') };

function show(name) {
  for (const each of Object.keys(forms)) {
    const selected = each === name;
    forms[each].hidden = !selected;
    tabs[each].setAttribute('aria-selected', String(selected));
    tabs[each].tabIndex = selected ? 0 : -1;
  }
}

function takeError() {
  const address = new URL(location.href);
  const code = address.searchParams.get('error');
  if (code === null) {
    return;
  }
  const notice = document.querySelector('#notice');
  notice.textContent = sentenceForLanding(code);
  notice.hidden = false;
  if (['name-taken', 'bad-name', 'bad-password'].includes(code)) {
    show('create');
  }
  // A reload, or a bookmark, does not bring the complaint back.
  history.replaceState(null, '', location.pathname);
}

function busy(form) {
  const button = form.querySelector('button');
  button.disabled = true;
  button.setAttribute('aria-busy', 'true');
}

for (const [name, tab] of Object.entries(tabs)) {
  tab.addEventListener('click', () => show(name));
  forms[name].addEventListener('submit', () => busy(forms[name]));
  forms[name].setAttribute('role', 'tabpanel');
  forms[name].setAttribute('aria-labelledby', tab.id);
}
document.querySelector('.tabs').addEventListener('keydown', (event) => {
  if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
    const other = tabs.login.tabIndex === 0 ? 'create' : 'login';
    show(other);
    tabs[other].focus();
  }
});
// Back from the next page: the browser may bring this one back as it was left.
addEventListener('pageshow', () => {
  for (const form of Object.values(forms)) {
    form.querySelector('button').disabled = false;
    form.querySelector('button').removeAttribute('aria-busy');
  }
});

document.querySelector('.tabs').hidden = false;
show('login');
takeError();
