-- Dynamic data masking: CREATE MASKING POLICY and its like (t_ddm). The proxy writes each statement as a call, and puts the
-- masks into the queries (masks.py). Pages are those of https://docs.aws.amazon.com/redshift/latest/dg/<page>.html.

create table rs.masking_policy (
    name text primary key, inputs text[] not null, expressions text[] not null, input_columns text not null,
    policy_expression text not null, changed_by text not null, changed_at timestamp not null
);
-- What a user may not compute is kept as the catalog shows it
create table rs.mask_attachment (
    policy text not null, relid oid not null, outputs text[] not null, inputs text[] not null, grantee text not null,
    kind text not null, priority int not null, grantor text not null, input_columns text not null,
    output_columns text not null
);
grant select on rs.masking_policy, rs.mask_attachment to public;

create function rs.refuse_mask(message text, page text) returns void language plpgsql as $$
begin
    perform rs.refuse('policies of masks', message, page);
end $$;

create function rs.masking_policy_named(wanted text, page text) returns rs.masking_policy language plpgsql as $$
declare
    found rs.masking_policy := masking_policy from rs.masking_policy where name = wanted;
begin
    if not rs.is_admin() then
        perform rs.refuse_mask('permission denied: must be superuser or have role sys:secadmin', page);
    elsif found.name is null then
        perform rs.refuse_mask(format('masking policy "%s" does not exist', wanted), page);
    end if;
    return found;
end $$;

create function rs.expressions_shown(given text) returns text language sql stable as $$
    select jsonb_agg(jsonb_build_object('expr', expression) order by number)::text
    from unnest(rs.texts_of(given::jsonb)) with ordinality as listed (expression, number)
$$;

create function rs.create_masking_policy(
    made text, if_not_exists boolean, names text, types text, given text
) returns void language plpgsql security definer as $$
begin
    if not rs.is_admin() then
        perform rs.refuse_mask('permission denied: must be superuser or have role sys:secadmin', 'r_CREATE_MASKING_POLICY');
    elsif exists (select from rs.masking_policy where name = made) then
        if not if_not_exists then
            perform rs.refuse_mask(format('masking policy "%s" already exists', made), 'r_CREATE_MASKING_POLICY');
        end if;
        return;
    end if;
    insert into rs.masking_policy values (
        made, rs.texts_of(names::jsonb), rs.texts_of(given::jsonb),
        (
            select jsonb_agg(jsonb_build_object('colname', name, 'type', type) order by number)::text
            from unnest(rs.texts_of(names::jsonb), rs.texts_of(types::jsonb)) with ordinality as taken (name, type, number)
        ),
        rs.expressions_shown(given), session_user, now()::timestamp
    );
end $$;

create function rs.alter_masking_policy(altered text, changed text) returns void language plpgsql security definer as $$
declare
    known constant rs.masking_policy := rs.masking_policy_named(altered, 'r_ALTER_MASKING_POLICY');
begin
    if cardinality(known.expressions) <> jsonb_array_length(changed::jsonb) then
        perform rs.refuse_mask('the number of expressions must stay the same', 'r_ALTER_MASKING_POLICY');
    end if;
    update rs.masking_policy set
        expressions = rs.texts_of(changed::jsonb), policy_expression = rs.expressions_shown(changed),
        changed_by = session_user, changed_at = now()::timestamp
    where name = altered;
end $$;

create function rs.drop_masking_policy(dropped text) returns void language plpgsql security definer as $$
declare
    known constant rs.masking_policy := rs.masking_policy_named(dropped, 'r_DROP_MASKING_POLICY');
    -- A dropped table has no policies.
    attached oid := min(relid) from rs.mask_attachment
    where policy = known.name and exists (select from pg_catalog.pg_class where oid = relid);
begin
    if attached is not null then
        perform rs.refuse_mask(
            format('masking policy "%s" is attached to %s: detach it first', dropped, attached::regclass),
            'r_DROP_MASKING_POLICY'
        );
    end if;
    delete from rs.mask_attachment where policy = dropped;
    delete from rs.masking_policy where name = dropped;
end $$;

create function rs.attach_masking_policy(
    attached text, relation text, outputs_json text, inputs_json text, grantee text, kind text, priority text
) returns void language plpgsql security definer as $$
declare
    page constant text := 'r_ATTACH_MASKING_POLICY';
    known constant rs.masking_policy := rs.masking_policy_named(attached, page);
    table_oid constant oid := relation::regclass;
    masked constant text[] := rs.texts_of(outputs_json::jsonb);
    read constant text[] := rs.texts_of(inputs_json::jsonb);
    missing text;
    other record;
