"""The report for whoever answers for tested restores: what was tested, how, and what that is evidence for."""

from harness.report.compliance.dossier import Dossier, Tested
from harness.report.compliance.page import compliance_page
from harness.report.compliance.pdf import to_pdf
from harness.report.compliance.reading import gather

__all__ = ["Dossier", "Tested", "compliance_page", "gather", "to_pdf"]
