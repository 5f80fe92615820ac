"""What comes from strangers: files, YAML, JSON and archives, counted before anything is made of them.

A few bytes can stand for gigabytes: an alias that names itself nine times over, a packed row of zeros, a number of a
million digits. So nothing here believes a size that is stated; everything is counted as it is read, and reading ends
with a sentence where it is beyond what any honest file needs.
"""

from lmwalk.intake.archive import Archive, ArchiveError, opened_archive
from lmwalk.intake.files import content_of, must_be_plain
from lmwalk.intake.notation import plain_json
from lmwalk.intake.places import with_lines
from lmwalk.intake.records import records
from lmwalk.intake.scalars import Writer, yaml_text
from lmwalk.intake.weight import MOST_CHARACTERS, MOST_VALUES, Scales
from lmwalk.intake.written import plain_yaml, read_yaml

__all__ = [
    "MOST_CHARACTERS",
    "MOST_VALUES",
    "Archive",
    "ArchiveError",
    "Scales",
    "Writer",
    "content_of",
    "must_be_plain",
    "opened_archive",
    "plain_json",
    "plain_yaml",
    "read_yaml",
    "records",
    "with_lines",
    "yaml_text",
]
