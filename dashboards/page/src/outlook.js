// What the Python models found: the forecast, days that were unusual, buyers by segment, whom to write to.

import { forecastChart } from "./charts.js";
import { dayName, iso } from "./days.js";
import { h, panel, table } from "./dom.js";
import { count, decimal, MEASURES, money, percent } from "./format.js";
import { records } from "./load.js";
import { select } from "./market.js";

const NOT_BUILT = "Not built in this warehouse: `make run` builds the Python models.";
const SHOWN_DAYS = 84;

/** Return, for each day, what is unusual about it: of all sales, or of the chosen category. */
export function anomaliesOf(tables, state) {
  const found = new Map();
  // Of a state, a venue or an event nobody knows what is usual.
  if (state.state !== null || state.venue !== null || state.event !== null || state.name) return found;
  const series = state.category ?? "all";
  for (const row of records(tables.anomalies)) {
    if (row.series !== series) continue;
    found.set(row.sold_date, `unusual: ${count(row.actual)} sales, expected ${count(row.expected)}${row.is_holiday ? ", a holiday" : ""}`);
  }
  return found;
}

/** Return how good the forecast of a series was in its last four weeks: sums, and the share by which a day was off. */
export function lastFourWeeks(rows) {
  const sum = (value) => rows.reduce((total, row) => total + value(row), 0);
  const actual = sum((row) => row.actual);
  return { from: rows[0].forecast_date, to: rows.at(-1).forecast_date, actual, forecast: sum((row) => row.forecast), error: sum((row) => Math.abs(row.actual - row.forecast)) / actual };
}

export function forecasts(head, market, state, width) {
  const { tables } = head;
  const name = state.measure === "tickets" ? "tickets" : "revenue";
  // The forecast is in dollars, the page in cents.
  const cents = name === "revenue" ? 100 : 1;
  const measure = MEASURES[name];
  const ahead = records(tables.forecast).filter((row) => row.measure === name);
  const tested = records(tables.forecast_errors).filter((row) => row.measure === name);
  if (!ahead.length && !tested.length) return [panel("Forecast", null, h("p", { class: "empty" }, tables.forecast ? "There are too few days of sales for a forecast." : NOT_BUILT), { wide: true })];
  const categories = [...new Set(ahead.map((row) => row.category_name))].filter((category) => state.category === null || category === state.category);
  const all = { ...state, from: market.first, to: market.last, state: null, venue: null, event: null, name: "" };
  return categories.map((category) => {
    const label = category === "unknown" ? "Not known" : category;
    const days = select(market, { ...all, category: label }).days[name];
    const from = Math.max(market.first, market.lastSale - SHOWN_DAYS);
    const sold = Array.from({ length: market.lastSale - from + 1 }, (_, place) => ({ day: from + place, value: days[from + place - market.first] }));
    const scaled = (rows) => rows.filter((row) => row.category_name === category).map((row) => ({ day: row.forecast_date, forecast: row.forecast * cents, lower: row.lower_80 * cents, upper: row.upper_80 * cents }));
    const mine = tested.filter((row) => row.category_name === category);
    const result = mine.length ? lastFourWeeks(mine) : null;
    return panel(
      `Forecast of ${label}`,
      null,
      [
        forecastChart(label, measure, sold, scaled(tested), scaled(ahead), width),
        result
          ? h(
              "p",
              { class: "finding", "data-forecast": label },
              `In the last four weeks, ${iso(result.from)} to ${iso(result.to)}, the forecast was off by ${percent(result.error)} of what sold, day by day: `,
              `${measure.write(result.forecast * cents)} forecast, ${measure.write(result.actual * cents)} sold.`,
            )
          : null,
      ],
    );
  });
}

export function anomalyTable({ tables }, state) {
  const rows = records(tables.anomalies).filter((row) => (state.category === null ? true : row.series === state.category) && row.sold_date >= state.from && row.sold_date <= state.to);
  rows.sort((a, b) => b.sold_date - a.sold_date);
  return panel(
    "Unusual days",
    "Days on which the number of sales departs from trend and weekday. By dates and category; other filters do not apply.",
    table(
      "Unusual days",
      [{ label: "Day" }, { label: "Sales of" }, { label: "Sales", number: true }, { label: "Expected", number: true }, { label: "Holiday" }],
      rows.slice(0, 40).map((row) => [dayName(row.sold_date), row.series, count(row.actual), count(row.expected), row.is_holiday ? "yes" : "no"]),
      tables.anomalies ? "No day was unusual." : NOT_BUILT,
    ),
  );
}

export function priceEffect({ tables }, state) {
  const rows = records(tables.price_effect).filter((row) => state.category === null || row.category_name === state.category);
  return panel(
    "What the price does",
    "Among the listings of the same event: a relation, not a cause. By category only.",
    rows.length
      ? h("dl", { class: "readings" }, rows.flatMap((row) => [h("dt", {}, row.category_name), h("dd", {}, row.reading)]))
      : h("p", { class: "empty" }, tables.price_effect ? "Nothing for this category." : NOT_BUILT),
  );
}

export function segments({ tables }) {
  const rows = records(tables.segments);
  const buyers = rows.reduce((sum, row) => sum + row.buyer_count, 0);
  return panel(
    "Segments of buyers",
    "All sales, whatever the filters. Segments come from how recently, how often and for how much somebody bought.",
    table(
      "Segments of buyers",
      [{ label: "Segment" }, { label: "Buyers", number: true }, { label: "Share", number: true }, { label: "Spent", number: true }, { label: "Spent by each", number: true }, { label: "Purchases each", number: true }, { label: "Days since the last", number: true }],
      rows.map((row) => [
        row.segment_name, count(row.buyer_count), percent(row.buyer_count / buyers), money(row.amount_spent), money(row.amount_spent / row.buyer_count),
        decimal(row.purchase_count / row.buyer_count), count(row.recency_days / row.buyer_count),
      ]),
      tables.segments ? "There are no buyers." : NOT_BUILT,
    ),
    { wide: true },
  );
}

export function campaigns({ tables }, market, state) {
  const { units } = market;
  const unitOf = market.hasEvents ? new Map(units.event.map((event, unit) => [event, unit])) : null;
  const inside = (row) => {
    const unit = unitOf?.get(row.event_id);
    if (unit === undefined) return state.category === null || row.category_name === state.category;
    return (
      (state.category === null || units.category[unit] === state.category) && (state.state === null || units.stateName[unit] === state.state) &&
      (state.venue === null || units.venue[unit] === state.venue) && (state.event === null || units.event[unit] === state.event) &&
      units.lowerName[unit].includes(state.name.toLowerCase())
    );
  };
  const all = records(tables.campaigns);
  const rows = all.filter(inside);
  return panel(
    "Recommended campaigns",
    all.length ? `Which segment should hear of which event, as of ${iso(all[0].as_of_date)}. Groups of fewer than five users are left out. Dates do not apply.` : null,
    table(
      "Recommended campaigns",
      [{ label: "Event" }, { label: "On" }, { label: "Category" }, { label: "City" }, { label: "Segment" }, { label: "Users", number: true }, { label: "First choice of", number: true }],
      rows.slice(0, state.top).map((row) => [row.event_name ?? "Name not known", row.event_date === null ? null : iso(row.event_date), row.category_name, row.venue_city, row.segment_name, count(row.user_count), count(row.first_choice_user_count)]),
      tables.campaigns ? "No recommendation within these filters." : NOT_BUILT,
    ),
    { wide: true },
  );
}

