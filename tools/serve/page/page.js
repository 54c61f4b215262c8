// The page of a run: asks the program for its state twice a second, shows it, and sends what is wanted.

const KINDS = ['style', 'content', 'tv'];
let facts = null;
let state = null;
let every = 0;            // of so many steps, one has a point
const points = [];        // [evaluations, value of each of facts.curves]
let failures = 0;

// ---- Words

function duration(seconds) {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (n) => String(n).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)} min`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)} h`;
}

function number(value, digits = 4) {
  if (value === null || value === undefined) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e5 ? String(Number(value.toPrecision(digits))) : value.toExponential(Math.max(digits - 2, 0));
}

// ---- Talking to the program

/** Sends an order; what is refused is said. */
async function order(path, body) {
  try {
    await ask(path, {method: 'POST', body: body ? JSON.stringify(body) : ''});
    alertWith('');
    return true;
  } catch (error) {
    alertWith(`Not done: ${error.message}.`);
    return false;
  }
}

async function poll() {
  try {
    if (!facts) showFacts(await (await ask('facts')).json());
    const wanted = pictureIsDue() ? '&picture' : '';
    const next = await (await ask(`state?since=${points.length}&every=${every}${wanted}`)).json();
    if (next.every !== every) points.length = 0;
    every = next.every;
    points.push(...next.points);
    state = next;
    if (failures > 2) alertWith('');
    failures = 0;
    show();
    if (state.picture.version > pictureVersion) await loadPicture();
    if (state.phase === 'finished') return;
  } catch (error) {
    failures += 1;
    if (failures > 2) {
      alertWith('No answer: the run has ended, or the way to it is cut. What you see is the last that came.');
      el('phase').textContent = 'no answer';
      delete el('phase').dataset.phase;
    }
  }
  setTimeout(poll, document.hidden || failures > 2 ? 2000 : 500);
}

// ---- The picture

let pictureVersion = 0;
let pictureAt = -Infinity;  // when the latest came
let pictureTook = 0;
let pictureUrl = '';

/** Large pictures take their time: four times that between two of them. */
function pictureIsDue() {
  return !document.hidden && performance.now() - pictureAt > Math.max(1000, 4 * pictureTook);
}

