{# Fails if the two relations differ in their number of rows: a join lost some or doubled some. #}
{% test has_as_many_rows_as(model, other) %}
select
    here.row_count,
    there.row_count as other_row_count
from (select count(*) as row_count from {{ model }}) as here
cross join (select count(*) as row_count from {{ other }}) as there
where here.row_count <> there.row_count
{% endtest %}
