{% macro parse_properties(text, errors=none, warnings=none, place="properties") %}
    {#- "('a'='1', 'b'=2)", or a mapping in YAML -> {"a": "1", "b": "2"}. What cannot be read is an error: a property that
        is lost is a header that becomes a row. -#}
    {%- set errors = [] if errors is none else errors -%}
    {%- set properties = {} -%}
    {%- if text is mapping -%}
        {%- for name, value in text.items() -%}
            {%- if value is none or value is mapping or (value is iterable and value is not string) -%}
                {%- do errors.append(place ~ ": " ~ name ~ " has no text or number.") -%}
            {%- endif -%}
            {%- do properties.update({name | string: value | string | lower if value is boolean else value | string}) -%}
        {%- endfor -%}
    {%- else -%}
        {%- set tokens = external_tables.read_tokens(text | string) -%}
        {%- set pairs = tokens[1:-1] | batch(4) | list -%}
        {%- set is_read = text | string | trim == "" or (tokens[:1] == [["sign", "("]] and tokens[-1] == ["sign", ")"]) -%}
        {%- set ns = namespace(is_read=is_read) -%}
        {%- for pair in pairs -%}
            {%- set ends = (["sign", ","] if not loop.last else none) -%}
            {%- if pair | length < 3 or pair[0][0] == "sign" or pair[1] != ["sign", "="] or pair[2][0] == "sign"
                or (pair + [none])[3] != ends or pair[0][1] in properties -%}
                {%- set ns.is_read = false -%}
            {%- else -%}
                {%- do properties.update({pair[0][1]: pair[2][1]}) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if not ns.is_read -%}
            {%- do errors.append(
                place ~ " cannot be read: write ('name'='value', ...), each name once, a backslash as \\\\; "
                ~ "or a mapping in YAML."
            ) -%}
        {%- endif -%}
    {%- endif -%}
    {%- if warnings is not none -%}
        {%- do warnings.extend(external_tables.odd_properties(properties)) -%}
    {%- endif -%}
    {%- do return(properties) -%}
{% endmacro %}
