-- Numbers and texts as Redshift computes them where PostgreSQL has the same words for another answer. Some of it
-- changes PostgreSQL's own catalog, which only a superuser may do: the database is thrown away after the rehearsal.
-- Pages are those of https://docs.aws.amazon.com/redshift/latest/dg/<page>.html.

-- ---------------------------------------------------------------------------------------------- sum and avg
-- r_SUM: of a bigint it is a bigint, and overflows
create aggregate rs.sum(bigint) (sfunc = int8pl, stype = bigint, parallel = safe, combinefunc = int8pl);

-- r_AVG: of whole numbers it is a bigint, the fraction dropped; of decimals it has their scale (PIVOT's example: 2.50,
-- 3.75 and 1.90 have the average 2.71)
create function rs.whole_average(state bigint[]) returns bigint language sql immutable
    return case when state[1] > 0 then state[2] / state[1] end;
create aggregate rs.avg(smallint) (
    sfunc = int2_avg_accum, stype = bigint[], finalfunc = rs.whole_average, initcond = '{0,0}',
    msfunc = int2_avg_accum, minvfunc = int2_avg_accum_inv, mstype = bigint[], mfinalfunc = rs.whole_average,
    minitcond = '{0,0}'
);
create aggregate rs.avg(int) (
    sfunc = int4_avg_accum, stype = bigint[], finalfunc = rs.whole_average, initcond = '{0,0}',
    msfunc = int4_avg_accum, minvfunc = int4_avg_accum_inv, mstype = bigint[], mfinalfunc = rs.whole_average,
    minitcond = '{0,0}'
);
create function rs.average_add(state bigint[], value bigint) returns bigint[] language plpgsql immutable strict as $$
begin
    return array[state[1] + 1, state[2] + value];
end;
$$;
create aggregate rs.avg(bigint) (
    sfunc = rs.average_add, stype = bigint[], finalfunc = rs.whole_average, initcond = '{0,0}'
);
create function rs.average_add(state numeric[], value numeric) returns numeric[] language plpgsql immutable strict as $$
begin
    return array[state[1] + 1, state[2] + value];
end;
$$;
create function rs.decimal_average(state numeric[]) returns numeric language sql immutable
    return case when state[1] > 0 then trunc(state[2] / state[1], scale(state[2])) end;
create aggregate rs.avg(numeric) (
    sfunc = rs.average_add, stype = numeric[], finalfunc = rs.decimal_average, initcond = '{0,0}'
);

-- ---------------------------------------------------------------------------------------------- percentiles
-- r_MEDIAN, r_PERCENTILE_CONT, r_PERCENTILE_DISC. PostgreSQL's take no OVER and make a double of a decimal: here an
-- aggregate collects the values in order, once a group or partition, and a function picks from them.
create function rs.in_order(state numeric[]) returns numeric[] language sql immutable security definer
    return (select array_agg(value order by value) from unnest(state) as listed (value) where value is not null);
create function rs.in_order(state float8[]) returns float8[] language sql immutable security definer
    return (select array_agg(value order by value) from unnest(state) as listed (value) where value is not null);
create function rs.in_order(state bigint[]) returns numeric[] language sql immutable
    return rs.in_order(state::numeric[]);
create function rs.in_order(state int[]) returns numeric[] language sql immutable
    return rs.in_order(state::numeric[]);
create function rs.in_order(state smallint[]) returns numeric[] language sql immutable
    return rs.in_order(state::numeric[]);
create function rs.in_order(state timestamp[]) returns timestamp[] language sql immutable security definer
    return (select array_agg(value order by value) from unnest(state) as listed (value) where value is not null);
create function rs.in_order(state date[]) returns date[] language sql immutable security definer
    return (select array_agg(value order by value) from unnest(state) as listed (value) where value is not null);
create aggregate rs.sorted(numeric) (sfunc = array_append, stype = numeric[], finalfunc = rs.in_order);
create aggregate rs.sorted(float8) (sfunc = array_append, stype = float8[], finalfunc = rs.in_order);
create aggregate rs.sorted(bigint) (sfunc = array_append, stype = bigint[], finalfunc = rs.in_order);
create aggregate rs.sorted(int) (sfunc = array_append, stype = int[], finalfunc = rs.in_order);
create aggregate rs.sorted(smallint) (sfunc = array_append, stype = smallint[], finalfunc = rs.in_order);
create aggregate rs.sorted(timestamp) (sfunc = array_append, stype = timestamp[], finalfunc = rs.in_order);
create aggregate rs.sorted(date) (sfunc = array_append, stype = date[], finalfunc = rs.in_order);

-- Row 1 + fraction * (rows - 1), interpolated between the rows around it; a decimal keeps the digits that it needs, one
-- at least.
create function rs.percentile_cont(sorted numeric[], fraction float8) returns numeric
    language plpgsql immutable strict as $$
declare
    row constant numeric := 1 + fraction::numeric * (cardinality(sorted) - 1);
    low constant numeric := sorted[floor(row)];
    high constant numeric := sorted[ceil(row)];
    between_them constant numeric := low + (row - floor(row)) * (high - low);
begin
    return round(between_them, greatest(1, scale(low), min_scale(between_them)));
end;
$$;
create function rs.percentile_cont(sorted float8[], fraction float8) returns float8
    language plpgsql immutable strict as $$
declare
    row constant float8 := 1 + fraction * (cardinality(sorted) - 1);
    low constant float8 := sorted[floor(row)::int];
    high constant float8 := sorted[ceil(row)::int];
begin
    return low + (row - floor(row)) * (high - low);
end;
$$;
create function rs.percentile_cont(sorted timestamp[], fraction float8) returns timestamp
    language plpgsql immutable strict as $$
