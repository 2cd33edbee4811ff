-- Functions that Redshift documents and PostgreSQL has not, or has with another answer. Schema rs comes before
-- pg_catalog in the role's search path, so they win over PostgreSQL's function of the same name and arguments.
--
-- Bodies in SQL are parsed here, not at each call: neither the caller's search path nor its reading of backslashes
-- counts, and short ones are inlined. What is asked for every row, and is not short, is in PL/pgSQL: a fifth of the time.
-- A function that needs what the dbt role may not run is `security definer`.
-- Pages are those of https://docs.aws.amazon.com/redshift/latest/dg/<page>.html.

-- ---------------------------------------------------------------------------------------------- now
-- r_SYSDATE: date and time of the transaction's start, in UTC
create function rs.sysdate() returns timestamp language sql stable
    return now() at time zone 'UTC';

-- r_GETDATE: without fractions of a second
create function rs.getdate() returns timestamp language sql stable
    return date_trunc('second', statement_timestamp() at time zone 'UTC');

-- r_TRUNC_date: the date of a timestamp
create function rs.trunc(moment timestamp) returns date language sql immutable strict
    return moment::date;

-- ---------------------------------------------------------------------------------------------- dateparts
-- r_Dateparts_for_datetime_functions: "m" is a minute, "mon" a month. None of these is strict where it calls this one,
-- which is not: else they could not be inlined.
create function rs.datepart(name text) returns text language sql immutable
    return case lower(name)
        when 'millennia' then 'millennium' when 'mil' then 'millennium' when 'mils' then 'millennium'
        when 'centuries' then 'century' when 'c' then 'century' when 'cent' then 'century' when 'cents' then 'century'
        when 'decades' then 'decade' when 'dec' then 'decade' when 'decs' then 'decade'
        when 'years' then 'year' when 'y' then 'year' when 'yr' then 'year' when 'yrs' then 'year'
        when 'quarters' then 'quarter' when 'qtr' then 'quarter' when 'qtrs' then 'quarter'
        when 'months' then 'month' when 'mon' then 'month' when 'mons' then 'month'
        when 'weeks' then 'week' when 'w' then 'week'
        when 'dayofweek' then 'dow' when 'dw' then 'dow' when 'weekday' then 'dow'
        when 'dayofyear' then 'doy' when 'dy' then 'doy' when 'yearday' then 'doy'
        when 'days' then 'day' when 'd' then 'day'
        when 'hours' then 'hour' when 'h' then 'hour' when 'hr' then 'hour' when 'hrs' then 'hour'
        when 'minutes' then 'minute' when 'm' then 'minute' when 'min' then 'minute' when 'mins' then 'minute'
        when 'seconds' then 'second' when 's' then 'second' when 'sec' then 'second' when 'secs' then 'second'
        when 'millisec' then 'millisecond' when 'millisecs' then 'millisecond' when 'milliseconds' then 'millisecond'
        when 'msec' then 'millisecond' when 'msecs' then 'millisecond' when 'msecond' then 'millisecond'
        when 'mseconds' then 'millisecond' when 'millisecon' then 'millisecond' when 'ms' then 'millisecond'
        when 'microsec' then 'microsecond' when 'microsecs' then 'microsecond' when 'microseconds' then 'microsecond'
        when 'microsecond' then 'microsecond' when 'usec' then 'microsecond' when 'usecs' then 'microsecond'
        when 'useconds' then 'microsecond' when 'usecond' then 'microsecond' when 'us' then 'microsecond'
        else lower(name)
    end;

-- r_DATEADD_function: 29 February and a year is 1 March, but 29 February and 12 months is 28 February
create function rs.dateadd(part text, number bigint, moment timestamp) returns timestamp
language plpgsql immutable strict as $$
declare
    name constant text := rs.datepart(part);
    later timestamp;
