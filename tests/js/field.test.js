import assert from "node:assert/strict";
import { test } from "node:test";
import { weightsOf } from "../../lmwalk/ui/field/web/fill.js";
import { heatColours, heatStep, roundEnd, written } from "../../lmwalk/ui/field/web/heat.js";
import { distances, entropy, Laws, opensFrom } from "../../lmwalk/ui/field/web/laws.js";
import { csv } from "../../lmwalk/ui/field/web/numbers.js";
import { hopsFrom, Room } from "../../lmwalk/ui/field/web/room.js";
import { crc32, fileName } from "../../lmwalk/ui/parts/web/archive.js";
import { cumulative, Density, generator, meanDistance, NOWHERE, sources, spread, Walkers } from "../../lmwalk/ui/field/web/walkers.js";

/** A grid of 2 x half + 1 a side: coordinates, and where UP, DOWN, LEFT, RIGHT lead; walls stop. */
function grid(half) {
  const side = 2 * half + 1;
  const clip = (value) => Math.min(half, Math.max(-half, value));
  const numbers = Array.from({ length: side * side }, (_, at) => [Math.floor(at / side) - half, (at % side) - half]);
  const number = (x, y) => (clip(x) + half) * side + clip(y) + half;
  const leads = numbers.flatMap(([x, y]) => [number(x, y + 1), number(x, y - 1), number(x - 1, y), number(x + 1, y)]);
  return { numbers, leads: Int32Array.from(leads), origin: number(0, 0), number };
}
const everywhere = (law, positions) => Float64Array.from({ length: positions * law.length }, (_, i) => law[i % law.length]);
const upTo = (count) => Array.from({ length: count }, (_, i) => i);
const own = (positions) => Int32Array.from({ length: positions }, (_, at) => at);
const temper = (masses, outcomes, { temperature }) => ({
  known: Float64Array.from(masses, (p) => p ** (1 / temperature)), outside: 0.1, unseen: 0.03 * temperature,
});
const at = (temperature) => ({ temperature, top_k: 0, top_p: 1, min_p: 0, stages: ["temperature"] });

test("walkers take each move as often as its law says, within four standard errors", () => {
  const { leads, origin, numbers } = grid(3);
  const law = [0.5, 0.25, 0.2, 0.05];
  const walkers = new Walkers(7);
  walkers.restart(40_000, [origin]);
  walkers.step(cumulative(everywhere(law, 49), 4, own(49)), leads, 4);
  law.forEach((p, move) => {
    const share = walkers.at.filter((place) => place === leads[origin * 4 + move]).length / 40_000;
    assert.ok(Math.abs(share - p) < 4 * Math.sqrt((p * (1 - p)) / 40_000), `${share} for ${p}`);
  });
  assert.ok(Math.abs(meanDistance(walkers, [origin], (from, to) => Math.hypot(numbers[to][0] - numbers[from][0], numbers[to][1] - numbers[from][1])) - 1) < 1e-12);
});

test("a wall stops a move, and nobody leaves the grid", () => {
  const { leads, number, origin, numbers } = grid(2);
  const walkers = new Walkers(1);
  walkers.restart(10, [origin]);
  const up = cumulative(everywhere([1, 0, 0, 0], 25), 4, own(25));
  for (let t = 0; t < 5; t++) walkers.step(up, leads, 4);
  assert.ok(walkers.at.every((place) => place === number(0, 2)));
  const free = cumulative(everywhere([0.25, 0.25, 0.25, 0.25], 25), 4, own(25));
  for (let t = 0; t < 200; t++) walkers.step(free, leads, 4);
  assert.ok(walkers.at.every((place) => place >= 0 && place < numbers.length));
});

test("the same seed walks the same way, another one does not", () => {
  const { leads, origin } = grid(5);
  const table = cumulative(everywhere([0.25, 0.25, 0.25, 0.25], 121), 4, own(121));
  const walked = (seed) => {
    const walkers = new Walkers(seed);
    walkers.restart(50, [origin]);
    for (let t = 0; t < 20; t++) walkers.step(table, leads, 4);
    return walkers.at;
  };
  assert.deepEqual(walked(3), walked(3));
  assert.notDeepEqual(walked(3), walked(4));
});

