-- Further system views: what dbt's packages and BI tools ask. Those of what has run are empty: nothing is kept here.
-- Pages are those of https://docs.aws.amazon.com/redshift/latest/dg/<page>.html.

-- r_SVV_TABLES, r_SVV_ALL_TABLES, r_SVV_REDSHIFT_TABLES
create view rs.svv_tables as
select
    current_database()::varchar(128) as table_catalog,
    schema_name::varchar(128) as table_schema,
    table_name::varchar(128),
    case
        when table_subtype = 'EXTERNAL TABLE' then table_subtype
        when table_type = 'TABLE' then 'BASE TABLE'
        else table_type
    end::varchar(128) as table_type,
    obj_description(oid, 'pg_class')::varchar(128) as remarks
from rs.user_relation;
create view rs.svv_all_tables as
select
    current_database()::varchar(128) as database_name,
    schema_name::varchar(128),
    table_name::varchar(128),
    ''::varchar(128) as table_acl,
    case when table_subtype = 'EXTERNAL TABLE' then table_subtype else table_type end::varchar(128) as table_type,
    obj_description(oid, 'pg_class')::varchar(128) as remarks
from rs.user_relation;
create view rs.svv_redshift_tables as
select database_name, schema_name, table_name, table_type, table_acl, remarks from rs.svv_all_tables
where table_type <> 'EXTERNAL TABLE';

-- r_SVV_ALL_COLUMNS
create view rs.svv_all_columns as
select
    table_catalog::varchar(128) as database_name, table_schema::varchar(128) as schema_name, table_name::varchar(128),
    column_name::varchar(128), ordinal_position::int, column_default::varchar(4000), is_nullable::varchar(3),
    data_type::varchar(128), character_maximum_length::int, numeric_precision::int, numeric_scale::int,
    null::varchar(256) as remarks
from rs.columns
where table_schema <> 'information_schema' and table_schema !~ '^(pg_|rs$|rs_)'
union all
select redshift_database_name, schemaname, tablename, columnname, columnnum, null, 'YES', external_type, null, null, null, null
from rs.svv_external_columns;

-- r_SVV_ALL_SCHEMAS, r_SVV_REDSHIFT_SCHEMAS, r_SVV_REDSHIFT_DATABASES, r_SVV_EXTERNAL_DATABASES
create view rs.svv_all_schemas as
select
    current_database()::varchar(128) as database_name, user_schema.nspname::varchar(128) as schema_name,
    user_schema.nspowner::int as schema_owner,
    case when external_schema.name is null then 'local' else 'external' end::varchar(128) as schema_type,
    null::varchar(128) as schema_acl, external_schema.database::varchar(128) as source_database,
    external_schema.options::varchar(128) as schema_option
from rs.user_schema
left join rs.external_schema on external_schema.name = user_schema.nspname;
create view rs.svv_redshift_schemas as
select database_name, schema_name, schema_owner, schema_type, schema_acl, schema_option from rs.svv_all_schemas
where schema_type = 'local';
create view rs.svv_redshift_databases as
select
    datname::varchar(128) as database_name, datdba::int as database_owner, 'local'::varchar(32) as database_type,
    null::varchar(128) as database_acl, ''::varchar(128) as database_options,
    'Snapshot Isolation'::varchar(128) as database_isolation_level
from pg_catalog.pg_database where datname = current_database();
create view rs.svv_external_databases as
select distinct
    1::smallint as eskind, database::varchar(128) as databasename, ''::varchar(256) as location,
    '{}'::varchar(4096) as parameters
from rs.external_schema;

-- r_SVV_REDSHIFT_FUNCTIONS
create view rs.svv_redshift_functions as
select
    current_database()::varchar(128) as database_name, user_schema.nspname::varchar(128) as schema_name,
    proname::varchar(128) as function_name,
    case prokind when 'p' then 'STORED PROCEDURE' when 'a' then 'AGGREGATED FUNCTION' else 'REGULAR FUNCTION' end::varchar(128)
        as function_type,
    pg_get_function_arguments(pg_proc.oid)::varchar(512) as argument_type,
    format_type(prorettype, null)::varchar(512) as result_type
from pg_catalog.pg_proc
inner join rs.user_schema on user_schema.oid = pronamespace;