begin
    if name = 'month' then
        return moment + make_interval(months => number::int);
    elsif name = 'quarter' then
        return moment + make_interval(months => number::int * 3);
    elsif name = 'year' then
        later := moment + make_interval(years => number::int);
        return later + extract(day from moment) * interval '1 day' - extract(day from later) * interval '1 day';
    end if;
    return moment + number * ('1 ' || name)::interval;
end;
$$;
create function rs.dateadd(part text, number bigint, moment date) returns timestamp language sql immutable
    return rs.dateadd(part, number, moment::timestamp);
create function rs.dateadd(part text, number bigint, moment timestamptz) returns timestamptz
    language sql stable
    return rs.dateadd(part, number, moment at time zone 'UTC') at time zone 'UTC';
create function rs.dateadd(part text, number bigint, moment time) returns time language sql immutable
    return moment + number * ('1 ' || rs.datepart(part))::interval;
create function rs.date_add(part text, number bigint, moment timestamp) returns timestamp
    language sql immutable
    return rs.dateadd(part, number, moment);

-- r_DATEDIFF_function: how many boundaries of the datepart lie between the two. A week begins on Sunday.
create function rs.datediff(part text, first timestamp, second timestamp) returns bigint
language plpgsql immutable strict as $$
declare
    name constant text := rs.datepart(part);
begin
    if name = 'day' then
        return second::date - first::date;
    elsif name = 'week' then
        return (
            (second::date - extract(dow from second)::int) - (first::date - extract(dow from first)::int)
        ) / 7;
    elsif name = 'month' then
        return 12 * (extract(year from second) - extract(year from first))
            + extract(month from second) - extract(month from first);
    elsif name = 'quarter' then
        return 4 * (extract(year from second) - extract(year from first))
            + extract(quarter from second) - extract(quarter from first);
    elsif name in ('year', 'decade', 'century', 'millennium') then
        return pg_catalog.date_part(name, second) - pg_catalog.date_part(name, first);
    end if;
    return extract(epoch from pg_catalog.date_trunc(name, second) - pg_catalog.date_trunc(name, first))
        / extract(epoch from ('1 ' || name)::interval);
end;
$$;
create function rs.datediff(part text, first timestamptz, second timestamptz) returns bigint
    language sql stable
    return rs.datediff(part, first at time zone 'UTC', second at time zone 'UTC');
create function rs.datediff(part text, first time, second time) returns bigint language sql immutable
    return rs.datediff(part, '2000-01-01'::date + first, '2000-01-01'::date + second);
create function rs.date_diff(part text, first timestamp, second timestamp) returns bigint
    language sql immutable
    return rs.datediff(part, first, second);

-- r_DATE_PART_function: a double, with the fraction of a second
create function rs.date_part(part text, moment timestamp) returns float8 language sql immutable
    return pg_catalog.date_part(rs.datepart(part), moment);
create function rs.date_part(part text, moment date) returns float8 language sql immutable
    return pg_catalog.date_part(rs.datepart(part), moment::timestamp);
create function rs.date_part(part text, moment timestamptz) returns float8 language sql stable
    return pg_catalog.date_part(rs.datepart(part), moment);
create function rs.date_part(part text, moment time) returns float8 language sql immutable
    return pg_catalog.date_part(rs.datepart(part), moment);

-- r_DATE_PART_YEAR
create function rs.date_part_year(moment date) returns int language sql immutable
    return extract(year from moment)::int;

-- r_EXTRACT_function: a whole number, of this datepart alone: milliseconds without seconds
create function rs.extract(part text, moment timestamp) returns int language sql immutable
    return case rs.datepart(part)
        when 'second' then trunc(extract(second from moment))
        when 'millisecond' then trunc(extract(millisecond from moment)) % 1000
        when 'microsecond' then trunc(extract(microsecond from moment)) % 1000000
        when 'decade' then extract(decade from moment) + 1
        else trunc(pg_catalog.date_part(rs.datepart(part), moment)::numeric)
    end;
create function rs.extract(part text, moment date) returns int language sql immutable
    return rs.extract(part, moment::timestamp);
create function rs.extract(part text, moment time) returns int language sql immutable
    return rs.extract(part, '2000-01-01'::date + moment);