begin
    select wanted into missing from unnest(masked || read) as wanted
    where not exists (
        select from pg_catalog.pg_attribute
        where attrelid = table_oid and attname = wanted and attnum > 0 and not attisdropped
    );
    if missing is not null then
        perform rs.refuse_mask(format('column "%s" does not exist in %s', missing, relation), page);
    elsif cardinality(read) <> cardinality(known.inputs) or cardinality(masked) <> cardinality(known.expressions) then
        perform rs.refuse_mask(
            format('masking policy "%s" takes %s columns and masks %s', attached, cardinality(known.inputs),
            cardinality(known.expressions)), page
        );
    elsif exists (
        select from pg_catalog.pg_class
        where oid = table_oid and (relkind <> 'r' or oid in (select relid from rs.external_table))
    ) then
        perform rs.not_rehearsed('masks of anything but a table', page);
    elsif kind <> 'public' and not exists (select from pg_catalog.pg_roles where rolname = grantee) then
        raise exception '% "%" does not exist', kind, grantee using errcode = 'undefined_object';
    end if;
    for other in select * from rs.mask_attachment where relid = table_oid and outputs && masked loop
        if other.grantee = attach_masking_policy.grantee and other.kind = attach_masking_policy.kind then
            perform rs.refuse_mask(format('a masking policy is attached to the column for %s', grantee), page);
        elsif other.priority = attach_masking_policy.priority::int then
            perform rs.refuse_mask(format('a masking policy with priority %s is attached to the column', priority), page);
        end if;
    end loop;
    insert into rs.mask_attachment
    values (attached, table_oid, masked, read, grantee, kind, priority::int, session_user, inputs_json, outputs_json);
end $$;

create function rs.detach_masking_policy(
    detached text, relation text, outputs_json text, given text, given_kind text
) returns void language plpgsql security definer as $$
declare
    known constant rs.masking_policy := rs.masking_policy_named(detached, 'r_DETACH_MASKING_POLICY');
begin
    delete from rs.mask_attachment
    where
        policy = known.name and relid = relation::regclass and outputs = rs.texts_of(outputs_json::jsonb)
        and grantee = given and kind = given_kind;
    if not found then
        perform rs.refuse_mask(
            format('masking policy "%s" is not attached to %s for %s', detached, relation, given),
            'r_DETACH_MASKING_POLICY'
        );
    end if;
end $$;

-- What concerns a reader: policies for everybody, for the user, and for the roles that the user has.
create function rs.masks_for(reader text) returns setof rs.mask_attachment
language sql stable security definer as $$
    select mask_attachment.* from rs.mask_attachment
    where
        case kind
            when 'public' then true
            when 'user' then grantee = reader
            -- PostgreSQL grants a role to whoever creates it
            else pg_has_role(reader, grantee, 'member') and not exists (
                select from pg_catalog.pg_roles where rolname = reader and (rolsuper or rolcreaterole)
            )
        end
$$;

-- The columns of a table, each with the expression of the highest priority for a reader.
create function rs.masks_of(relation text, reader text)
returns table (name text, type text, expression text, names text[], inputs text[])
language sql stable security definer set search_path = public, pg_catalog as $$
    select
        attname::text, format_type(atttypid, atttypmod), coalesce(mask.expression, ''), mask.names, mask.inputs
    from pg_catalog.pg_attribute
    left join lateral (
        select expressions[array_position(outputs, attname::text)], masking_policy.inputs, masks.inputs
        from rs.masks_for(reader) as masks
        inner join rs.masking_policy on masking_policy.name = policy
        where relid = attrelid and attname = any(outputs)
        order by priority desc
        limit 1
    ) as mask (expression, names, inputs) on true
    where attrelid = to_regclass(relation) and attnum > 0 and not attisdropped
    order by attnum
$$;

-- What a late-binding view reads is not in the catalog, so each counts as one over masks.
create function rs.is_view_over_masks(relation text, reader text) returns boolean
language sql stable security definer set search_path = public, pg_catalog as $$
    with recursive needed (relid) as (
        select to_regclass(relation)::oid
        union
        select refobjid
        from needed
        inner join pg_rewrite on ev_class = relid
        inner join pg_depend on objid = pg_rewrite.oid and classid = 'pg_rewrite'::regclass
        where refclassid = 'pg_class'::regclass and refobjid <> relid
    )
    select exists (select from rs.masks_for(reader)) and exists (
        select from needed
        where
            relid in (select late_binding_view.relid from rs.late_binding_view)
            or (relid <> to_regclass(relation) and relid in (select masks.relid from rs.masks_for(reader) as masks))
    )
$$;

-- r_SVV_MASKING_POLICY, r_SVV_ATTACHED_MASKING_POLICY; of the latter, a user sees what is attached to tables of his
create view rs.svv_masking_policy as
select
    name as policy_name, input_columns, policy_expression, changed_by as policy_modified_by,
    changed_at as policy_modified_time
from rs.masking_policy;
create view rs.svv_attached_masking_policy as
select
    policy as policy_name, nspname::text as schema_name, relname::text as table_name, 'table'::text as table_type, grantor,
    grantee, kind as grantee_type, priority, input_columns, output_columns
from rs.mask_attachment
inner join pg_catalog.pg_class on pg_class.oid = relid
inner join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace;
grant select on rs.svv_masking_policy, rs.svv_attached_masking_policy to public;
