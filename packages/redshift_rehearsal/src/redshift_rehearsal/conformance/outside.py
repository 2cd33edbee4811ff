"""What the measure leaves out: what a stand-in on one machine cannot have, or what AWS retires."""

from __future__ import annotations

import re

# Reason -> the statements it is given for.
_OUTSIDE = {
    "machine learning": r"\b(create|show|drop|explain)\s+model\b|\bsagemaker\b",
    "geometry": r"\b(geometry|geography|shapefile)\b|\bst_\w+\s*\(|\bh3_\w+\s*\(",
    "Python functions, which AWS retires": r"\blanguage\s+plpythonu\b|\b(create|drop)\s+(or\s+replace\s+)?library\b",
    "other databases and services": (
        r"\bdatashares?\b|\bintegration\b|\bcreate\s+database\b.*\bfrom\b|"
        r"\bexternal\s+schema\b.*\bfrom\s+(postgres|mysql|redshift|kafka|kinesis|msk|hive)\b|"
        r"\bdatabase\b.*\b(to|from)\s+(account|namespace)\b|'(emr|dynamodb|ssh)://"
    ),
}
_PATTERNS = {reason: re.compile(pattern, re.IGNORECASE | re.DOTALL) for reason, pattern in _OUTSIDE.items()}


def outside(sql: str) -> str:
    """Return why a statement is not counted, "" if it is."""
    return next((reason for reason, pattern in _PATTERNS.items() if pattern.search(sql)), "")
