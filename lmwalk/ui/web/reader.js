// The reader of a chain: one text at a time, whole or as what changed, with a slider through the generations. A text
// is hostile until proven otherwise: text nodes only.
const VIEWS = [["text", "Text"], ["previous", "Since the one before"], ["first", "Since the first"]];

class Reader {
  constructor(onTurn) {
    this.node = make("div", "lmw-reader");
    this.onTurn = onTurn;
    this.texts = new Map();
    this.view = "text";
    this.follows = true;
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
    this.slider = make("input", "lmw-slider");
    Object.assign(this.slider, { type: "range", min: 0, max: 0, step: 1, value: 0 });
    this.slider.setAttribute("aria-label", "generation");
    this.slider.addEventListener("input", () => this.turn(Number(this.slider.value)));
    this.back = this.arrow("‹", "generation before", -1);
    this.forth = this.arrow("›", "next generation", 1);
    this.place = make("span", "lmw-place");
    const foot = make("div", "lmw-foot");
    foot.append(this.back, this.slider, this.forth, this.place);
    this.node.append(views, this.page, this.note, foot);
    this.look("text");
  }

  arrow(sign, words, step) {
    const button = make("button", "", sign);
    button.type = "button";
    button.title = words;
    button.setAttribute("aria-label", words);
    button.addEventListener("click", () => this.turn(this.at + step));
    return button;
  }

  // Another chain: the place and the view are kept, so that chains can be compared.
  open(generations) {
    this.texts = new Map();
    this.generations = generations;
  }

  add(texts) {
    for (const text of texts) this.texts.set(text.t, text);
    const last = this.last();
    this.slider.max = last;
    if (this.follows || this.at > last) this.at = last;
    this.draw();
  }

  last() {
    return Math.max(0, ...this.texts.keys());
  }

  turn(t) {
    this.at = Math.min(Math.max(t, 0), this.last());
    this.follows = this.at === this.last();
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
    const text = this.texts.get(this.at);
    const pieces = text && this.view !== "text" && this.at > 0 ? text[this.view] : null;
    this.page.replaceChildren(...(pieces ? pieces.map(pieceOf) : [make("bdi", "", text?.text ?? "")]));
    const same = pieces && pieces.every(([change]) => change === "equal") ? "not a word changed" : "";
    this.note.textContent = [text?.note, same].filter(Boolean).join(" · ");
    this.slider.value = this.at;
    this.slider.setAttribute("aria-valuetext", `generation ${this.at}`);
    this.back.disabled = this.at === 0;
    this.forth.disabled = this.at === this.last();
    this.place.textContent = `generation ${this.at} of ${this.generations ?? 0}`;
    this.node.dataset.at = this.at;
    this.onTurn(this.at);
  }
}

const MARKS = { equal: "span", insert: "ins", delete: "del" };

function pieceOf([change, words]) {
  return make(MARKS[change], "", words);
}