async function loadPicture() {
  const began = performance.now();
  const {version, evaluations} = state.picture;
  const url = URL.createObjectURL(await (await ask('picture.png')).blob());
  await new Promise((done, fail) => {
    el('after').onload = done;
    el('after').onerror = fail;
    el('after').src = url;
  });
  if (pictureUrl) URL.revokeObjectURL(pictureUrl);
  pictureUrl = url;
  pictureVersion = version;
  pictureAt = performance.now();
  pictureTook = pictureAt - began;
  const image = el('after');
  el('no-picture').hidden = true;
  el('caption').textContent = `${image.naturalWidth} × ${image.naturalHeight} pixels after evaluation ${evaluations}` +
    (state.width && state.width < image.naturalWidth ? `, enlarged from ${state.width} × ${state.height}` : '');
  const name = facts.title.replace(/^.*\//, '').replace(/\.[^.]*$/, '');
  el('download').href = url;
  el('download').download = `${name}-${String(evaluations).padStart(4, '0')}.png`;
  el('download').setAttribute('aria-disabled', 'false');
  view.setSize(image.naturalWidth, image.naturalHeight);
}

/** Where the picture is in its stage: its scale, and the place of its top left corner. */
const view = {
  width: 0, height: 0, scale: 1, x: 0, y: 0, fitted: true, split: 0,

  setSize(width, height) {
    if (width === this.width && height === this.height) return;
    Object.assign(this, {width, height});
    el('sheet').style.width = `${width}px`;
    el('sheet').style.height = `${height}px`;
    this.fit();
  },
  fitScale() {
    const stage = el('stage');
    return Math.min(stage.clientWidth / this.width, stage.clientHeight / this.height);
  },
  fit() {
    if (!this.width) return;
    this.fitted = true;
    this.scale = this.fitScale();
    this.place();
  },
  /** Keeps what is at (x, y) of the stage where it is. */
  zoom(factor, x = el('stage').clientWidth / 2, y = el('stage').clientHeight / 2) {
    if (!this.width) return;
    const fit = this.fitScale();
    const scale = Math.min(Math.max(this.scale * factor, fit), Math.max(32, fit));
    this.x = x - (x - this.x) * scale / this.scale;
    this.y = y - (y - this.y) * scale / this.scale;
    this.scale = scale;
    this.fitted = scale <= fit * 1.0001;
    this.place();
  },
  move(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.place();
  },
  /** Inside the stage if it is smaller, else covering it. */
  place() {
    const stage = el('stage');
    const inside = (at, size, room) => (size <= room ? (room - size) / 2 : Math.min(0, Math.max(room - size, at)));
    this.x = inside(this.x, this.width * this.scale, stage.clientWidth);
    this.y = inside(this.y, this.height * this.scale, stage.clientHeight);
    el('sheet').style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
    stage.classList.toggle('zoomed', !this.fitted);
    stage.classList.toggle('pixels', !this.fitted && this.scale * devicePixelRatio > 3);
    el('scale').textContent = this.fitted ? 'fit' : `${Math.round(this.scale * 100)} %`;
    this.placeSplit();
  },
  placeSplit() {
    el('after').style.clipPath = `inset(0 0 0 ${100 * this.split}%)`;
    el('divider').hidden = !this.width;
    const at = this.x + this.split * this.width * this.scale;
    el('divider').style.left = `${Math.min(Math.max(at, 0), el('stage').clientWidth)}px`;
  },
  setSplit(share) {
    this.split = Math.min(Math.max(share, 0), 1);
    el('split').value = String(Math.round(1000 * this.split));
    this.placeSplit();
  },
};

function watchStage() {
  const stage = el('stage');
  const fingers = new Map();
  const place = (event) => {
    const box = stage.getBoundingClientRect();
    return {x: event.clientX - box.left, y: event.clientY - box.top};
  };
  const spread = () => {
    const [a, b] = [...fingers.values()];
    return {size: Math.hypot(a.x - b.x, a.y - b.y), x: (a.x + b.x) / 2, y: (a.y + b.y) / 2};
  };
  stage.addEventListener('pointerdown', (event) => {
    stage.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, place(event));
  });
  stage.addEventListener('pointermove', (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    if (fingers.size === 2) {
      const from = spread();
      fingers.set(event.pointerId, place(event));
      const to = spread();
      view.move(to.x - from.x, to.y - from.y);
      view.zoom(to.size / Math.max(from.size, 1), to.x, to.y);
      return;
    }
    const now = place(event);
    fingers.set(event.pointerId, now);
    if (!view.fitted) view.move(now.x - before.x, now.y - before.y);
  });
  for (const end of ['pointerup', 'pointercancel']) {
    stage.addEventListener(end, (event) => fingers.delete(event.pointerId));
  }
  stage.addEventListener('wheel', (event) => {
    event.preventDefault();
    const at = place(event);
    view.zoom(Math.exp(-event.deltaY / 300), at.x, at.y);
  }, {passive: false});
  stage.addEventListener('dblclick', (event) => {
    const at = place(event);
    if (view.fitted) view.zoom(3, at.x, at.y);
    else view.fit();
  });
  stage.addEventListener('keydown', (event) => {
    const step = 60;
    const keys = {
      '+': () => view.zoom(1.25), '=': () => view.zoom(1.25), '-': () => view.zoom(0.8), '0': () => view.fit(),
      ArrowLeft: () => view.move(step, 0), ArrowRight: () => view.move(-step, 0),
      ArrowUp: () => view.move(0, step), ArrowDown: () => view.move(0, -step),
    };
    if (!keys[event.key] || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    keys[event.key]();
  });
  el('divider').addEventListener('pointerdown', (event) => {
    event.stopPropagation();
    el('divider').setPointerCapture(event.pointerId);
  });
  el('divider').addEventListener('pointermove', (event) => {
    if (!el('divider').hasPointerCapture(event.pointerId)) return;
    view.setSplit((place(event).x - view.x) / (view.width * view.scale));
  });
  el('split').addEventListener('input', () => view.setSplit(el('split').value / 1000));
  el('zoom-in').addEventListener('click', () => view.zoom(1.5));
  el('zoom-out').addEventListener('click', () => view.zoom(1 / 1.5));
  el('zoom-fit').addEventListener('click', () => view.fit());
  new ResizeObserver(() => (view.fitted ? view.fit() : view.place())).observe(stage);
}

// ---- The curves

const hiddenCurves = new Set();
let readAt = null;  // the index of the point that is read off; null: the latest

function hasValues(curve) {
  return state.latest[curve + 1] > 0 || points.some((point) => point[curve + 1] > 0);
}

/** Colours by kind: blues for style, reds for content, green for tv; the total in ink. */
function colorOf(curve) {
  const [kind, ...layer] = facts.curves[curve].split(' ');
  const light = matchMedia('(prefers-color-scheme: dark)').matches ? 68 : 40;
  if (kind === 'total') return getComputedStyle(document.body).color;
  if (kind === 'tv') return `hsl(140 60% ${light}%)`;
  const siblings = facts.curves.filter((name) => name.startsWith(`${kind} `));
  const [from, to] = kind === 'style' ? [175, 320] : [0, 50];
  if (layer.length === 0) return `hsl(${kind === 'style' ? 215 : 18} 85% ${light}%)`;
  const share = siblings.length < 2 ? 0.5 : siblings.indexOf(facts.curves[curve]) / (siblings.length - 1);
  return `hsl(${from + share * (to - from)} 50% ${light + 6}%)`;
}

/** The range of what is shown, with some room; in decades. */
function decades(shown) {
  let low = Infinity;
  let high = -Infinity;
  for (const point of points) {
    for (const curve of shown) {
      const value = point[curve + 1];
      if (value > 0) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
  }
  if (!(high > 0)) return [-1, 1];
  const [a, b] = [Math.log10(low), Math.log10(high)];
  const room = Math.max(0.05 * (b - a), 0.05);
  return [a - room, b + room];
}

function ticksOf([low, high]) {
  const whole = [];
  const step = Math.max(1, Math.ceil((high - low) / 6));
  for (let d = Math.ceil(low); d <= high; d += step) whole.push(10 ** d);
  if (whole.length > 2) return whole;
  const fine = [];
  for (let d = Math.floor(low); d <= high; ++d) {
    for (const m of [1, 2, 5]) fine.push(m * 10 ** d);
  }
  return fine.filter((value) => Math.log10(value) >= low && Math.log10(value) <= high);
}

function xTicks(last) {
  const raw = last / 4;
  const power = 10 ** Math.floor(Math.log10(Math.max(raw, 1)));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw) || 1;
  const ticks = [];
  for (let x = 0; x <= last; x += step) ticks.push(x);
  return ticks;
}

function drawCurves() {
  const canvas = el('curves');
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width || !facts || points.length === 0) return;
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  const pen = canvas.getContext('2d');
  pen.scale(devicePixelRatio, devicePixelRatio);
  const style = getComputedStyle(document.documentElement);
  const box = {left: 50, right: width - 8, top: 8, bottom: height - 22};
  const shown = facts.curves.map((_, i) => i).filter((i) => !hiddenCurves.has(i) && hasValues(i));
  const range = decades(shown);
  const last = Math.max(points[points.length - 1][0], 2);
  const x = (evaluations) => box.left + (box.right - box.left) * evaluations / last;
  const y = (value) => box.bottom - (box.bottom - box.top) * (Math.log10(value) - range[0]) / (range[1] - range[0]);
  pen.font = '11px system-ui, sans-serif';
  pen.fillStyle = style.getPropertyValue('--soft');
  pen.strokeStyle = style.getPropertyValue('--line');
  pen.textBaseline = 'middle';
  pen.textAlign = 'right';
  for (const tick of ticksOf(range)) {
    pen.beginPath();
    pen.moveTo(box.left, y(tick));
    pen.lineTo(box.right, y(tick));
    pen.stroke();
    pen.fillText(number(tick, 2), box.left - 6, y(tick));
  }
  pen.textBaseline = 'top';
  pen.textAlign = 'center';
  for (const tick of xTicks(last)) pen.fillText(String(tick), Math.min(x(tick), box.right - 8), box.bottom + 6);
  pen.setLineDash([2, 3]);
  pen.strokeStyle = style.getPropertyValue('--soft');
  for (const start of state.fresh_starts) {
    pen.beginPath();
    pen.moveTo(x(start.evaluations), box.top);
    pen.lineTo(x(start.evaluations), box.bottom);
    pen.stroke();
  }
  pen.setLineDash([]);
  pen.lineJoin = 'round';
  for (const curve of [...shown].reverse()) {
    pen.strokeStyle = colorOf(curve);
    pen.lineWidth = facts.curves[curve].includes(' ') ? 1 : 2;
    pen.beginPath();
    let down = false;
    for (const point of points) {
      const value = point[curve + 1];
      if (!(value > 0)) {
        down = false;
        continue;
      }
      if (down) pen.lineTo(x(point[0]), y(value));
      else pen.moveTo(x(point[0]), y(value));
      down = true;
    }
    pen.stroke();
  }
  if (readAt !== null) {
    pen.lineWidth = 1;
    pen.strokeStyle = style.getPropertyValue('--ink');
    pen.beginPath();
    pen.moveTo(x(points[readAt][0]), box.top);
    pen.lineTo(x(points[readAt][0]), box.bottom);
    pen.stroke();
  }
  canvas.pointAt = (px) => {
    const wanted = (px - box.left) / (box.right - box.left) * last;
    const next = points.findIndex((point) => point[0] >= wanted);
    if (next < 0) return points.length - 1;
    return next > 0 && wanted - points[next - 1][0] < points[next][0] - wanted ? next - 1 : next;
  };
}

