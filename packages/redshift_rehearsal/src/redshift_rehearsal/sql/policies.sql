-- Row-level security: CREATE RLS POLICY and its like, enforced by PostgreSQL's own policies (t_rls, r_ATTACH_RLS_POLICY).
-- The proxy writes each statement as a call. Pages are those of https://docs.aws.amazon.com/redshift/latest/dg/<page>.html.

create table rs.rls_policy (
    name text primary key, alias text not null, columns text not null, condition text not null,
    changed_by text not null, changed_at timestamp not null
);
create table rs.rls_attachment (policy text, relid oid, grantee text, primary key (policy, relid, grantee));
create table rs.rls_table (relid oid primary key, is_on boolean not null, conjunction text not null);
grant select on rs.rls_policy, rs.rls_attachment, rs.rls_table to public;

-- A superuser, who makes policies and whom they do not concern, is here whoever may create users.
create function rs.is_admin() returns boolean language sql stable security definer
    return (select rolsuper or rolcreaterole from pg_catalog.pg_roles where rolname = session_user);

create function rs.check_admin(page text) returns void language plpgsql as $$
begin
    if not rs.is_admin() then
        perform rs.refuse('policies of rows', 'permission denied: must be superuser or have role sys:secadmin', page);
    end if;
end $$;

create function rs.rls_policy_named(wanted text, page text) returns rs.rls_policy language plpgsql as $$
declare
    found rs.rls_policy := rls_policy from rs.rls_policy where name = wanted;
begin
    if found.name is null then
        perform rs.refuse('policies of rows', format('RLS policy "%s" does not exist', wanted), page);
    end if;
    return found;
end $$;

-- The policies of a table as PostgreSQL's. All that are attached to the user have to hold, or one of CONJUNCTION TYPE
-- OR; whom none is attached to sees no row.
create function rs.apply_rls(changed regclass) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    settings rs.rls_table := rls_table from rs.rls_table where relid = changed;
    is_any constant boolean := coalesce(settings.conjunction = 'or', false);
    known record;
    command text;
begin
    for known in select polname from pg_policy where polrelid = changed loop
        execute format('drop policy %I on %s', known.polname, changed);
    end loop;
    if not coalesce(settings.is_on, false) then
        execute format('alter table %s disable row level security', changed);
        return;
    end if;
    execute format('alter table %s enable row level security, force row level security', changed);
    execute format('create policy rs_admin on %s using (rs.is_admin())', changed);
    execute format('create policy rs_insert on %s for insert with check (true)', changed);
    foreach command in array array['select', 'update', 'delete'] loop
        for known in
            select grantee, string_agg('(' || condition || ')', case when is_any then ' or ' else ' and ' end) as condition
            from rs.rls_attachment
            inner join rs.rls_policy on name = policy
            where relid = changed
            group by grantee
        loop
            -- Those of several grantees, a user's and his roles', are joined as those of one.
            execute format(
                'create policy %I on %s as %s for %s to %s using (rs.is_admin() or (%s)) %s',
                format('rs_%s_%s', command, known.grantee), changed,
                case when is_any then 'permissive' else 'restrictive' end, command,
                case known.grantee when 'public' then 'public' else quote_ident(known.grantee) end, known.condition,
                case command when 'update' then 'with check (true)' else '' end
            );
            if not is_any then
                execute format(
                    'create policy %I on %s for %s to %s using (true)', format('rs_%s_%s_may', command, known.grantee),
                    changed, command, case known.grantee when 'public' then 'public' else quote_ident(known.grantee) end
                );
            end if;
        end loop;
    end loop;
end $$;

create function rs.create_rls_policy(policy text, alias text, columns text, condition text) returns void
language plpgsql security definer set search_path from current as $$
begin
    perform rs.check_admin('r_CREATE_RLS_POLICY');
    if exists (select from rs.rls_policy where name = policy) then
        perform rs.refuse('policies of rows', format('RLS policy "%s" already exists', policy), 'r_CREATE_RLS_POLICY');
    end if;
    insert into rs.rls_policy values (policy, alias, columns, condition, session_user, now()::timestamp);
end $$;

create function rs.alter_rls_policy(policy text, changed_condition text) returns void
language plpgsql security definer as $$
begin
    perform rs.check_admin('r_ALTER_RLS_POLICY'), rs.rls_policy_named(policy, 'r_ALTER_RLS_POLICY');
    update rs.rls_policy set condition = changed_condition, changed_by = session_user, changed_at = now()::timestamp
    where name = policy;
    perform rs.apply_rls(relid::regclass)
    from (select distinct relid from rs.rls_attachment where rls_attachment.policy = alter_rls_policy.policy) as attached;
end $$;

