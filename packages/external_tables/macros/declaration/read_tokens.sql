{% macro read_tokens(text) %}
    {#- SQL of a row format or of properties as [kind, value]: text (what a literal says), name (what is in
        double quotes), word, or sign (anything else). A backslash in a literal is an escape, as on Redshift; with an
        escape that Redshift does not have it is no literal. -#}
    {%- set escapes = {
        "''": "'", "\\t": "\t", "\\n": "\n", "\\r": "\r", "\\b": "\x08", "\\f": "\x0c", "\\A": "\x01", "\\\\": "\\",
        "\\'": "'", '\\"': '"',
    } -%}
    {%- set tokens = [] -%}
    {%- for whole, single, double, word in modules.re.findall(
        "('((?:[^'\\\\]|''|\\\\[0-7]{1,3}|\\\\[tnrbfA\\\\'\"])*)'|\"([^\"\\\\]*)\"|([\\w.+-]+)|\\S)", text
    ) -%}
        {%- if whole[0] == "'" and whole | length > 1 -%}
            {%- set said = [] -%}
            {%- for piece in modules.re.findall("''|\\\\[0-7]{1,3}|\\\\.|[^'\\\\]+", single) -%}
                {%- if piece[0] == "\\" and piece[1] in "01234567" -%}
                    {%- do said.append("%c" | format(piece[1:] | int(0, 8))) -%}
                {%- else -%}
                    {%- do said.append(escapes.get(piece, piece)) -%}
                {%- endif -%}
            {%- endfor -%}
            {%- do tokens.append(["text", said | join]) -%}
        {%- elif whole[0] == '"' and whole | length > 1 -%}
            {%- do tokens.append(["name", double]) -%}
        {%- else -%}
            {%- do tokens.append(["word" if word else "sign", whole]) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do return(tokens) -%}
{% endmacro %}
