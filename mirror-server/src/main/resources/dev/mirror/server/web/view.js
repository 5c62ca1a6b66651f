/** The page's elements: shows what it is told, and turns what the user does into calls of `intents`. Decides nothing. */

import { ActionsView } from './actions-view.js';
import { ComposerView } from './composer-view.js';
import { arrange, copy, el, paintAvatar } from './dom.js';
import { ListView } from './list-view.js';
import { LogView } from './log-view.js';
import { sentenceForEnd } from './sentences.js';

const $ = (selector) => document.querySelector(selector);
const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const narrow = matchMedia('(max-width: 640px)');

const ASK = {
  direct: {
    title: 'New message',
    label: 'Name or user id',
    help: 'Whoever it is gets your first message at once, or at their next log-in.',
    ok: 'Write',
  },
  room: {
    title: 'Join a channel',
    label: 'Channel',
    help: 'Letters, digits, - and _. A channel that nobody has used yet begins with you.',
    ok: 'Join',
  },
};

export class View {
  #intents;
  #list;
  #log;
  #composer;
  #actions;
  #connection = { name: 'connecting' };
  #wasOnline = false;
  #asking = 'direct';

  /**
   * `intents`: open(key), close(), send(text) and change(text) → whether it was taken, retry(id), discard(id), react(row,
   * value), edit(row), remove(row), typed(text), older(), newest(), moved(), leave(), reconnect(), loggingOut(), ask(kind,
   * text) → a promise of null or a sentence of complaint, tooLong(text) → a sentence or null.
   */
  constructor(intents) {
    this.#intents = intents;
    this.#list = new ListView($('#conversations'), (key) => intents.open(key));
    this.#log = new LogView({
      scroll: $('#scroll'),
      log: $('#log'),
      did: (what, { row, id, value, button }) => {
        if (what === 'more') {
          this.#actions.open(row, button, !narrow.matches);
        } else {
          this.#did(what, what === 'react' ? row : id, value);
        }
      },
      moved: () => {
        this.#showNewest();
        intents.moved();
      },
    });
    this.#actions = new ActionsView($('#actions'), (what, row, value) => this.#did(what, row, value));
    this.#composer = new ComposerView({ ...intents, sent: () => this.#log.toEnd() });
    this.#listenToFrame();
    this.#listenToDialogs();
    setInterval(() => this.#showConnection(), 250);
  }

  #did(what, subject, value) {
    this.#intents[what](subject, value);
    if (what === 'edit') {
      this.#composer.edit(subject.text);
    } else if (what === 'remove') {
      this.say('The message was deleted.');
    }
  }

  // Frame

  #listenToFrame() {
    $('#banner-now').addEventListener('click', () => this.#intents.reconnect());
    $('#back').addEventListener('click', () => this.#intents.close());
    $('#leave').addEventListener('click', () => this.#intents.leave());
    $('#older').addEventListener('click', () => this.#intents.older());
    $('#scroll').addEventListener('scroll', () => {
      if ($('#scroll').scrollTop < 40 && !$('#older').hidden && !this.#log.follows) {
        this.#intents.older();
      }
    });
    $('#newest').addEventListener('click', () => {
      this.#log.toEnd();
      this.#intents.newest();
      $('#text').focus();
    });
    $('#show-who').addEventListener('click', () => this.#showWho($('#who').hidden));
    document.addEventListener('keydown', (event) => this.#escape(event));
    document.addEventListener('click', (event) => this.#copyClicked(event));
  }

  #escape(event) {
    if (event.key !== 'Escape' || event.defaultPrevented || $('dialog[open]') !== null) {
      return;
    }
    if (!$('#who').hidden) {
      this.#showWho(false);
      $('#show-who').focus();
    } else if (narrow.matches) {
      this.#intents.close();
    } else {
      this.#list.focus();
    }
  }

  #showWho(shown) {
    $('#who').hidden = !shown;
    $('#show-who').setAttribute('aria-expanded', String(shown));
  }

  async #copyClicked(event) {
    const button = event.target.closest('button[data-copy]');
    if (button === null) {
      return;
    }
    const source = button.parentElement.querySelector(`.${button.dataset.copy}`);
    const copied = await copy(source.textContent, source);
    this.say(copied ? 'Copied.' : 'Selected. Copy it with your keyboard.');
    button.classList.toggle('done', copied);
    setTimeout(() => button.classList.remove('done'), 1500);
  }

  /** Tells a screen reader; and everybody, when `aloud` is a place to show it. */
  say(sentence, aloud = null) {
    $('#announcer').textContent = sentence;
    if (aloud !== null) {
      aloud.textContent = sentence;
    }
  }

  note(sentence) {
    this.#composer.note(sentence);
  }

  // Who I am, and whether the server is there

  me({ userId, name, room }) {
    paintAvatar($('#me-avatar'), name, userId);
    $('#me-name').textContent = name;
    $('#me-title').textContent = name;
    $('#welcome-name').textContent = `, ${name}`;
    document.querySelectorAll('.my-user-id').forEach((element) => (element.textContent = userId));
    document.querySelectorAll('.my-channel-id').forEach((element) => (element.textContent = room));
  }

  connection(state) {
    this.#connection = state;
    document.body.dataset.connection = state.name;
    if (state.name === 'online') {
      this.say(this.#wasOnline ? 'You are connected again.' : 'You are connected.');
      this.#wasOnline = true;
    } else if (state.name === 'ended') {
      this.say(sentenceForEnd(state.code));
    } else if (state.name === 'waiting' && $('#banner').hidden) {
      this.say('You are offline. Messages will be sent when you are connected again.');
    }
    this.#showConnection();
  }

  #showConnection() {
    const { name, until, code } = this.#connection;
    const words = { online: 'Online', connecting: 'Connecting …', waiting: 'Offline', ended: 'Offline' };
    $('#me-state').textContent = words[name] ?? '';
    const banner = $('#banner');
    banner.hidden = name === 'online' || (name === 'connecting' && !this.#wasOnline && banner.hidden);
    $('#banner-now').disabled = name === 'connecting';
    let text = 'Connecting …';
    if (name === 'waiting') {
      const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      text = `You are offline. Trying again in ${seconds} s.`;
    } else if (name === 'ended') {
      text = sentenceForEnd(code);
    }
    $('#banner-text').textContent = text;
  }

  // Conversations

  list(model, openKey) {
    this.#list.show(model, openKey, Date.now());
    const unread = model.unread();
    document.title = unread > 0 ? `(${unread}) mirror` : 'mirror';
  }

  /** Shows a conversation that was just opened; null shows none. */
  open(conversation, draft) {
    document.body.dataset.pane = conversation === null ? 'list' : 'talk';
    $('#welcome').hidden = conversation !== null;
    $('#conversation').hidden = conversation === null;
    this.#composer.open(draft);
    if (conversation === null) {
      this.#list.focus();
      return;
    }
    this.#showWho(false);
    this.#log.toEnd();
  }

  /** On a phone, focus in a field would open the keyboard over what is to be read. */
  focusConversation() {
    (narrow.matches ? $('#title') : $('#text')).focus();
  }

  conversation(conversation, model) {
    const title = model.titleOf(conversation);
    const room = conversation.kind === 'room';
    $('#title').textContent = title;
    paintAvatar($('#title-avatar'), title, conversation.peer ?? conversation.channel, room);
    $('#show-who').hidden = !room;
    $('#leave').hidden = !room || conversation.channel === model.me.room;
    $('#older').hidden = !conversation.hasOlder || conversation.loading;
    $('#edge-text').textContent = this.#edgeText(conversation);
    this.#log.show(conversation, model);
    this.#showNewest(conversation);
    this.presence(conversation, model);
    this.typing(conversation, model);
  }

  #edgeText(conversation) {
    if (conversation.loading) {
      return 'Loading …';
    }
    if (conversation.failure !== null) {
      return conversation.failure;
    }
    const empty = conversation.items.length === 0 && conversation.outgoing.length === 0;
    if (conversation.forgotten) {
      return 'What was said before is no longer kept.';
    }
    return conversation.loaded && empty ? 'Nothing was said here yet.' : '';
  }

  #showNewest(conversation = null) {
    if (conversation !== null) {
      $('#newest').dataset.detached = String(conversation.detached);
    }
    $('#newest').hidden = this.#log.follows && $('#newest').dataset.detached !== 'true';
  }

  /** Whether the end of the open conversation is on the screen. */
  get atEnd() {
    return this.#log.follows;
  }

  toEnd() {
    this.#log.toEnd();
  }

  #whereabouts({ kind, channel, peer, members, peerSeen }) {
    if (members === null) {
      return kind === 'room' ? channel : '';
    }
    if (kind === 'room') {
      return `${members.size} here`;
    }
    if (members.has(peer)) {
      return 'Online';
    }
    return peerSeen === null ? 'Away' : `Away, last seen ${dateTime.format(peerSeen)}`;
  }

  presence(conversation, model) {
    const { members } = conversation;
    const text = this.#whereabouts(conversation);
    $('#subtitle').textContent = text;
    $('#subtitle').className = conversation.kind === 'direct' && text === 'Online' ? 'here' : '';
    const rows = conversation.kind === 'room' && members !== null ? [...members] : [];
    rows.sort(([, a], [, b]) => a.localeCompare(b));
    arrange(
      $('#members'),
      rows.map(([key, name]) => ({ key, name, mark: name, me: key === model.me.userId })),
      {
        make: () => el('li', {}, el('span'), el('bdi')),
        update: (element, { key, name, me }) => {
          paintAvatar(element.firstElementChild, name, key);
          element.lastElementChild.textContent = me ? `${name} (you)` : name;
        },
      },
    );
  }

  typing(conversation, model) {
    const names = [...conversation.typing.keys()].map((userId) => model.nameOf(userId));
    const text = names.length > 3 ? 'Several people are typing …' : '';
    const verb = names.length === 1 ? 'is' : 'are';
    $('#typing').textContent = names.length === 0 ? '' : text || `${names.join(' and ')} ${verb} typing …`;
  }

  // Dialogs

  #listenToDialogs() {
    for (const [button, kind] of Object.entries({ 'new-direct': 'direct', 'welcome-direct': 'direct', 'new-room': 'room', 'welcome-room': 'room' })) {
      $(`#${button}`).addEventListener('click', () => this.ask(kind));
    }
    $('#open-me').addEventListener('click', () => $('#me').showModal());
    $('#copy-channel').addEventListener('click', () => this.#intents.copyId());
    $('#logout').addEventListener('submit', () => this.#intents.loggingOut());
    for (const dialog of document.querySelectorAll('dialog')) {
      dialog.querySelector('.close').addEventListener('click', () => dialog.close());
      dialog.addEventListener('click', (event) => (event.target === dialog ? dialog.close() : undefined));
    }
    $('#ask-text').addEventListener('input', () => ($('#ask-error').textContent = ''));
    $('#ask-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#answer();
    });
  }

  ask(kind, text = '') {
    const words = ASK[kind];
    this.#asking = kind;
    $('#ask-title').textContent = words.title;
    $('#ask-label').textContent = words.label;
    $('#ask-help').textContent = words.help;
    $('#ask-ok').textContent = words.ok;
    $('#ask-error').textContent = '';
    $('#ask-text').value = text;
    if (!$('#ask').open) {
      $('#ask').showModal();
    }
    $('#ask-text').focus();
  }

  async #answer() {
    $('#ask-ok').disabled = true;
    const complaint = await this.#intents.ask(this.#asking, $('#ask-text').value.trim());
    $('#ask-ok').disabled = false;
    if (complaint === null) {
      $('#ask').close();
      this.focusConversation();
    } else {
      $('#ask-error').textContent = complaint;
      $('#ask-text').focus();
    }
  }
}
