// The stream of raw replies, newest first. A reply is hostile until proven otherwise: text nodes only.
const MOST_ROWS = 150;
const ARROWS = { UP: "↑", DOWN: "↓", LEFT: "←", RIGHT: "→" };
const WORDS = {
  unparsed: "not read", ambiguous: "ambiguous", refused: "refused", empty: "empty", error: "call failed",
};

class Stream {
  constructor(node) {
    this.node = node;
    this.newest = 0;
  }

  clear() {
    this.node.replaceChildren();
    this.newest = 0;
  }

  add(replies, theme) {
    const fresh = replies.filter((reply) => reply.id > this.newest).slice(-MOST_ROWS);
    if (!fresh.length) return;
    this.newest = fresh[fresh.length - 1].id;
    const rows = fresh.map((reply) => rowOf(reply, theme)).reverse();
    this.node.prepend(...rows);
    while (this.node.childElementCount > MOST_ROWS) this.node.lastElementChild.remove();
  }

  recolour(theme) {
    for (const swatch of this.node.querySelectorAll(".lmw-swatch")) {
      swatch.style.background = trajectoryColour(Number(swatch.dataset.trajectory), theme);
    }
  }
}

function rowOf(reply, theme) {
  const row = make("li", `lmw-row lmw-is-${reply.status}`);
  const swatch = make("i", "lmw-swatch");
  swatch.dataset.trajectory = reply.trajectory;
  swatch.style.background = trajectoryColour(reply.trajectory, theme);
  const who = make("span", "lmw-who");
  who.append(swatch, document.createTextNode(String(reply.trajectory)));
  const said = make("span", "lmw-said");
  const [open, close] = reply.status === "error" ? ["", ""] : ["“", "”"];
  // isolated: marks that turn the direction of writing end with the reply
  said.append(open, make("bdi", "", reply.text), close);
  said.title = reply.text;
  const read = reply.status === "ok" ? `${ARROWS[reply.outcome] ?? "→"} ${reply.outcome}` : WORDS[reply.status];
  row.append(who, make("span", "lmw-t", String(reply.t)));
  if (reply.asked) row.append(make("span", "lmw-asked", reply.asked));
  row.append(said, make("span", "lmw-read", read));
  row.addEventListener("click", () => row.classList.toggle("lmw-open"));
  return row;
}
