{% macro nearest_name(name, known) %}
    {#- The known name that shares the most pairs of letters with this one, if they share half of them (Dice). -#}
    {%- set ns = namespace(nearest="", score=0.5) -%}
    {%- set name = name | string | lower -%}
    {%- for other in known -%}
        {%- set shared = [] -%}
        {%- set left = [] -%}
        {%- for at in range(other | length - 1) -%}
            {%- do left.append(other[at:at + 2] | lower) -%}
        {%- endfor -%}
        {%- for at in range(name | length - 1) if name[at:at + 2] in left -%}
            {%- do left.remove(name[at:at + 2]) -%}
            {%- do shared.append(at) -%}
        {%- endfor -%}
        {%- set score = 2 * shared | length / (name | length + other | length - 2 or 1) -%}
        {%- if score >= ns.score -%}
            {%- set ns.nearest, ns.score = other, score -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do return(ns.nearest) -%}
{% endmacro %}
