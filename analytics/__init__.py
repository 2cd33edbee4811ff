"""The methods behind the Python models: pure functions, one module a topic, tested by tests/python/analytics.

A model in models/predictions fetches its rows, calls one of these and returns the result. It imports this package when
it runs, and nothing else of dbt does: so a run without Python models loads no heavy library.
"""

import warnings

# dbt runs models side by side, in the threads of one process, and modules that import each other are not made for that:
# two threads in narwhals, which scikit-learn loads, have ended in "deadlock detected by _ModuleLock", and a half loaded
# polars has failed scikit-learn. So the first model to import this package loads all methods, with all that they use,
# and the others wait for it.
from analytics import (  # noqa: F401
    anomalies,
    censored_poisson,
    forecast,
    hold_out,
    price_effect,
    recommendations,
    segments,
    seller_scorecard,
)

# AutoARIMA says it of many candidates on its way; what it chooses is judged by the backtest. Ignored here, before the
# models run: where a library in another model's thread sets its own filters for a while (warnings.catch_warnings), it
# puts back those of before, and one that was set meanwhile is gone.
warnings.filterwarnings("ignore", message="possible convergence problem")
# scipy ignores it itself while it searches, but another thread can put the filters back meanwhile.
warnings.filterwarnings("ignore", message="The line search algorithm")
# statsmodels says it of degrees of freedom, which it counts without the groups (censored_poisson).
warnings.filterwarnings("ignore", message=r"df_model \+ k_constant \+ k_extra differs from k_params")