create function rs.extract(part text, moment timestamptz) returns float8 language sql stable
    return pg_catalog.date_part(rs.datepart(part), moment);

-- r_DATE_TRUNC: a timestamp, also of a date, where PostgreSQL's is one with a time zone
create function rs.date_trunc(part text, moment timestamp) returns timestamp language sql immutable
    return pg_catalog.date_trunc(rs.datepart(part), moment);
create function rs.date_trunc(part text, moment date) returns timestamp language sql immutable
    return pg_catalog.date_trunc(rs.datepart(part), moment::timestamp);

-- r_LAST_DAY
create function rs.last_day(moment timestamp) returns date language sql immutable strict
    return (date_trunc('month', moment) + interval '1 month')::date - 1;

-- r_NEXT_DAY: days are known by their first letters, two if one is not enough
create function rs.next_day(moment timestamp, weekday text) returns date language sql immutable strict
    return moment::date + 1
        + (
            case
                when lower(weekday) like 'su%' then 0
                when lower(weekday) like 'm%' then 1
                when lower(weekday) like 'tu%' then 2
                when lower(weekday) like 'w%' then 3
                when lower(weekday) like 'th%' then 4
                when lower(weekday) like 'f%' then 5
                when lower(weekday) like 'sa%' then 6
            end
            - extract(dow from moment)::int + 13
        ) % 7;

-- r_ADD_MONTHS: from the last day of a month to the last day of another
create function rs.add_months(moment timestamp, number int) returns timestamp language sql immutable strict
    return case
        when moment::date = rs.last_day(moment)
            then rs.last_day(date_trunc('month', moment) + make_interval(months => number)) + moment::time
        else moment + make_interval(months => number)
    end;

-- r_MONTHS_BETWEEN_function: a month of 31 days; whole between equal days, and between last days
create function rs.months_between(first timestamp, second timestamp) returns float8 language sql immutable strict
    return (
        12 * (extract(year from first) - extract(year from second))
        + extract(month from first) - extract(month from second)
        + case
            when extract(day from first) = extract(day from second) then 0
            when first::date = rs.last_day(first) and second::date = rs.last_day(second) then 0
            else (
                extract(day from first) - extract(day from second)
                + (extract(epoch from first::time) - extract(epoch from second::time)) / 86400
            ) / 31
        end
    )::float8;

-- CONVERT_TIMEZONE
create function rs.convert_timezone(source text, target text, moment timestamp) returns timestamp
    language sql immutable strict
    return (moment at time zone source) at time zone target;
create function rs.convert_timezone(target text, moment timestamp) returns timestamp language sql immutable strict
    return (moment at time zone 'UTC') at time zone target;

-- ---------------------------------------------------------------------------------------------- numbers
-- r_ROUND and r_TRUNC: of a double too
create function rs.round(value float8, places int) returns float8 language sql immutable strict
    return pg_catalog.round(value::numeric, places)::float8;
create function rs.trunc(value float8, places int) returns float8 language sql immutable strict
    return pg_catalog.trunc(value::numeric, places)::float8;

-- ---------------------------------------------------------------------------------------------- text
-- r_LEN: characters
create function rs.len(value text) returns int language sql immutable strict
    return length(value);

-- r_CHARINDEX
create function rs.charindex(part text, value text) returns int language sql immutable strict
    return strpos(value, part);

-- r_CONCAT: two arguments, and NULL if one is
create function rs.concat(first text, second text) returns text language sql immutable strict
    return first || second;
create function rs.concat(first text, second anynonarray) returns text language sql stable strict as
$$ select first || second::text $$;
create function rs.concat(first anynonarray, second text) returns text language sql stable strict as
$$ select first::text || second $$;
-- ... and so do `+` and `||`, says the page of NVL2 by its example
create operator rs.+ (leftarg = text, rightarg = text, function = pg_catalog.textcat);

-- REGEXP_REPLACE: every match; by default with nothing
create function rs.regexp_replace(value text, pattern text) returns text language sql immutable strict
    return pg_catalog.regexp_replace(value, pattern, '', 'g');