test("a move without mass never happens, however the sums are rounded", () => {
  const table = cumulative(Float64Array.of(0.1, 0.2, 0.3, 0.3999999999, 0), 5, own(1));
  assert.deepEqual([...table.slice(3)], [1, 1]);
  const walkers = new Walkers(5);
  walkers.restart(1000, [0]);
  walkers.step(table, Int32Array.of(0, 0, 0, 0, 1), 5);
  assert.ok(walkers.at.every((place) => place === 0));
});

test("a walker stays where nothing is known", () => {
  const walkers = new Walkers(5);
  walkers.restart(10, [0]);
  walkers.step(cumulative(new Float64Array(2).fill(NaN), 2, Int32Array.of(NOWHERE)), Int32Array.of(5, 5), 2);
  assert.ok(walkers.at.every((place) => place === 0));
});

test("a position that was not measured has the law of the smallest measured block around it, up to the walls", () => {
  const { numbers, number } = grid(7);
  const coarse = sources(numbers, (place) => numbers[place].every((x) => x % 5 === 0), [1, 2, 5]);
  assert.equal(coarse[number(2, -2)], number(0, 0));
  assert.equal(coarse[number(3, 7)], number(5, 5));
  const finer = sources(numbers, (place) => numbers[place].every((x) => x % 5 === 0) || place === number(2, 2), [1, 2, 5]);
  assert.equal(finer[number(2, 2)], number(2, 2));
  assert.equal(finer[number(1, 2)], number(2, 2));
  assert.ok(sources(numbers, () => false, [1, 2, 5]).every((source) => source === NOWHERE));
});

test("on other sites a distance is the fewest moves", () => {
  const ring = Int32Array.from({ length: 12 }, (_, i) => (Math.floor(i / 2) + (i % 2 ? 1 : 5)) % 6);
  assert.deepEqual([...hopsFrom(0, ring, 6)], [0, 1, 2, 3, 2, 1]);
});

test("walkers from everywhere begin at every position once, and few of them far apart", () => {
  const order = spread(upTo(121));
  assert.deepEqual(order.toSorted((one, other) => one - other), upTo(121));
  const few = order.slice(0, 4).toSorted((one, other) => one - other);
  assert.ok(few.every((place, i) => i === 0 || place - few[i - 1] > 10));
});

test("numbers of a generator lie evenly in [0, 1)", () => {
  const random = generator(11);
  const drawn = Array.from({ length: 20_000 }, random);
  assert.ok(drawn.every((u) => u >= 0 && u < 1));
  assert.ok(Math.abs(drawn.reduce((sum, u) => sum + u, 0) / drawn.length - 0.5) < 4 * Math.sqrt(1 / 12 / 20_000));
});

test("shares of visits sum to 1, and the newest count most", () => {
  const density = new Density(2, 1);
  density.count(Int32Array.of(0, 0));
  density.count(Int32Array.of(1, 1));
  assert.ok(Math.abs(density.share(0) - 1 / 3) < 1e-12 && Math.abs(density.share(1) - 2 / 3) < 1e-12);
});

test("laws are normalised over the moves, and what is not measured is not known", () => {
  const laws = new Laws(2, 4, temper);
  laws.hear(new Map([[1, [0.4, 0.2, 0.2, 0.1]]]), at(1));
  assert.ok(Math.abs(laws.p.slice(4).reduce((sum, p) => sum + p) - 1) < 1e-12);
  assert.ok(Number.isNaN(laws.entropy[0]) && !laws.measured(0) && laws.outside[1] === 0.1);
  laws.rework(at(0.02));
  assert.ok(laws.meanEntropy() < 1e-9);
});

test("entropy is 2 bits of four equal moves and 0 of one", () => {
  assert.equal(entropy([0.25, 0.25, 0.25, 0.25], 0, 4), 2);
  assert.ok(Object.is(entropy([0, 1, 0, 0], 0, 4), 0));
});

