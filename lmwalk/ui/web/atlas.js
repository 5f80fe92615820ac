// The atlas: models down, temperatures across, one small square picture a cell, all with the same range. Cells hold
// either the walks of the plane or, as draws do, a ready picture made of shapes.

export default function ({ data, parentElement }) {
  let root = parentElement.querySelector(":scope > .lmw-atlas");
  if (!root) {
    root = make("div", "lmw-atlas");
    root.tabIndex = 0;
    root.setAttribute("role", "group");
    parentElement.append(root);
  }
  const theme = themeOf(root);
  root.classList.toggle("lmw-dark", theme.dark);
  root.style.setProperty("--lmw-columns", data.columns.length);
  root.replaceChildren(...head(data), ...data.models.flatMap((model, row) => rowOfCells(data, model, row, theme)));
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

function rowOfCells(data, model, row, theme) {
  const side = make("div", "lmw-side");
  const name = make("strong");
  for (const part of model.name.split(/(?<=[/:_-])/)) name.append(document.createTextNode(part), make("wbr"));
  name.title = model.name;
  side.append(name);
  if (model.simulation) side.append(make("span", "lmw-tag", "simulation"));
  const labels = make("div", "lmw-lines");
  labels.append(...data.lines.map((line) => make("span", "", line)));
  side.append(labels);
  const cells = data.cells.filter((cell) => cell.row === row);
  return [side, ...data.columns.map((_, column) => cellOf(data, cells.find((c) => c.column === column), theme))];
}

function cellOf(data, cell, theme) {
  const node = make("figure", "lmw-cell");
  if (!cell) return node;
  const lines = make("figcaption", "lmw-lines");
  lines.append(...(cell.picture ? plainLines(cell) : walkLines(cell)));
  node.title = cell.meaning;
  node.append(cell.picture ? shapesOf(cell, theme) : pictureOf(data, cell, theme), lines);
  return node;
}

function walkLines(cell) {
  const shares = make("span", "lmw-shares");
  shares.append(...cell.shares.map((share) => make("b", "", share)));
  return [make("span", "", cell.distance), shares, make("span", cell.bad ? "lmw-bad" : "", cell.unread)];
}

function plainLines({ lines, bad }) {
  return lines.map((line, place) => make("span", bad && place === lines.length - 1 ? "lmw-bad" : "", line));
}

function pictureOf({ reach, wall, radius, centre: [cx, cy] }, cell, theme) {
  const svg = shape("svg", { viewBox: `${-reach} ${-reach} ${2 * reach} ${2 * reach}`, role: "img" });
  svg.append(Object.assign(shape("title", {}), { textContent: cell.alt }));
  const plane = shape("g", { transform: "scale(1,-1)", fill: "none", "stroke-linejoin": "round" });
  const w = wall + 0.5;
  plane.append(
    shape("path", { class: "lmw-axes", d: `M${-reach} 0H${reach}M0 ${-reach}V${reach}` }),
    shape("rect", { class: "lmw-wall", x: -w, y: -w, width: 2 * w, height: 2 * w }),
    shape("circle", { class: "lmw-circle", cx, cy, r: radius }),
  );
  for (const walk of cell.walks) {
    plane.append(shape("polyline", { points: walk.points, stroke: trajectoryColour(walk.trajectory, theme) }));
  }
  const size = reach / 19;
  if (cell.walks.length) {
    const [x, y] = cell.walks[0].start;
    plane.append(shape("circle", { class: "lmw-start-mark", cx: x, cy: y, r: size, fill: START_COLOUR(theme) }));
  }
  for (const { end } of cell.walks) {
    const [x, y] = end;
    const s = 1.25 * size;
    const d = `M${x - s} ${y}L${x} ${y + s}L${x + s} ${y}L${x} ${y - s}Z`;
    plane.append(shape("path", { class: "lmw-end-mark", d, fill: END_COLOUR(theme) }));
  }
  svg.append(plane);
  return svg;
}
