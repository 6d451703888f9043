"""The append-only record of a drill: everything that is judged or reported is read from here."""

from harness.journal.event import Event, Kind
from harness.journal.reader import History, parse_journal, read_journal
from harness.journal.redaction import redact

__all__ = ["Event", "History", "Kind", "parse_journal", "read_journal", "redact"]
