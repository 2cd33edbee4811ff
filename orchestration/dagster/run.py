"""Run the asset job of the daily job once, in this process, and print what came of it; exit code 1 if it failed."""

import os
import sys
from collections import Counter

import dagster as dg
from definitions import defs

LESS_DETAIL = {"loggers": {"console": {"config": {"log_level": "INFO"}}}}


def main() -> int:
    """Run it; return the exit code."""
    job = defs.resolve_job_def("tickit_daily")
    with dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(instance=instance, run_config=LESS_DETAIL, raise_on_error=False)
    made = {event.asset_key for event in result.get_asset_materialization_events()}
    planned = set(job.asset_layer.selected_asset_keys)
    steps = {key for key in planned if key.path[0] == "daily"}
    tests = Counter(check.passed for check in result.get_asset_check_evaluations())
    print(f"\nJob {job.name}: {'success' if result.success else 'failed'}, run {result.run_id}")
    print(f"Steps        {len(made & steps)} of {len(steps)}")
    print(f"Models       {len(made - steps)} of {len(planned - steps)}, with seeds and snapshots")
    print(f"Their tests  {tests[True]} passed, {tests[False]} failed")
    for name in sorted(key.to_user_string() for key in planned - made):
        print(f"Not made     {name}")
    print(f"Warehouse    {os.environ.get('TICKIT_WAREHOUSE', 'that of the target')}")
    print("UI           make -C orchestration dagster-ui")
    return 0 if result.success else 1


if __name__ == "__main__":
    sys.exit(main())
