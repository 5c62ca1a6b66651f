/** Making and arranging elements. Text is only ever set as text; nothing here, or elsewhere, parses markup. */

const SVG = 'http://www.w3.org/2000/svg';

/** An element with properties (`text`, and attributes by their names) and children. */
export function el(name, { text, ...attributes } = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  if (text !== undefined) {
    element.textContent = text;
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

export function icon(path) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(SVG, 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

/** The first letters of a name on a tone that stays the same for an id. */
export function paintAvatar(element, name, id, room = false) {
  let hash = 0;
  for (const letter of id) {
    hash = (Math.imul(hash, 31) + letter.codePointAt(0)) >>> 0;
  }
  const words = name.split(/[\s_.-]+/).filter((word) => word !== '');
  const letters = words.slice(0, 2).map((word) => [...word][0]);
  element.textContent = room ? '#' : letters.join('').toLocaleUpperCase();
  element.className = `avatar tone-${(hash >>> 7) % 8}${room ? ' room' : ''}`;
  element.setAttribute('aria-hidden', 'true');
  return element;
}

/**
 * Makes the children of `parent` show `rows`, in order. Elements are kept by the row's key and only changed or moved
 * where needed, so that focus, selection and a screen reader's place survive.
 */
export function arrange(parent, rows, { make, update }) {
  const focused = document.activeElement;
  const keys = new Set(rows.map((row) => row.key));
  [...parent.children].filter((child) => !keys.has(child.dataset.key)).forEach((child) => child.remove());
  const kept = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let at = parent.firstElementChild;
  for (const row of rows) {
    let element = kept.get(row.key);
    if (element === undefined) {
      element = make(row);
      element.dataset.key = row.key;
    }
    if (element === at) {
      at = at.nextElementSibling;
    } else {
      parent.insertBefore(element, at);
    }
    if (element.mark !== row.mark || row.mark === undefined) {
      element.mark = row.mark;
      update(element, row);
    }
  }
  if (focused !== document.activeElement && parent.contains(focused)) {
    focused.focus({ preventScroll: true });
  }
}

const LINK = /https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}]/g;

/** Text whose web addresses can be followed; only http and https are. */
export function linked(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const link = el('a', { href: match[0], target: '_blank', rel: 'noopener noreferrer', text: match[0] });
    parts.push(text.slice(from, match.index), link);
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from));
  return parts;
}

/** Copies text; where the browser does not let a page do that, selects it for the user to copy. */
export async function copy(text, element = null) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    if (element !== null) {
      getSelection().selectAllChildren(element);
    }
    return false;
  }
}
