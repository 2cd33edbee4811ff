"""How good the Python models are: one module a topic, each the maker of a page's figures (``make evaluate``)."""
