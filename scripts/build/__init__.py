"""Build the warehouse and look at it: `tickit run`, `query`, `docs` and `dashboard`."""
