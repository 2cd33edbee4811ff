"""The functions that Redshift's documentation names, by the page that lists them.

An allow-list: whatever else is called does not exist on Redshift. Where a page has changed, the newer one counts.
"""

from __future__ import annotations

from redshift_rehearsal.refusals.wordlist import word_set

_BY_PAGE = {
    "c_Aggregate_Functions.html": """
        any_value avg count listagg max median min percentile_cont percentile_disc stddev stddev_samp stddev_pop sum
        variance var_samp var_pop
    """,
    "r_GROUP_BY_aggregation-extensions.html": "grouping grouping_id",
    "c_bitwise_aggregate_functions.html": "bit_and bit_or bool_and bool_or",
    "c_Array_Functions.html": """
        array array_concat array_contains array_distinct array_except array_flatten array_intersection array_position
        array_positions array_sort array_union arrays_overlap get_array_length split_to_array subarray
    """,
    "c_conditional_expressions.html": "coalesce decode greatest least nullif nvl nvl2",
    "r_Data_type_formatting.html": """
        cast convert try_cast text_to_int_alt text_to_numeric_alt to_char to_date to_number
    """,
    "Date_functions_header.html": """
        add_months convert_timezone current_date date_cmp date_cmp_timestamp date_cmp_timestamptz date_part_year dateadd
        datediff date_part date_trunc extract getdate interval_cmp last_day months_between next_day sysdate timeofday
        timestamp_cmp timestamp_cmp_date timestamp_cmp_timestamptz timestamptz_cmp timestamptz_cmp_date
        timestamptz_cmp_timestamp timezone to_timestamp trunc
    """,
    "hash-functions.html": "checksum farmfingerprint64 func_sha1 fnv_hash md5 murmur3_32_hash sha sha1 sha2",
    "hyperloglog-functions.html": "hll hll_create_sketch hll_cardinality hll_combine hll_combine_sketches",
    "json-functions.html": """
        can_json_parse is_valid_json is_valid_json_array json_array_length json_extract_array_element_text
        json_extract_path_text json_parse json_serialize json_serialize_to_varbyte
    """,
    "Math_functions.html": """
        abs acos asin atan atan2 cbrt ceiling ceil cos cot degrees dexp dlog1 dlog10 exp floor ln log mod pi power pow
        radians random round sin sign sqrt tan to_hex trunc
    """,
    "Object_Functions.html": """
        get_number_attributes lower_attribute_names object object_transform upper_attribute_names
    """,
    "String_functions_header.html": """
        ascii bpcharcmp btrim bttext_pattern_cmp char_length character_length charindex chr collate concat crc32
        difference initcap left right len length lower lpad rpad ltrim octetindex octet_length position quote_ident
        quote_literal regexp_count regexp_instr regexp_replace regexp_substr repeat replace replicate reverse rtrim
        soundex split_part strpos strtol substr substring textlen translate trim upper
    """,
    "c_Type_Info_Functions.html": """
        decimal_precision decimal_scale is_array is_bigint is_boolean is_char is_decimal is_float is_integer is_object
        is_scalar is_smallint is_varchar json_size json_typeof size
    """,
    "varbyte-functions.html": "from_hex from_varbyte getbit to_varbyte",
    "c_Window_functions.html": """
        cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank ratio_to_report
        row_number
    """,
    "r_System_administration_functions.html": """
        change_query_priority change_session_priority change_user_priority current_setting pg_cancel_backend
        pg_terminate_backend reboot_cluster set_config
    """,
    "r_System_information_functions.html": """
        current_aws_account current_database current_namespace current_schema current_schemas current_session_arn
        current_user current_user_id db_collation default_iam_role has_assumerole_privilege has_database_privilege
        has_schema_privilege has_table_privilege last_user_query_id object_id pg_backend_pid pg_get_cols
        pg_get_grantee_by_iam_role pg_get_iam_role_by_user pg_get_late_binding_view_cols pg_get_session_roles
        pg_last_copy_count pg_last_copy_id pg_last_query_id pg_last_unload_count pg_last_unload_id role_is_member_of
        session_user slice_num user user_is_member_of version
    """,
    "geospatial-functions.html": """
        addbbox dropbbox geometrytype supportsbbox h3_boundary h3_center h3_fromlonglat h3_frompoint h3_polyfill
        h3_resolution h3_tochildren h3_toparent st_addpoint st_angle st_area st_asbinary st_asewkb st_asewkt
        st_asgeojson
        st_ashexewkb st_ashexwkb st_astext st_azimuth st_boundary st_buffer st_centroid st_collect st_contains
        st_containsproperly st_convexhull st_coveredby st_covers st_crosses st_dimension st_disjoint st_distance
        st_distancesphere st_dwithin st_endpoint st_envelope st_equals st_exteriorring st_force2d st_force3d st_force3dm
        st_force3dz st_force4d st_generatepoints st_geogfromtext st_geogfromwkb st_geohash st_geometryn st_geometrytype
        st_geomfromewkb st_geomfromewkt st_geomfromgeohash st_geomfromgeojson st_geomfromgeosquare st_geomfromtext
        st_geomfromwkb st_geosquare st_interiorringn st_intersection st_intersects st_isclosed st_iscollection
        st_isempty
        st_ispolygonccw st_ispolygoncw st_isring st_issimple st_isvalid st_length st_length2d st_lengthsphere
        st_linefrommultipoint st_lineinterpolatepoint st_m st_makeenvelope st_makeline st_makepoint st_makepolygon
        st_memsize st_mmax st_mmin st_multi st_ndims st_npoints st_nrings st_numgeometries st_numinteriorrings
        st_numpoints st_perimeter st_perimeter2d st_point st_pointn st_points st_polygon st_removepoint st_reverse
        st_setpoint st_setsrid st_simplify st_srid st_startpoint st_touches st_transform st_union st_within st_x st_xmax
        st_xmin st_y st_ymax st_ymin st_z st_zmax st_zmin
    """,
    # Only on the leader node, or deprecated there.
    "c_SQL_functions_leader_node_only.html": """
        factorial age current_time current_timestamp localtime localtimestamp isfinite now get_byte set_bit set_byte
        to_ascii
    """,
}

