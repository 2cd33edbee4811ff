"""Run the DAG of the daily job once, in this process, and print how its tasks ended; exit code 1 if it failed."""

from __future__ import annotations

import os
import sys
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

HOME = Path(os.environ["AIRFLOW_HOME"])
LOG = HOME / "run.log"


def main() -> int:
    """Run it; return the exit code."""
    print(f"Running the DAG tickit_daily ... `tail -f {LOG}` shows how far it is.", flush=True)
    with LOG.open("w", encoding="utf-8") as log, redirect_stdout(log), redirect_stderr(log):
        # Airflow reads its settings, and decides where its log goes, when it is imported.
        sys.path.insert(0, str(Path(__file__).parent / "dags"))
        from tickit_jobs import tickit_daily

        run = tickit_daily.test()
        tasks = run.get_task_instances()
    ends = {task.task_id: str(task.state) for task in tasks}
    in_groups = [(name, end) for name, end in ends.items() if "." in name]
    models = Counter(end for name, end in in_groups if name.endswith(("run", "seed", "snapshot")))
    tests = Counter(end for name, end in in_groups if name.endswith("test"))
    steps = Counter(end for name, end in ends.items() if "." not in name)
    print(f"\nDAG {run.dag_id}: {run.state}, run {run.run_id}")
    for kind, counted in (("Steps", steps), ("Models", models), ("Their tests", tests)):
        print(f"{kind:<11}  {', '.join(f'{number} {end}' for end, number in sorted(counted.items()))}")
    for name, end in sorted(ends.items()):
        # Of the models below one that failed the number is enough.
        if end == "failed" or (end in ("upstream_failed", "skipped") and "." not in name):
            print(f"  {name}: {end}")
    print(f"Warehouse    {os.environ.get('TICKIT_WAREHOUSE', 'that of the target')}")
    print(f"Log          {LOG}")
    print("UI           make -C orchestration airflow-ui")
    return 0 if run.state == "success" else 1


if __name__ == "__main__":
    sys.exit(main())
