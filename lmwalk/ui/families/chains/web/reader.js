// The reader of a chain: the text of the player's generation, whole or as what changed. A text is hostile until proven
// otherwise: text nodes only.
const VIEWS = [["text", "Text"], ["previous", "Since the one before"], ["first", "Since the first"]];

class Reader {
  constructor() {
    this.node = make("div", "lmw-reader");
    this.texts = new Map();
    this.view = "text";
    this.at = 0;
    this.build();
  }

  build() {
    const views = make("div", "lmw-views");
    views.setAttribute("role", "radiogroup");
    views.setAttribute("aria-label", "what is shown of the text");
    this.buttons = VIEWS.map(([view, words]) => {
      const button = make("button", "", words);
      button.type = "button";
      button.setAttribute("role", "radio");
      button.addEventListener("click", () => this.look(view));
      return button;
    });
    views.append(...this.buttons);
    this.page = make("div", "lmw-page");
    this.page.tabIndex = 0;
    this.page.setAttribute("aria-label", "the text of this generation");
    this.note = make("div", "lmw-note");
    this.thought = make("div", "lmw-before-it");
    this.node.append(views, this.page, this.thought, this.note);
    this.look("text");
  }

  // Another chain: the place and the view are kept, so that chains can be compared.
  open() {
    this.texts = new Map();
  }

  add(texts) {
    for (const text of texts) this.texts.set(text.t, text);
    this.drawn = undefined;
  }

  last() {
    return Math.max(0, ...this.texts.keys());
  }

  // The text of generation t; of a chain that has not come so far, its latest.
  turn(t) {
    this.at = Math.min(t, this.last());
    this.late = t > this.at;
    this.draw();
  }

  look(view) {
    this.view = view;
    this.buttons.forEach((button, place) => {
      button.setAttribute("aria-checked", String(VIEWS[place][0] === view));
    });
    this.draw();
  }

  draw() {
    const state = [this.at, this.late, this.view].join(" ");
    if (state === this.drawn) return;
    this.drawn = state;
    const text = this.texts.get(this.at);
    const pieces = text && this.view !== "text" && this.at > 0 ? text[this.view] : null;
    this.page.replaceChildren(...(pieces ? pieces.map(pieceOf) : [make("bdi", "", text?.text ?? "")]));
    const same = pieces && pieces.every(([change]) => change === "equal") ? "not a word changed" : "";
    const late = this.late ? `generation ${this.at}, this chain's latest` : "";
    if (text?.cut && !pieces) this.page.append(make("span", "lmw-cut", " \u2026 [cut off here]"));
    this.thought.replaceChildren(...(text?.thought === undefined ? [] : [folded(text.thought, text.weight)]));
    this.note.textContent = [late, text?.note, same].filter(Boolean).join(" · ");
    this.node.dataset.at = this.at;
  }
}

const MARKS = { equal: "span", insert: "ins", delete: "del" };

function pieceOf([change, words]) {
  return make(MARKS[change], "", words);
}
