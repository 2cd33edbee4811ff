"""The methods behind the Python models: pure functions, one module a topic, tested by tests/python/analytics.

A model in models/predictions fetches its rows, calls one of these and returns the result. Heavy libraries are imported
inside the functions that use them, so that a run without Python models stays quick.
"""

import warnings

# dbt runs models side by side, in the threads of one process. statsforecast and statsmodels load polars on their way,
# and scikit-learn in another model's thread would meet it half loaded and fail. Every model imports this package first,
# where the second waits for the first.
import polars  # noqa: F401

# AutoARIMA says it of many candidates on its way; what it chooses is judged by the backtest. Ignored here, before the
# models run: where a library in another model's thread sets its own filters for a while (warnings.catch_warnings), it
# puts back those of before, and one that was set meanwhile is gone.
warnings.filterwarnings("ignore", message="possible convergence problem")
# statsmodels says it of degrees of freedom, which it counts without the groups (censored_poisson).
warnings.filterwarnings("ignore", message=r"df_model \+ k_constant \+ k_extra differs from k_params")