create function rs.regexp_replace(value text, pattern text, replacement text) returns text
    language sql immutable strict
    return pg_catalog.regexp_replace(value, pattern, replacement, 'g');
create function rs.regexp_replace(value text, pattern text, replacement text, start int) returns text
    language sql immutable strict
    return pg_catalog.regexp_replace(value, pattern, replacement, greatest(start, 1), 0);
create function rs.regexp_replace(value text, pattern text, replacement text, start int, parameters text)
    returns text language sql immutable strict
    return pg_catalog.regexp_replace(
        value, pattern, replacement, greatest(start, 1), 0, replace(replace(parameters, 'e', ''), 'p', '')
    );

-- REGEXP_SUBSTR: no match is an empty text
create function rs.regexp_substr(
    value text, pattern text, start int default 1, occurrence int default 1, parameters text default 'c'
) returns text language sql immutable strict
    return case
        when occurrence >= 1 then coalesce(
            pg_catalog.regexp_substr(
                value,
                pattern,
                greatest(start, 1),
                occurrence,
                replace(replace(parameters, 'e', ''), 'p', ''),
                case when parameters like '%e%' and pattern like '%(%' then 1 else 0 end
            ),
            ''
        )
    end;

-- REGEXP_COUNT
create function rs.regexp_count(value text, pattern text, start int, parameters text) returns int
    language sql immutable strict
    return pg_catalog.regexp_count(value, pattern, greatest(start, 1), replace(parameters, 'p', ''));

-- r_STRTOL
create function rs.strtol(value text, base int) returns bigint language plpgsql immutable strict
set standard_conforming_strings = on
as $$
declare
    digits constant text := '0123456789abcdefghijklmnopqrstuvwxyz';
    rest text := lower(trim(value));
    sign int := 1;
    total bigint := 0;
    digit int;
begin
    if rest like '-%' then
        sign := -1;
        rest := substr(rest, 2);
    elsif rest like '+%' then
        rest := substr(rest, 2);
    end if;
    if base = 16 and rest like '0x%' then
        rest := substr(rest, 3);
    end if;
    for place in 1 .. length(rest) loop
        digit := strpos(digits, substr(rest, place, 1)) - 1;
        if digit not between 0 and base - 1 then
            raise exception 'The input % is not valid to be converted to base %', value, base;
        end if;
        total := total * base + digit;
    end loop;
    return sign * total;
end;
$$;

-- SHA2: hexadecimal digits. SHA1 and FUNC_SHA1 are not here: PostgreSQL has no SHA-1 without an extension.
create function rs.sha2(value text, bits int) returns text language sql immutable strict security definer
    return case bits
        when 0 then encode(sha256(convert_to(value, 'UTF8')), 'hex')
        when 224 then encode(sha224(convert_to(value, 'UTF8')), 'hex')
        when 256 then encode(sha256(convert_to(value, 'UTF8')), 'hex')
        when 384 then encode(sha384(convert_to(value, 'UTF8')), 'hex')
        when 512 then encode(sha512(convert_to(value, 'UTF8')), 'hex')
    end;

-- r_BPCHARCMP: 1, 0 or -1, trailing blanks not counted
create function rs.bpcharcmp(first text, second text) returns int language sql immutable strict
    return case
        when rtrim(first, ' ') > rtrim(second, ' ') then 1 when rtrim(first, ' ') = rtrim(second, ' ') then 0 else -1
    end;

-- IS_VALID_JSON, JSON_EXTRACT_PATH_TEXT (a path that leads nowhere is an empty text), JSON_ARRAY_LENGTH,
-- JSON_EXTRACT_ARRAY_ELEMENT_TEXT
create function rs.is_valid_json(value text) returns boolean language sql immutable strict
    return pg_input_is_valid(value, 'json');
create function rs.json_extract_path_text(value text, variadic path text[]) returns text
    language sql immutable strict security definer
    return coalesce(pg_catalog.json_extract_path_text(value::json, variadic path), '');
