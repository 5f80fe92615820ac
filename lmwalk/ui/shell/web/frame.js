// @ts-check
// What stands around every page: the switch between light and dark, and a history of pages.

/** What Streamlit keeps the theme under; it reads it when a page is loaded, for each page's path. */
const kept = (/** @type {string} */ path) => `stActiveTheme-${path}-v2`;
const LINKS = '[data-testid="stSidebarNavLink"]';
const MARK = Symbol.for("lmwalk.history");

/**
 * Let Back lead to the page before with one press.
 *
 * Streamlit makes an entry of the history whenever a control writes the address, also when a page that was just opened
 * writes which study it shows. An entry that leads to the page one is on replaces the one before.
 */
function keepPagesOnly() {
  if (MARK in history) return;
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) => {
    const stays = url && new URL(url, location.href).pathname === location.pathname;
    if (stays) history.replaceState(state, title, url);
    else push(state, title, url);
  };
  Object.assign(history, { [MARK]: true });
}

const isDark = () => getComputedStyle(/** @type {Element} */ (document.querySelector(".stApp"))).colorScheme === "dark";

/** Streamlit has no call for it, but takes what is kept when it is loaded; all that was set is in the address. */
function turn() {
  const theme = JSON.stringify(isDark() ? "Light" : "Dark");
  const links = [...document.querySelectorAll(LINKS)].map((link) => /** @type {HTMLAnchorElement} */ (link).pathname);
  for (const path of new Set(["/", location.pathname, ...links])) localStorage.setItem(kept(path), theme);
  location.reload();
}

const LISTED = ".stSelectbox input, .stSelectbox [role=button], [role=option]";

/** What a list has no room for is told by its title. @param {Event} event */
function tellWhole({ target }) {
  const place = target instanceof Element && target.closest(LISTED);
  if (!(place instanceof HTMLElement)) return;
  const parts = [place, ...place.querySelectorAll("*")];
  const cut = parts.some((part) => part.scrollWidth > part.clientWidth + 1 && part.clientWidth);
  place.title = cut ? (place instanceof HTMLInputElement ? place.value : (place.textContent ?? "")) : "";
}

/** @param {{ parentElement: HTMLElement }} place */
export default function frame({ parentElement }) {
  if (!(MARK in history)) document.addEventListener("pointerover", tellWhole);
  keepPagesOnly();
  let button = parentElement.querySelector("button");
  if (!button) {
    button = document.createElement("button");
    button.type = "button";
    button.className = "lmw-theme";
    button.addEventListener("click", turn);
    parentElement.append(button);
  }
  const other = isDark() ? "Light" : "Dark";
  button.textContent = `${other} theme`;
}
