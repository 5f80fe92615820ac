// The contrast of every text of the page, by WCAG: ratio, size, whether it is large, its colour, what is behind, words.
// Behind a text stand the backgrounds of what it is in; behind one of a drawing also the shapes drawn before it.
async () => {
  const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const rgba = (colour) => {
    if (!known.has(colour)) {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = "rgba(0,0,0,0)";
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
      known.set(colour, [r, g, b, a / 255]);
    }
    return known.get(colour);
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((part, i) => a * part + (1 - a) * below[i]);
  const luminance = (colour) => {
    const [r, g, b] = colour.map((part) => part / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const fades = new Map();
  const opacity = (node) => {
    if (!node) return 1;
    if (!fades.has(node)) fades.set(node, parseFloat(getComputedStyle(node).opacity) * opacity(node.parentElement));
    return fades.get(node);
  };
  const page = rgba(getComputedStyle(document.querySelector(".stApp") ?? document.body).backgroundColor);
  const backgrounds = new Map();
  const ground = (node, x, y) => {
    if (!node) return over(page, [255, 255, 255]);
    if (!backgrounds.has(node)) backgrounds.set(node, [rgba(getComputedStyle(node).backgroundColor), node.getBoundingClientRect()]);
    const [layer, { left, right, top, bottom }] = backgrounds.get(node);
    const below = ground(node.parentElement, x, y);
    return layer[3] > 0 && left <= x && x <= right && top <= y && y <= bottom ? over(layer, below) : below;
  };

  // pictures inside drawings, such as the cells of a map
  const pictures = new Map();
  for (const image of document.querySelectorAll("svg image")) {
    const source = Object.assign(new Image(), { src: image.getAttribute("href") ?? image.getAttribute("xlink:href") ?? "" });
    try {
      await source.decode();
    } catch {
      continue;
    }
    const canvas = Object.assign(document.createElement("canvas"), { width: source.naturalWidth, height: source.naturalHeight });
    const own = canvas.getContext("2d");
    own.drawImage(source, 0, 0);
    pictures.set(image, own.getImageData(0, 0, canvas.width, canvas.height));
  }
  const layers = new Map();
  const shapesOf = (drawing) => {
    if (!layers.has(drawing)) {
      const shapes = [...drawing.querySelectorAll("path, rect, circle, polygon, image")].filter((each) => !each.closest("defs, clipPath, .legendtoggle"));
      layers.set(drawing, shapes.map((each) => [each, each.getBoundingClientRect()]));
    }
    return layers.get(drawing);
  };
  const inside = (shape, box, x, y) => {
    if (shape instanceof SVGImageElement) return pictures.has(shape);
    const inverse = shape.getScreenCTM()?.inverse();
    return !!inverse && shape.isPointInFill(new DOMPoint(x, y).matrixTransform(inverse));
  };
  const fillOf = (shape, box, x, y) => {
    if (shape instanceof SVGImageElement) {
      const { data, width, height } = pictures.get(shape);
      const column = Math.min(width - 1, Math.floor(((x - box.left) / box.width) * width));
      const row = Math.min(height - 1, Math.floor(((y - box.top) / box.height) * height));
      const [r, g, b, a] = data.subarray(4 * (row * width + column));
      return [r, g, b, (a / 255) * opacity(shape)];
    }
    const style = getComputedStyle(shape);
    if (style.fill === "none" || style.fill.startsWith("url")) return [0, 0, 0, 0];
    const [r, g, b, a] = rgba(style.fill);
    return [r, g, b, a * parseFloat(style.fillOpacity) * opacity(shape)];
  };
  const drawnBehind = (text, x, y) => {
    const drawing = text.closest(".js-plotly-plot") ?? text.ownerSVGElement;
    let colour = ground(drawing, x, y);
    for (const [shape, box] of shapesOf(drawing)) {
      if (x < box.left || x > box.right || y < box.top || y > box.bottom) continue;
      if (!(shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING) || !inside(shape, box, x, y)) continue;
      const layer = fillOf(shape, box, x, y);
      if (layer[3] > 0) colour = over(layer, colour);
    }
    return colour;
  };

  const off = "[disabled], [aria-disabled=true], [inert], [data-testid=stIconMaterial], style, script, noscript, canvas, [data-testid=stDataFrame] table";
  const seen = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const hex = (colour) => `#${colour.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
  const named = (node) => node && `${node.tagName.toLowerCase()}.${(node.getAttribute("class") ?? "").split(" ").slice(0, 2).join(".")}`;
  const found = [];
  const look = (node, words, colour, fade, behind) => {
    const style = getComputedStyle(node);
    const ink = [...rgba(colour)];
    if (!ink[3]) return; // not to be read: it holds room for another
    ink[3] *= opacity(node) * fade;
    const shown = over(ink, behind);
    const [light, dark] = [luminance(shown), luminance(behind)].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && parseInt(style.fontWeight) >= 700);
    const where = [node, node.parentElement, node.parentElement?.parentElement].map(named).join(" < ");
    found.push([(light + 0.05) / (dark + 0.05), size, large, hex(shown), hex(behind), words.trim().slice(0, 40), where.slice(0, 120)]);
  };

  const middleOf = (box) => [box.left + box.width / 2, box.top + box.height / 2];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const node = text.parentElement;
    if (!text.data.trim() || node.closest(off) || !seen(node)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const box = range.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue;
    const style = getComputedStyle(node);
    const middle = middleOf(box);
    if (node instanceof SVGElement) {
      look(node, text.data, style.fill, parseFloat(style.fillOpacity), drawnBehind(node, ...middle));
    } else look(node, text.data, style.color, 1, ground(node, ...middle));
  }
  for (const field of document.querySelectorAll("input, textarea, select")) {
    if (field.closest(off) || !seen(field) || field.getBoundingClientRect().width < 6) continue;
    if (["range", "checkbox", "radio", "file"].includes(field.type)) continue;
    const behind = ground(field, ...middleOf(field.getBoundingClientRect()));
    if (field.value) look(field, field.value, getComputedStyle(field).color, 1, behind);
    else if (field.placeholder) {
      const style = getComputedStyle(field, "::placeholder");
      look(field, `placeholder ${field.placeholder}`, style.color, parseFloat(style.opacity), behind);
    }
  }
  const canvases = [...document.querySelectorAll("canvas")].filter(seen).length;
  return { found: found.sort((a, b) => a[0] - b[0]), canvases, dark: getComputedStyle(document.querySelector(".stApp")).colorScheme };
}
