-- Redshift's catalog over PostgreSQL's: what dbt-redshift and dbt's packages ask, and what they do to tables and views.
-- Loaded once by the superuser into the stand-in's database. Schema rs comes before pg_catalog in the search path of
-- every session, so a view here hides PostgreSQL's relation of the same name.
-- Pages are those of https://docs.aws.amazon.com/redshift/latest/dg/<page>.html.

-- The bodies of late-binding views, and the contents of the files of external tables.
create schema rs_views;
create schema rs_lake;
grant usage, create on schema rs_views to public;
grant usage on schema rs_lake to public;

-- ---------------------------------------------------------------------------------------------- refusing
-- The proxy reads the rule from DETAIL and its page from HINT, and reports them.
create function rs.refuse(rule text, message text, page text) returns void language plpgsql as $$
begin
    raise exception using
        message = message,
        detail = rule,
        hint = 'https://docs.aws.amazon.com/redshift/latest/dg/' || page || '.html',
        errcode = '0A000';
end $$;

-- Types that PostgreSQL has under another name.
create function rs.type_name(name text) returns text language sql immutable security definer
    return case
        when name in ('jsonb', 'rs.super') then 'super'
        when name in ('bytea', 'varbyte', 'rs.varbyte') then 'binary varying'
        else name
    end;
create function rs.format_type(type oid, modifier int) returns text language sql stable security definer
    return rs.type_name(pg_catalog.format_type(type, modifier));

-- ---------------------------------------------------------------------------------------------- keys of tables
-- What CREATE TABLE said of distribution and sorting (r_CREATE_TABLE_NEW).
create table rs.table_keys (
    relid oid primary key,
    diststyle text not null,
    distkey text,
    sortkeys text[] not null,
    is_interleaved boolean not null,
    auto_refresh boolean not null default false
);
grant select on rs.table_keys to public;

-- Functions that a view calls are asked for as whoever reads the view, who may not call PostgreSQL's own.
create function rs.place_of(sought text, among text[]) returns int language sql immutable security definer
    return array_position(among, sought);

-- The proxy takes the keys out of CREATE TABLE and leaves them in a comment (ddl.py), because only here, when the
-- table has been made, are its columns known: those of CREATE TABLE AS come from a query.
-- Columns are named, or numbered if they come from a query.
create function rs.key_columns(made oid, columns jsonb) returns text[] language plpgsql
set search_path = pg_catalog as $$
declare
    named jsonb;
    found text;
    names text[] := '{}';
