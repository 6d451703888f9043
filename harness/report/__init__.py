"""Reports of a verdict: for scripts, for CI servers and for people."""

from harness.report.run import RunSummary, exit_status, merge
from harness.report.write import write_reports

__all__ = ["RunSummary", "exit_status", "merge", "write_reports"]
