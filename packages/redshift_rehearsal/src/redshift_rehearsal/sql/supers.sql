-- SUPER, whose values are jsonb here, and VARBYTE. The proxy writes navigation and unnesting as functions (supers.py).
-- Pages are those of https://docs.aws.amazon.com/redshift/latest/dg/<page>.html.
create domain rs.super as jsonb;
create domain rs.varbyte as bytea;

-- r_SUPER_type: a text in a SUPER is cast without its quotes
create function rs.super_text(value jsonb) returns text language sql immutable strict security definer
    return value #>> '{}';
create function rs.super_varchar(value jsonb) returns varchar language sql immutable strict security definer
    return value #>> '{}';
create function rs.super_date(value jsonb) returns date language sql stable strict security definer
    return (value #>> '{}')::date;
create function rs.super_timestamp(value jsonb) returns timestamp language sql stable strict security definer
    return (value #>> '{}')::timestamp;
create function rs.super_timestamptz(value jsonb) returns timestamptz language sql stable strict security definer
    return (value #>> '{}')::timestamptz;
create cast (jsonb as text) with function rs.super_text(jsonb);
create cast (jsonb as varchar) with function rs.super_varchar(jsonb);
create cast (jsonb as date) with function rs.super_date(jsonb);
create cast (jsonb as timestamp) with function rs.super_timestamp(jsonb);
create cast (jsonb as timestamptz) with function rs.super_timestamptz(jsonb);
create function rs.super_of(value text) returns jsonb language sql immutable strict security definer
    return to_jsonb(value);

-- JSON_PARSE, JSON_SERIALIZE, JSON_TYPEOF, CAN_JSON_PARSE
create function rs.json_parse(value text) returns rs.super language sql immutable strict security definer
    return value::json::jsonb;
create function rs.can_json_parse(value text) returns boolean language sql immutable strict
    return pg_input_is_valid(value, 'json');
create function rs.json_serialize(value jsonb) returns varchar language sql immutable strict security definer
    return replace(replace(value::json::text, '": ', '":'), ', "', ',"');
create function rs.json_typeof(value jsonb) returns varchar language sql immutable strict security definer
    return jsonb_typeof(value);
create function rs.json_size(value jsonb) returns int language sql immutable strict security definer
    return octet_length(value #>> '{}');
create function rs.size(value jsonb) returns bigint language sql immutable strict security definer
    return pg_column_size(value);

-- c_Type_Info_Functions
create function rs.is_array(value jsonb) returns boolean language sql immutable security definer
    return jsonb_typeof(value) = 'array';
create function rs.is_object(value jsonb) returns boolean language sql immutable security definer
    return jsonb_typeof(value) = 'object';
create function rs.is_scalar(value jsonb) returns boolean language sql immutable security definer
    return jsonb_typeof(value) not in ('array', 'object');
create function rs.is_varchar(value jsonb) returns boolean language sql immutable security definer
    return jsonb_typeof(value) = 'string';
create function rs.is_char(value jsonb) returns boolean language sql immutable security definer
    return jsonb_typeof(value) = 'string';
create function rs.is_boolean(value jsonb) returns boolean language sql immutable security definer
    return jsonb_typeof(value) = 'boolean';
create function rs.is_bigint(value jsonb) returns boolean language sql immutable security definer
    return jsonb_typeof(value) = 'number' and (value #>> '{}') ~ '^-?[0-9]+$'
        and pg_input_is_valid(value #>> '{}', 'bigint');
create function rs.is_integer(value jsonb) returns boolean language sql immutable security definer
    return jsonb_typeof(value) = 'number' and (value #>> '{}') ~ '^-?[0-9]+$'
        and pg_input_is_valid(value #>> '{}', 'integer');
create function rs.is_smallint(value jsonb) returns boolean language sql immutable security definer
    return jsonb_typeof(value) = 'number' and (value #>> '{}') ~ '^-?[0-9]+$'
        and pg_input_is_valid(value #>> '{}', 'smallint');
create function rs.is_decimal(value jsonb) returns boolean language sql immutable security definer
    return jsonb_typeof(value) = 'number';
create function rs.is_float(value jsonb) returns boolean language sql immutable security definer
    return jsonb_typeof(value) = 'number';
create function rs.decimal_precision(value jsonb) returns int language sql immutable security definer
    return length(regexp_replace(value #>> '{}', '[^0-9]', '', 'g'));
create function rs.decimal_scale(value jsonb) returns int language sql immutable security definer
    return scale((value #>> '{}')::numeric);

-- c_Array_Functions: places count from 0
create function rs.get_array_length(value jsonb) returns bigint language sql immutable strict security definer
    return case when jsonb_typeof(value) = 'array' then jsonb_array_length(value) end;
create function rs.array_concat(first jsonb, second jsonb) returns rs.super language sql immutable strict security definer
    return first || second;
create function rs.subarray(value jsonb, start int, length int) returns rs.super
language sql immutable strict security definer
    return (
        select coalesce(jsonb_agg(element order by place), '[]')
        from jsonb_array_elements(value) with ordinality as elements (element, place)
        where place > start and place <= start + length
    );
create function rs.array_flatten(value jsonb) returns rs.super language sql immutable strict security definer
    return (
        select coalesce(jsonb_agg(part order by place, inner_place), '[]')
        from jsonb_array_elements(value) with ordinality as elements (element, place)
        cross join lateral jsonb_array_elements(
            case jsonb_typeof(element) when 'array' then element else jsonb_build_array(element) end
        ) with ordinality as parts (part, inner_place)
    );
create function rs.split_to_array(value text, delimiter text default ',') returns rs.super
language sql immutable strict security definer
    return to_jsonb(string_to_array(value, delimiter));
create function rs.array_contains(value jsonb, wanted jsonb) returns boolean
language sql immutable strict security definer
    return value @> jsonb_build_array(wanted);
create function rs.array_position(value jsonb, wanted jsonb) returns int language sql immutable strict security definer
    return (
        select min(place)::int - 1
        from jsonb_array_elements(value) with ordinality as elements (element, place) where element = wanted
    );
create function rs.array_distinct(value jsonb) returns rs.super language sql immutable strict security definer
    return (
        select coalesce(jsonb_agg(element order by place), '[]')
        from (
            select element, min(place) as place
            from jsonb_array_elements(value) with ordinality as elements (element, place) group by element
        ) as firsts
    );
create function rs.array_sort(value jsonb) returns rs.super language sql immutable strict security definer
    return (select coalesce(jsonb_agg(element order by element), '[]') from jsonb_array_elements(value) as e (element));
create function rs.array_union(first jsonb, second jsonb) returns rs.super
language sql immutable strict security definer
    return rs.array_distinct(first || second);
create function rs.array_except(first jsonb, second jsonb) returns rs.super
language sql immutable strict security definer
    return (
        select coalesce(jsonb_agg(element order by place), '[]')
        from jsonb_array_elements(first) with ordinality as elements (element, place)
        where not second @> jsonb_build_array(element)
    );
create function rs.array_intersection(first jsonb, second jsonb) returns rs.super
language sql immutable strict security definer
    return (
        select coalesce(jsonb_agg(element order by place), '[]')
        from jsonb_array_elements(first) with ordinality as elements (element, place)
        where second @> jsonb_build_array(element)
    );
create function rs.arrays_overlap(first jsonb, second jsonb) returns boolean
language sql immutable strict security definer
    return rs.get_array_length(rs.array_intersection(first, second)) > 0;

-- query-super: an array in FROM gives a row for each element, with its place after AT; what is no array gives itself,
-- and NULL nothing. UNPIVOT gives a row for each attribute of an object.
create function rs.unnest_super(value jsonb) returns table (element rs.super, place bigint)
language sql immutable security definer
begin atomic
    select element::rs.super, place - 1
    from jsonb_array_elements(
        case when jsonb_typeof(value) = 'array' then value when value is null then '[]' else jsonb_build_array(value) end
    ) with ordinality as elements (element, place);
end;
create function rs.unpivot_super(value jsonb) returns table (element rs.super, attribute varchar)
language sql immutable security definer
begin atomic
    select value::rs.super, key::varchar
    from jsonb_each(case when jsonb_typeof(unpivot_super.value) = 'object' then unpivot_super.value else '{}' end)
        as attributes (key, value);
end;

-- varbyte-functions: FROM_HEX, TO_VARBYTE, FROM_VARBYTE, GETBIT (from the right)
create function rs.from_hex(value text) returns rs.varbyte language sql immutable strict security definer
    return decode(value, 'hex');
create function rs.to_varbyte(value text, format text) returns rs.varbyte language sql immutable strict security definer
    return case lower(format)
        when 'hex' then decode(value, 'hex') when 'base64' then decode(value, 'base64')
        when 'utf8' then convert_to(value, 'UTF8') when 'utf-8' then convert_to(value, 'UTF8')
    end;
create function rs.from_varbyte(value bytea, format text) returns varchar language sql immutable strict security definer
    return case lower(format)
        when 'hex' then encode(value, 'hex') when 'base64' then encode(value, 'base64')
        when 'utf8' then convert_from(value, 'UTF8') when 'utf-8' then convert_from(value, 'UTF8')
    end;
create function rs.getbit(value bytea, place int) returns int language sql immutable strict security definer
    return get_bit(value, (octet_length(value) - 1 - place / 8) * 8 + place % 8);
create function rs.to_hex(value bytea) returns varchar language sql immutable strict security definer
    return encode(value, 'hex');