function showLegend() {
  const legend = el('legend');
  const point = readAt === null ? state.latest : points[readAt];
  facts.curves.forEach((name, curve) => {
    let item = el(`curve-${curve}`);
    if (!item) {
      if (!hasValues(curve)) return;
      item = document.createElement('li');
      item.id = `curve-${curve}`;
      item.innerHTML = '<label><input type="checkbox"><span class="swatch"></span><span></span><span class="value"></span></label>';
      item.querySelectorAll('span')[1].textContent = name;
      const box = item.querySelector('input');
      // The only layer of a kind is the kind.
      const layers = facts.curves.filter((other) => other.startsWith(`${name.split(' ')[0]} `));
      if (name.includes(' ') && layers.length === 1) hiddenCurves.add(curve);
      box.checked = !hiddenCurves.has(curve);
      box.addEventListener('change', () => {
        if (box.checked) hiddenCurves.delete(curve);
        else hiddenCurves.add(curve);
        drawCurves();
      });
      item.dataset.curve = curve;
      const after = [...legend.children].find((other) => Number(other.dataset.curve) > curve);
      legend.insertBefore(item, after || null);
    }
    item.querySelector('.swatch').style.background = colorOf(curve);
    item.querySelector('.value').textContent = number(point[curve + 1], 3);
  });
  const starts = state.fresh_starts.map((start) => start.evaluations);
  el('readout').textContent = `At evaluation ${point[0]}` +
    (starts.length > 0 ? `; dashed: started again at ${starts.join(', ')}` : '');
}

