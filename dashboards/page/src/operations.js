// How the jobs are doing: the last runs, what fails and takes long, how old the sources are, and what was rejected.

import { h, panel, table } from "./dom.js";
import { count, decimal } from "./format.js";
import { iso } from "./days.js";
import { records } from "./load.js";

const text = (label) => ({ label });
const number = (label) => ({ label, number: true });
const minute = (time) => (time ? `${time.slice(0, 16)} UTC` : null);

/** Return how many rows were rejected. */
export const rejectedCount = (tables) => records(tables.rejected).reduce((sum, row) => sum + row.row_count, 0);

/** Return whether there is anything to show. */
export const hasOperations = (tables) => ["runs", "tests", "nodes", "sources", "rejected"].some((name) => tables[name]?.rows);

export function operations(tables) {
  const [runs, tests, nodes, sources, rejected] = ["runs", "tests", "nodes", "sources", "rejected"].map((name) => records(tables[name]));
  const kpi = (label, value, detail) => h("div", { class: "kpi" }, h("dt", {}, label), h("dd", { class: "big" }, count(value)), detail ? h("dd", {}, detail) : null);
  return [
    h(
      "dl",
      { class: "kpis" },
      kpi("Runs recorded", runs.length),
      kpi("Runs without success", runs.filter((run) => run.status !== "success").length),
      kpi("Tests failing now", tests.filter((test) => test.is_failing).length, `${count(tests.filter((test) => test.is_flaky).length)} flaky`),
      kpi("Sources older than they may be", sources.filter((source) => source.status !== "pass").length),
      kpi("Rejected rows", rejectedCount(tables)),
    ),
    h(
      "div",
      { class: "panels" },
      panel(
        "The last runs",
        "Seconds, and the median of the successful runs before.",
        table(
          "The last runs",
          [text("Job"), text("Started"), text("Ended with"), number("Seconds"), number("Usual seconds"), number("Models failed"), number("Tests failed"), number("Warnings")],
          runs.slice(0, 30).map((run) => [
            `${run.job_name} on ${run.target_name}`, minute(run.started_at), run.status, count(run.seconds), count(run.usual_seconds),
            count(run.failed_node_count), count(run.failed_test_count), count(run.warning_count),
          ]),
          "No run is recorded yet. tickit job daily records one.",
        ),
        { wide: true },
      ),
      panel(
        "Tests that failed in the last 30 runs",
        "Flaky is a test whose result changed more than twice.",
        table(
          "Tests that failed in the last 30 runs",
          [text("Test"), text("State"), text("Target"), number("Rows found last"), number("Failed in"), number("Of runs"), text("Last failed")],
          tests.slice(0, 30).map((test) => [
            test.test_name, test.is_failing ? "failing" : test.is_flaky ? "flaky" : "repaired", test.target_name, count(test.last_failure_count),
            count(test.failed_run_count), count(test.run_count), minute(test.last_failed_at),
          ]),
          "No test has failed in the runs that are recorded.",
        ),
        { wide: true },
      ),
      panel(
        "The ten slowest models",
        "Mean seconds of the last 5 runs, and of up to 20 runs before those.",
        table(
          "The ten slowest models",
          [text("Model"), text("Target"), number("Seconds"), number("Before"), number("Change, percent"), number("Rows written")],
          nodes.map((node) => [node.node_name, node.target_name, decimal(node.recent_seconds), decimal(node.earlier_seconds), decimal(node.change_percent), count(node.last_rows_affected)]),
          "No build is recorded yet.",
        ),
        { wide: true },
      ),
      panel(
        "Freshness of the sources",
        "What the last check found.",
        table(
          "Freshness of the sources",
          [text("Source table"), text("Target"), text("State"), number("Days old"), text("Newest file"), text("Checked")],
          sources.map((source) => [source.table_name, source.target_name, source.status, count(source.age_days), minute(source.loaded_at), minute(source.checked_at)]),
          "No check of freshness is recorded yet.",
        ),
      ),
      panel(
        "Rejected rows by day of their file",
        "The rows are in stg_tickit__rejected_rows.",
        table(
          "Rejected rows by day of their file",
          [text("Day"), text("Raw table"), text("Reason"), number("Rows")],
          rejected.slice(0, 30).map((row) => [row.file_date === null ? "not known" : iso(row.file_date), row.table_name, row.reject_reason, count(row.row_count)]),
          "No row is rejected.",
        ),
      ),
    ),
  ];
}
