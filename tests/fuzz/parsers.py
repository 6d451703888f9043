"""All readers of outside text, in one tuple."""

from __future__ import annotations

import functools

from tests.fuzz.archives import archive_parsers
from tests.fuzz.facts import fact_parsers
from tests.fuzz.files import file_parsers
from tests.fuzz.journals import journal_parsers
from tests.fuzz.machines import machine_parsers
from tests.fuzz.parser import Parser
from tests.fuzz.runs import run_parsers
from tests.fuzz.signed import signed_parsers
from tests.fuzz.words import word_parsers


@functools.cache
def all_parsers() -> tuple[Parser, ...]:
    """Each is tried as often as its weight says."""
    return (
        *fact_parsers(),
        *journal_parsers(),
        *file_parsers(),
        *archive_parsers(),
        *run_parsers(),
        *signed_parsers(),
        *word_parsers(),
        *machine_parsers(),
    )
