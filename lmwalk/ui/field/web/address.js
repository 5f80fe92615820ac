// @ts-check
// What is set in the browser, kept in the page's address: an address opens what it names.
import { CUTS } from "./sampler.js";
/** @import { Beside } from "./beside.js" */
/** @import { Degrees, Pipeline } from "./sampler.js" */
/** @import { Shown } from "./shown.js" */

/** @typedef {{ degrees: Degrees, samplers: Pipeline[], beside: Beside, shown: Shown }} Settable */

/** It is written once nothing has been moved for so many milliseconds. */
const CALM_MS = 250;
/** Names of the parameters of each sampler. */
const UNDER = ["under", "under2"];
const TIMES = ["t1", "t2"];

/** Chooses what the address names, where that is offered. @param {HTMLSelectElement} list @param {string | null} value */
function take(list, value) {
  if (value !== null && [...list.options].some((option) => option.value === value)) list.value = value;
}

/** Sets everything as an address has it. @param {Settable} view @param {string} search */
function open({ degrees, samplers, beside, shown }, search) {
  const named = new URLSearchParams(search);
  const temperature = Number(named.get("T") ?? NaN);
  if (temperature >= 0) degrees.value = temperature;
  samplers.forEach((sampler, i) => {
    take(sampler.chain, named.get(UNDER[i]));
    sampler.chosen();
    for (const cut of CUTS) sampler.cuts[cut].input.value = named.get(`${UNDER[i]}_${cut}`) ?? sampler.cuts[cut].input.value;
    sampler.told();
  });
  take(beside.choice, named.get("beside"));
  beside.moments.forEach(({ list }, i) => take(list, named.get(TIMES[i])));
  beside.tell();
  take(shown.choice, named.get("shows"));
  shown.fill.checked = named.get("fill") === "1";
}

/** Every parameter and its value; none where it is as usual. @param {Settable} view @returns {[string, string | undefined][]} */
function settings({ degrees, samplers, beside, shown }) {
  const unless = (/** @type {string} */ value, /** @type {string} */ usual) => (value === usual ? undefined : value);
  const two = [true, beside.differ === "sampler"];
  return [
    ["T", unless(String(degrees.value), "1")],
    ...samplers.flatMap((sampler, i) => /** @type {[string, string | undefined][]} */ ([
      [UNDER[i], two[i] ? unless(sampler.chain.value, sampler.usual) : undefined],
      ...CUTS.map((cut) => [`${UNDER[i]}_${cut}`, two[i] && sampler.sampler?.stages.includes(cut) ? unless(String(sampler.value(cut)), String(sampler.sampler[cut])) : undefined]),
    ])),
    ["beside", unless(beside.choice.value, "")],
    ...beside.moments.map(({ list, label }, i) => /** @type {[string, string | undefined]} */ ([TIMES[i], label.hidden ? undefined : list.value])),
    ["shows", unless(shown.choice.value, "entropy")],
    ["fill", shown.fill.checked ? "1" : undefined],
  ];
}

/** Writes the address, without a step in the history. @param {Settable} view */
function keep(view) {
  const url = new URL(location.href);
  for (const [name, value] of settings(view)) {
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  if (url.href !== location.href) history.replaceState(history.state, "", url);
}

export class Address {
  /** @param {Settable & { root: HTMLElement }} view */
  constructor(view) {
    this.view = view;
    /** As the page was opened by it, until that has been obeyed. @type {string | undefined} */
    this.opened = location.search;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.calm = undefined;
  }

  /** Sets what the address names, once. */
  obey() {
    if (this.opened !== undefined) open(this.view, this.opened);
    this.opened = undefined;
  }

  remember() {
    clearTimeout(this.calm);
    this.calm = setTimeout(() => { if (this.view.root.isConnected) keep(this.view); }, CALM_MS);
  }

  close() {
    clearTimeout(this.calm);
  }
}
