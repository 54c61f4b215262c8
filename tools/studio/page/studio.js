// The page of the studio: chooses pictures and settings, asks for runs, and shows those that there are.

let pictures = [];
const chosen = {content: '', styles: new Set()};
const cards = new Map();  // of the runs, by id
let failures = 0;

function make(tag, properties, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

// ---- Pictures to choose from

function shelfItem(name, kind) {
  const input = make('input', {type: kind, name: kind === 'radio' ? 'content' : 'style', value: name});
  input.checked = kind === 'radio' ? chosen.content === name : chosen.styles.has(name);
  input.setAttribute('aria-label', name);
  input.addEventListener('change', () => {
    if (kind === 'radio') chosen.content = name;
    else if (input.checked) chosen.styles.add(name);
    else chosen.styles.delete(name);
    showMissing();
  });
  const image = make('img', {src: `pictures/${encodeURIComponent(name)}`, alt: '', loading: 'lazy'});
  return make('label', {title: name}, input, image, make('span', {textContent: name}));
}

function showPictures() {
  for (const [shelf, kind] of [['contents', 'radio'], ['styles', 'checkbox']]) {
    const none = make('p', {textContent: 'No pictures yet: add some below.'});
    el(shelf).replaceChildren(...(pictures.length ? pictures.map((name) => shelfItem(name, kind)) : [none]));
  }
  showMissing();
}

async function loadPictures() {
  pictures = (await (await ask('pictures')).json()).pictures;
  if (!pictures.includes(chosen.content)) chosen.content = '';
  for (const name of chosen.styles) if (!pictures.includes(name)) chosen.styles.delete(name);
  showPictures();
}

/** The first one added becomes what is missing. */
async function addFiles(files) {
  alertWith('');
  for (const file of files) {
    el('adding').textContent = `Adding ${file.name}…`;
    try {
      const {name} = await (await ask(`pictures/${encodeURIComponent(file.name)}`, {method: 'POST', body: file})).json();
      if (task() === 'transfer' && !chosen.content) chosen.content = name;
      else if (!chosen.styles.size) chosen.styles.add(name);
    } catch (error) {
      alertWith(`Not added: ${error.message}.`);
    }
  }
  el('adding').textContent = 'Pictures can also be dropped anywhere on this page.';
  await loadPictures();
}

// ---- The form

const task = () => document.querySelector('input[name="task"]:checked').value;

function missing() {
  if (task() === 'transfer' && !chosen.content) return 'Choose a picture.';
  return chosen.styles.size ? '' : 'Choose a style.';
}

function showMissing() {
  el('make').disabled = missing() !== '';
  el('missing').textContent = missing() || ' ';
}

function showTask() {
  const transfer = task() === 'transfer';
  el('content-card').hidden = !transfer;
  for (const field of document.querySelectorAll('.of-transfer')) field.hidden = !transfer;
  el('make').textContent = transfer ? 'Make the picture' : 'Make the texture';
  showMissing();
}

function wish() {
  const options = {};
  for (const field of document.querySelectorAll('[data-option]')) {
    options[field.dataset.option] = field.type === 'checkbox' ? field.checked : field.value;
  }
  return {task: task(), content: chosen.content, styles: [...chosen.styles], options};
}

async function submit(event) {
  event.preventDefault();
  try {
    await ask('runs', {method: 'POST', body: JSON.stringify(wish())});
    alertWith('');
    await loadRuns();
    el('runs').firstElementChild.scrollIntoView({block: 'nearest'});
  } catch (error) {
    alertWith(`Not done: ${error.message}.`);
  }
}

// ---- Runs

/** The card of a run, with what of it changes. */
class Card {
  constructor(run) {
    this.id = run.id;
    this.version = 0;
    this.every = this.points = 0;  // of the curves, which are not shown here: how far they are
    this.status = make('span');
    this.image = make('img', {alt: run.picture, hidden: true});
    this.shown = make('a', {className: 'shown', target: '_blank', rel: 'noopener'}, this.image);
    this.bar = make('i');
    this.progress = make('div', {className: 'progress', hidden: true}, this.bar);
    this.message = make('p', {className: 'failed', hidden: true});
    this.buttons = make('div', {className: 'buttons'});
    const command = ['vggstyle', ...run.command].map((word) => /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
    this.node = make('li', {className: 'card'}, make('h3', {}, run.picture, this.status), this.shown, this.progress, this.message, this.buttons);
    if (run.command.length) {
      this.node.append(make('details', {}, make('summary', {textContent: 'Command'}), make('code', {textContent: command.join(' ')})));
    }
    this.known = '';
  }

  button(text, does, main = false) {
    const button = make('button', {type: 'button', textContent: text, className: main ? 'main' : ''});
    button.addEventListener('click', async () => {
      button.disabled = true;
      try {
        await does();
        alertWith('');
      } catch (error) {
        alertWith(`Not done: ${error.message}.`);
      }
      button.disabled = false;
    });
    return button;
  }

  link(text, href, properties) {
    return make('a', {className: 'button', textContent: text, href, ...properties});
  }

  update(run) {
    const known = `${run.status} ${run.has_page}`;
    if (known === this.known) return;
    this.known = known;
    this.status.textContent = run.status;
    this.progress.hidden = run.status !== 'running';
    this.message.hidden = run.status !== 'failed';
    this.message.textContent = run.message;
    const result = `runs/${run.id}/picture.png`;
    const buttons = [];
    if (run.has_page) buttons.push(this.link('Look closer and steer', `runs/${run.id}/page/`, {target: '_blank', rel: 'noopener'}));
    if (run.status === 'waiting' || run.status === 'running') {
      buttons.push(this.button(run.status === 'waiting' ? 'Cancel' : 'Stop and save', () => ask(`runs/${run.id}/stop`, {method: 'POST', body: ''})));
    }
    if (run.status === 'finished' || run.status === 'stopped') {
      this.showImage(`${result}?${run.status}`);
      buttons.push(this.link('Download', result, {download: run.picture}), this.button('Use as a picture', () => useResult(run)));
    }
    this.shown.href = run.has_page ? `runs/${run.id}/page/` : result;
    this.buttons.replaceChildren(...buttons);
  }

  showImage(source) {
    this.image.onload = () => { this.image.hidden = false; };
    this.image.onerror = () => { this.image.hidden = true; };
    this.image.src = source;
  }

  /** What the run's own page says. */
  async follow() {
    const state = await (await ask(`runs/${this.id}/page/state?since=${this.points}&every=${this.every}&picture`)).json();
    this.points = state.points.length + (state.every === this.every ? this.points : 0);
    this.every = state.every;
    this.bar.style.width = `${100 * state.done}%`;
    this.status.textContent = `${state.phase}, ${Math.round(100 * state.done)} %`;
    if (state.picture.version > this.version) {
      this.version = state.picture.version;
      this.showImage(`runs/${this.id}/page/picture.png?${this.version}`);
    }
  }
}

async function useResult(run) {
  const file = await (await ask(`runs/${run.id}/picture.png`)).blob();
  const {name} = await (await ask(`pictures/${encodeURIComponent(run.picture)}`, {method: 'POST', body: file})).json();
  chosen.content = name;
  await loadPictures();
}

async function loadRuns() {
  const {runs} = await (await ask('runs')).json();
  runs.forEach((run, place) => {
    if (!cards.has(run.id)) cards.set(run.id, new Card(run));
    const card = cards.get(run.id);
    card.update(run);
    if (el('runs').children[place] !== card.node) el('runs').insertBefore(card.node, el('runs').children[place] || null);
  });
  el('no-runs').hidden = runs.length > 0;
  const waiting = runs.filter((run) => run.status === 'waiting').length;
  const running = runs.find((run) => run.status === 'running');
  el('summary').textContent = running ? `working${waiting ? `, ${waiting} waiting` : ''}` : 'idle';
  el('summary').dataset.phase = running ? 'running' : '';
  // A run that has just ended has no page any more.
  if (running && running.has_page) await cards.get(running.id).follow().catch(() => {});
}

async function poll() {
  try {
    await loadRuns();
    if (failures > 2) alertWith('');
    failures = 0;
  } catch (error) {
    failures += 1;
    if (failures > 2) alertWith('No answer: the studio has ended, or the way to it is cut.');
  }
  setTimeout(poll, document.hidden || failures > 2 ? 3000 : 1000);
}

// ---- Wiring

el('wish').addEventListener('submit', submit);
for (const radio of document.querySelectorAll('input[name="task"]')) radio.addEventListener('change', showTask);
el('add').addEventListener('change', async () => {
  await addFiles([...el('add').files]);
  el('add').value = '';
});
document.addEventListener('dragover', (event) => {
  event.preventDefault();
  document.body.classList.add('dropping');
});
document.addEventListener('dragleave', () => document.body.classList.remove('dropping'));
document.addEventListener('drop', (event) => {
  event.preventDefault();
  document.body.classList.remove('dropping');
  addFiles([...event.dataTransfer.files]);
});
showTask();
loadPictures().catch((error) => alertWith(error.message));
poll();
