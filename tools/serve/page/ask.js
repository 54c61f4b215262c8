'use strict';
// How a page talks to the program, and says what went wrong. Every page has an element called alert.

const el = (id) => document.getElementById(id);

async function ask(path, options) {
  const answer = await fetch(path, {cache: 'no-store', ...options});
  if (answer.ok) return answer;
  const body = await answer.json().catch(() => ({}));
  throw new Error(body.error || `the program answers ${answer.status}`);
}

function alertWith(text) {
  el('alert').hidden = !text;
  el('alert').textContent = text;
}