declare
    row constant float8 := 1 + fraction * (cardinality(sorted) - 1);
    low constant timestamp := sorted[floor(row)::int];
    high constant timestamp := sorted[ceil(row)::int];
begin
    return low + (row - floor(row)) * (high - low);
end;
$$;
create function rs.percentile_cont(sorted date[], fraction float8) returns date language sql immutable strict
    return rs.percentile_cont(sorted::timestamp[], fraction)::date;

-- The first value whose share of rows, itself and those before it, reaches the fraction.
create function rs.percentile_disc(sorted anyarray, fraction float8) returns anyelement
    language plpgsql immutable strict as $$
begin
    return sorted[greatest(ceil(fraction * cardinality(sorted)), 1)::int];
end;
$$;
create function rs.percentile_disc_desc(sorted anyarray, fraction float8) returns anyelement
    language plpgsql immutable strict as $$
begin
    return sorted[cardinality(sorted) + 1 - greatest(ceil(fraction * cardinality(sorted)), 1)::int];
end;
$$;

-- ---------------------------------------------------------------------------------------------- lengths in bytes
-- r_Character_types: a length counts bytes. A cast cuts what is too long, never within a character; an insert of it is
-- an error, unless only blanks would be lost.
create function rs.first_bytes(value text, bytes int) returns text language plpgsql immutable strict
set standard_conforming_strings = on
as $$
declare
    cut text := left(value, bytes);
begin
    while octet_length(cut) > bytes loop
        cut := left(cut, length(cut) - greatest((octet_length(cut) - bytes) / 4, 1));
    end loop;
    return cut;
end;
$$;
create function rs.too_long(value text, bytes int, type text) returns text language plpgsql immutable
set standard_conforming_strings = on
as $$
begin
    if octet_length(rtrim(value, ' ')) <= bytes then
        return rs.first_bytes(value, bytes);
    end if;
    raise exception 'value too long for type %(%)', type, bytes using errcode = '22001';
end;
$$;
create function rs.fit_varchar(value varchar, modifier int, is_explicit boolean) returns varchar
language plpgsql immutable strict as $$
begin
    if octet_length(value) <= modifier - 4 or modifier < 5 then
        return value;
    elsif is_explicit then
        return rs.first_bytes(value, modifier - 4);
    end if;
    return rs.too_long(value, modifier - 4, 'character varying');
end;
$$;
update pg_catalog.pg_cast set castfunc = 'rs.fit_varchar'::regproc
where castsource = 'varchar'::regtype and casttarget = 'varchar'::regtype;

-- r_Character_types, "Significance of trailing blanks": they do not count where texts are compared, also by joins, groups
-- and DISTINCT. PostgreSQL's own functions for char(n) do that, and read the same bytes.
update pg_catalog.pg_operator set oprcode = compared.function
from (
    values
        ('=', 'bpchareq'::regproc), ('<>', 'bpcharne'), ('<', 'bpcharlt'), ('<=', 'bpcharle'), ('>', 'bpchargt'),
        ('>=', 'bpcharge')
) as compared (operator, function)
where
    oprname = compared.operator and oprnamespace = 'pg_catalog'::regnamespace
    and oprleft = 'text'::regtype and oprright = 'text'::regtype;
-- Support functions: of btree 1 compares, 2 sorts, 4 says that equal texts have the same bytes; of hash 1 and 2 hash.
update pg_catalog.pg_amproc set amproc = support.function
from (
    values
        ('btree', 1, 'bpcharcmp'::regproc), ('btree', 2, 'bpchar_sortsupport'), ('hash', 1, 'hashbpchar'),
        ('hash', 2, 'hashbpcharextended')
) as support (method, number, function), pg_catalog.pg_opfamily, pg_catalog.pg_am
where
    pg_opfamily.oid = amprocfamily and opfname = 'text_ops' and pg_am.oid = opfmethod and amname = support.method
    and amprocnum = support.number and amproclefttype = 'text'::regtype and amprocrighttype = 'text'::regtype;
delete from pg_catalog.pg_amproc
using pg_catalog.pg_opfamily
where
    pg_opfamily.oid = amprocfamily and opfname = 'text_ops' and amprocnum = 4
    and amproclefttype = 'text'::regtype and amprocrighttype = 'text'::regtype;

-- r_Boolean_type: a boolean is no text
create function rs.refuse_boolean(value boolean) returns text language plpgsql immutable as $$
begin
    raise exception 'cannot cast type boolean to character varying' using errcode = '42846';
end;
$$;
update pg_catalog.pg_cast set castfunc = 'rs.refuse_boolean'::regproc
where castsource = 'boolean'::regtype and casttarget in ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype);

-- ---------------------------------------------------------------------------------------------- decimals without a scale
-- PostgreSQL forgets precision and scale in an expression, where Redshift computes them. dbt's unit tests cast their
-- fixtures to the types that the catalog names: a bare `numeric` would be numeric(18,0), so the type of such a column is
-- named in quotes, which the rewrites leave as it is: every digit is kept.
do $do$
begin
    execute (
        select format(
            'create or replace view rs.columns as select %s from (%s) as columns',
            string_agg(
                case
                    when attname = 'data_type' then $sql$
                        case
                            when data_type = 'numeric' and numeric_precision is null then '"numeric"'
                            else rs.type_name(data_type)
                        end
                        ::information_schema.character_data as data_type
                    $sql$
                    else quote_ident(attname)
                end,
                ', ' order by attnum
            ),
            rtrim(pg_get_viewdef('rs.columns'::regclass), ';')
        )
        from pg_catalog.pg_attribute
        where attrelid = 'rs.columns'::regclass and attnum > 0
    );
end;
$do$;
