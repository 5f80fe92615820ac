"""Films of a scene: MP4 (H.264) through PyAV, which brings FFmpeg's libraries with it, and GIF through Pillow."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from lmwalk.export.canvas import literal
from lmwalk.export.scene import Scene
from lmwalk.export.stage import Stage, stage
from lmwalk.export.watch import Watch
from lmwalk.figures._drawing import trajectory_colour
from lmwalk.palette import END, START

if TYPE_CHECKING:
    from PIL import Image

Frame = npt.NDArray[np.uint8]
MOST_FRAMES, MOST_GIF_FRAMES = 250, 120
SLOWEST, FASTEST, USUAL_S = 6, 25, 10
"""Frames a second at least and at most, and seconds that a film is to last."""
HELD_S = 1.5
"""How long the end stands."""
GIF_SIDE, GIF_COLOURS = 180, 120


def write_mp4(scene: Scene, out: Path, watch: Watch) -> int:
    """Write a film; the number of frames, without those in which the end stands. Raises CancelledError."""
    import av

    moments = _moments(scene, MOST_FRAMES)
    made = stage(scene, moments=moments)
    rate = _rate(moments)
    with av.open(str(out), "w", format="mp4", options={"movflags": "faststart"}) as file:
        stream: Any = file.add_stream("libx264", rate=rate, options={"crf": "20", "preset": "veryfast", "threads": "2"})
        stream.pix_fmt = "yuv420p"
        stream.time_base = Fraction(1, rate)
        stream.width, stream.height = made.paper.canvas.get_width_height()
        frames = _frames(made, moments, watch)
        picture = av.VideoFrame.from_ndarray(next(frames), format="rgb24")
        file.mux(stream.encode(picture))
        for frame in frames:
            picture = av.VideoFrame.from_ndarray(frame, format="rgb24")
            file.mux(stream.encode(picture))
        for _ in range(round(HELD_S * rate)):
            file.mux(stream.encode(av.VideoFrame.from_ndarray(picture.to_ndarray(), format="rgb24")))
        file.mux(stream.encode(None))
    return len(moments)


def write_gif(scene: Scene, out: Path, watch: Watch) -> int:
    """Write a film that any page shows; the number of frames. Raises CancelledError."""
    from PIL import Image

    alone = len(scene.cells) == 1
    moments = _moments(scene, MOST_GIF_FRAMES)
    made = stage(scene, 360 if alone else GIF_SIDE, moments)
    made.upto(scene.moments)
    (last,) = _frames(made, [scene.moments], Watch())
    palette = _palette(Image.fromarray(last))
    pictures = (
        Image.fromarray(frame).quantize(palette=palette, dither=Image.Dither.NONE)
        for frame in _frames(made, moments, watch)
    )
    each = round(1000 / _rate(moments))
    lengths = [each] * (len(moments) - 1) + [round(1000 * HELD_S)]
    next(pictures).save(
        out, format="GIF", save_all=True, append_images=pictures, duration=lengths, loop=0, optimize=False
    )
    return len(moments)


def _palette(picture: Image.Image) -> Image.Image:
    """The colours of a picture, those that mean something among them exactly."""
    from matplotlib.colors import to_rgb
    from PIL import Image

    ours = [START, END, *(trajectory_colour(number) for number in range(8))]
    exact = [round(255 * part) for hue in ours for part in to_rgb(hue)]
    found = picture.quantize(GIF_COLOURS, dither=Image.Dither.NONE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([*exact, *found[: 3 * GIF_COLOURS]])
    return palette


def _moments(scene: Scene, most: int) -> list[int]:
    """Every moment from the start to the end, or as many as may be, evenly spaced."""
    count = min(scene.moments + 1, most)
    return sorted({round(scene.moments * place / max(1, count - 1)) for place in range(count)})


def _rate(moments: list[int]) -> int:
    return int(np.clip(round(len(moments) / USUAL_S), SLOWEST, FASTEST))


def _frames(made: Stage, moments: list[int], watch: Watch) -> Iterator[Frame]:
    """A picture of each moment. What does not move is drawn once."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    literal(made.paper)
    canvas, moving = FigureCanvasAgg(made.paper), made.artists
    for artist in moving:
        artist.set_animated(True)
    canvas.draw()  # type: ignore[no-untyped-call]
    still = canvas.copy_from_bbox(made.paper.bbox)  # type: ignore[no-untyped-call]
    for place, moment in enumerate(moments):
        watch.at(place, len(moments))
        canvas.restore_region(still)  # type: ignore[no-untyped-call]
        made.upto(moment)
        for artist in moving:
            made.paper.draw_artist(artist)
        shown: Any = canvas.buffer_rgba()  # type: ignore[no-untyped-call]
        yield np.ascontiguousarray(np.asarray(shown)[..., :3])
    watch.at(len(moments), len(moments))
