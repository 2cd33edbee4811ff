-- Functions of Redshift that fewer people call; functions.sql has the others.
-- Pages are those of https://docs.aws.amazon.com/redshift/latest/dg/<page>.html.

-- What has a page but no way to be computed here raises "not rehearsed" when it is called.
create function rs.not_rehearsed(what text, page text) returns void language plpgsql as $$
begin
    perform rs.refuse('not rehearsed', 'not rehearsed: ' || what, page);
end $$;
create function rs.farmfingerprint64(value text) returns bigint language plpgsql as $$
begin
    perform rs.not_rehearsed('FARMFINGERPRINT64', 'r_FARMFINGERPRINT64');
    return 0;
end $$;
create function rs.murmur3_32_hash(value text) returns int language plpgsql as $$
begin
    perform rs.not_rehearsed('MURMUR3_32_HASH', 'murmur3_32_hash');
    return 0;
end $$;

-- r_CHECKSUM: of which only the type is documented, so the number is another
create function rs.checksum(value text) returns int language sql immutable security definer return hashtext(value);
create function rs.checksum(value anynonarray) returns int language sql immutable security definer
    as 'select pg_catalog.hashtext(value::text)';

-- r_FNV_HASH: FNV-1a with 64 bits, of a text's bytes, or those of a number, the lowest first
create function rs.fnv_hash(value bytea, seed bigint) returns bigint language plpgsql immutable security definer as $$
declare
    hash numeric := case when seed < 0 then seed + 18446744073709551616 else seed end;
