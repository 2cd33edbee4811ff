{% macro parse_row_format(text, errors=none) %}
    {#- Hive's reader of delimited text is the default; without a delimiter it takes the character 1. -#}
    {%- set errors = [] if errors is none else errors -%}
    {%- set lazy = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe" -%}
    {%- set tokens = external_tables.read_tokens(text) -%}
    {%- set words = [] -%}
    {%- for kind, value in tokens -%}
        {%- do words.append({"text": "'...'", "name": '"..."'}.get(kind, value | lower)) -%}
    {%- endfor -%}
    {%- set said = words | join(" ") -%}
    {%- set properties = {} -%}
    {%- set serde = lazy -%}

    {%- if words[:1] == ["serde"] -%}
        {%- set serde = tokens[1][1] if words[1:2] == ["'...'"] else "" -%}
        {%- if not serde or (words | length > 2 and words[2:5] != ["with", "serdeproperties", "("])
            or '"..."' in words -%}
            {%- do errors.append(
                "row_format cannot be read: write serde '...' with serdeproperties ('name'='value', ...)."
            ) -%}
        {%- elif words[2:] -%}
            {%- do properties.update(external_tables.parse_properties(
                text[modules.re.search("(?i)serdeproperties", text).end():], errors, none, "serdeproperties"
            )) -%}
        {%- endif -%}
    {%- elif tokens -%}
        {%- set clauses = {"fields terminated by": "field.delim", "lines terminated by": "line.delim"} -%}
        {%- set ns = namespace(at=1, is_read=words[0] == "delimited") -%}
        {%- for clause in tokens[1:] | batch(4) -%}
            {%- set name = words[ns.at:ns.at + 3] | join(" ") -%}
            {%- if name not in clauses or clause | length < 4 or clause[3][0] != "text" or clauses[name] in properties -%}
                {%- set ns.is_read = false -%}
            {%- else -%}
                {%- do properties.update({clauses[name]: clause[3][1]}) -%}
            {%- endif -%}
            {%- set ns.at = ns.at + 4 -%}
        {%- endfor -%}
        {%- for hive in ("escaped by", "collection items", "map keys", "null defined") if hive in said -%}
            {%- do errors.append(
                "row_format: `" ~ hive ~ "` is Hive's. Redshift has `fields terminated by` and `lines terminated by`; "
                ~ "write the rest as serde '" ~ lazy ~ "' with serdeproperties (...)."
            ) -%}
        {%- else -%}
            {%- if not ns.is_read or '"..."' in words -%}
                {%- do errors.append(
                    "row_format cannot be read at \"" ~ said[:60] ~ "\": write delimited fields terminated by '...' lines "
                    ~ "terminated by '\\n', or serde '...'."
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}

    {%- if serde == lazy -%}
        {#- Hive's name for the delimiter of old; a number is the code of the character. -#}
        {%- set old = properties.pop("serialization.format", "\x01") -%}
        {%- set old = "%c" | format(old | int) if modules.re.fullmatch("[0-9]{1,3}", old) else old -%}
        {%- do properties.setdefault("field.delim", old) -%}
        {%- for name in ("field.delim", "line.delim") if name in properties
            and (properties[name] | length != 1 or properties[name] > "\x7f") -%}
            {%- do errors.append("row_format: " ~ name ~ " is not one ASCII character, as Redshift needs it.") -%}
        {%- endfor -%}
    {%- endif -%}
    {%- do return({"serde": serde, "properties": properties}) -%}
{% endmacro %}
