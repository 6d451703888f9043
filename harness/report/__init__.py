"""Reports of a verdict: for scripts, for CI servers and for people."""

from harness.report.line import DrillLine, RunSummary, exit_status
from harness.report.run import merge, summarised
from harness.report.write import reports_of, write_reports

__all__ = ["DrillLine", "RunSummary", "exit_status", "merge", "reports_of", "summarised", "write_reports"]
