// A line on the stage: its points in the order of t, and how many of them are shown: 2.5 is half way between the third
// and the fourth, -1 none.
const CATCH_UP_MS = 350;
const SLOWEST_STEPS_PER_MS = 0.003;
const MOST_POINTS = 5000;

// Where points can move (``moving``), those that are known are put where the newest message has them.
function mergeInto(walk, { t, x, y }, moving) {
  const last = walk.t.length ? walk.t[walk.t.length - 1] : -1;
  if (t.length && t[0] > last) {
    for (let i = 0; i < t.length; i++) push(walk, t[i], x[i], y[i]);
  } else if (moving || t.some((time) => time > last) || t.length > walk.t.length) {
    const all = new Map(walk.t.map((time, i) => [time, [walk.x[i], walk.y[i]]]));
    t.forEach((time, i) => all.set(time, [x[i], y[i]]));
    const before = walk.t[Math.floor(walk.shown)] ?? -1;
    walk.changed = true;
    const times = [...all.keys()].sort((a, b) => a - b);
    Object.assign(walk, { t: times, x: times.map((s) => all.get(s)[0]), y: times.map((s) => all.get(s)[1]) });
    walk.shown = Math.max(0, times.findLastIndex((time) => time <= before));
  }
  if (walk.t.length > MOST_POINTS) thin(walk);
}

function push(walk, t, x, y) {
  walk.t.push(t);
  walk.x.push(x);
  walk.y.push(y);
}

// Keeps the newer half whole and every second point of the older half.
function thin(walk) {
  const half = Math.floor(walk.t.length / 2);
  const keep = (_, i) => i >= half || i % 2 === 0;
  const dropped = Math.floor(Math.min(walk.shown, half) / 2);
  for (const name of ["t", "x", "y"]) walk[name] = walk[name].filter(keep);
  walk.shown = Math.max(0, walk.shown - dropped);
}

function reveal(walk, elapsed) {
  const end = walk.t.length - 1;
  if (walk.shown >= end) return false;
  const speed = Math.max((end - walk.shown) / CATCH_UP_MS, SLOWEST_STEPS_PER_MS);
  walk.shown = Math.min(end, walk.shown + speed * elapsed);
  return true;
}

// Shows what there is up to t; whether that changed anything.
function place(walk, t) {
  const shown = placeAt(walk.t, t);
  const moved = shown !== walk.shown || walk.changed;
  Object.assign(walk, { shown, changed: false });
  return moved;
}

function headOf(walk) {
  const i = Math.max(0, Math.min(Math.floor(walk.shown), walk.t.length - 1));
  const part = walk.shown - i;
  if (part <= 0 || i + 1 >= walk.t.length) return [walk.x[i], walk.y[i]];
  return [walk.x[i] + part * (walk.x[i + 1] - walk.x[i]), walk.y[i] + part * (walk.y[i + 1] - walk.y[i])];
}

function revealed(walk) {
  if (!walk.t.length || walk.shown < 0) return { x: [], y: [] };
  const whole = Math.floor(walk.shown) + 1;
  const [x, y] = placed(headOf(walk), walk);
  const beside = (values) => values.slice(0, whole).map((value) => value + walk.aside);
  return { x: [...beside(walk.x), x], y: [...beside(walk.y), y] };
}
