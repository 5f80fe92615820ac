// @ts-check
// The panel By hand, in the place of the stream of replies: which trajectory, the question that goes out next, the
// button that sends it, and the answer before it. Whatever a model or a user wrote is text.
import { button, folded, make, select } from "../../../parts/web/dom.js";
import { readingNode, showReading } from "../../../parts/web/said.js";
/** @import { ByHand, NextQuestion, PromptPart } from "../../../parts/web/messages.d.ts" */

/** What a node was filled with. @type {WeakMap<Element, string>} */
const filled = new WeakMap();
/** @typedef {(act: Record<string, unknown>) => void} Act */

export class ByHandPanel {
  node = make("section", "lmw-hand");
  tool = button("By hand", () => this.act({ do: this.hand?.open ? "close" : "open" }));
  // which trajectory, and what can be done with it
  swatch = make("i", "lmw-swatch");
  word = make("span");
  name = select("number", (chosen) => this.look(Number(chosen)));
  number = make("input", "lmw-hand-number");
  condition = select("condition", () => this.look(this.hand?.number ?? 0));
  where = make("span", "lmw-hand-where");
  hold = button("", () => this.do(this.hand?.hold ?? ""));
  all = button("Hold all", () => this.act({ do: "hold_all" }));
  // the question that goes out next
  question = make("div", "lmw-hand-question");
  title = make("strong", "lmw-hand-title");
  send = button("Send", () => this.sends());
  parts = make("div", "lmw-hand-parts");
  settings = make("div", "lmw-hand-settings");
  // the answer before it
  heading = make("strong", "lmw-hand-title");
  asked = make("div", "lmw-hand-parts");
  thought = make("div", "lmw-hand-thought");
  shares = make("div", "lmw-hand-shares");
  reading = readingNode();

  /** @param {Act} act called with what is to be done */
  constructor(act) {
    this.act = act;
    /** @type {ByHand | null} */
    this.hand = null;
    this.signature = "";
    /** What was sent and is not answered yet. @type {{ who: string, question: NextQuestion } | null} */
    this.pending = null;
    this.node.setAttribute("aria-label", "by hand");
    this.tool.title = "See each question before it is sent, and send it yourself";
    this.all.title = "Pause the run: every question waits until you send it, or until Resume.";
    this.send.title = "Ask this one question now, with exactly these words and settings (Enter)";
    this.send.setAttribute("aria-label", "Send");
    this.send.classList.add("lmw-hand-send");
    this.send.append(make("kbd", "", "Enter"));
    this.number.type = "number";
    this.number.addEventListener("change", () => this.look(Number(this.number.value)));
    this.parts.tabIndex = 0;
    const [choice, who, row, answer] = ["choice", "who", "row", "answer"].map((name) => make("div", `lmw-hand-${name}`));
    choice.append(this.swatch, this.word, this.name, this.number, this.condition);
    who.append(choice, this.where, this.hold, this.all);
    row.append(this.title, this.send);
    this.question.append(row, this.parts, this.settings);
    answer.append(this.heading, this.asked, this.thought, this.shares, this.reading);
    this.node.append(who, this.question, answer);
  }

  /** About the trajectory that is shown. @param {string} name @param {object} [more] */
  do(name, more = {}) {
    if (this.hand && name) this.act({ do: name, condition: this.hand.condition, number: this.hand.number, ...more });
  }

  /** @param {number} number */
  look(number) {
    if (this.hand) this.act({ do: "look", condition: this.condition.value || this.hand.condition, number });
  }

  /** Whether a question waits that was not sent. */
  get ready() {
    return Boolean(this.hand?.next) && !this.send.disabled;
  }

  sends() {
    if (!this.hand?.next || !this.ready) return;
    this.pending = { who: whoOf(this.hand), question: this.hand.next };
    this.do("send", { t: this.hand.next.t });
    this.showQuestion(this.hand);
  }

  /** @param {ByHand | null} hand @param {string} colour of its line; an empty text where it has none of its own */
  show(hand, colour) {
    this.swatch.style.background = colour;
    this.swatch.hidden = !colour;
    const signature = JSON.stringify(hand);
    if (signature === this.signature) return;
    this.signature = signature;
    this.hand = hand;
    this.tool.setAttribute("aria-pressed", String(Boolean(hand?.open)));
    if (!hand) return;
    this.showWho(hand);
    this.showQuestion(hand);
    this.showAnswer(hand);
  }

