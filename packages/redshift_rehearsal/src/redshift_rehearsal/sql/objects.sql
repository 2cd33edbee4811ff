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
