"""The methods behind the Python models: pure functions, one module a topic, tested by tests/python/analytics.

A model in models/predictions fetches its rows, calls one of these and returns the result. Heavy libraries are imported
inside the functions that use them, so that a run without Python models stays quick.
"""

# dbt runs models side by side, in the threads of one process. statsforecast and statsmodels load polars on their way,
# and scikit-learn in another model's thread would meet it half loaded and fail. Every model imports this package first,
# where the second waits for the first.
import polars  # noqa: F401
