// @ts-check
// Nodes of the page. Whatever a model or a user wrote reaches the page through here: as text, never as markup.

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} [className]
 * @param {string} [text]
 */
export function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

/** A button that is no form's. @param {string} words @param {() => void} press @param {string} [className] */
export function button(words, press, className) {
  const node = make("button", className, words);
  node.type = "button";
  node.addEventListener("click", press);
  return node;
}

/** A list to choose from, which gives the keys back. @param {string} name @param {(chosen: string) => void} choose */
export function select(name, choose) {
  const node = make("select");
  node.setAttribute("aria-label", name);
  node.addEventListener("change", () => {
    node.blur(); // keys are the run's again
    choose(node.value);
  });
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number>} attributes
 */
export function shape(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

/** A line of words that screen readers hear, of a drawing. @param {string} text */
export function titleOf(text) {
  return Object.assign(shape("title", {}), { textContent: text });
}

/** A thought that is folded until it is asked for. @param {string} thought @param {string} [size] */
export function folded(thought, size) {
  const details = make("details", "lmw-thought");
  const summary = make("summary", "", size ? `thought, ${size}` : "thought");
  details.append(summary, make("bdi", "", thought));
  return details;
}

/** Of a canvas that is sure to have one. @param {HTMLCanvasElement} canvas */
export function penOf(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
}

/**
 * The view that stands at a place in the page, built the first time, and what Streamlit calls to clean up.
 *
 * Streamlit also cleans up for a message that a newer one has overtaken, so a view goes only when its place is gone.
 *
 * @template {{ close(): void }} View
 * @param {WeakMap<object, View>} views
 * @param {HTMLElement} parent
 * @param {() => View} build
 * @returns {[View, () => void]}
 */
export function mounted(views, parent, build) {
  const view = views.get(parent) ?? build();
  views.set(parent, view);
  const leave = () => {
    setTimeout(() => {
      if (parent.isConnected) return;
      view.close();
      views.delete(parent);
    });
  };
  return [view, leave];
}
