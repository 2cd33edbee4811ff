"""PIVOT and UNPIVOT: rows turned into columns, and columns into rows."""

from __future__ import annotations

from redshift_rehearsal.lexer import NAME, QUOTED, STRING, Token, closing, name_of, quoted, significant, tokens
from redshift_rehearsal.long_names import name_in_full
from redshift_rehearsal.rewrites.editing import Tokens, following, preceding, replaced, text_between, word_at
from redshift_rehearsal.rewrites.selects import Columns, arguments_between


def pivot(parts: Tokens, columns: Columns) -> Tokens:
    """``from t pivot (sum(a) for b in (1, 2))`` -> an aggregate a value, grouped by the columns that are not named."""
    for place in range(len(parts) - 1, -1, -1):
        opening = following(parts, place)
        if parts[place].word != "pivot" or word_at(parts, opening) != "(":
            continue
        start = _start_of_source(parts, place)
        end = closing(parts, opening)
        parts = replaced(parts, start, end + 1, _pivoted(parts[start:place], parts[opening + 1 : end], columns))
    return parts


def _pivoted(source: Tokens, inside: Tokens, columns: Columns) -> str:
    aggregate, chosen, values = _split(inside)
    call_end = closing(aggregate, next(at for at, token in enumerate(aggregate) if token.word == "("))
    call_start = next(at for at, token in enumerate(aggregate) if token.word == "(")
    function = text_between(aggregate, 0, call_start)
    argument = text_between(aggregate, call_start + 1, call_end)
    suffix = _alias_after(aggregate, call_end)
    column = name_of(significant(chosen)[0])
    used = {name_of(token) for token in tokens(argument) if token.kind in (NAME, QUOTED)} | {column}
    keys = [name for name in columns.of(source) if name not in used]
    turned = []
    for value in values:
        constant, name = _value_and_name(value)
        test = f"{quoted(column)} is null" if constant.lower() == "null" else f"{quoted(column)} = {constant}"
        counted = "1" if argument == "*" else argument
        name = f"{name}_{suffix}" if suffix else name
        turned.append(f"{function}(case when {test} then {counted} end) as {quoted(name)}")
    listed = ", ".join([*map(quoted, keys), *turned])
    grouped = f" group by {', '.join(map(quoted, keys))}" if keys else ""
    return f"(select {listed} from {_as_relation(source)}{grouped})"


def unpivot(parts: Tokens, columns: Columns) -> Tokens:
    """``from t unpivot (a for b in (x, y))`` -> a row for each of the columns that is not NULL."""
    for place in range(len(parts) - 1, -1, -1):
        opening = following(parts, place)
        nulls = ""
        if parts[place].word == "unpivot" and word_at(parts, opening) in ("include", "exclude"):
            nulls = word_at(parts, opening)
            opening = following(parts, following(parts, opening))
        if parts[place].word != "unpivot" or word_at(parts, opening) != "(":
            continue
        start = _start_of_source(parts, place)
        end = closing(parts, opening)
        inside = parts[opening + 1 : end]
        keeps_nulls = nulls == "include"
        parts = replaced(parts, start, end + 1, _unpivoted(parts[start:place], inside, columns, keeps_nulls))
    return parts


def _unpivoted(source: Tokens, inside: Tokens, columns: Columns, keeps_nulls: bool) -> str:
    value, name, listed = _split(inside)
    value_column, name_column = (name_of(significant(side)[0]) for side in (value, name))
    pairs = []
    taken = set()
    for entry in listed:
        column, shown = _value_and_name(entry)
        taken.add(name_of(tokens(column)[0]))
        pairs.append(f"('{name_in_full(shown)}'::varchar(256), {column})")
    kept = [quoted(column) for column in columns.of(source) if column not in taken]
    turned = f"rs_turned.{quoted(name_column)}, rs_turned.{quoted(value_column)}"
    where = "" if keeps_nulls else f" where rs_turned.{quoted(value_column)} is not null"
    return (
        f"(select {', '.join([*kept, turned])} from {_as_relation(source)} cross join lateral "
        f"(values {', '.join(pairs)}) as rs_turned ({quoted(name_column)}, {quoted(value_column)}){where})"
    )


def _start_of_source(parts: Tokens, place: int) -> int:
    """Return where the relation before PIVOT begins: a subquery's parenthesis or a table's name."""
    at = preceding(parts, place)
    if word_at(parts, at) == ")":
        depth = 0
        while at >= 0:
            depth += {")": 1, "(": -1}.get(parts[at].word, 0)
            if depth == 0:
                return at
            at -= 1
    while word_at(parts, preceding(parts, at)) == ".":
        at = preceding(parts, preceding(parts, at))
    return at


def _split(inside: Tokens) -> tuple[Tokens, Tokens, list[str]]:
    """Split ``a FOR b IN (c, d)`` into a, b and the texts of c and d."""
    middle = next(place for place, token in enumerate(inside) if token.word == "for")
    among = next(place for place, token in enumerate(inside) if token.word == "in" and place > middle)
    opening = following(inside, among)
    values = arguments_between(inside, opening + 1, closing(inside, opening))
    return inside[:middle], inside[middle + 1 : among], values


def _alias_after(parts: Tokens, end: int) -> str:
    rest: list[Token] = [token for token in significant(parts[end + 1 :]) if token.word != "as"]
    return name_of(rest[0]) if rest else ""


def _value_and_name(entry: str) -> tuple[str, str]:
    """``2 AS low`` -> ("2", "low"); a constant without a name is its own."""
    words = significant(tokens(entry))
    if len(words) > 2 and words[-2].word == "as":
        return entry[: entry.lower().rindex(" as ")].strip(), name_of(words[-1])
    if len(words) == 1:
        word = words[0]
        return entry, word.text[1:-1].replace("''", "'") if word.kind == STRING else name_of(word) or word.text
    return entry, entry if words and words[0].word in ("-", "+") else "?column?"


def _as_relation(source: Tokens) -> str:
    is_query = word_at(source, following(source, -1)) == "("
    return text_between(source, 0, len(source)) + (" as rs_source" if is_query else "")
