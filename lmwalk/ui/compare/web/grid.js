// The atlas: models down, temperatures across, one small square picture a cell, all with the same range and under one
// clock. Cells hold either walks of the plane or, as draws do, a ready picture made of shapes. They are built once and
// then filled in place.
const atlases = new WeakMap();

class Atlas {
  constructor(parent, tell, t) {
    this.root = make("div", "lmw-atlas");
    this.root.tabIndex = 0;
    this.root.setAttribute("role", "group");
    this.grid = make("div", "lmw-grid");
    this.player = new Player(this.root, { show: (at, live) => this.at(at, live), tell: (at) => tell("seek", { t: at }), t });
    this.pick = (condition) => {
      this.asked = true;
      tell("pick", condition);
    };
    this.root.append(this.player.node, this.grid);
    parent.append(this.root);
    this.cells = [];
    this.resizer = new ResizeObserver((entries) => {
      for (const { target } of entries) target.cell?.picture?.resize();
    });
  }

  accept(data) {
    const theme = themeOf(this.root);
    this.root.classList.toggle("lmw-dark", theme.dark);
    const { models, columns, corner, lines } = data;
    const plan = JSON.stringify([models, columns, corner, lines]);
    if (plan !== this.plan) this.build(data);
    this.plan = plan;
    const known = new Map(data.cells.map((cell) => [`${cell.row} ${cell.column}`, cell]));
    for (const cell of this.cells) cell.accept(known.get(cell.place), data, theme);
    this.follow(data.picked);
    this.player.open(data.clock);
    const { first, last } = data.clock ?? { first: 0, last: 0 };
    this.player.reach(first, last);
  }

  // What a click has opened stands further down the page.
  follow(picked) {
    if (!this.asked || picked === this.picked) return;
    this.asked = false;
    this.picked = picked;
    if (picked) setTimeout(() => document.querySelector(".st-key-detail")?.scrollIntoView({ behavior: "smooth" }), 150);
  }

  build(data) {
    this.resizer.disconnect();
    this.cells = [];
    this.grid.style.setProperty("--lmw-columns", data.columns.length);
    this.grid.replaceChildren(...head(data), ...data.models.flatMap((model, row) => this.row(data, model, row)));
  }

  row(data, model, row) {
    const cells = data.columns.map((_, column) => new Cell(`${row} ${column}`, this));
    this.cells.push(...cells);
    return [side(data, model), ...cells.map((cell) => cell.node)];
  }

  at(t, live) {
    for (const cell of this.cells) cell.at(t, live);
  }

  close() {
    this.player.close();
    this.resizer.disconnect();
    this.root.remove();
  }
}

function head(data) {
  const corner = make("div", "lmw-corner", data.corner);
  const span = Math.max(1, data.columns.length - 1);
  const warm = data.columns.map((name, place) => {
    const cell = make("div", "lmw-top", name);
    cell.style.setProperty("--lmw-warmth", place / span);
    return cell;
  });
  return [corner, ...warm];
}

function side(data, model) {
  const node = make("div", "lmw-side");
  const name = make("strong");
  for (const part of model.name.split(/(?<=[/:_-])/)) name.append(document.createTextNode(part), make("wbr"));
  name.title = model.name;
  node.append(name);
  if (model.simulation) node.append(make("span", "lmw-tag", "simulation"));
  const labels = make("div", "lmw-lines");
  labels.append(...data.lines.map((line) => make("span", "", line)));
  node.append(labels);
  return node;
}

class Cell {
  constructor(place, { pick, resizer }) {
    this.place = place;
    this.resizer = resizer;
    this.node = make("figure", "lmw-cell");
    this.room = make("div", "lmw-room");
    this.room.cell = this;
    this.lines = make("figcaption", "lmw-lines");
    this.ring = new Ring();
    this.node.addEventListener("click", () => this.picks && pick(this.condition));
    this.node.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && this.picks) pick(this.condition);
    });
  }

  accept(cell, data, theme) {
    if (!cell) return;
    if (!this.picture) {
      this.node.append(this.room, this.lines);
      this.picture = cell.picture ? new Shapes(this.room) : new Paths(this.room);
      this.room.append(this.ring.node);
      this.resizer.observe(this.room);
    }
    this.pickable(cell, data);
    this.node.title = cell.meaning;
    this.write(cell);
    this.ring.show(cell.done, cell.total);
    this.picture.accept(cell, data, theme);
  }

  write(cell) {
    const lines = JSON.stringify(cell.picture ? [cell.lines, cell.bad] : [cell.distance, cell.shares, cell.unread, cell.bad]);
    if (lines !== this.written) this.lines.replaceChildren(...(cell.picture ? plainLines(cell) : walkLines(cell)));
    this.written = lines;
  }

  // A button, where there is something to open.
  pickable(cell, { picks, picked }) {
    this.condition = cell.condition;
    this.picks = picks && cell.condition !== undefined;
    const chosen = this.picks && picked === cell.condition;
    this.node.classList.toggle("lmw-pickable", this.picks);
    this.node.classList.toggle("lmw-picked", chosen);
    if (!this.picks) return;
    this.node.tabIndex = 0;
    this.node.setAttribute("role", "button");
    this.node.setAttribute("aria-pressed", String(chosen));
    this.node.setAttribute("aria-label", [cell.meaning.split("\n")[0], cell.alt].join(". "));
  }

  at(t, live) {
    const points = this.picture?.at(t, live);
    if (points !== undefined && points !== this.points) this.node.dataset.points = this.points = points;
  }
}

// How much of a condition is answered; gone once all is.
class Ring {
  constructor() {
    this.node = make("div", "lmw-ring");
    this.node.setAttribute("role", "img");
    this.node.hidden = true;
  }

  show(done, total) {
    this.node.hidden = !(done < total);
    if (this.node.hidden) return;
    this.node.style.setProperty("--lmw-done", `${(100 * done) / total}%`);
    this.node.title = `${done.toLocaleString("en")} of ${total.toLocaleString("en")} answered`;
    this.node.setAttribute("aria-label", this.node.title);
  }
}

function walkLines(cell) {
  const shares = make("span", "lmw-shares");
  shares.append(...cell.shares.map((share) => make("b", "", share)));
  return [make("span", "", cell.distance), shares, make("span", cell.bad ? "lmw-bad" : "", cell.unread)];
}

function plainLines({ lines, bad }) {
  return lines.map((line, place) => make("span", bad && place === lines.length - 1 ? "lmw-bad" : "", line));
}

export default function ({ data, parentElement, setTriggerValue }) {
  if (!data) return;
  let atlas = atlases.get(parentElement);
  if (!atlas) {
    atlas = new Atlas(parentElement, setTriggerValue, data.t);
    atlases.set(parentElement, atlas);
  }
  atlas.accept(data);
  // Streamlit also calls this for a message that a newer one has overtaken: the atlas goes only when its place is gone.
  return () => {
    setTimeout(() => {
      if (parentElement.isConnected) return;
      atlas.close();
      atlases.delete(parentElement);
    });
  };
}
