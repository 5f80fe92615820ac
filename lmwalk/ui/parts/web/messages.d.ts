// Made from lmwalk/ui/messages.py by python -m tests.js.message_types.

export type Piece = ["equal" | "insert" | "delete", string];

export interface Clock {
  word: string;
  total?: number;
  names?: string[] | null;
  first?: number;
  last?: number;
}

export interface Outline {
  kind: "wall" | "track" | "reference";
  points: [number, number][];
}

export interface Bar {
  state: string;
  count: string;
  share: number;
  rate: string;
  errors: string;
  failed: boolean;
  left: string;
  waiting: string;
  asked: string;
  asked_s: number | null;
  queue: string;
}

export interface Line {
  key: string;
  trajectory: number;
  shift?: number;
  name?: string;
  warmth?: number | null;
  mean?: boolean;
  number?: number;
}

export interface Points {
  key: string;
  t: number[];
  x: number[];
  y: number[];
}

export interface PlaneRoom {
  kind: "plane";
  outlines: Outline[];
  centre: [number, number];
  reach: number;
  field?: [number, number, number, number][];
  before?: [number, number][];
  after?: [number, number][];
}

export interface ReferenceLine {
  name: string;
  dash: string;
  shape: string;
  x: number[];
  y: number[];
}

export interface SeriesRoom {
  kind: "series";
  x: number[];
  y: number[];
  xTitle: string;
  yTitle: string;
  ticks: [number, string][];
  references: ReferenceLine[];
  single: boolean;
  faint: boolean;
  dots: boolean;
  ends: boolean;
  reader?: boolean;
}

export interface Reply {
  id: number;
  trajectory: number;
  t: number;
  asked: string;
  text: string;
  outcome: string | null;
  status: string;
  sign?: string;
  why?: string;
  thought?: string;
  weight?: string;
  warmth?: number | null;
  about?: string;
  colour?: number;
  share?: number | null;
  bounds?: number[];
  remark?: string;
}

export interface ChainText {
  t: number;
  text: string;
  note: string;
  previous: ["equal" | "insert" | "delete", string][];
  first: ["equal" | "insert" | "delete", string][];
  cut?: boolean;
  thought?: string;
  weight?: string;
}

export interface Change {
  view: string;
  from: number;
  to: number;
  points: Points[];
  replies: Reply[];
  texts?: ChainText[];
}

export interface Delta {
  view: string;
  from: number;
  to: number;
  points: Points[];
  replies: Reply[];
  texts?: ChainText[];
  kind: "delta";
}

export interface Snapshot {
  view: string;
  from: number;
  to: number;
  points: Points[];
  replies: Reply[];
  texts?: ChainText[];
  kind: "snapshot";
  study: string;
  heading: string;
  degrees: string;
  simulation: boolean;
  many: boolean;
  walks: Line[];
  room: PlaneRoom | SeriesRoom;
  remark: string;
  legend: [string, string][];
  columns: string[];
  alt: string;
  clock: Clock | null;
  scale?: string[];
  colours?: string[];
  chain?: string;
}

export interface Reading {
  pieces: [string, boolean][];
  status: string;
  how: string;
  beside: string;
}

export interface PromptPart {
  title: string;
  text: string;
}

export interface NextQuestion {
  t: number;
  parts: PromptPart[];
  settings: string;
}

export interface LastAnswer {
  t: number;
  parts: PromptPart[];
  reading: Reading;
  shares: [string, number][];
  thought?: string;
  weight?: string;
}

export interface ByHand {
  open: boolean;
  condition: string;
  conditions: [string, string][];
  number: number;
  range: [number, number, number];
  names: [number, string][];
  noun: string;
  where: string;
  hold: "hold" | "release" | "";
  all: boolean;
  why: string;
  next: NextQuestion | null;
  last: LastAnswer | null;
  cells: [string, string, string, string][];
}

export interface LiveCell {
  place: number;
  done: number;
  points: Points[];
}

export interface CellsChange {
  view: string;
  from: number;
  to: number;
  cells: LiveCell[];
  shown: number[];
  asked: number[];
  follows: boolean;
}

export interface CellsDelta {
  view: string;
  from: number;
  to: number;
  cells: LiveCell[];
  shown: number[];
  asked: number[];
  follows: boolean;
  kind: "delta";
}