-- r_PG_USER_INFO, r_SVV_USER_INFO, r_SVV_ROLES, r_SVV_USER_GRANTS, r_SVV_ROLE_GRANTS: users log in, roles do not
create view rs.pg_user_info as
select
    usename, usesysid::int, usecreatedb, usesuper, false as usecatupd, '********'::text as passwd, valuntil, useconfig,
    'UNLIMITED'::text as useconnlimit
from pg_catalog.pg_user where usename <> 'postgres';
create view rs.svv_user_info as
select
    usename::text as user_name, usesysid as user_id, usecreatedb as createdb, usesuper as superuser, false as catalog_update,
    'UNLIMITED'::text as connection_limit, 'RESTRICTED'::text as syslog_access, null::timestamp as last_ddl_timestamp,
    0 as session_timeout, ''::text as external_user_id
from rs.pg_user_info;
create view rs.svv_roles as
select oid::int as role_id, rolname::text as role_name, ''::text as role_owner, ''::text as external_id
from pg_catalog.pg_roles where not rolcanlogin and rolname !~ '^pg_';
create view rs.svv_user_grants as
select
    member.oid::int as user_id, member.rolname::text as user_name, given.oid::int as role_id, given.rolname::text as role_name,
    pg_auth_members.admin_option
from pg_catalog.pg_auth_members
inner join pg_catalog.pg_roles as given on given.oid = roleid and not given.rolcanlogin and given.rolname !~ '^pg_'
inner join pg_catalog.pg_roles as member on member.oid = member and member.rolcanlogin;
create view rs.svv_role_grants as
select
    member.oid::int as role_id, member.rolname::text as role_name, given.oid::int as granted_role_id,
    given.rolname::text as granted_role_name
from pg_catalog.pg_auth_members
inner join pg_catalog.pg_roles as given on given.oid = roleid and not given.rolcanlogin and given.rolname !~ '^pg_'
inner join pg_catalog.pg_roles as member on member.oid = member and not member.rolcanlogin;

-- r_SVV_SCHEMA_PRIVILEGES, r_SVV_DATABASE_PRIVILEGES, r_SVV_DEFAULT_PRIVILEGES, r_SVV_COLUMN_PRIVILEGES
create function rs.privileges_of(given aclitem[])
returns table (privilege_type text, identity_id int, identity_name text, identity_type text, admin_option boolean)
stable language sql set search_path = pg_catalog, pg_temp as $$
    select
        each.privilege_type, each.grantee::int, coalesce(rolname, 'public')::text,
        case when rolname is null then 'public' when rolcanlogin then 'user' else 'role' end, each.is_grantable
    from aclexplode(given) as each
    left join pg_roles on pg_roles.oid = each.grantee
$$;
create view rs.svv_schema_privileges as
select
    nspname::text as namespace_name, privilege_type, identity_id, identity_name, identity_type, admin_option
from pg_catalog.pg_namespace
cross join lateral rs.privileges_of(nspacl)
where nspname !~ '^(rs$|rs_)';
create view rs.svv_database_privileges as
select
    datname::text as database_name, privilege_type, identity_id, identity_name, identity_type, admin_option
from pg_catalog.pg_database
cross join lateral rs.privileges_of(datacl)
where datname = current_database();
create view rs.svv_default_privileges as
select
    nspname::text as schema_name, case defaclobjtype when 'r' then 'RELATION' when 'f' then 'FUNCTION' end as object_type,
    defaclrole::int as owner_id, pg_get_userbyid(defaclrole)::text as owner_name, 'user' as owner_type, privilege_type,
    identity_id as grantee_id, identity_name as grantee_name, identity_type as grantee_type, admin_option
from pg_catalog.pg_default_acl
left join pg_catalog.pg_namespace on pg_namespace.oid = defaclnamespace
cross join lateral rs.privileges_of(defaclacl);
create view rs.svv_column_privileges as
select
    table_schema::text as namespace_name, table_name::text as relation_name, column_name::text, privilege_type::text,
    0 as identity_id, grantee::text as identity_name, 'user' as identity_type
from information_schema.column_privileges;

-- r_PG_EXTERNAL_SCHEMA
create view rs.pg_external_schema as
select pg_namespace.oid as esoid, 1 as eskind, external_schema.database::text as esdbname, options::text as esoptions
from rs.external_schema
inner join pg_catalog.pg_namespace on nspname = external_schema.name;

-- r_STV_SESSIONS, r_SYS_SESSION_HISTORY, of those that are there now
create view rs.stv_sessions as
select
    backend_start::timestamp as starttime, pid as process, usename::char(50) as user_name, datname::char(50) as db_name,
    0 as timeout_sec
