"""The benchmark: what the project costs at growing scale, beside hand-written SQL and other ways to build the same."""
