// While the player plays, lines and their heads are moved in the drawing that Plotly has made: it would lay out all of
// them anew for each frame. Once the player rests, Plotly is told, so that zoom and hover know what is shown.

// Whether it could be done: false where the drawing has no place for a line or a head yet.
function strokes(node, walks, heads) {
  const { xaxis, yaxis } = node._fullLayout;
  const own = (index, what) => node.querySelectorAll(`.trace${node._fullData[index].uid} ${what}`);
  const lines = walks.map((walk) => own(walk.index, ".js-line")[0]);
  const marks = own(node.data.length - 1, ".points path");
  const spots = heads.x.map((x, i) => [x, heads.y[i]]).filter(([x]) => x !== null);
  if (lines.some((line) => !line) || marks.length !== spots.length) return false;
  walks.forEach((walk, i) => lines[i].setAttribute("d", stroke(walk, xaxis, yaxis)));
  spots.forEach(([x, y], i) => marks[i].setAttribute("transform", `translate(${xaxis.c2p(x)},${yaxis.c2p(y)})`));
  return true;
}

// The way of a line in pixels. What was written for the frame before is kept while it still holds.
function stroke(walk, xaxis, yaxis) {
  const view = [xaxis._m, xaxis._b, yaxis._m, yaxis._b].join(" ");
  const whole = Math.floor(walk.shown);
  let pen = walk.pen;
  if (!pen || pen.view !== view || pen.x !== walk.x || pen.at > whole) pen = walk.pen = { view, x: walk.x, at: -1, d: "" };
  const spot = (x, y) => `${xaxis.c2p(x).toFixed(1)},${yaxis.c2p(y).toFixed(1)}`;
  while (pen.at < whole) {
    pen.at += 1;
    pen.d += (pen.at ? "L" : "M") + spot(walk.x[pen.at] + walk.aside, walk.y[pen.at] + walk.aside);
  }
  return whole < 0 ? "M0,0" : `${pen.d}L${spot(...placed(headOf(walk), walk))}`;
}
