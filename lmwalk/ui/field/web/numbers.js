// @ts-check
// The numbers behind the pictures: a row a position under the sampler that is set, and what each column means.
import { meanMove } from "./picture.js";
/** @import { Room } from "./room.js" */
/** @import { Side } from "./side.js" */

/** @typedef {{ name: string, unit: string, meaning: string }} Column */
/** @typedef {(string | number)[]} Row empty texts and NaN stand for no value */

/** @param {Room} room @param {boolean} several @returns {Column[]} */
export function columnsOf(room, several) {
  const column = (/** @type {string} */ name, /** @type {string} */ unit, /** @type {string} */ meaning) => ({ name, unit, meaning });
  const each = (/** @type {(move: string) => Column} */ of) => room.moves.map(of);
  return [
    ...(several ? [column("field", "", "Which of the two pictures.")] : []),
    column("model", "", "Who was asked."),
    column("template", "", "The words of the question."),
    column("t", "steps", "The moment that the model was told: how many questions came before."),
    column("temperature", "", "Of the sampler that is worked out, or that replies were sampled at."),
    column("sampler", "", "Whose order and cuts are imitated; the server's own, where replies were sampled."),
    ...(room.cells ? [] : [column("site", "", "Whole coordinates of the position, from the origin.")]),
    column("x", room.unit, "The position, to the right."),
    column("y", room.unit, "The position, upwards."),
    column("asked", "", "yes where the model was asked at this position, else no."),
    column("filled in", "", "yes where the numbers are interpolated between the asked positions around it. Where neither is so, nothing is known, and the other fields are empty."),
    ...each((move) => column(`P(${move})`, "", `Probability of ${move} among the moves.`)),
    ...each((move) => column(`P(${move}) least`, "", "The least that it can be, given what cut lists of tokens leave open; of replies the lower end of its exact 95% interval.")),
    ...each((move) => column(`P(${move}) most`, "", "The most that it can be; of replies the upper end of its exact 95% interval.")),
    column("entropy", "bits", "Entropy of the move."),
    column("dx", room.unit, "The mean move, to the right."),
    column("dy", room.unit, "The mean move, upwards."),
    column("outside", "", "Probability of answers that are no move; of replies the share of those that could not be read."),
    column("open", "", "Probability of which nothing is known, as the list of tokens was cut."),
  ];
}

/** @param {Room} room @param {Side} side @param {Row} first what stands at the beginning of each row @returns {Row[]} */
export function rowsOf(room, side, first) {
  const { laws } = side;
  return room.points.map(([x, y], at) => {
    const place = [...(room.cells ? [] : [room.numbers[at].join(" ")]), x, y];
    const asked = laws.measured(at);
    const known = !Number.isNaN(laws.entropy[at]);
    const bounds = room.moves.map((_, move) => (known ? laws.bounds(at, move) : [NaN, NaN]));
    return [
      ...first, ...place, asked ? "yes" : "no", known && !asked ? "yes" : "no",
      ...room.moves.map((_, move) => laws.p[at * laws.moves + move]), ...bounds.map(([low]) => low), ...bounds.map(([, high]) => high),
      laws.entropy[at], ...meanMove(room, laws, at), laws.outside[at], laws.unseen[at],
    ];
  });
}

/** A value as CSV has it. @param {string | number} value */
function field(value) {
  if (typeof value === "number") return Number.isFinite(value) ? String(Number(value.toPrecision(7))) : "";
  return /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** @param {string[]} names @param {Row[]} rows */
export function csv(names, rows) {
  return `${[names, ...rows].map((row) => row.map(field).join(",")).join("\n")}\n`;
}