test("from where on laws are too open is found to a twentieth", () => {
  const laws = new Laws(1, 4, temper);
  laws.hear(new Map([[0, [0.4, 0.2, 0.2, 0.1]]]), at(2));
  assert.equal(laws.open(), 1);
  assert.equal(opensFrom((temperature) => laws.opens(at(temperature))), 1.7);
  assert.equal(opensFrom(() => false), null);
});

test("two laws differ by half the sum of their differences, where both are known", () => {
  const [one, other] = [0, 1].map(() => new Laws(2, 4, temper));
  one.hear(new Map([[0, [0.4, 0.1, 0.1, 0.4]]]), at(1));
  other.hear(new Map([[0, [0.1, 0.4, 0.4, 0.1]], [1, [1, 0, 0, 0]]]), at(1));
  const found = distances(one, other);
  assert.ok(Math.abs(found[0] - 0.6) < 1e-12 && Number.isNaN(found[1]));
});

test("a scale goes from its first colour to its last, and ends at round numbers", () => {
  const colours = heatColours({ dark: false });
  assert.equal(heatStep(-1, 0, 2), 0);
  assert.equal(heatStep(9, 0, 2), colours.length - 1);
  assert.notEqual(colours[0], colours.at(-1));
  assert.deepEqual([0.0011, 0.02, 0.3, 1].map(roundEnd), [0.002, 0.02, 0.5, 1]);
  assert.deepEqual([1, 0.25, -2.5, NaN].map((value) => written(value)), ["1", "0.25", "\u22122.5", "\u2013"]);
});

test("files are called as those that Python names, and a row of CSV keeps what has no value empty", () => {
  assert.equal(fileName(["walk 1", "", "distance"], "csv"), "walk 1 - distance.csv");
  assert.equal(fileName(["a/b: <c>", "T = 1 \u00b7 x"], "csv"), "a_b_ _c_ - T 1, x.csv");
  assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
  assert.equal(csv(["a", "b"], [['say "no", twice', NaN], ["", 1 / 3]]), 'a,b\n"say ""no"", twice",\n,0.3333333\n');
});

test("a move is bounded by what is left open", () => {
  const laws = new Laws(1, 4, (masses) => ({ known: Float64Array.from(masses), outside: 0.1, unseen: 0.1 }));
  laws.hear(new Map([[0, [0.4, 0.2, 0.2, 0]]]), at(1));
  assert.deepEqual(laws.bounds(0, 0).map((bound) => bound.toFixed(6)), ["0.444444", "0.555556"]);
});

test("what is filled in between asked positions lies on a straight line, and beyond them has the law of the nearest", () => {
  const { numbers, leads } = grid(7);
  const room = new Room({ moves: ["UP", "DOWN", "LEFT", "RIGHT"], signs: [], points: numbers, leads: numbers.map((_, i) => [...leads.slice(4 * i, 4 * i + 4)]), strides: [5], origin: 0, outlines: [], unit: "cells" });
  const asked = (place) => numbers[place].every((x) => x % 5 === 0);
  const { places, first, from, weight } = weightsOf(room, asked, room.wholeStride(asked));
  assert.equal(places.length, 225 - 9);
  places.forEach((place, row) => {
    const mean = (axis) => upTo(first[row + 1] - first[row]).reduce((sum, i) => sum + weight[first[row] + i] * numbers[from[first[row] + i]][axis], 0);
    for (const axis of [0, 1]) assert.ok(Math.abs(mean(axis) - Math.min(5, Math.max(-5, numbers[place][axis]))) < 1e-9);
  });
  const ring = upTo(6).map((site) => [(site + 5) % 6, (site + 1) % 6]);
  const sites = new Room({ moves: ["LEFT", "RIGHT"], signs: [], points: ring.map((_, i) => [i, 0]), numbers: ring.map((_, i) => [i]), leads: ring, strides: [1], origin: 0, outlines: [], unit: "sites" });
  const between = weightsOf(sites, (place) => place % 3 === 0, undefined);
  assert.ok(Math.abs(between.weight[0] + between.weight[1] - 1) < 1e-9 && Math.abs(Math.max(between.weight[0], between.weight[1]) - 2 / 3) < 1e-4);
});
