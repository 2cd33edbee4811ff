-- Set-up of Redshift for this project, run by an administrator in the database {database}.
-- Printed by `tickit setup-sql`, which fills in the words in braces. May be run again at any time: what
-- is there stays, and what has been added here since is added. No password is in it. No comment holds a semicolon, so
-- that a simple client can split it.

-- Names such as "IAMR:Builder" keep their capitals. Without this, Redshift makes them small even in quotes.
set enable_case_sensitive_identifier to true;

-- Roles and dbt's user -----------------------------------------------------------------------------------------------
-- Redshift has no "create role if not exists", hence a procedure, dropped again below.

create or replace procedure public.tickit_create_principals()
as $$
declare
    matches bigint;
begin
    select count(*) into matches from svv_roles where role_name = 'tickit_transformer';
    if matches = 0 then
        execute 'create role tickit_transformer';
    end if;
    select count(*) into matches from svv_roles where role_name = 'tickit_reporter';
    if matches = 0 then
        execute 'create role tickit_reporter';
    end if;
    select count(*) into matches from svv_roles where role_name = 'tickit_marketer';
    if matches = 0 then
        execute 'create role tickit_marketer';
    end if;
    select count(*) into matches from svv_roles where role_name = 'tickit_api';
    if matches = 0 then
        execute 'create role tickit_api';
    end if;
    select count(*) into matches from pg_user where usename = '{dbt_user}';
    if matches = 0 then
        execute 'create user "{dbt_user}" password disable';
    end if;
end;
$$ language plpgsql;

call public.tickit_create_principals();

drop procedure public.tickit_create_principals();

-- dbt opens a connection a thread and a few of its own. A statement of half an hour has gone wrong (milliseconds).
alter user "{dbt_user}" connection limit {connections};
alter user "{dbt_user}" set statement_timeout to {statement_timeout};
alter user "{dbt_user}" set query_group to 'dbt';

-- Nothing for everybody ----------------------------------------------------------------------------------------------

revoke all on schema public from public;
revoke temporary on database {database} from public;

-- Schemas: the lake, and one a layer ---------------------------------------------------------------------------------

create external schema if not exists tickit_external
from data catalog database '{glue_database}'
iam_role '{role_arn}';

-- External tables can be made by the owner of their schema only: no grant is enough.
alter schema tickit_external owner to "{dbt_user}";

create schema if not exists {schema}_seeds;
create schema if not exists {schema}_staging;
create schema if not exists {schema}_intermediate;
create schema if not exists {schema}_snapshots;
create schema if not exists {schema}_test_failures;
create schema if not exists {schema}_core;
create schema if not exists {schema}_sales;
create schema if not exists {schema}_marketing;
create schema if not exists {schema}_predictions;
create schema if not exists {schema}_operations;
create schema if not exists {schema}_semantics;
create schema if not exists {schema}_serving;

-- tickit_transformer: builds all layers, and no schema beside them ----------------------------------------------------

grant temporary on database {database} to role tickit_transformer;
grant usage, create on schema {schema}_seeds to role tickit_transformer;
grant usage, create on schema {schema}_staging to role tickit_transformer;
grant usage, create on schema {schema}_intermediate to role tickit_transformer;
grant usage, create on schema {schema}_snapshots to role tickit_transformer;
grant usage, create on schema {schema}_test_failures to role tickit_transformer;
grant usage, create on schema {schema}_core to role tickit_transformer;
grant usage, create on schema {schema}_sales to role tickit_transformer;
grant usage, create on schema {schema}_marketing to role tickit_transformer;
grant usage, create on schema {schema}_predictions to role tickit_transformer;
grant usage, create on schema {schema}_operations to role tickit_transformer;
grant usage, create on schema {schema}_semantics to role tickit_transformer;
grant usage, create on schema {schema}_serving to role tickit_transformer;
grant role tickit_transformer to "{dbt_user}";

-- tickit_reporter: reads the marts without personal data --------------------------------------------------------------
-- "all tables" are those of today, the default privileges are for those that dbt will make.

grant usage on schema {schema}_core to role tickit_reporter;
grant usage on schema {schema}_sales to role tickit_reporter;
grant usage on schema {schema}_predictions to role tickit_reporter;
grant usage on schema {schema}_operations to role tickit_reporter;
grant usage on schema {schema}_semantics to role tickit_reporter;
grant select on all tables in schema {schema}_core to role tickit_reporter;
grant select on all tables in schema {schema}_sales to role tickit_reporter;
grant select on all tables in schema {schema}_predictions to role tickit_reporter;
grant select on all tables in schema {schema}_operations to role tickit_reporter;
grant select on all tables in schema {schema}_semantics to role tickit_reporter;
alter default privileges for user "{dbt_user}" in schema {schema}_core
grant select on tables to role tickit_reporter;
alter default privileges for user "{dbt_user}" in schema {schema}_sales
grant select on tables to role tickit_reporter;
alter default privileges for user "{dbt_user}" in schema {schema}_predictions
grant select on tables to role tickit_reporter;
alter default privileges for user "{dbt_user}" in schema {schema}_operations
grant select on tables to role tickit_reporter;
alter default privileges for user "{dbt_user}" in schema {schema}_semantics
grant select on tables to role tickit_reporter;

-- tickit_marketer: reads the marketing marts too, where e-mail addresses are ------------------------------------------

grant role tickit_reporter to role tickit_marketer;
grant usage on schema {schema}_marketing to role tickit_marketer;
grant select on all tables in schema {schema}_marketing to role tickit_marketer;
alter default privileges for user "{dbt_user}" in schema {schema}_marketing
grant select on tables to role tickit_marketer;

-- tickit_api: reads what is published for the REST API and nothing else. It has e-mail addresses too, which the API shows
-- to callers with the scope for them -----------------------------------------------------------------------------------

grant usage on schema {schema}_serving to role tickit_api;
grant select on all tables in schema {schema}_serving to role tickit_api;
alter default privileges for user "{dbt_user}" in schema {schema}_serving
grant select on tables to role tickit_api;
