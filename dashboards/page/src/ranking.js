// A list of categories, venues, events or sellers as a table that one can sort, filter by, and save.

import { download } from "./csv.js";
import { h, panel } from "./dom.js";
import { change, count, money, moneyChange, percent } from "./format.js";

const divided = (a, b) => (b ? a / b : null);
const changeOf = (row) => (row.hasBefore ? row.revenue - row.revenueBefore : null);

const GRADES = ["below the market", "with the market", "above the market"];

/** The columns: what they are called, what they say of a row, how that is written, and how it is called in a file. */
export const COLUMNS = {
  revenue: { label: "Revenue", value: (row) => row.revenue, write: money, file: ["revenue_usd", (row) => row.revenue / 100] },
  change: {
    label: "Change",
    title: "Revenue less that of the period before",
    value: changeOf,
    write: (value, row) => (value === null ? "–" : `${moneyChange(value)} (${row.revenueBefore ? change(value / row.revenueBefore) : "new"})`),
    file: ["revenue_change_usd", (row) => (row.hasBefore ? changeOf(row) / 100 : null)],
  },
  tickets: { label: "Tickets", value: (row) => row.tickets, write: count, file: ["tickets_sold", (row) => row.tickets] },
  price: {
    label: "Paid a ticket",
    value: (row) => divided(row.revenue, row.tickets),
    write: money,
    file: ["paid_per_ticket_usd", (row) => divided(row.revenue / 100, row.tickets)],
  },
  offered: { label: "Offered", title: "Tickets listed in the period", value: (row) => row.offered, write: count, file: ["tickets_offered", (row) => row.offered] },
  unsold: { label: "Unsold", title: "Of the tickets offered", value: (row) => row.offered - row.gone, write: count, file: ["tickets_unsold", (row) => row.offered - row.gone] },
  sellThrough: {
    label: "Sell-through",
    title: "Sold, of the tickets offered",
    value: (row) => divided(row.gone, row.offered),
    write: percent,
    file: ["sell_through", (row) => divided(row.gone, row.offered)],
  },
  soldOut: {
    label: "Sold out",
    title: "Listings of which every ticket is sold, of all listings",
    value: (row) => divided(row.soldOut, row.listed),
    write: (value, row) => (value === null ? "–" : `${percent(value)} of ${count(row.listed)}`),
    file: ["sold_out_share", (row) => divided(row.soldOut, row.listed)],
  },
  asked: {
    label: "Asked a ticket",
    value: (row) => divided(row.asked, row.offered),
    write: money,
    file: ["asked_per_ticket_usd", (row) => divided(row.asked / 100, row.offered)],
  },
  grade: {
    label: "Score",
    title: "Against the other sellers of the same events",
    value: (row) => (row.grade === null ? null : GRADES.indexOf(row.grade)),
    write: (value) => GRADES[value] ?? "–",
    file: ["score", (row) => row.grade],
  },
};

/** Return the first rows of a list by a column; those without a value come last, equals are in the order of their names. */
export function firstRows(list, by, top) {
  const sign = by.startsWith("-") ? -1 : 1;
  const { value } = COLUMNS[by.replace(/^-/, "")] ?? COLUMNS.revenue;
  const cursor = {};
  const values = new Float64Array(list.length);
  for (let at = 0; at < list.length; at++) {
    const found = value(list.fill(cursor, list.places[at]));
    values[at] = found === null ? Infinity : sign * found;
  }
  // Only what may be among the first is made and sorted: there may be thousands of rows.
  const limit = Float64Array.from(values).sort()[Math.min(top, list.length) - 1];
  const rows = [];
  for (let at = 0; at < list.length; at++) if (values[at] <= limit) rows.push([values[at], list.row(list.places[at])]);
  // Infinity less Infinity is no number.
  rows.sort(([a, one], [b, other]) => (a === b ? String(one.label).localeCompare(String(other.label), "en", { numeric: true }) || one.key - other.key : a - b));
  return rows.slice(0, top).map(([, row]) => row);
}

/**
 * Draw the table as a panel.
 *
 * `about` has: id, title, note, of (the heading of the first column), columns, rows (a list of market.js), chosen (the key that is filtered by),
 * choose (called with a key or null; null if the rows are no filter), detail (a second line of a row), names (columns of
 * the file before the numbers).
 */
export function ranking(about, state, update) {
  const { id, title, note, of, columns, rows, chosen, choose, detail, names } = about;
  const by = state.sort[id] ?? about.sort;
  const shown = firstRows(rows, by, state.top);
  const key = by.replace(/^-/, "");
  const widest = Math.max(...shown.map((row) => Math.abs(COLUMNS[key].value(row) || 0)), 1e-9);
  const sortBy = (column) => update({ sort: { ...state.sort, [id]: by === `-${column}` ? column : `-${column}` } });

  const head = h(
    "tr",
    {},
    h("th", { scope: "col" }, of),
    columns.map((column) =>
      h(
        "th",
        { scope: "col", class: "number", "aria-sort": column === key ? (by.startsWith("-") ? "descending" : "ascending") : "none" },
        h(
          "button",
          { type: "button", class: "sort", "data-key": `${id} sort ${column}`, title: COLUMNS[column].title, onclick: () => sortBy(column) },
          COLUMNS[column].label,
          h("span", { "aria-hidden": "true" }, column === key ? (by.startsWith("-") ? " ↓" : " ↑") : ""),
        ),
      ),
    ),
  );
  const body = shown.map((row) => {
    const content = [h("span", { class: "label" }, row.label), detail ? h("span", { class: "detail" }, detail(row)) : null];
    const isChosen = chosen !== null && chosen === row.key;
    const name = choose
      ? h(
          "button",
          { type: "button", class: "row", "data-key": `${id} ${row.key}`, "aria-pressed": String(isChosen), onclick: () => choose(isChosen ? null : row.key) },
          content,
        )
      : h("div", { class: "row" }, content);
    const share = Math.abs(COLUMNS[key].value(row) || 0) / widest;
    return h(
      "tr",
      { class: isChosen ? "chosen" : null },
      h("th", { scope: "row", style: { "--share": `${(100 * share).toFixed(1)}%` } }, name),
      columns.map((column) => h("td", { class: "number" }, COLUMNS[column].write(COLUMNS[column].value(row), row))),
    );
  });
  const save = () =>
    download(
      id,
      [...(names ?? [[id, (row) => row.label]]).map(([name]) => name), ...columns.map((column) => COLUMNS[column].file[0])],
      shown.map((row) => [...(names ?? [[id, (r) => r.label]]).map(([, value]) => value(row)), ...columns.map((column) => COLUMNS[column].file[1](row))]),
    );
  const more = rows.length > shown.length ? `${count(shown.length)} of ${count(rows.length)}` : count(rows.length);
  return panel(
    title,
    note,
    rows.length
      ? h("div", { class: shown.length > 20 ? "scroll long" : "scroll", tabindex: "0", role: "region", "aria-label": title }, h("table", { id, class: "ranking" }, h("thead", {}, head), h("tbody", {}, body)))
      : h("p", { class: "empty" }, "Nothing within these filters."),
    {
      wide: about.wide,
      tools: [
        h("span", { class: "count" }, more),
        h("button", { type: "button", class: "small", "data-key": `${id} csv`, "aria-label": `Save ${title} as CSV`, onclick: save }, "CSV"),
      ],
    },
  );
}

