-- PostgreSQL's functions that Redshift has not are revoked from everybody but the superuser: a call gets
-- "permission denied for function". The refusals know most of them by name; this is the second line, for a name written
-- in a way that they do not see.
--
-- Kept: what Redshift documents (https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_functions.html), what its SQL
-- calls by syntax, what casts, operators, types, indexes and aggregates stand on, what information_schema and dbt read
-- the catalog with, and the few that our own functions call in the caller's name.
do $do$
declare
    redshift constant text := $$
        abs acos any_value ascii asin atan atan2 avg bit_and bit_or bool_and bool_or btrim cbrt ceil ceiling
        char_length character_length chr corr cos cot count covar_pop covar_samp crc32 cume_dist current_database
        current_schema current_schemas current_setting current_user date_part date_trunc degrees dense_rank dexp dlog1
        dlog10 every exp first_value floor format_type generate_series has_database_privilege has_schema_privilege
        has_table_privilege initcap lag last_value lead left length ln log lower lpad ltrim max md5 min mod nth_value
        ntile octet_length pi pow power percent_rank quote_ident quote_literal radians random rank regexp_count
        regexp_instr repeat replace reverse right round row_number rpad rtrim set_config sign sin split_part sqrt
        stddev stddev_pop stddev_samp strpos substr substring sum tan text timeofday to_char to_date to_hex to_number
        to_timestamp translate trunc upper var_pop var_samp variance varchar version width_bucket
    $$;
    syntax constant text := $$
        date_add extract like like_escape notlike now overlaps overlay position similar_escape similar_to_escape
        session_user timestamp timestamptz timezone transaction_timestamp
    $$;
    catalog constant text := $$
        acldefault aclexplode age array_lower array_to_string array_upper col_description currval format isfinite
        lastval makeaclitem
        nameconcatoid nextval obj_description parse_ident quote_nullable setval shobj_description texteq textne text_lt
        text_le text_gt text_ge txid_current unnest
    $$;
    ours constant text := $$
        jsonb_build_array jsonb_build_object array_length cardinality make_interval min_scale regexp_replace regexp_substr scale statement_timestamp string_agg
    $$;
    kept constant text[] := regexp_split_to_array(trim(redshift || syntax || catalog || ours), '\s+');
    undocumented record;
begin
    for undocumented in
        select p.oid::regprocedure as signature
        from pg_catalog.pg_proc as p
        where
            p.pronamespace = 'pg_catalog'::regnamespace
            and p.prokind in ('f', 'a', 'w')
            and p.proname <> all (kept)
            and p.proname !~ '^(pg_|has_|to_reg|plpgsql_|fmgr_)'
            and p.prorettype not in ('internal'::regtype, 'trigger'::regtype, 'event_trigger'::regtype)
            and not exists (
                select 1 from pg_catalog.pg_operator as o where p.oid in (o.oprcode, o.oprrest, o.oprjoin)
            )
            and not exists (select 1 from pg_catalog.pg_cast as c where c.castfunc = p.oid)
            and not exists (select 1 from pg_catalog.pg_amproc as a where a.amproc = p.oid)
            and not exists (
                select 1
                from pg_catalog.pg_type as t
                where p.oid in (
                    t.typinput, t.typoutput, t.typreceive, t.typsend, t.typmodin, t.typmodout, t.typanalyze,
                    t.typsubscript
                )
            )
            and not exists (
                select 1
                from pg_catalog.pg_aggregate as g
                where p.oid in (
                    g.aggtransfn, g.aggfinalfn, g.aggcombinefn, g.aggserialfn, g.aggdeserialfn, g.aggmtransfn,
                    g.aggminvtransfn, g.aggmfinalfn
                )
            )
    loop
        execute format('revoke execute on function %s from public', undocumented.signature);
    end loop;
end;
$do$;
