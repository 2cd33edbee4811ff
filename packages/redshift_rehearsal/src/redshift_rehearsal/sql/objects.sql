-- What only Redshift does with tables: rows moved from one to another, encodings proposed, SHOW TABLE and SHOW VIEW.
-- Pages are those of https://docs.aws.amazon.com/redshift/latest/dg/<page>.html.

-- r_ALTER_TABLE_APPEND: the rows are moved; columns are known by their names
create function rs.append_table(target text, source text, ignore_extra boolean, fill_target boolean) returns void
language plpgsql set search_path from current as $$
declare
    common text;
    extra text;
    missing text;
begin
    select
        string_agg(quote_ident(s.attname), ', ' order by s.attnum) filter (where t.attname is not null),
        min(s.attname) filter (where t.attname is null),
        min(t.attname) filter (where s.attname is null)
    into common, extra, missing
    from (
        select attname, attnum from pg_catalog.pg_attribute
        where attrelid = source::regclass and attnum > 0 and not attisdropped
    ) as s
    full join (
        select attname from pg_catalog.pg_attribute
        where attrelid = target::regclass and attnum > 0 and not attisdropped
    ) as t on t.attname = s.attname;
    if extra is not null and not ignore_extra then
        perform rs.refuse(
            'append', format('Column "%s" is in the source table only: add IGNOREEXTRA', extra), 'r_ALTER_TABLE_APPEND'
        );
    elsif missing is not null and not fill_target then
        perform rs.refuse(
            'append', format('Column "%s" is in the target table only: add FILLTARGET', missing), 'r_ALTER_TABLE_APPEND'
        );
    end if;
    execute format('insert into %s (%s) select %s from %s', target, common, common, source);
    execute format('delete from %s', source);
end $$;
alter function rs.append_table reset search_path;

-- r_ALTER_TABLE: ALTER COLUMN TYPE changes the size of a VARCHAR, and no other type
create function rs.check_varchar(relation text, wanted text) returns void language plpgsql as $$
begin
    if exists (
        select from pg_catalog.pg_attribute
        where attrelid = relation::regclass and attname = wanted and atttypid <> 'pg_catalog.varchar'::regtype
    ) then
        perform rs.refuse(
            'change of a column', format('cannot alter column "%s": its type is not VARCHAR', wanted), 'r_ALTER_TABLE'
        );
    end if;
end $$;

-- r_ALTER_TABLE: OWNER TO; PostgreSQL asks for privileges on the schema of the new owner, too
create function rs.change_owner(relation text, new_owner text) returns void language plpgsql security definer
set search_path from current as $$
declare
    owner constant oid := (select relowner from pg_catalog.pg_class where oid = relation::regclass);
begin
    if not pg_has_role(session_user, owner, 'usage') then
        raise exception 'must be owner of relation %', relation using errcode = 'insufficient_privilege';
    end if;
    execute format('alter table %s owner to %I', relation::regclass, new_owner);
end $$;
alter function rs.change_owner reset search_path;

-- r_CREATE_TABLE_NEW: "Unique, primary key, and foreign key constraints are informational only" and are not enforced.
-- They stay in the catalog. A key that could be deferred does not let GROUP BY leave out the other columns either.
create function rs.release_keys() returns event_trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
declare
    enforcing record;
begin
    if not exists (
        select from pg_event_trigger_ddl_commands() as made
        inner join pg_constraint on conrelid = made.objid and contype in ('p', 'u', 'f')
    ) then
        return;
    end if;
    for enforcing in
        select tgrelid::regclass as relation, tgname
        from pg_trigger
        inner join pg_constraint on pg_constraint.oid = tgconstraint and contype = 'f'
        where tgenabled <> 'D'
    loop
        execute format('alter table %s disable trigger %I', enforcing.relation, enforcing.tgname);
    end loop;
    update pg_index set indisunique = false
    from pg_constraint, rs.user_schema
    where conindid = indexrelid and contype in ('p', 'u') and connamespace = user_schema.oid and indisunique;
    update pg_constraint set condeferrable = true
    from rs.user_schema
    where contype in ('p', 'u') and connamespace = user_schema.oid and not condeferrable;
end $$;
create event trigger release_keys on ddl_command_end when tag in ('CREATE TABLE', 'ALTER TABLE')
execute function rs.release_keys();
-- A foreign key is made only where PostgreSQL finds a key that it enforces.
create function rs.hold_keys() returns event_trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
begin
    if position('references' in lower(current_query())) > 0 then
        update pg_index set indisunique = true
        from pg_constraint, rs.user_schema
        where conindid = indexrelid and contype in ('p', 'u') and connamespace = user_schema.oid and not indisunique;
        update pg_constraint set condeferrable = false
        from rs.user_schema
        where contype in ('p', 'u') and connamespace = user_schema.oid and condeferrable;
    end if;
end $$;
create event trigger hold_keys on ddl_command_start when tag in ('CREATE TABLE', 'ALTER TABLE')
execute function rs.hold_keys();

-- r_ANALYZE_COMPRESSION: a row for each column
create function rs.analyze_compression(relation text) returns table (
    "table" varchar, "column" varchar, encoding varchar, est_reduction_pct numeric(5, 2)
) language sql stable security definer
begin atomic
    select rs.last_name(relation, 0)::varchar, attname::varchar, 'az64'::varchar, 0.00
    from pg_catalog.pg_attribute
    where attrelid = to_regclass(relation) and attnum > 0 and not attisdropped
    order by attnum;
end;

