-- How many lines each raw table has, and how many of them have another shape than staging.sql relies on: a number that
-- the typed reader would be lenient with, a field too few or too many, a backslash (\N is an empty field), a substitute, a time that is
-- not in the month of its folder. Lines are read whole, and one pattern judges all fields of a line.
select
    'category' as table_name,
    count(*) as line_count,
    count_if(not regexp_full_match(line, '-?[0-9]{1,10}[|][^|\\\x1a]+[|][^|\\\x1a]+[|][^|\\\x1a]*')) as odd_count
from whole_lines(getvariable('category_files'))
union all
select
    'date',
    count(*),
    count_if(not regexp_full_match(
        line, '-?[0-9]{1,10}[|][0-9]{4}-[0-9]{2}-[0-9]{2}[|](-?[0-9]{1,10}[|]){5}([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])'
    ))
from whole_lines(getvariable('date_files'))
union all
select
    'event',
    count(*),
    count_if(not regexp_full_match(
        line,
        '(-?[0-9]{1,10}[|]){4}[^|\\\x1a]+[|][0-9]{4}-[0-9]{2}-[0-9]{2} ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]'
    ))
from whole_lines(getvariable('event_files'))
union all
select
    'venue',
    count(*),
    count_if(not regexp_full_match(line, '-?[0-9]{1,10}[|]([^|\\\x1a]*[|]){3}(-?[0-9]{1,10})?'))
from whole_lines(getvariable('venue_files'))
union all
select
    'user',
    count(*),
    count_if(not regexp_full_match(
        line,
        '-?[0-9]{1,10}[|][^|\\\x1a]+[|]([^|\\\x1a]*[|]){6}(([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])?[|]){9}'
        || '([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])?'
    ))
from whole_lines(getvariable('user_files'))
union all
select
    'listing',
    count(*),
    count_if(not regexp_full_match(
        line,
        '(-?[0-9]{1,10}[|]){5}(-?[0-9]{1,6}([.][0-9]{1,2})?[|]){2}'
        || '[0-9]{4}-[0-9]{2}-[0-9]{2} ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]'
    ) or substring(line, -19, 7) <> folder_month(filename))
from whole_lines(getvariable('listing_files'))
union all
select
    'sale',
    count(*),
    count_if(not regexp_full_match(
        line,
        '(-?[0-9]{1,10}[|]){7}(-?[0-9]{1,6}([.][0-9]{1,2})?[|]){2}'
        || '[0-9]{4}-[0-9]{2}-[0-9]{2} ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]'
    ) or substring(line, -19, 7) <> folder_month(filename))
from whole_lines(getvariable('sale_files'));
