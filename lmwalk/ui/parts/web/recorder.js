// @ts-check
// A clip of what is drawn on a canvas, as it is drawn.

/** What it is written as, the kind that most programs play first. @type {[string, string][]} */
const KINDS = [["video/mp4;codecs=avc1.42E01F", "mp4"], ["video/webm;codecs=vp9", "webm"], ["video/webm;codecs=vp8", "webm"], ["video/webm", "webm"]];
const FRAMES_A_SECOND = 30;
const BITS_A_SECOND = 6_000_000;

/** How clips can be written here; undefined where they cannot. */
export function clipKind() {
  if (typeof MediaRecorder === "undefined" || !HTMLCanvasElement.prototype.captureStream) return undefined;
  return KINDS.find(([kind]) => MediaRecorder.isTypeSupported(kind));
}

export class Recorder {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    const [kind, ending] = clipKind() ?? ["", ""];
    this.ending = ending;
    this.begun = performance.now();
    this.stream = canvas.captureStream(FRAMES_A_SECOND);
    this.recorder = new MediaRecorder(this.stream, { mimeType: kind, videoBitsPerSecond: BITS_A_SECOND });
    /** @type {Blob[]} */
    const parts = [];
    this.recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
    /** The clip, once it has been stopped. @type {Promise<Blob>} */
    this.clip = new Promise((done) => {
      this.recorder.addEventListener("stop", () => done(new Blob(parts, { type: kind.split(";")[0] })));
    });
    this.recorder.start(1000);
  }

  get seconds() {
    return (performance.now() - this.begun) / 1000;
  }

  stop() {
    if (this.recorder.state !== "inactive") this.recorder.stop();
    for (const track of this.stream.getTracks()) track.stop();
    return this.clip;
  }
}