create function rs.json_path_or_null(value text, variadic path text[]) returns text
    language plpgsql immutable strict as $$
begin
    if pg_input_is_valid(value, 'json') then
        return rs.json_extract_path_text(value, variadic path);
    end if;
    return null;
end;
$$;
create function rs.json_array_length(value text) returns int language sql immutable strict security definer
    return pg_catalog.json_array_length(value::json);
create function rs.json_extract_array_element_text(value text, place int) returns text
    language sql immutable strict security definer
    return coalesce(value::json ->> place, '');

-- ---------------------------------------------------------------------------------------------- casts
-- r_TRY_CAST: NULL for what cannot be cast. In PL/pgSQL, because the planner computes the cast of a constant in advance,
-- whatever a CASE around it says. PostgreSQL reads 0x1f and 1_000 as numbers; Redshift does not.
create function rs.try_numeric(value text, type text) returns numeric language plpgsql immutable strict as $$
begin
    if pg_input_is_valid(value, type) and value !~ '[_xXoObB]' then
        return value::numeric;
    end if;
    return null;
end;
$$;
do $do$
declare
    tried record;
begin
    for tried in
        select *
        from (
            values
            ('smallint', 'smallint', true), ('integer', 'integer', true), ('bigint', 'bigint', true),
            ('real', 'real', true), ('double', 'double precision', true), ('boolean', 'boolean', false),
            ('date', 'date', false), ('time', 'time', false),
            ('timestamp', 'timestamp', false), ('timestamptz', 'timestamptz', false)
        ) as types (name, type, is_number)
    loop
        execute format(
            $sql$
            create function rs.try_%s(value text) returns %s language plpgsql stable strict as $body$
            begin
                if pg_input_is_valid(value, %L)%s then
                    return value;
                end if;
                return null;
            end;
            $body$
            $sql$,
            tried.name, tried.type, tried.type, case when tried.is_number then $$ and value !~ '[_xXoObB]'$$ else '' end
        );
    end loop;
end;
$do$;

-- ---------------------------------------------------------------------------------------------- aggregates
-- r_WF_first_value, r_WF_last_value, r_WF_LAG, r_WF_LEAD with IGNORE NULLS: strict, so NULL is passed over, and the
-- first value is the state that the second call is given.
create function rs.former(state anyelement, later anyelement) returns anyelement language sql immutable strict
    as 'select state';
create function rs.latter(state anyelement, later anyelement) returns anyelement language sql immutable strict
    as 'select later';
create aggregate rs.first_not_null(anyelement) (sfunc = rs.former, stype = anyelement);
create aggregate rs.last_not_null(anyelement) (sfunc = rs.latter, stype = anyelement);


-- LAG and LEAD by several rows: NULL is passed over, and one of the list is taken, from its end if the place is negative
create function rs.nth_add(state anyarray, value anyelement, place int) returns anyarray language sql immutable
    as 'select case when value is null then state else pg_catalog.array_append(state, value) end';
create function rs.nth_end(state anyarray, value anyelement, place int) returns anyelement
language sql immutable security definer
    as 'select state[case when place < 0 then cardinality(state) + 1 + place else place end]';
create aggregate rs.nth_not_null(anyelement, int) (
    sfunc = rs.nth_add, stype = anyarray, finalfunc = rs.nth_end, finalfunc_extra
);

-- r_LISTAGG with DISTINCT: PostgreSQL has it neither in another order nor over a window
create function rs.listagg_distinct_add(state text[], value text, delimiter text) returns text[]
    language sql immutable
    return case
        when value is null then state
        when state is null then array[delimiter, value]
        when value = any(state[2:]) then state
        else state || value
    end;
create function rs.listagg_distinct_end(state text[]) returns text language sql immutable security definer
    return array_to_string(state[2:], state[1]);
create aggregate rs.listagg_distinct(text, text) (
    sfunc = rs.listagg_distinct_add, stype = text[], finalfunc = rs.listagg_distinct_end
);