function watchCurves() {
  const canvas = el('curves');
  const read = (index) => {
    readAt = index;
    if (points.length === 0) return;
    drawCurves();
    showLegend();
  };
  const follow = (event) => {
    if (canvas.pointAt) read(canvas.pointAt(event.clientX - canvas.getBoundingClientRect().left));
  };
  canvas.addEventListener('pointermove', follow);
  canvas.addEventListener('pointerdown', follow);
  canvas.addEventListener('pointerleave', () => read(null));
  canvas.addEventListener('blur', () => read(null));
  canvas.addEventListener('keydown', (event) => {
    const by = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (!by || points.length === 0) return;
    event.preventDefault();
    const from = readAt === null ? points.length - 1 : readAt;
    read(Math.min(Math.max(from + by, 0), points.length - 1));
  });
  new ResizeObserver(drawCurves).observe(canvas);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    if (state) show();
  });
}

// ---- What is wanted

let askedPhase = null;      // after Pause or Go on, until the run is there
let askedStarts = null;     // after new weights: how many fresh starts there were then
let stopping = false;

const fieldOf = (kind) => el(`weight-${kind}`);

function enteredWeights() {
  const entries = facts.can_change.map((kind) => [kind, fieldOf(kind).value.trim() === '' ? NaN : Number(fieldOf(kind).value)]);
  return Object.fromEntries(entries);
}

function areChanged() {
  return KINDS.some((kind) => Number(fieldOf(kind).value) !== state.weights[kind]);
}

