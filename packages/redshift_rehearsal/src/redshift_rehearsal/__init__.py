"""A stand-in for Amazon Redshift that refuses what Redshift refuses.

What is listed here, and the module ``lexer``, is for other programs; all else may change.
"""

from redshift_rehearsal.checking import check_files, check_text
from redshift_rehearsal.errors import RehearsalError
from redshift_rehearsal.rehearsal import Rehearsal, start
from redshift_rehearsal.report import Finding, Format, Report, described
from redshift_rehearsal.settings import Settings, User

__all__ = [
    "Finding",
    "Format",
    "Rehearsal",
    "RehearsalError",
    "Report",
    "Settings",
    "User",
    "check_files",
    "check_text",
    "described",
    "start",
]
