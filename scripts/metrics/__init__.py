"""The metrics of models/semantics: what there is, the SQL that answers a question, and the answer."""
