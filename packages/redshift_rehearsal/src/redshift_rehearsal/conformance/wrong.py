"""Statements of the collections that Redshift refuses, by the page of AWS's documentation that documents it.

Each is the first digits of the hash of its words (`table.digest`); the statements stay in their repositories.
"""

_BY_PAGE = {
    "c_Aggregate_Functions.html": """
        0e9cbf220303 d4ba8d4b867b
    """,
    "c_SQL_functions_compute_node_only.html": """
        6300455f1649
    """,
    "c_unsupported-postgresql-datatypes.html": """
        e9d39d6adb4e
    """,
    "c_unsupported-postgresql-features.html": """
        c652ab4d60a2
    """,
    "r_Boolean_type.html": """
        a41f2e97aa85 7329b17f4ccf 0f5a8bc0441c 4b79f69f3f7c 934e12c172e8 6d67597fce85
    """,
    "r_CREATE_EXTERNAL_TABLE.html": """
        bdf2a4d17d4e
    """,
    "r_CREATE_TABLE_AS.html": """
        45fc09310253
    """,
    "r_CREATE_TABLE_NEW.html": """
        2d6c4a2f1023 fb9e629f718d 851ba9824a30 d27fbfda1cd6 b9db96c289c7 1a59ff3552f1 3961d87bdabc 6e0d8efaf728
    """,
    "r_CREATE_VIEW.html": """
        46cb41ef0f5e 15519e8f18f1
    """,
    "r_GRANT.html": """
        8c4c71f69bbd 23d1d36685b0
    """,
    "r_ORDER_BY_clause.html": """
        b26ac318273e
    """,
    "r_SELECT_list.html": """
        6c0960d5a3a7 9a80b3745e85 879927ebba44 68437f8cb603
    """,
    "r_interval_data_types.html": """
        daee8f650906 41202ff07973 d5f4f36c67e7
    """,
    "r_pg_keywords.html": """
        3904b11aa63e
    """,
}

WRONG = {digest: page for page, digests in _BY_PAGE.items() for digest in digests.split()}
