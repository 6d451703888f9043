"""Reports of a verdict: for scripts, for CI servers and for people."""

from harness.report.line import DrillLine, RunSummary, exit_status
from harness.report.run import merge, summary_of
from harness.report.write import write_reports

__all__ = ["DrillLine", "RunSummary", "exit_status", "merge", "summary_of", "write_reports"]