from pg_catalog.pg_stat_activity where datname = current_database();

-- Views of what has run, of loads and of what a cluster does: none of it happens here, so they have no rows.
do $do$
declare
    empty record;
begin
    for empty in
        select * from (
            values
            ('stl_query', 'userid int, query int, label char(320), xid bigint, pid int, database char(32), querytxt char(4000), starttime timestamp, endtime timestamp, aborted int, insert_pristine int, concurrency_scaling_status int'),
            ('stl_querytext', 'userid int, xid bigint, pid int, query int, sequence int, text char(200)'),
            ('stl_ddltext', 'userid int, xid bigint, pid int, label char(320), starttime timestamp, endtime timestamp, sequence int, text char(200)'),
            ('stl_utilitytext', 'userid int, xid bigint, pid int, label char(320), starttime timestamp, endtime timestamp, sequence int, text char(200)'),
            ('stl_wlm_query', 'userid int, xid int, task int, query int, service_class int, slot_count int, service_class_start_time timestamp, queue_start_time timestamp, queue_end_time timestamp, total_queue_time bigint, exec_start_time timestamp, exec_end_time timestamp, total_exec_time bigint, service_class_end_time timestamp, final_state char(16)'),
            ('stl_load_errors', 'userid int, slice int, tbl int, starttime timestamp, session int, query int, filename char(256), line_number bigint, colname char(127), type char(10), col_length char(10), position int, raw_line char(1024), raw_field_value char(1024), err_code int, err_reason char(100)'),
            ('stl_load_commits', 'userid int, query int, slice int, name char(256), filename char(256), byte_offset int, lines_scanned int, errors int, curtime timestamp, status int'),
            ('stl_unload_log', 'userid int, query int, slice int, pid int, path char(1280), start_time timestamp, end_time timestamp, line_count bigint, transfer_size bigint'),
            ('stl_insert', 'userid int, query int, slice int, segment int, step int, starttime timestamp, endtime timestamp, tasknum int, rows bigint, tbl int'),
            ('stl_delete', 'userid int, query int, slice int, segment int, step int, starttime timestamp, endtime timestamp, tasknum int, rows bigint, tbl int'),
            ('stl_scan', 'userid int, query int, slice int, segment int, step int, starttime timestamp, endtime timestamp, tasknum int, rows bigint, bytes bigint, tbl int, type int, perm_table_name char(136)'),
            ('stl_alert_event_log', 'userid int, query int, slice int, segment int, step int, pid int, xid bigint, event char(1024), solution char(1024), event_time timestamp'),
            ('stl_error', 'userid int, process char(12), recordtime timestamp, pid int, errcode int, file char(90), linenum int, context char(100), error char(512)'),
            ('stl_connection_log', 'event char(50), recordtime timestamp, remotehost char(45), remoteport char(32), pid int, dbname char(50), username char(50), authmethod char(32), duration int'),
            ('stl_vacuum', 'userid int, xid bigint, table_id int, status char(30), rows bigint, sortedrows int, blocks int, eventtime timestamp'),
            ('stl_analyze', 'userid int, xid bigint, database char(30), table_id int, status char(15), rows double precision, starttime timestamp, endtime timestamp'),
            ('svl_qlog', 'userid int, query int, xid bigint, pid int, starttime timestamp, endtime timestamp, elapsed bigint, aborted int, label char(320), substring char(60), source_query int'),
            ('svl_statementtext', 'userid int, xid bigint, pid int, label char(320), starttime timestamp, endtime timestamp, sequence int, type varchar(10), text char(200)'),
            ('svl_query_summary', 'userid int, query int, stm int, seg int, step int, maxtime bigint, avgtime bigint, rows bigint, bytes bigint, label text, is_diskbased char(1), workmem bigint'),
            ('svl_stored_proc_call', 'userid int, session_userid int, query int, label char(320), xid bigint, pid int, database char(32), querytxt char(2000), starttime timestamp, endtime timestamp, aborted int, from_sp_call int'),
            ('svl_mv_refresh_status', 'db_name char(128), userid bigint, schema_name char(128), mv_name char(128), xid bigint, starttime timestamp, endtime timestamp, status text, refresh_type char(32)'),
            ('svl_s3query_summary', 'userid int, query int, xid bigint, pid int, segment int, step int, starttime timestamp, endtime timestamp, elapsed bigint, aborted int, external_table_name char(136), s3_scanned_rows bigint, s3_scanned_bytes bigint'),
            ('svv_transactions', 'txn_owner text, txn_db text, xid bigint, pid int, txn_start timestamp, lock_mode text, lockable_object_type text, relation int, granted boolean'),
            ('svv_vacuum_progress', 'table_name text, status text, time_remaining_estimate text'),
            ('svv_datashares', 'share_name varchar(128), share_id int, share_owner int, source_database varchar(128), consumer_database varchar(128), share_type varchar(8), createdate timestamp, is_publicaccessible boolean, share_acl varchar(256), producer_account varchar(16), producer_namespace varchar(64)'),
            ('svv_datashare_objects', 'share_type varchar(8), share_name varchar(128), object_type varchar(64), object_name varchar(512), producer_account varchar(16), producer_namespace varchar(64), include_new boolean'),
            ('stv_recents', 'userid int, status char(20), starttime timestamp, duration int, user_name char(50), db_name char(50), query char(600), pid int'),
            ('stv_inflight', 'userid int, slice int, query int, label char(320), xid bigint, pid int, starttime timestamp, text char(100), suspended int, insert_pristine int, concurrency_scaling_status int'),
            ('stv_locks', 'table_id int, last_commit timestamp, last_update timestamp, lock_owner bigint, lock_owner_pid bigint, lock_owner_start_ts timestamp, lock_owner_end_ts timestamp, lock_status char(22)'),
            ('stv_blocklist', 'slice int, col int, tbl int, blocknum int, num_values int, extended_limits int, minvalue bigint, maxvalue bigint'),
            ('stv_tbl_perm', 'slice int, id int, name char(72), rows bigint, sorted_rows bigint, temp int, db_id int, insert_pristine int, delete_pristine int, backup int'),
            ('stv_load_state', 'userid int, session int, query int, slice int, pid int, recordtime timestamp, bytes_to_load bigint, bytes_loaded bigint'),
            ('sys_load_history', 'user_id int, query_id bigint, transaction_id bigint, session_id int, database_name text, status text, table_name text, start_time timestamp, end_time timestamp, duration bigint, data_source text, file_format text, loaded_rows bigint, loaded_bytes bigint, source_file_count int, error_count int'),
            ('sys_load_error_detail', 'user_id int, query_id bigint, transaction_id bigint, session_id int, database_name char(64), table_id int, start_time timestamp, file_name char(256), line_number bigint, column_name char(127), column_type char(10), column_length char(10), position int, error_code int, error_message char(512)'),
            ('sys_unload_history', 'user_id int, query_id bigint, transaction_id bigint, session_id int, database_name text, status text, start_time timestamp, end_time timestamp, duration bigint, file_format text, unloaded_rows bigint, unloaded_files_count bigint'),
            ('sys_query_text', 'user_id int, query_id bigint, transaction_id bigint, session_id int, start_time timestamp, sequence int, text char(200)'),
            ('sys_external_query_detail', 'user_id int, query_id bigint, segment_id int, source_type varchar(16), start_time timestamp, duration bigint, total_partitions int, scanned_files int, returned_rows bigint, returned_bytes bigint, table_name text'),
            ('sys_mv_refresh_history', 'user_id int, session_id int, transaction_id bigint, database_name char(128), schema_name char(128), mv_id bigint, mv_name char(128), refresh_type char(32), status text, start_time timestamp, end_time timestamp, duration bigint'),
            ('sys_vacuum_history', 'user_id int, transaction_id bigint, query_id bigint, database_name text, schema_name text, table_name text, table_id int, vacuum_type text, status text, start_time timestamp, end_time timestamp'),
            ('sys_serverless_usage', 'start_time timestamp, end_time timestamp, compute_seconds double precision, compute_capacity double precision, data_storage int, charged_seconds int'),
            ('sys_procedure_call', 'session_user_id int, user_id int, query_id bigint, query_text varchar(4000), start_time timestamp, end_time timestamp, status varchar(10), session_id int'),
            ('sys_connection_log', 'event text, record_time timestamp, remote_host text, session_id int, database_name text, user_name text, duration bigint')
        ) as described (name, columns)
    loop
        execute format(
            'create view rs.%I as select %s where false', empty.name,
            regexp_replace(empty.columns, '(^|, )(\w+) ([a-z ]+(\(\d+\))?)', '\1null::\3 as "\2"', 'g')
        );
    end loop;
end $do$;
grant select on all tables in schema rs to public;