-- r_SHOW_TABLE
create function rs.show_table(relation text) returns table ("Show Table DDL statement" varchar)
language sql stable security definer
begin atomic
    select format(
        'CREATE TABLE %s.%s ( %s ) DISTSTYLE %s;',
        user_relation.schema_name,
        user_relation.table_name,
        string_agg(
            format('%I %s', attname, format_type(atttypid, atttypmod)) || case when attnotnull then ' NOT NULL' else '' end,
            ', ' order by attnum
        ),
        coalesce((select diststyle from rs.table_keys where relid = user_relation.oid), 'AUTO')
    )::varchar
    from rs.user_relation
    inner join pg_catalog.pg_attribute on attrelid = user_relation.oid and attnum > 0 and not attisdropped
    where user_relation.oid = to_regclass(relation) and user_relation.table_type = 'TABLE'
    group by user_relation.oid, user_relation.schema_name, user_relation.table_name;
end;

-- r_SHOW_VIEW
create function rs.show_view(relation text) returns table ("Show View DDL statement" varchar)
language sql stable security definer
begin atomic
    select (
        case when table_subtype = 'MATERIALIZED VIEW' then 'create materialized view ' else 'create view ' end
        || format('%I.%I as ', schema_name, table_name) || pg_get_viewdef(oid)
    )::varchar
    from rs.user_relation
    where oid = to_regclass(relation) and (table_type = 'VIEW' or table_subtype = 'MATERIALIZED VIEW');
end;

-- r_SHOW_DATABASES
create function rs.show_databases() returns table (
    database_name varchar, database_owner int, database_type varchar, database_acl varchar, parameters varchar,
    database_isolation_level varchar
) language sql stable security definer
begin atomic
    select datname::varchar, datdba::int, 'local'::varchar, null::varchar, null::varchar, 'Snapshot Isolation'::varchar
    from pg_catalog.pg_database
    where datname = current_database();
end;

-- r_COPY: the rows of files, which the proxy has read, are inserted by the session itself; each is an array or a record
create function rs.lines_of(rows text[], by_name boolean)
returns table (line bigint, fields text[], record jsonb) language sql immutable security definer as $$
    select number, case when not by_name then given::text[] end, case when by_name then given::jsonb end
    from unnest(rows) with ordinality as lines (given, number)
$$;
create function rs.copy_rows(target text, named text[], rows text[], options jsonb) returns void language plpgsql
set standard_conforming_strings = on as $$
declare
    flags constant text[] := rs.texts_of(options -> 'flags');
    by_name constant boolean := (options ->> 'by_name')::boolean;
    columns text := '';
    selected text := '';
    number int := 0;
    wrong bigint;
    wanted record;
begin
    for wanted in
        select
            attname, format_type(atttypid, atttypmod) as type, format_type(atttypid, null) as kind,
            case when atttypid in ('varchar'::regtype, 'bpchar'::regtype) then atttypmod - 4 end as width
        from pg_catalog.pg_attribute
        where
            attrelid = target::regclass and attnum > 0 and not attisdropped
            and case
                when cardinality(named) > 0 then attname = any(named)
                else attidentity = '' or 'explicit_ids' = any(flags)
            end
        order by rs.place_of(attname::text, named), attnum
    loop
        number := number + 1;
        columns := columns || format(', %I', wanted.attname);
        selected := selected || ', ' || rs.copied_value(
            case
                when by_name and wanted.kind in ('super', 'rs.super') then format('record -> %L', wanted.attname)
                when by_name then format('record ->> %L', wanted.attname)
                else format('fields[%s]', number)
            end,
            wanted.type, wanted.kind, wanted.width, flags, options ->> 'dateformat', options ->> 'timeformat', by_name
        );
    end loop;
    if cardinality(named) > number then
        raise exception 'a column of the list does not exist in %', target using errcode = 'undefined_column';
    end if;
    if not by_name then
        wrong := min(line) from rs.lines_of(rows, by_name)
        where cardinality(fields) <> number and not (cardinality(fields) < number and 'fillrecord' = any(flags));
        if wrong is not null then
            perform rs.refuse(
                'load', format('Load into table %s failed: row %s has another number of fields', target, wrong), 'r_COPY'
            );
        end if;
    end if;
    if not 'noload' = any(flags) then
        execute format(
            'insert into %s (%s) %s select %s from rs.lines_of($1, $2) order by line', target, substr(columns, 3),
            case when 'explicit_ids' = any(flags) then 'overriding system value' else '' end, substr(selected, 3)
        ) using rows, by_name;
    end if;
end $$;
create function rs.texts_of(value jsonb) returns text[] language sql immutable security definer
    return array(select jsonb_array_elements_text(value));

-- An empty field is NULL but in a text; a text that is too long is cut by TRUNCATECOLUMNS alone
create function rs.copied_value(
    field text, type text, kind text, width int, flags text[], dateformat text, timeformat text, by_name boolean
) returns text language plpgsql immutable set standard_conforming_strings = on as $$
begin
    if kind in ('character varying', 'character') then
        return case when 'truncatecolumns' = any(flags) then format('left(%s, %s)', field, width) else field end;
    elsif kind in ('super', 'rs.super') then
        return case when by_name then field else format('(%s)::jsonb', field) end;
    elsif kind = 'date' and dateformat <> 'auto' then
        return format('to_date(nullif(%s, ''''), %L)', field, dateformat);
    elsif kind like 'timestamp%' and timeformat in ('epochsecs', 'epochmillisecs') then
        return format(
            '(timestamp ''1970-01-01'' + (%s)::float8 / %s * interval ''1 second'')', field,
            case timeformat when 'epochsecs' then 1 else 1000 end
        );
    elsif kind like 'timestamp%' and timeformat <> 'auto' then
        return format('to_timestamp(nullif(%s, ''''), %L)::timestamp', field, timeformat);
    end if;
    return format('nullif(trim(%s), '''')::%s', field, type);
end $$;
