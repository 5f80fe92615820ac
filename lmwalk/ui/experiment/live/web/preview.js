// The picture at once, while Plotly.js is still being read: the same lines at the same place, without axes.
function preview(node, scene, walks, theme) {
  const canvas = node.querySelector("canvas") ?? node.appendChild(make("canvas", "lmw-preview"));
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [node.clientWidth, node.clientHeight];
  Object.assign(canvas, { width: width * ratio, height: height * ratio });
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  const at = placing(scene, width, height);
  for (const { type, x0, x1, y0, y1, line, yref } of scene.shapes(theme)) {
    if (yref) continue;
    const [[left, bottom], [right, top]] = [at(x0, y0), at(x1, y1)];
    pen.beginPath();
    if (type === "rect") pen.rect(left, top, right - left, bottom - top);
    else pen.arc((left + right) / 2, (top + bottom) / 2, (right - left) / 2, 0, 2 * Math.PI);
    ink(pen, line);
  }
  const lines = walks.map((walk) => ({ ...revealed(walk), ...scene.line(walk, theme) }));
  for (const trace of [...scene.others(walks, theme), ...lines]) {
    if (!trace.mode.includes("lines")) continue;
    pen.globalAlpha = trace.opacity ?? 1;
    pen.beginPath();
    for (let i = 0; i < trace.x.length; i++) pen.lineTo(...at(trace.x[i], trace.y[i]));
    ink(pen, trace.line);
  }
  canvas.dataset.points = Math.max(0, ...walks.map((walk) => walk.t.length));
}

// From numbers to pixels, as Plotly will place them: in the margins, and in a square where the axes are equal.
function placing(scene, width, height) {
  const [[x0, x1], [y0, y1]] = scene.ranges();
  const { margin, y } = scene.axes({});
  let [across, down] = [width - margin.l - margin.r, height - margin.t - margin.b];
  let [left, top] = [margin.l, margin.t];
  if (y.scaleanchor) {
    const side = Math.min(across, down);
    [left, top] = [left + (across - side) / 2, top + (down - side) / 2];
    [across, down] = [side, side];
  }
  return (x, value) => [left + ((x - x0) / (x1 - x0)) * across, top + ((y1 - value) / (y1 - y0)) * down];
}

const DASHES = { dash: [7, 5], dot: [2, 3] };

function ink(pen, { color, width, dash }) {
  Object.assign(pen, { strokeStyle: color, lineWidth: width, lineJoin: "round" });
  pen.setLineDash(DASHES[dash] ?? []);
  pen.stroke();
}