begin
    for place in 0 .. length(value) - 1 loop
        -- The lowest byte is what XOR changes.
        hash := hash - hash % 256 + ((hash % 256)::int # get_byte(value, place));
        hash := (hash * 1099511628211) % 18446744073709551616;
    end loop;
    return case when hash >= 9223372036854775808 then hash - 18446744073709551616 else hash end;
end $$;
create function rs.fnv_hash(value text, seed bigint default -3750763034362895579) returns bigint
language sql immutable strict security definer
    return rs.fnv_hash(convert_to(value, 'UTF8'), seed);

create function rs.fnv_hash(value bigint, seed bigint default -3750763034362895579) returns bigint
language sql immutable strict security definer
    return rs.fnv_hash(decode(
        regexp_replace(lpad(to_hex(value), 16, '0'), '(..)(..)(..)(..)(..)(..)(..)(..)', '\8\7\6\5\4\3\2\1'), 'hex'
    ), seed);
create function rs.fnv_hash(value int, seed bigint default -3750763034362895579) returns bigint
language sql immutable strict security definer
    return rs.fnv_hash(decode(
        regexp_replace(lpad(to_hex(value), 8, '0'), '(..)(..)(..)(..)', '\4\3\2\1'), 'hex'
    ), seed);

-- SHA1, SHA, FUNC_SHA1
create function rs.sha1(value text) returns varchar language plpgsql immutable strict security definer
set standard_conforming_strings = on as $$
declare
    message bytea := convert_to(value, 'UTF8');
    bits bigint := octet_length(message)::bigint * 8;
    mask constant bigint := 4294967295;
    h bigint[] := array[1732584193, 4023233417, 2562383102, 271733878, 3285377520]::bigint[];
    w bigint[];
    a bigint; b bigint; c bigint; d bigint; e bigint; f bigint; k bigint; t bigint;
    at int;
begin
    message := message || '\x80'::bytea;
    while octet_length(message) % 64 <> 56 loop
        message := message || '\x00'::bytea;
    end loop;
    message := message || decode(lpad(to_hex(bits), 16, '0'), 'hex');
    for block in 0 .. octet_length(message) / 64 - 1 loop
        w := '{}';
        for i in 0 .. 79 loop
            if i < 16 then
                at := block * 64 + i * 4;
                t := get_byte(message, at)::bigint * 16777216 + get_byte(message, at + 1) * 65536
                    + get_byte(message, at + 2) * 256 + get_byte(message, at + 3);
            else
                t := w[i - 2] # w[i - 7] # w[i - 13] # w[i - 15];
                t := ((t << 1) | (t >> 31)) & mask;
            end if;
            w := w || t;
        end loop;
        a := h[1]; b := h[2]; c := h[3]; d := h[4]; e := h[5];
        for i in 0 .. 79 loop
            if i < 20 then
                f := (b & c) | ((b # mask) & d); k := 1518500249;
            elsif i < 40 then
                f := b # c # d; k := 1859775393;
            elsif i < 60 then
                f := (b & c) | (b & d) | (c & d); k := 2400959708;
            else
                f := b # c # d; k := 3395469782;
            end if;
            t := ((((a << 5) | (a >> 27)) & mask) + f + e + k + w[i + 1]) & mask;
            e := d; d := c; c := ((b << 30) | (b >> 2)) & mask; b := a; a := t;
        end loop;
        h := array[(h[1] + a) & mask, (h[2] + b) & mask, (h[3] + c) & mask, (h[4] + d) & mask, (h[5] + e) & mask];
    end loop;
    return (select string_agg(lpad(to_hex(part), 8, '0'), '' order by n) from unnest(h) with ordinality as u (part, n));
end $$;
create function rs.sha(value text) returns varchar language sql immutable strict return rs.sha1(value);
create function rs.func_sha1(value text) returns varchar language sql immutable strict return rs.sha1(value);
create function rs.crc32(value text) returns bigint language sql immutable strict security definer
    return pg_catalog.crc32(convert_to(value, 'UTF8'));

-- ---------------------------------------------------------------------------------------------- text
create function rs.textlen(value text) returns int language sql immutable strict return length(value);
create function rs.replicate(value text, times int) returns text language sql immutable strict return repeat(value, times);
create function rs.octetindex(part text, value text) returns int language sql immutable strict security definer
    return position(convert_to(part, 'UTF8') in convert_to(value, 'UTF8'));
create function rs.bttext_pattern_cmp(first text, second text) returns int language sql immutable strict
    return case when first < second then -1 when first = second then 0 else 1 end;

-- SOUNDEX, DIFFERENCE
create function rs.soundex(value text) returns varchar(4) language plpgsql immutable strict security definer as $$
declare
    letters text := regexp_replace(upper(value), '[^A-Z]', '', 'g');
    codes constant text := '01230120022455012623010202';
    code text;
    last text;
    made text;
begin
    if letters = '' then
        return null;
    end if;
    made := left(letters, 1);
    last := substr(codes, ascii(made) - 64, 1);
    for place in 2 .. length(letters) loop
        code := substr(codes, ascii(substr(letters, place, 1)) - 64, 1);
        if code <> '0' and code <> last then
            made := made || code;
        end if;
        -- H and W do not part two letters of the same code.
        if substr(letters, place, 1) not in ('H', 'W') then
            last := code;
        end if;
    end loop;
    return rpad(left(made, 4), 4, '0');
end $$;
create function rs.difference(first text, second text) returns int language sql immutable strict security definer
    return (
        select count(*)::int from generate_series(1, 4) as place
        where substr(rs.soundex(first), place, 1) = substr(rs.soundex(second), place, 1)
    );

-- TEXT_TO_INT_ALT, TEXT_TO_NUMERIC_ALT: of their formats the plain ones
create function rs.text_to_numeric_alt(value text, digits int default 38, places int default 0) returns numeric
language sql immutable strict
    return round(replace(trim(value), ',', '')::numeric, places);
create function rs.text_to_int_alt(value text) returns bigint language sql immutable strict
    return trunc(replace(trim(value), ',', '')::numeric)::bigint;

-- ---------------------------------------------------------------------------------------------- JSON
create function rs.is_valid_json_array(value text) returns boolean language sql immutable strict
    return pg_input_is_valid(value, 'json') and ltrim(value) like '[%';
create function rs.json_array_length(value text, null_if_invalid boolean) returns int
language plpgsql immutable strict security definer as $$
begin
    if null_if_invalid and not (pg_input_is_valid(value, 'json') and ltrim(value) like '[%') then
        return null;
    end if;
    return pg_catalog.json_array_length(value::json);
end $$;
create function rs.json_extract_array_element_text(value text, place int, null_if_invalid boolean) returns text
language plpgsql immutable strict security definer as $$
begin
    if null_if_invalid and not (pg_input_is_valid(value, 'json') and ltrim(value) like '[%') then
        return null;
    end if;
    return coalesce(value::json ->> place, '');
end $$;

-- ---------------------------------------------------------------------------------------------- numbers
-- r_LOG, with a base
create function rs.log(base float8, value float8) returns float8 language sql immutable strict
    return pg_catalog.ln(value) / pg_catalog.ln(base);

-- ---------------------------------------------------------------------------------------------- comparisons
-- r_DATE_CMP, r_TIMESTAMP_CMP, r_INTERVAL_CMP and their kin: -1, 0 or 1
do $do$
declare
    pair record;
begin
    for pair in
        select * from (
            values
            ('date_cmp', 'date', 'date'), ('date_cmp_timestamp', 'date', 'timestamp'),
            ('date_cmp_timestamptz', 'date', 'timestamptz'), ('timestamp_cmp', 'timestamp', 'timestamp'),
            ('timestamp_cmp_date', 'timestamp', 'date'), ('timestamp_cmp_timestamptz', 'timestamp', 'timestamptz'),
            ('timestamptz_cmp', 'timestamptz', 'timestamptz'), ('timestamptz_cmp_date', 'timestamptz', 'date'),
            ('timestamptz_cmp_timestamp', 'timestamptz', 'timestamp'), ('interval_cmp', 'interval', 'interval')
        ) as pairs (name, first, second)
    loop
        execute format(
            'create or replace function rs.%I(first %s, second %s) returns int language sql stable strict '
            'return case when first < second then -1 when first = second then 0 else 1 end',
            pair.name, pair.first, pair.second
        );
    end loop;
end $do$;

-- ---------------------------------------------------------------------------------------------- the session
-- r_CURRENT_SETTING: a setting of Redshift's is kept under the prefix rs, and is empty before it is set and after RESET
create function rs.current_setting(name text) returns text language sql stable
    return coalesce(
        pg_catalog.current_setting(name, true), nullif(pg_catalog.current_setting('rs.' || name, true), ''),
        case name
            -- As dbt-redshift's tests have it; the page of SET shows "unset".
            when 'query_group' then 'default'
            when 'enable_case_sensitive_identifier' then 'off'
            when 'enable_result_cache_for_session' then 'on'
            when 'wlm_query_slot_count' then '1'
        end
    );
create function rs.pg_last_query_id() returns bigint language sql stable security definer
    return txid_current();
create function rs.last_user_query_id() returns bigint language sql stable return rs.pg_last_query_id();
create function rs.pg_last_copy_id() returns bigint language sql stable return -1;
create function rs.pg_last_copy_count() returns bigint language sql stable return 0;
create function rs.pg_last_unload_id() returns bigint language sql stable return -1;
create function rs.pg_last_unload_count() returns bigint language sql stable return 0;
create function rs.current_user_id() returns int language sql stable security definer
    return (select usesysid::int from pg_catalog.pg_user where usename = session_user);
create function rs.current_aws_account() returns varchar language sql stable return '123456789012';
create function rs.current_namespace() returns varchar language sql stable
    return '00000000-0000-0000-0000-000000000000';
create function rs.default_iam_role() returns varchar language sql stable return 'arn:aws:iam::123456789012:role/default';
create function rs.slice_num() returns int language sql stable return 0;
create function rs.user_is_member_of(member text, role text) returns boolean language sql stable security definer
    return pg_has_role(member, role, 'member');
create function rs.role_is_member_of(member text, role text) returns boolean language sql stable security definer
    return pg_has_role(member, role, 'member');
create function rs.version() returns text language sql stable
    return 'PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017 (Red Hat 3.4.2-6.fc3), Redshift 1.0.0';