function showControls() {
  const ended = state.phase === 'finished' || stopping;
  if (state.phase === askedPhase) askedPhase = null;
  const paused = state.phase === 'paused';
  const asked = askedPhase === 'paused' ? 'Pausing…' : 'Going on…';
  el('pause').textContent = askedPhase ? asked : paused ? 'Go on' : 'Pause';
  el('pause').disabled = ended || askedPhase !== null;
  el('stop').disabled = ended;
  if (stopping) el('stop').textContent = state.phase === 'finished' ? 'Stopped' : 'Stopping…';
  if (askedStarts !== null && state.fresh_starts.length > askedStarts) askedStarts = null;
  for (const kind of KINDS) {
    const field = fieldOf(kind);
    field.disabled = ended || !facts.can_change.includes(kind);
    if (!field.dataset.edited && askedStarts === null) field.value = String(state.weights[kind]);
  }
  el('apply').disabled = ended || askedStarts !== null || !areChanged();
  el('again').disabled = ended || askedStarts !== null;
  el('pending').hidden = ended || askedStarts === null;
  el('pending').textContent = paused ? 'This comes when the run goes on.' : 'This comes with the next step.';
}

async function startAgain(path, weights) {
  const before = state.fresh_starts.length;
  if (!await order(path, weights)) return;
  for (const kind of KINDS) delete fieldOf(kind).dataset.edited;
  askedStarts = before;
  showControls();
}

function watchControls() {
  for (const kind of KINDS) {
    const label = document.createElement('label');
    label.innerHTML = '<span></span><input inputmode="decimal">';
    label.querySelector('span').textContent = kind;
    const field = label.querySelector('input');
    field.id = `weight-${kind}`;
    field.addEventListener('input', () => {
      field.dataset.edited = 'yes';
      if (state) showControls();
    });
    el('weight-fields').append(label);
  }
  el('pause').addEventListener('click', async () => {
    const pauses = state.phase !== 'paused';
    if (!await order(pauses ? 'pause' : 'go-on')) return;
    askedPhase = pauses ? 'paused' : 'running';
    showControls();
  });
  // The second click within four seconds counts: a run is soon stopped, and not soon made again.
  let disarm = 0;
  el('stop').addEventListener('click', async () => {
    const armed = el('stop').classList.toggle('armed');
    clearTimeout(disarm);
    el('stop').textContent = armed ? 'Really stop?' : 'Stop and save';
    if (armed) {
      disarm = setTimeout(() => {
        el('stop').classList.remove('armed');
        el('stop').textContent = 'Stop and save';
      }, 4000);
      return;
    }
    stopping = await order('stop');
    showControls();
  });
  el('weights').addEventListener('submit', (event) => {
    event.preventDefault();
    if (!el('apply').disabled) startAgain('weights', enteredWeights());
  });
  el('again').addEventListener('click', () => startAgain('again'));
}

// ---- All of it

function addRow(name, value) {
  const row = el('text').insertRow();
  row.insertCell().textContent = name;
  row.insertCell().textContent = value;
}

function showFacts(received) {
  facts = received;
  el('title').textContent = facts.title.replace(/^.*\//, '');
  el('before-name').textContent = facts.before;
  el('before').alt = `The ${facts.before}`;
  el('before').src = 'before.png';
  const {Settings: settings, ...others} = Object.fromEntries(facts.text);
  for (const [name, value] of Object.entries(others)) addRow(name.toLowerCase(), value);
  for (const [name, value] of Object.entries(JSON.parse(settings))) {
    if (!['software', 'weights', 'seed'].includes(name)) addRow(name.replaceAll('_', ' '), String(value));
  }
}

function show() {
  el('phase').textContent = state.phase;
  el('phase').dataset.phase = state.phase;
  document.title = `${state.evaluations}/${state.budget} ${facts.title.replace(/^.*\//, '')}`;
  el('evaluations').textContent = `${state.evaluations} / ${state.budget}`;
  el('rate').textContent = state.seconds > 0 ? number(state.evaluations / state.seconds, 3) : '–';
  el('left').textContent = state.phase === 'finished' ? '–' : duration(state.seconds * (1 - state.done) / state.done);
  el('seconds').textContent = duration(state.seconds);
  el('progress').firstElementChild.style.width = `${100 * state.done}%`;
  el('progress').setAttribute('aria-valuenow', String(Math.round(100 * state.done)));
  el('message').textContent = state.message;
  el('message').hidden = !state.message;
  showControls();
  if (points.length === 0) return;
  showLegend();
  drawCurves();
}

watchStage();
watchCurves();
watchControls();
poll();