DOCUMENTED = frozenset(name for names in _BY_PAGE.values() for name in names.split())

# Types in front of their length or of a value (numeric(8, 2), date ('2008-01-01')), and words of SQL that take
# parentheses without being functions.
CONSTRUCTS = word_set(
    """
    numeric decimal dec float char character nchar bpchar varchar nvarchar varying varbyte varbinary time timetz
    timestamp timestamptz interval text date int integer bigint smallint boolean
    values key unique check identity sortkey distkey grouping sets rollup cube unpivot pivot in exclude include top
    second interleaved compound partition partitioned location row insert
    materialized iam_role credentials properties serdeproperties tblproperties default encode filter within
    """
)

# The catalog's own helpers: the leader node has them, and tools like dbt ask the catalog with them.
CATALOG_HELPERS = word_set(
    """
    format_type obj_description col_description array_to_string array_upper array_lower has_column_privilege
    has_function_privilege has_language_privilege generate_subscripts format_encoding
    """
)

# "SQL functions that are supported only on the leader node": they fail where a table's rows are read. SUBSTR is on the
# documentation's list too, but its own page calls it a synonym of SUBSTRING without any limit: not refused.
LEADER_NODE_ONLY = word_set(
    """
    current_schema current_schemas has_database_privilege has_schema_privilege has_table_privilege factorial age
    isfinite now get_byte set_bit set_byte to_ascii generate_series
    """
)
# CURRENT_TIMESTAMP is on the page too, but dbt-redshift writes it into tables, and its tests run on clusters.
LEADER_NODE_ONLY_WORDS = frozenset({"current_time", "localtime", "localtimestamp"})

# "Compute node-only functions": they fail where no table's rows are read.
COMPUTE_NODE_ONLY = frozenset({"listagg", "median", "percentile_cont", "percentile_disc"})