  /** Long questions stand at their end, where what is new in them is. */
  toEnd() {
    for (const parts of [this.parts, this.asked]) parts.scrollTop = parts.scrollHeight;
  }

  /** @param {ByHand} hand */
  showWho(hand) {
    this.word.textContent = hand.noun;
    this.where.textContent = hand.where;
    options(this.condition, hand.conditions, hand.condition);
    this.condition.hidden = hand.conditions.length < 2;
    options(this.name, hand.names, hand.number);
    this.name.hidden = !hand.names.length;
    this.number.hidden = !this.name.hidden;
    const [min, max, step] = hand.range.map(String);
    Object.assign(this.number, { min, max, step });
    if (document.activeElement !== this.number) this.number.value = String(hand.number);
    this.hold.hidden = !hand.hold;
    this.hold.textContent = hand.hold === "release" ? "Release" : "Hold";
    this.hold.title = hand.hold === "release"
      ? `The ${hand.noun} goes on with the others.`
      : `From now on each question of this ${hand.noun} waits here until you send it; the others go on.`;
    this.all.hidden = !hand.all;
  }

  /** @param {ByHand} hand */
  showQuestion(hand) {
    const pending = this.pending;
    // the answer has come, or somebody else is looked at
    if (pending && (pending.who !== whoOf(hand) || (hand.last?.t ?? 0) >= pending.question.t)) this.pending = null;
    const question = this.pending?.question ?? hand.next;
    this.send.disabled = !hand.next || Boolean(this.pending);
    this.question.classList.toggle("lmw-hand-sent", Boolean(this.pending));
    this.title.textContent = this.pending
      ? `Question ${count(this.pending.question.t)} was sent`
      : question ? `Next question: ${count(question.t)}` : "Next question";
    this.parts.hidden = !question;
    this.node.classList.toggle("lmw-hand-quiet", !question);
    if (question) fill(this.parts, question.parts);
    this.settings.textContent = this.pending ? "Waiting for the answer." : question ? question.settings : hand.why;
  }

  /** @param {ByHand} hand */
  showAnswer(hand) {
    const last = hand.last;
    const quiet = this.node.classList.contains("lmw-hand-quiet");
    this.heading.textContent = !last
      ? "No answer yet"
      : quiet ? `Question ${count(last.t)} and its answer` : `Answer to question ${count(last.t)}`;
    this.reading.hidden = !last;
    fill(this.asked, last?.parts ?? []);
    this.thought.replaceChildren(...(last?.thought === undefined ? [] : [folded(last.thought, last.weight)]));
    this.shares.replaceChildren(...(last?.shares ?? []).map(share));
    if (last) showReading(this.reading, last.reading);
  }
}

/** An outcome, how probable it is, and a bar as long. @param {[string, number]} each */
function share([outcome, p]) {
  const row = make("div");
  const track = make("i", "lmw-chance");
  const part = make("i");
  part.style.width = `${100 * p}%`;
  track.append(part);
  row.append(make("bdi", "", outcome), track, make("span", "", p.toFixed(3)));
  return row;
}

/** @param {ByHand} hand */
const whoOf = ({ condition, number }) => `${condition} ${number}`;

/** @param {number} t */
const count = (t) => t.toLocaleString("en");

/** The texts of a question, told apart where there are several. @param {HTMLElement} node @param {PromptPart[]} parts */
function fill(node, parts) {
  const signature = JSON.stringify(parts);
  if (filled.get(node) === signature) return;
  filled.set(node, signature);
  node.replaceChildren();
  for (const { title, text } of parts) {
    if (title) node.append(make("small", "", title));
    node.append(make("bdi", "lmw-hand-text", text));
  }
  node.scrollTop = node.scrollHeight; // what is new in a question stands at its end
}

/** @param {HTMLSelectElement} select @param {[string | number, string][]} entries @param {string | number} chosen */
function options(select, entries, chosen) {
  const known = [...select.options].map((option) => `${option.value} ${option.text}`).join("\n");
  if (known !== entries.map(([value, words]) => `${value} ${words}`).join("\n")) {
    select.replaceChildren(
      ...entries.map(([value, words]) => Object.assign(make("option", "", words), { value: String(value) })),
    );
  }
  if (document.activeElement !== select) select.value = String(chosen);
}
