// Reads packed positions and samplers from its input, and prints the law of each position under each sampler.
import { readFileSync } from "node:fs";
import { decode } from "../../lmwalk/ui/field/web/packed.js";
import { law } from "../../lmwalk/ui/field/web/tempering.js";

const { packed, samplers } = JSON.parse(readFileSync(0, "utf8"));
const positions = await decode(packed);
const plain = (found) => ({ ...found, known: [...found.known] });
console.log(JSON.stringify([...positions.values()].map((nodes) => samplers.map((each) => plain(law(nodes, 4, each))))));
