// @ts-check
// A place on the page that says when it has come into the window.

import { make } from "./dom.js";

/**
 * @param {{ parentElement: HTMLElement, data: { height: number }, setStateValue: (name: string, value: any) => void }} component
 */
export default function ({ parentElement, data, setStateValue }) {
  const place = parentElement.querySelector(".lmw-sight") ?? parentElement.appendChild(make("div", "lmw-sight"));
  if (!(place instanceof HTMLElement)) return undefined;
  place.style.height = `${data.height}px`;
  const watch = new IntersectionObserver((seen) => {
    if (!seen.some((each) => each.isIntersecting)) return;
    watch.disconnect();
    setStateValue("seen", true);
  });
  watch.observe(place);
  return () => watch.disconnect();
}
