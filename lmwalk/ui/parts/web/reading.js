// A raw reply with what it was read from marked. A reply is hostile until proven otherwise: text nodes only.
export default function ({ data, parentElement }) {
  let root = parentElement.querySelector(":scope > .lmw-reading");
  if (!root) {
    root = make("div", "lmw-reading");
    const said = make("div", "lmw-raw");
    said.tabIndex = 0;
    said.setAttribute("role", "region");
    said.setAttribute("aria-label", "the reply as it came");
    root.append(said, make("div", "lmw-how"), make("div", "lmw-beside"));
    parentElement.append(root);
  }
  root.classList.toggle("lmw-dark", themeOf(root).dark);
  // what stands there already keeps the reader's place and selection
  const signature = JSON.stringify(data);
  if (root.signature === signature) return;
  root.signature = signature;
  root.dataset.status = data.status;
  const [said, how, beside] = root.children;
  const words = make("bdi");
  words.append(...data.pieces.map(([text, marked]) => (marked ? make("mark", "", text) : document.createTextNode(text))));
  said.replaceChildren(words);
  said.hidden = !data.pieces.length;
  how.textContent = data.how;
  beside.textContent = data.beside;
}
