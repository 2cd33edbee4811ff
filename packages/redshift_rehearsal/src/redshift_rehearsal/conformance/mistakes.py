"""What public projects get wrong themselves: their authors do not try every part of them on Redshift."""

from __future__ import annotations

# Repository, part of a node's name -> why it does not pass, and the page of Redshift's documentation.
_MISTAKES = {
    ("dbt-labs/dbt-utils", "not_empty_string_passing_string_trim_whitespace_false"): (
        "blanks at the end do not count, so '   ' is empty (r_Character_types.html); its authors have seen it pass"
    ),
    ("godatadriven/dbt-date", "iso_year_week_dbt_date"): "CONCAT takes two arguments (r_CONCAT.html)",
    ("godatadriven/dbt-date", "from_unixtimestamp"): "TO_TIMESTAMP takes a format (r_TO_TIMESTAMP.html)",
    ("metaplane/dbt-expectations", "window_function_test"): (
        "a sum over an ordered window needs a frame (c_Window_functions.html)"
    ),
    ("metaplane/dbt-expectations", "postal_code_5"): (
        "the backslash of \\d is written twice (pattern-matching-conditions-posix.html)"
    ),
}


def mistake(repository: str, node: str) -> str:
    """Return why a project itself is at fault for a node that does not pass, "" if none is known."""
    found = (why for (of, part), why in _MISTAKES.items() if of == repository and part in node)
    return next(found, "")
