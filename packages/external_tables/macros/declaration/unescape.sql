{% macro unescape(text) %}
    {#- A delimiter as Redshift writes it: a character, \t, \n, \A (1), or an octal code such as \001. -#}
    {%- set octal = modules.re.match("^\\\\([0-7]{1,3})$", text) -%}
    {%- if octal -%}
        {%- do return("%c" | format(octal.group(1) | int(0, 8))) -%}
    {%- endif -%}
    {%- do return({"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\A": "\x01", "\\\\": "\\"}.get(text, text)) -%}
{% endmacro %}
