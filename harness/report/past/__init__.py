"""All runs of a folder of reports, seen together: the index, its page, and what changed from one night to another."""

from harness.report.past.entry import RunEntry, Standing
from harness.report.past.index import read_index
from harness.report.past.series import Past, Rhythm, Series, look_back
from harness.report.past.write import write_index, write_page

__all__ = ["Past", "Rhythm", "RunEntry", "Series", "Standing", "look_back", "read_index", "write_index", "write_page"]