export interface CellsSnapshot {
  view: string;
  from: number;
  to: number;
  cells: LiveCell[];
  shown: number[];
  asked: number[];
  follows: boolean;
  kind: "snapshot";
  study: string;
  models: string[];
  columns: string[];
  plan: [number, number][];
  names: string[];
  room: PlaneRoom | SeriesRoom;
  lines: Line[];
  total: number;
}

export interface Told {
  bar: Bar;
  cells: CellsSnapshot | CellsDelta | null;
  begins: boolean;
  hand?: ByHand | null;
  stand: string;
}

export interface Streamed {
  kind: "stream";
  stream: string;
  stand: string;
}

export interface Stage {
  plotly: string;
  config: Record<string, unknown>;
  t: number | null;
}

export interface Stat {
  label: string;
  text: string;
  meaning: string;
  bad: boolean;
  moments?: string[];
}

export interface Walk {
  trajectory: number;
  shift: number;
  x: number[];
  y: number[];
  t?: number[];
}

export interface Area {
  points: string;
  colour?: string;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
  colour: string;
}

export interface ShapeLine {
  points: string;
  role: "own" | "null" | "learner";
  colour?: string;
  number?: number;
}

export interface Dot {
  x: number;
  y: number;
  colour: string;
}

export interface Course {
  word: string;
  span: number[];
  names?: string[];
}

export interface Thumbnail {
  bands?: Area[];
  bars?: Box[];
  lines?: ShapeLine[];
  dots?: Dot[];
  timed?: Course;
}

export interface Cell {
  row: number;
  column: number;
  stats: Stat[];
  meaning: string;
  alt: string;
  walks?: Walk[];
  picture?: Thumbnail;
  condition?: string;
  done?: number;
  total?: number;
  badge?: string;
  crosses?: [number, number][];
  field?: [number, number, number, number][];
}

export interface Model {
  name: string;
  simulation: boolean;
  study?: string;
  settings?: string;
  outlines?: Outline[];
}

export interface Sort {
  name: string;
  values: ((number | null)[])[];
}

export interface Said {
  trajectory: number;
  t: number;
  text: string;
  outcome: string | null;
  status: string;
}

export interface Opened {
  condition: string;
  replies: Said[];
  more: boolean;
}

export interface Grid {
  models: Model[];
  corner: string;
  columns: string[];
  cells: Cell[];
  clock: Clock | null;
  picks: boolean;
  picked: string | null;
  t: number | null;
  second?: string | null;
  open?: Opened | null;
  sorts?: Sort[];
  ticks?: number[];
  outlines?: Outline[];
  centre?: [number, number];
  reach?: number;
}

export interface FieldSampler {
  name: string;
  title: string;
  about: string;
  stages: string[];
  top_k: number;
  top_p: number;
  min_p: number;
}

export interface FieldRoom {
  moves: string[];
  signs: string[];
  points: [number, number][];
  numbers?: number[][];
  leads: number[][];
  steps?: [number, number][];
  strides: number[];
  origin: number;
  outlines: Outline[];
  unit: string;
}

export interface FieldSampled {
  replies: number;
  temperature: number;
}

export interface FieldPart {
  name: string;
  model: string;
  template: string;
  column: number;
  t: number;
  state: string;
  count: string;
  tempers: boolean;
  sampled: FieldSampled | null;
  after: number;
  to: number;
  lists: string[];
}

export interface FieldPosition {
  position: number;
  parts: PromptPart[];
  spellings: [string, string, [string, number][]][];
}

export interface Field {
  view: string;
  differ: string;
  uses: string;
  of: string[];
  room?: FieldRoom;
  samplers?: FieldSampler[];
  fields: FieldPart[];
  opened: FieldPosition | null;
}

export interface StudyRow {
  name: string;
  family: string;
  page: string;
  state: string;
  share: number;
  count: string;
  rate: string;
  errors: string;
  failed: boolean;
  lost: string;
  left: string;
  cost: string;
  why: string;
  begun: string;
  settings: string;
  when: string;
}

export interface StudyList {
  rows: StudyRow[];
  chosen: string | null;
}

export interface EditorField {
  key: string;
  label: string;
  rows: number;
  help: string;
}

export interface Variable {
  name: string;
  about: string;
  value: string;
}

export interface Editor {
  fields: EditorField[];
  words: Record<string, string>;
  revision: string;
  variables: Variable[];
  readonly: boolean;
}