create function rs.drop_rls_policy(dropped text, if_exists boolean, is_cascade boolean) returns void
language plpgsql security definer as $$
declare
    attached oid[] := array(select distinct relid from rs.rls_attachment where policy = dropped);
    changed oid;
begin
    perform rs.check_admin('r_DROP_RLS_POLICY');
    if not exists (select from rs.rls_policy where name = dropped) and if_exists then
        return;
    end if;
    perform rs.rls_policy_named(dropped, 'r_DROP_RLS_POLICY');
    if cardinality(attached) > 0 and not is_cascade then
        perform rs.refuse(
            'policies of rows', format('RLS policy "%s" is attached to %s', dropped, attached[1]::regclass), 'r_DROP_RLS_POLICY'
        );
    end if;
    delete from rs.rls_attachment where policy = dropped;
    delete from rs.rls_policy where name = dropped;
    foreach changed in array attached loop
        perform rs.apply_rls(changed::regclass);
    end loop;
end $$;

create function rs.attach_rls_policy(attached text, relation text, grantee text) returns void
language plpgsql security definer as $$
declare
    known constant rs.rls_policy := rs.rls_policy_named(attached, 'r_ATTACH_RLS_POLICY');
    needed text;
begin
    perform rs.check_admin('r_ATTACH_RLS_POLICY');
    foreach needed in array string_to_array(known.columns, ',') loop
        if not exists (
            select from pg_catalog.pg_attribute where attrelid = relation::regclass and attname = needed and not attisdropped
        ) then
            perform rs.refuse(
                'policies of rows', format('column "%s" of the policy does not exist in %s', needed, relation),
                'r_ATTACH_RLS_POLICY'
            );
        end if;
    end loop;
    insert into rs.rls_attachment values (attached, relation::regclass, grantee) on conflict do nothing;
    if grantee <> 'public' and not exists (select from pg_catalog.pg_roles where rolname = grantee) then
        raise exception 'role "%" does not exist', grantee using errcode = 'undefined_object';
    end if;
    perform rs.apply_rls(relation::regclass);
end $$;

create function rs.detach_rls_policy(detached text, relation text, given text) returns void
language plpgsql security definer as $$
begin
    perform rs.check_admin('r_DETACH_RLS_POLICY'), rs.rls_policy_named(detached, 'r_DETACH_RLS_POLICY');
    delete from rs.rls_attachment where policy = detached and relid = relation::regclass and grantee = given;
    if not found then
        perform rs.refuse(
            'policies of rows', format('RLS policy "%s" is not attached to %s for %s', detached, relation, given),
            'r_DETACH_RLS_POLICY'
        );
    end if;
    perform rs.apply_rls(relation::regclass);
end $$;

-- r_ALTER_TABLE: ROW LEVEL SECURITY { ON | OFF } [ CONJUNCTION TYPE { AND | OR } ]
create function rs.set_rls(relation text, becomes_on boolean, joined text) returns void
language plpgsql security definer as $$
begin
    perform rs.check_admin('r_ALTER_TABLE');
    insert into rs.rls_table values (relation::regclass, becomes_on, joined)
    on conflict (relid) do update set is_on = excluded.is_on, conjunction = excluded.conjunction;
    perform rs.apply_rls(relation::regclass);
end $$;

-- r_SVV_RLS_POLICY, r_SVV_RLS_RELATION, r_SVV_RLS_ATTACHED_POLICY
create view rs.svv_rls_policy as
select
    current_database()::text as poldb, name as polname, alias as polalias, columns as polatts, condition as polqual,
    true as polenabled, changed_by as polmodifiedby, changed_at as polmodifiedtime
from rs.rls_policy;
create view rs.svv_rls_relation as
select
    current_database()::text as datname, nspname::text as relschema, relname::text, 'table'::text as relkind,
    is_on as is_rls_on, false as is_rls_datashare_on, conjunction as rls_conjunction_type
from rs.rls_table
inner join pg_catalog.pg_class on pg_class.oid = relid
inner join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace;
create view rs.svv_rls_attached_policy as
select
    nspname::text as relschema, relname::text, 'table'::text as relkind, policy as polname, null::text as grantor, grantee,
    case when grantee = 'public' then 'public' when rolcanlogin then 'user' else 'role' end as granteekind,
    true as is_pol_on, coalesce(is_on, false) as is_rls_on, coalesce(conjunction, 'and') as rls_conjunction_type
from rs.rls_attachment
inner join pg_catalog.pg_class on pg_class.oid = relid
inner join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace
left join rs.rls_table using (relid)
left join pg_catalog.pg_roles on rolname = grantee;
grant select on rs.svv_rls_policy, rs.svv_rls_relation, rs.svv_rls_attached_policy to public;
