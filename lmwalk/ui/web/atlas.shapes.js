// A small picture of draws: bands, lines, bars and dots in a square of 100 by 100.
const SVG = "http://www.w3.org/2000/svg";

function shapesOf({ picture, alt }, theme) {
  const svg = shape("svg", { viewBox: "0 0 100 100", role: "img", class: "lmw-shapes" });
  svg.append(Object.assign(shape("title", {}), { textContent: alt }));
  for (const { points } of picture.bands ?? []) svg.append(shape("polygon", { class: "lmw-band", points }));
  for (const { x, y, width, height, colour } of picture.bars ?? []) {
    svg.append(shape("rect", { x, y, width, height, fill: colour }));
  }
  for (const { points, role, colour, number } of picture.lines ?? []) {
    const stroke = role === "own" ? colour ?? trajectoryColour(number, theme) : REFERENCE_COLOUR(theme);
    svg.append(shape("polyline", { points, stroke, fill: "none", class: `lmw-${role}` }));
  }
  for (const { x, y, colour } of picture.dots ?? []) svg.append(shape("circle", { cx: x, cy: y, r: 1.8, fill: colour }));
  return svg;
}

function shape(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
