// Okabe and Ito's palette: one colour for one trajectory, on every page. The last two depend on the theme.
const OKABE_ITO = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];
const LAST_TWO = { light: ["#8A7A00", "#4D4D4D"], dark: ["#F0E442", "#C8C8C8"] };
const ON_DARK = { "#0072B2": "#3F9BDC", "#D55E00": "#F07A2B", "#009E73": "#1FB58C" };

function themeOf(element) {
  const style = getComputedStyle(element);
  const value = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  const background = value("--st-background-color", "#ffffff");
  return {
    dark: luminance(background) < 0.4,
    background,
    text: value("--st-text-color", "#222222"),
    border: value("--st-border-color", "#d9d9d9"),
    font: value("--st-font", "sans-serif"),
  };
}

function luminance(colour) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = colour;
  const hex = probe.fillStyle;
  if (!hex.startsWith("#")) return 1;
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function trajectoryColour(trajectory, theme) {
  const colours = [...OKABE_ITO, ...(theme.dark ? LAST_TWO.dark : LAST_TWO.light)];
  const colour = colours[trajectory % colours.length];
  return (theme.dark && ON_DARK[colour]) || colour;
}

// One sequential scale, cool to warm, for what has an order: 0 to 1.
const SCALE = [[0x2f, 0x7f, 0xd1], [0x9a, 0x6b, 0xb3], [0xd5, 0x5e, 0x00]];

function scaleColour(warmth) {
  const place = Math.min(Math.max(warmth, 0), 1) * (SCALE.length - 1);
  const from = Math.min(Math.floor(place), SCALE.length - 2);
  const part = place - from;
  const mixed = SCALE[from].map((value, i) => Math.round(value + part * (SCALE[from + 1][i] - value)));
  return `rgb(${mixed.join(",")})`;
}

// A line's own place on the scale, or else its number.
function lineColour({ warmth, colour, trajectory }, theme) {
  return typeof warmth === "number" ? scaleColour(warmth) : trajectoryColour(colour ?? trajectory, theme);
}

const START_COLOUR = (theme) => (theme.dark ? "#3ecf6e" : "#1a8f3c");
const END_COLOUR = (theme) => (theme.dark ? "#ff5a52" : "#d1241b");
const REFERENCE_COLOUR = (theme) => (theme.dark ? "#8a929b" : "#8b9197");

// Whatever a model or a user wrote reaches the page through here: as text, never as markup.
function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

function shape(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

// A thought that is folded until it is asked for.
function folded(thought, size) {
  const details = make("details", "lmw-thought");
  const summary = make("summary", "", size ? `thought, ${size}` : "thought");
  details.append(summary, make("bdi", "", thought));
  return details;
}