begin
    for named in select jsonb_array_elements(columns) loop
        select attname into found
        from pg_attribute
        where
            attrelid = made and attnum > 0 and not attisdropped
            and case jsonb_typeof(named) when 'number' then attnum::text else attname end = named #>> '{}';
        if found is null then
            perform rs.refuse(
                'key column', format('column "%s" named in key does not exist', named #>> '{}'), 'r_CREATE_TABLE_NEW'
            );
        end if;
        names := names || found;
    end loop;
    return names;
end $$;

create function rs.note_keys(made oid, keys jsonb) returns void language plpgsql
set search_path = pg_catalog as $$
begin
    insert into rs.table_keys values (
        made,
        keys ->> 'diststyle',
        (rs.key_columns(made, keys -> 'distkey'))[1],
        rs.key_columns(made, keys -> 'sortkeys'),
        (keys ->> 'interleaved')::boolean,
        coalesce((keys ->> 'autorefresh')::boolean, false)
    ) on conflict (relid) do update set
        diststyle = excluded.diststyle, distkey = excluded.distkey, sortkeys = excluded.sortkeys,
        is_interleaved = excluded.is_interleaved, auto_refresh = excluded.auto_refresh;
end $$;

create function rs.note_table() returns event_trigger language plpgsql security definer
set standard_conforming_strings = on as $$
declare
    keys jsonb := substring(current_query() from '/\*rs:keys (\{[^}]*\})\*/')::jsonb;
begin
    if keys is not null then
        perform rs.note_keys(objid, keys) from pg_event_trigger_ddl_commands() 
        where object_type in ('table', 'materialized view');
    end if;
end $$;
create event trigger note_table on ddl_command_end
when tag in ('CREATE TABLE', 'CREATE TABLE AS', 'CREATE MATERIALIZED VIEW') execute function rs.note_table();

-- r_ALTER_TABLE: what the proxy makes of ALTER DISTKEY, DISTSTYLE and SORTKEY. What is not named stays as it is.
create function rs.alter_keys(altered regclass, changes jsonb) returns void language plpgsql security definer
set search_path = pg_catalog as $$
declare
    changed pg_class := pg_class from pg_class where oid = altered;
    keys jsonb := (
        select jsonb_build_object(
            'diststyle', diststyle, 'distkey', to_jsonb(array_remove(array[distkey], null)),
            'sortkeys', sortkeys, 'interleaved', is_interleaved, 'autorefresh', auto_refresh
        )
        from rs.table_keys where relid = altered
    );
begin
    if changed.relkind not in ('r', 'm') then
        raise exception '"%" is not a table', altered using errcode = 'wrong_object_type';
    elsif not pg_has_role(session_user, changed.relowner, 'usage') then
        raise exception 'must be owner of table %', altered using errcode = 'insufficient_privilege';
    end if;
    keys := coalesce(keys, '{"diststyle": "AUTO(ALL)", "distkey": [], "sortkeys": [], "interleaved": false}');
    perform rs.note_keys(altered, keys || changes);
end $$;

-- ---------------------------------------------------------------------------------------------- late-binding views
-- r_CREATE_VIEW, WITH NO SCHEMA BINDING. A view over a function whose body is a string depends on no table: what it
-- reads can be dropped and made again under it.
create sequence rs.view_number;
grant usage on sequence rs.view_number to public;
-- unbound  the query of a view that reads what is not there yet
create table rs.late_binding_view (relid oid primary key, unbound text);
grant select on rs.late_binding_view to public;

create function rs.note_late_binding_view(view oid, unbound text default null) returns void language sql security definer
begin atomic
    insert into rs.late_binding_view values (view, unbound) on conflict do nothing;
end;

create function rs.create_late_binding_view(view text, query text, may_replace boolean) returns void language plpgsql as $$
declare
    body text := 'view_' || nextval('rs.view_number');
    columns text;
    typed text;
    missing text;
begin
    -- What the query's columns are, PostgreSQL says of a view on it; the function then cannot keep lengths, so they
    -- are cast again in the view.
    begin
        execute format('create temporary view %I as %s', body, query);
    exception when undefined_table or invalid_schema_name then
        missing := sqlerrm;
    end;
    if missing is not null then
        -- Redshift looks for what a view reads when it is queried: until it is there, a query says what is missing.
        execute format(
            'create function rs_views.%I() returns table (missing text) language plpgsql stable as %L',
            body, format('begin raise undefined_table using message = %L; end', missing)
        );
        if may_replace then
            execute format('drop view if exists %s', view);
        end if;
        execute format('create view %s as select missing from rs_views.%I()', view, body);
        perform rs.note_late_binding_view(view::regclass, query);
        return;
    end if;
    select
        string_agg(format('%I %s', attname, format_type(atttypid, null)), ', ' order by attnum),
        string_agg(format('cast(%1$I as %2$s) as %1$I', attname, format_type(atttypid, atttypmod)), ', ' order by attnum)
    into columns, typed
    from pg_catalog.pg_attribute
    where attrelid = format('pg_temp.%I', body)::regclass and attnum > 0;
    execute format('drop view pg_temp.%I', body);
    execute format('create function rs_views.%I() returns table (%s) language sql stable as %L', body, columns, query);
    if may_replace then
        execute format('drop view if exists %s', view);
    end if;
    execute format('create view %s as select %s from rs_views.%I()', view, typed, body);
    perform rs.note_late_binding_view(view::regclass);
end $$;

-- Views that read what was not there are made again when a table or view has been made or has got another name.
create function rs.bind_late_binding_views() returns event_trigger language plpgsql as $$
declare
    view record;
begin
    for view in
        select relid, relid::regclass::text as name, unbound
        from rs.late_binding_view
        inner join pg_catalog.pg_class on pg_class.oid = relid
        where unbound is not null
    loop
        begin
            execute format('create temporary view rs_probe as %s', view.unbound);
            execute 'drop view pg_temp.rs_probe';
            perform rs.create_late_binding_view(view.name, view.unbound, true);
        exception when others then
            null; -- what it reads is still not there, or another's
        end;
    end loop;
end $$;
create event trigger bind_late_binding_views on ddl_command_end
when tag in ('CREATE TABLE', 'CREATE TABLE AS', 'CREATE VIEW', 'ALTER TABLE')
execute function rs.bind_late_binding_views();

-- r_CREATE_VIEW: "external tables can only be in late-binding views".
create function rs.check_view() returns event_trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
begin
    if exists (
        select from pg_event_trigger_ddl_commands() as made
        inner join pg_rewrite as rule on rule.ev_class = made.objid
        inner join pg_depend as needed on needed.objid = rule.oid
        inner join rs.external_table as external on external.relid = needed.refobjid
        inner join pg_class as view on view.oid = made.objid and view.relpersistence <> 't'
    ) then
        perform rs.refuse(
            'view on an external table',
            'External tables are not supported in views that are bound to their schema: add WITH NO SCHEMA BINDING',
            'r_CREATE_VIEW'
        );
    end if;
end $$;
create event trigger check_view on ddl_command_end when tag in ('CREATE VIEW') execute function rs.check_view();

-- materialized-view-create-sql-command: neither standard views nor system tables; views on materialized views may be
create function rs.check_materialized_view() returns event_trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
begin
    if exists (
        select from pg_event_trigger_ddl_commands() as made
        inner join pg_rewrite as rule on rule.ev_class = made.objid
        inner join pg_depend as needed on needed.objid = rule.oid
        inner join pg_class as view on view.oid = needed.refobjid and view.relkind = 'v'
    ) then
        perform rs.refuse(
            'materialized view on a view', 'Materialized views cannot be defined on standard views',
            'materialized-view-create-sql-command'
        );
    end if;
end $$;
create event trigger check_materialized_view on ddl_command_end
when tag in ('CREATE MATERIALIZED VIEW') execute function rs.check_materialized_view();

-- ---------------------------------------------------------------------------------------------- external tables
-- The registry that spectrum.py keeps; what Glue and Spectrum hold on AWS.
create sequence rs.file_number;
create table rs.external_schema (name text primary key, database text not null, options text not null);
create table rs.external_table (
    relid oid primary key,
    schema text not null,
    name text not null,
    location text not null,
    file_format text not null,
    input_format text not null,
    output_format text not null,
    serialization_lib text not null,
    serde_parameters json not null,
    parameters json not null,
    unique (schema, name)
);
create table rs.external_column (
    relid oid, name text, type text, position int, part_key int, primary key (relid, name)
);
create table rs.external_partition (relid oid, values text, location text, primary key (relid, values));
create table rs.external_file (relid oid primary key, parent oid, values text, path text, size bigint, modified bigint);
grant select on rs.external_schema, rs.external_table, rs.external_column, rs.external_partition, rs.external_file
to public;

-- c-spectrum-external-tables, "Pseudocolumns": the proxy writes "$path" as rs."$path"(tableoid), because the rows of
-- each file are in a table of their own; a function's column is named after it.
create function rs."$path"(file oid) returns varchar language plpgsql stable strict as $$
declare
    found varchar := (select path from rs.external_file where relid = file);
begin
    if found is null then
        raise exception 'column "$path" does not exist' using errcode = '42703';
    end if;
    return found;
end $$;
create function rs."$size"(file oid) returns bigint language plpgsql stable strict as $$
declare
    found bigint := (select size from rs.external_file where relid = file);
begin
    if found is null then
        raise exception 'column "$size" does not exist' using errcode = '42703';
    end if;
    return found;
end $$;

-- r_SVV_EXTERNAL_SCHEMAS; eskind 1 is a data catalog
create view rs.svv_external_schemas as
select
    pg_namespace.oid as esoid,
    1::smallint as eskind,
    external_schema.name::varchar(128) as schemaname,
    pg_namespace.nspowner::int as esowner,
    external_schema.database::varchar(128) as databasename,
    external_schema.options::varchar(8192) as esoptions
from rs.external_schema
inner join pg_catalog.pg_namespace on pg_namespace.nspname = external_schema.name;

-- r_SVV_EXTERNAL_TABLES
create view rs.svv_external_tables as
select
    current_database()::varchar(128) as redshift_database_name,
    external_table.schema::varchar(128) as schemaname,
    external_table.name::varchar(128) as tablename,
    'TABLE'::varchar as tabletype,
    external_table.location::varchar(128) as location,
    external_table.input_format::varchar(128) as input_format,
    external_table.output_format::varchar(128) as output_format,
    external_table.serialization_lib::varchar(128) as serialization_lib,
    external_table.serde_parameters::varchar(4096) as serde_parameters,
    0 as compressed,
    external_table.parameters::varchar(4096) as parameters
from rs.external_table;

-- r_SVV_EXTERNAL_COLUMNS
create view rs.svv_external_columns as
select
    current_database()::varchar(128) as redshift_database_name,
    external_table.schema::varchar(128) as schemaname,
    external_table.name::varchar(128) as tablename,
    external_column.name::varchar(128) as columnname,
    external_column.type::varchar(128) as external_type,
    external_column.position as columnnum,
    external_column.part_key,
    'true'::varchar as is_nullable
from rs.external_table
inner join rs.external_column on external_column.relid = external_table.relid;

-- r_SVV_EXTERNAL_PARTITIONS; the location is cut after 128 characters
create view rs.svv_external_partitions as
select
    external_table.schema::varchar(128) as schemaname,
    external_table.name::varchar(128) as tablename,
    external_partition.values::varchar(4096) as "values",
    external_partition.location::varchar(128) as location,
    external_table.input_format::varchar(128) as input_format,
    external_table.output_format::varchar(128) as output_format,
    external_table.serialization_lib::varchar(128) as serialization_lib,
    external_table.serde_parameters::varchar(4096) as serde_parameters,
    0 as compressed,
    '{}'::varchar(4096) as parameters
from rs.external_table
inner join rs.external_partition on external_partition.relid = external_table.relid;

-- ---------------------------------------------------------------------------------------------- relations and columns
-- The schemas of a user: not PostgreSQL's, not ours.
create view rs.user_schema as
select oid, nspname, nspowner
from pg_catalog.pg_namespace
where nspname <> 'information_schema' and nspname !~ '^(pg_|rs$|rs_)';

-- Tables and views of a user, with what Redshift calls them.
create view rs.user_relation as
select
    pg_class.oid,
    user_schema.nspname as schema_name,
    pg_class.relname as table_name,
    case pg_class.relkind when 'v' then 'VIEW' else 'TABLE' end as table_type,
    case
        when external_table.relid is not null then 'EXTERNAL TABLE'
        when pg_class.relkind = 'm' then 'MATERIALIZED VIEW'
        when late_binding_view.relid is not null then 'LATE BINDING VIEW'
        when pg_class.relkind = 'v' then 'REGULAR VIEW'
        else 'REGULAR TABLE'
    end as table_subtype,
    pg_get_userbyid(pg_class.relowner) as owner
from pg_catalog.pg_class
inner join rs.user_schema on user_schema.oid = pg_class.relnamespace
left join rs.late_binding_view on late_binding_view.relid = pg_class.oid
left join rs.external_table on external_table.relid = pg_class.oid
where pg_class.relkind in ('r', 'v', 'm');

-- r_Querying-Redshift-catalog (system catalogs of the leader node): late-binding views and external tables have no
-- columns in pg_attribute, external tables are not in pg_class.
create view rs.pg_attribute as
select
    attrelid, attname, atttypid, attlen, attnum, attndims, atttypmod, attbyval, attstorage, attalign, attnotnull,
    atthasdef, attisdropped, attislocal, attinhcount,
    coalesce(table_keys.distkey = attname, false) as attisdistkey,
    coalesce(rs.place_of(attname::text, table_keys.sortkeys), 0) as attsortkeyord,
    0::smallint as attencodingtype
from pg_catalog.pg_attribute
left join rs.table_keys on table_keys.relid = attrelid
where
    not exists (select from rs.late_binding_view where relid = attrelid)
    and not exists (select from rs.external_table where relid = attrelid);
-- Encodings are not kept, so all are 0; of the rest of PG_CLASS and PG_ATTRIBUTE, SQLAlchemy's dialect asks this
create function rs.format_encoding(encoding int) returns text language sql immutable return 'none';
create function rs.style_number(relation oid) returns smallint language sql stable security definer
    return (
        select
            case diststyle
                when 'EVEN' then 0 when 'KEY' then 1 when 'ALL' then 8 when 'AUTO(ALL)' then 10 when 'AUTO(EVEN)' then 11
                else 9
            end::smallint
        from rs.table_keys where relid = relation
    );
create view rs.pg_attrdef as
select oid, adrelid, adnum, adbin, pg_get_expr(adbin, adrelid) as adsrc from pg_catalog.pg_attrdef;
create view rs.pg_namespace as
select oid, nspname, nspowner, nspacl from pg_catalog.pg_namespace where nspname !~ '^rs(_|$)';
-- The dialect of SQLAlchemy 2 asks for relpersistence.
create view rs.pg_class as
select
    oid, relname::varchar(128), relnamespace, reltype, relowner, relam, relfilenode, reltablespace, relpages, reltuples,
    relhasindex, relisshared, relkind, relnatts, relhasrules, relacl, rs.style_number(oid) as reldiststyle, relpersistence
from pg_catalog.pg_class
where relkind <> 'm' and not exists (select from rs.external_table where relid = oid)
-- A materialized view is a view and a table with its rows, mv_tbl__<name>__0 (dbt-redshift asks for its keys).
union all
select
    oid, shown.name::varchar(128), relnamespace, reltype, relowner, relam, relfilenode, reltablespace, relpages, reltuples,
    relhasindex, relisshared, shown.kind::"char", relnatts, relhasrules, relacl, rs.style_number(oid), relpersistence
from pg_catalog.pg_class
cross join lateral (values (relname::text, 'v'), (format('mv_tbl__%s__0', relname), 'r')) as shown (name, kind)
where relkind = 'm';

-- r_COMMENT
create function rs.comment_on_view(view text, comment text) returns void language plpgsql as $$
begin
    execute format(
        'comment on %s %s is %L',
        case (select relkind from pg_catalog.pg_class where oid = view::regclass) when 'm' then 'materialized view' else 'view' end,
        view, comment
    );
end $$;

-- PG_VIEWS and information_schema.views have materialized views too, known by their definition.
create view rs.pg_views as
select schemaname, viewname, viewowner, definition from pg_catalog.pg_views where schemaname !~ '^rs(_|$)'
union all
select schemaname, matviewname, matviewowner, format('create materialized view %s.%s as %s', schemaname, matviewname, definition)
from pg_catalog.pg_matviews;
create view rs.views as
select table_catalog::varchar, table_schema::varchar, table_name::varchar, view_definition::varchar
from information_schema.views
where table_schema !~ '^rs(_|$)'
union all
select current_database()::varchar, schemaname::varchar, viewname::varchar, definition::varchar
from rs.pg_views
where definition like 'create materialized view%';

-- PG_TABLES and information_schema do not show external tables either (SVV_EXTERNAL_TABLES does).
create view rs.pg_tables as
select *
from pg_catalog.pg_tables
where
    schemaname not in (select name from rs.external_schema)
    and schemaname !~ '^rs(_|$)';
create view rs.tables as
select *
from information_schema.tables
where table_schema not in (select name from rs.external_schema) and table_schema !~ '^rs(_|$)';
create view rs.columns as
select *
from information_schema.columns
where
    table_schema not in (select name from rs.external_schema)
    and not exists (
        select from rs.user_relation
        where
            table_subtype = 'LATE BINDING VIEW'
            and schema_name = columns.table_schema and user_relation.table_name = columns.table_name
    );

-- PG_GET_LATE_BINDING_VIEW_COLS
create function rs.pg_get_late_binding_view_cols() returns setof record language sql stable
begin atomic
    select
        user_relation.schema_name::name,
        user_relation.table_name::name,
        pg_attribute.attname::name,
        rs.format_type(pg_attribute.atttypid, pg_attribute.atttypmod)::varchar,
        pg_attribute.attnum::int
    from rs.user_relation
    inner join pg_catalog.pg_attribute on pg_attribute.attrelid = user_relation.oid and pg_attribute.attnum > 0
    where user_relation.table_subtype = 'LATE BINDING VIEW';
end;

-- r_PG_TABLE_DEF
create view rs.pg_table_def as
select
    user_relation.schema_name as schemaname,
    user_relation.table_name as tablename,
    pg_attribute.attname as "column",
    rs.format_type(pg_attribute.atttypid, pg_attribute.atttypmod) as type,
    'none'::varchar as encoding,
    coalesce(table_keys.distkey = pg_attribute.attname, false) as distkey,
    coalesce(rs.place_of(pg_attribute.attname::text, table_keys.sortkeys), 0) as sortkey,
    pg_attribute.attnotnull as "notnull"
from rs.user_relation
inner join pg_catalog.pg_attribute on pg_attribute.attrelid = user_relation.oid and pg_attribute.attnum > 0
left join rs.table_keys on table_keys.relid = user_relation.oid
where user_relation.table_subtype = 'REGULAR TABLE' and not pg_attribute.attisdropped;

-- r_SVV_REDSHIFT_COLUMNS
create view rs.svv_redshift_columns as
select
    current_database()::varchar(128) as database_name,
    user_relation.schema_name::varchar(128),
    user_relation.table_name::varchar(128),
    pg_attribute.attname::varchar(128) as column_name,
    pg_attribute.attnum::int as ordinal_position,
    rs.format_type(pg_attribute.atttypid, pg_attribute.atttypmod)::varchar(128) as data_type,
    null::varchar as column_default,
    case when pg_attribute.attnotnull then 'NO' else 'YES' end::varchar(3) as is_nullable,
    ''::varchar(128) as encoding,
    coalesce(table_keys.distkey = pg_attribute.attname, false) as distkey,
    coalesce(rs.place_of(pg_attribute.attname::text, table_keys.sortkeys), 0) as sortkey,
    ''::varchar(128) as column_acl,
    col_description(user_relation.oid, pg_attribute.attnum)::varchar(256) as remarks
from rs.user_relation
inner join pg_catalog.pg_attribute
    on pg_attribute.attrelid = user_relation.oid and pg_attribute.attnum > 0 and not pg_attribute.attisdropped
left join rs.table_keys on table_keys.relid = user_relation.oid
where user_relation.table_subtype <> 'EXTERNAL TABLE';

-- r_SVV_COLUMNS
create view rs.svv_columns as select * from rs.columns;

-- r_SVV_TABLE_INFO: tables with rows; tbl_rows counts, the sizes mean nothing here
create view rs.svv_table_info as
select
    current_database()::varchar as database,
    user_relation.schema_name::varchar as schema,
    user_relation.oid as table_id,
    user_relation.table_name::varchar as "table",
    'Y, AUTO(ENCODE)'::varchar as encoded,
    coalesce(
        case table_keys.diststyle when 'KEY' then format('KEY(%s)', table_keys.distkey) else table_keys.diststyle end,
        'AUTO(ALL)'
    )::varchar as diststyle,
    coalesce(table_keys.sortkeys[1], 'AUTO(SORTKEY)')::varchar as sortkey1,
    (
        select max(atttypmod - 4) from pg_catalog.pg_attribute
        where attrelid = user_relation.oid and atttypid = 'varchar'::regtype
    )::int as max_varchar,
    'none'::varchar as sortkey1_enc,
    coalesce(cardinality(table_keys.sortkeys), 0) as sortkey_num,
    greatest(pg_relation_size(user_relation.oid) / 1048576, 1)::bigint as size,
    0::numeric(10, 4) as pct_used,
    0::bigint as empty,
    0::numeric(5, 2) as unsorted,
    0::numeric(5, 2) as stats_off,
    greatest(pg_class.reltuples, 0)::numeric(38, 0) as tbl_rows,
    null::numeric(19, 2) as skew_sortkey1,
    1::numeric(19, 2) as skew_rows
from rs.user_relation
inner join pg_catalog.pg_class on pg_class.oid = user_relation.oid
left join rs.table_keys on table_keys.relid = user_relation.oid
where user_relation.table_subtype in ('REGULAR TABLE', 'MATERIALIZED VIEW');

-- r_SVV_MV_INFO
create view rs.svv_mv_info as
select
    current_database()::varchar(128) as database_name,
    schemaname::varchar(128) as schema_name,
    matviewname::varchar(128) as name,
    case when table_keys.auto_refresh then 't' else 'f' end::varchar(1) as autorefresh,
    'f'::varchar(1) as is_stale,
    1 as state
from pg_catalog.pg_matviews
left join rs.table_keys on table_keys.relid = format('%I.%I', schemaname, matviewname)::regclass;
-- r_STV_MV_INFO
create view rs.stv_mv_info as
select
    database_name::char(128) as db_name, schema_name::char(128) as schema, name::char(128) as name,
    0::bigint as updated_upto_xid, is_stale::char(1), '' as owner_user_name, state, autorefresh::char(1) as autorefresh,
    'f'::char(1) as autorewrite
from rs.svv_mv_info;

-- r_SVV_RELATION_PRIVILEGES
create view rs.svv_relation_privileges as
select
    privileges.table_schema::varchar(128) as namespace_name,
    privileges.table_name::varchar(128) as relation_name,
    lower(privileges.privilege_type)::varchar(128) as privilege_type,
    0 as identity_id,
    privileges.grantee::varchar(128) as identity_name,
    case when privileges.grantee = 'PUBLIC' then 'public' when pg_roles.rolcanlogin then 'user' else 'role' end::varchar(7)
        as identity_type,
    privileges.is_grantable = 'YES' as admin_option
from information_schema.table_privileges as privileges
left join pg_catalog.pg_roles on pg_roles.rolname = privileges.grantee;

-- When the newest row of a table was written, or the table made if it has none; a server that does not keep the times of
-- transactions knows of none.
create function rs.last_written(relation oid) returns timestamp language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
declare
    latest timestamptz;
begin
    if current_setting('track_commit_timestamp') = 'off' then
        return null;
    end if;
    if exists (select from pg_class where oid = relation and relkind in ('r', 'm')) then
        execute format(
            'select max(coalesce(pg_xact_commit_timestamp(xmin), now())) from %s', relation::regclass
        ) into latest;
    end if;
    return coalesce(latest, (select pg_xact_commit_timestamp(xmin) from pg_class where oid = relation), now());
end $$;

-- SYS_QUERY_DETAIL, as far as dbt asks when a table was last changed
create view rs.sys_query_detail as
select oid::bigint as table_id, rs.last_written(oid) as start_time, 'insert'::varchar as step_name
from rs.user_relation
where table_subtype = 'REGULAR TABLE';

-- SYS_QUERY_HISTORY, of it the statements that run now; what they took means nothing here
create view rs.sys_query_history as
select
    usesysid::int as user_id,
    pid::bigint as query_id,
    current_setting('query_group', true)::varchar(320) as query_label,
    pid::bigint as transaction_id,
    pid as session_id,
    datname::varchar(128) as database_name,
    split_part(lower(query), ' ', 1)::varchar(32) as query_type,
    'running'::varchar(10) as status,
    false as result_cache_hit,
    query_start::timestamp as start_time,
    null::timestamp as end_time,
    1000::bigint as elapsed_time,
    0::bigint as queue_time,
    1000::bigint as execution_time,
    ''::varchar(512) as error_message,
    0::bigint as returned_rows,
    0::bigint as returned_bytes,
    query::varchar(4000) as query_text
from pg_catalog.pg_stat_activity
where state = 'active' and datname = current_database();

-- ---------------------------------------------------------------------------------------------- SHOW commands
-- The proxy writes SHOW TABLES FROM SCHEMA database.schema as select * from rs.show_tables('database.schema').
create function rs.last_name(qualified text, back int) returns text language sql immutable
    return (parse_ident(qualified))[cardinality(parse_ident(qualified)) - back];

-- r_SHOW_SCHEMAS
create function rs.show_schemas(database text, pattern text) returns table (
    database_name varchar, schema_name varchar, schema_owner int, schema_type varchar, schema_acl varchar,
    source_database varchar, schema_option varchar
) language sql stable security definer
begin atomic
    select
        current_database()::varchar, user_schema.nspname::varchar, user_schema.nspowner::int,
        case when external_schema.name is null then 'local' else 'external' end::varchar,
        null::varchar, external_schema.database::varchar, external_schema.options::varchar
    from rs.user_schema
    left join rs.external_schema on external_schema.name = user_schema.nspname
    where user_schema.nspname like coalesce(pattern, '%');
end;

-- r_SHOW_TABLES
create function rs.show_tables(schema text) returns table (
    database_name varchar, schema_name varchar, table_name varchar, table_type varchar, table_acl varchar,
    remarks varchar, owner varchar, last_altered_time timestamp, last_modified_time timestamp, dist_style varchar,
    table_subtype varchar
) language sql stable security definer
begin atomic
    select
        current_database()::varchar, user_relation.schema_name::varchar, user_relation.table_name::varchar,
        case user_relation.table_subtype when 'MATERIALIZED VIEW' then 'VIEW' else user_relation.table_type end::varchar,
        null::varchar, obj_description(user_relation.oid, 'pg_class')::varchar,
        user_relation.owner::varchar, rs.last_written(user_relation.oid), rs.last_written(user_relation.oid),
        table_keys.diststyle::varchar,
        user_relation.table_subtype::varchar
    from rs.user_relation
    left join rs.table_keys on table_keys.relid = user_relation.oid
    where user_relation.schema_name = rs.last_name(show_tables.schema, 0);
end;

-- r_SHOW_COLUMNS
create function rs.show_columns(relation text) returns table (
    database_name varchar, schema_name varchar, table_name varchar, column_name varchar, ordinal_position int,
    column_default varchar, is_nullable varchar, data_type varchar, character_maximum_length int,
    numeric_precision int, numeric_scale int, remarks varchar
) language sql stable security definer
begin atomic
    select
        table_catalog::varchar, table_schema::varchar, columns.table_name::varchar, columns.column_name::varchar,
        columns.ordinal_position::int, columns.column_default::varchar, columns.is_nullable::varchar,
        columns.data_type::varchar, columns.character_maximum_length::int, columns.numeric_precision::int,
        columns.numeric_scale::int, null::varchar
    from information_schema.columns
    where
        table_schema = rs.last_name(relation, 1)
        and columns.table_name = rs.last_name(relation, 0)
    order by columns.ordinal_position;
end;

-- r_SHOW_GRANTS
create function rs.show_grants(relation text) returns table (
    database_name varchar, schema_name varchar, object_name varchar, object_type varchar, privilege_type varchar,
    identity_id int, identity_name varchar, identity_type varchar, admin_option varchar, privilege_scope varchar,
    grantor_name varchar
) language sql stable security definer
begin atomic
    select
        current_database()::varchar, privileges.namespace_name, privileges.relation_name, 'TABLE'::varchar,
        upper(privileges.privilege_type)::varchar, privileges.identity_id, privileges.identity_name,
        privileges.identity_type, privileges.admin_option::varchar, 'TABLE'::varchar, null::varchar
    from rs.svv_relation_privileges as privileges
    where
        namespace_name = rs.last_name(relation, 1)
        and relation_name = rs.last_name(relation, 0);
end;

grant select on all tables in schema rs to public;
