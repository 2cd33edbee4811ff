// The page: reads the data, keeps the filters in the address, draws what they choose.

import { bars, binned, shownBins, sparkline, timeChart, drill } from "./charts.js";
import { download } from "./csv.js";
import { fromIso, iso, isWholeMonths, monthName, monthStart, periodName, weekday } from "./days.js";
import { h, panel, replace } from "./dom.js";
import { change, count, MEASURES, money, percent } from "./format.js";
import { load } from "./load.js";
import { listOf, NOT_KNOWN, prepare, PRICES, select } from "./market.js";
import { hasOperations, operations, rejectedCount } from "./operations.js";
import { anomaliesOf, anomalyTable, campaigns, forecasts, priceEffect, segments } from "./outlook.js";
import { ranking } from "./ranking.js";
import { fromHash, initial, toHash, VIEWS } from "./state.js";

const app = document.getElementById("app");
const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const TITLES = { sales: "Ticket sales on the TICKIT market", health: "Health of the TICKIT lakehouse" };

let head, market, start, state, views;
const parts = {};
let tableIsOpen = false;

/** Change some of the state, show it, and put it into the address. */
function update(changes) {
  state = { ...state, ...changes };
  const hash = toHash(state, start);
  history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  show();
}

const hasFilter = () => ["from", "to", "category", "state", "venue", "event", "name"].some((name) => state[name] !== start[name]);
const noFilter = () => ({ from: start.from, to: start.to, category: null, state: null, venue: null, event: null, name: "", by: start.by });

function field(label, control) {
  return h("label", {}, h("span", {}, label), control);
}

/** Return a list to choose from; `choices` are [value, text], the first of them for no choice. */
function choice(name, label, choices, change) {
  const control = h("select", { name, onchange: () => change(choices[control.selectedIndex][0]) }, choices.map(([, text]) => h("option", {}, text)));
  parts[name] = { control, choices };
  return field(label, control);
}

function dateField(name, label) {
  const control = h("input", {
    type: "date",
    name,
    min: iso(market.first),
    max: iso(market.last),
    onchange: () => {
      const day = fromIso(control.value);
      if (!(day >= market.first && day <= market.last)) return setFields();
      update(name === "from" ? { from: day, to: Math.max(day, state.to) } : { from: Math.min(day, state.from), to: day });
    },
  });
  parts[name] = { control };
  return field(label, control);
}

function filters() {
  const named = (values) => values.map((value) => [value, value]);
  let waiting;
  const search = h("input", {
    type: "search",
    name: "name",
    placeholder: "part of its name",
    autocomplete: "off",
    oninput: () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => update({ name: search.value.trim() }), 120);
    },
  });
  parts.name = { control: search };
  const lastMonth = () => {
    const from = monthStart(market.last + 1, monthStart(market.last, 1) === market.last + 1 ? -1 : 0);
    return { from: Math.max(market.first, from), to: market.last, by: "day" };
  };
  return h(
    "form",
    { class: "filters", "aria-label": "Filters", onsubmit: (event) => event.preventDefault() },
    dateField("from", "From"),
    dateField("to", "To"),
    choice("category", "Category", [[null, "All categories"], ...named(market.categories)], (category) => update({ category })),
    choice("state", "State", [[null, "All states"], ...named(market.states)], (value) => update({ state: value })),
    choice("venue", "Venue", [[null, "All venues"], ...market.venues.map((id) => [id, market.venueLabel(id)])], (venue) => update({ venue })),
    market.hasEvents ? field("Event", search) : null,
    choice("top", "Rows", [5, 10, 20, 50, 100, 1000].map((top) => [top, `first ${count(top)}`]), (top) => update({ top })),
    h("div", { class: "buttons" },
      h("button", { type: "button", onclick: () => update(lastMonth()) }, "Last month"),
      (parts.clear = h("button", { type: "button", onclick: () => update(noFilter()) }, "Clear filters")),
      h("button", { type: "button", onclick: () => print() }, "Print"),
    ),
  );
}

/** Show in the fields what the state is. */
function setFields() {
  if (!market) return;
  for (const name of ["from", "to"]) parts[name].control.value = iso(state[name]);
  for (const name of ["category", "state", "venue", "top"]) parts[name].control.selectedIndex = parts[name].choices.findIndex(([value]) => value === state[name]);
  if (document.activeElement !== parts.name.control) parts.name.control.value = state.name;
  parts.clear.disabled = !hasFilter();
}

function kpis(selection) {
  const { total, before, days } = selection;
  const list = shownBins(market, { ...state, by: state.to - state.from > 92 ? "week" : "day" }).filter((bin) => bin.to >= state.from && bin.from <= state.to);
  const line = (name) => sparkline(binned(market, days[name], list).map((bin) => bin.value));
  const ratio = (name, other) => {
    const [a, b] = [name, other].map((each) => binned(market, days[each], list));
    return sparkline(a.map((bin, place) => (b[place].value ? bin.value / b[place].value : 0)));
  };
  const versus = (now, then, isShare = false) => {
    if (!before) return "no full period before";
    if (!then) return "nothing in the period before";
    return isShare ? `${change(now - then)} points` : change(now / then - 1);
  };
  const share = (a, b) => (b ? a / b : NaN);
  const one = (name, label, value, delta, picture) =>
    h("div", { class: "kpi", "data-kpi": name }, h("dt", {}, label), h("dd", { class: "big" }, value), h("dd", { class: delta.startsWith("+") ? "up" : /^[-−]/.test(delta) ? "down" : null }, delta), h("dd", { "aria-hidden": "true" }, picture));
  return h(
    "dl",
    { class: "kpis" },
    one("revenue", "Revenue", money(total.revenue), versus(total.revenue, total.revenueBefore), line("revenue")),
    one("tickets", "Tickets sold", count(total.tickets), versus(total.tickets, total.ticketsBefore), line("tickets")),
    one("sales", "Sales", count(total.sales), versus(total.sales, total.salesBefore), line("sales")),
    one("price", "Paid a ticket", money(share(total.revenue, total.tickets)), versus(share(total.revenue, total.tickets), share(total.revenueBefore, total.ticketsBefore)), ratio("revenue", "tickets")),
    one("commission", "Commission", money(total.commission), versus(total.commission, total.commissionBefore), line("commission")),
    one("sell-through", "Sell-through", percent(share(total.gone, total.offered)), versus(share(total.gone, total.offered), share(total.goneBefore, total.offeredBefore), true), ratio("gone", "offered")),
  );
}

function crumbs() {
  const whole = state.from === start.from && state.to === start.to;
  const month = monthStart(state.from) === monthStart(state.to) && !isWholeMonths(state.from, state.to);
  const event = state.event === null ? null : market.units.name[market.units.event.indexOf(state.event)];
  const step = (text, onclick) => h("li", {}, onclick ? h("button", { type: "button", class: "small", "data-key": `crumb ${text}`, onclick }, text) : h("span", { "aria-current": "location" }, text));
  return h(
    "nav",
    { "aria-label": "Where you are" },
    h(
      "ol",
      { class: "crumbs" },
      step("Whole period", whole && event === null ? null : () => update({ from: start.from, to: start.to, event: null, by: "month" })),
      month ? step(monthName(state.from), () => update({ from: Math.max(start.from, monthStart(state.from)), to: Math.min(start.to, monthStart(state.from, 1) - 1), event: null, by: "day" })) : null,
      whole ? null : step(periodName(state.from, state.to), event === null ? null : () => update({ event: null })),
      event === null ? null : step(event),
    ),
  );
}

function overTime(selection, width) {
  const measure = MEASURES[state.measure];
  const anomalies = anomaliesOf(head.tables, state);
  const { picture, list, marked } = timeChart(market, selection, state, width, anomalies, update);
  const select = (label, value, options, change) => {
    const control = h("select", { "data-key": label, onchange: () => change(options[control.selectedIndex][0]) }, options.map(([each, text]) => h("option", { selected: each === value }, text)));
    return field(label, control);
  };
  const body = h("div", {});
  const fill = () =>
    replace(
      body,
      h(
        "div",
        { class: "scroll long", tabindex: "0", role: "region", "aria-label": "The numbers of the chart" },
        h(
          "table",
          { id: "periods" },
          h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Period"), h("th", { scope: "col", class: "number" }, `${measure.label}, ${measure.unit}`), h("th", { scope: "col", class: "number" }, "Change"))),
          h(
            "tbody",
            {},
            list.map((bin, place) =>
              h(
                "tr",
                { class: bin.on ? null : "pale" },
                h("th", { scope: "row" }, h("button", { type: "button", class: "row", "data-key": `period ${bin.name}`, onclick: () => update(drill(bin, state)) }, bin.name)),
                h("td", { class: "number" }, measure.write(bin.value)),
                h("td", { class: "number" }, place && list[place - 1].value ? change(bin.value / list[place - 1].value - 1) : "–"),
              ),
            ),
          ),
        ),
      ),
    );
  if (tableIsOpen) fill();
  const details = h("details", { open: tableIsOpen, ontoggle: () => { if (details.open !== tableIsOpen) { tableIsOpen = details.open; if (tableIsOpen) fill(); } } }, h("summary", { "data-key": "periods" }, "As a table"), body);
  const cents = measure.unit === "US dollars" ? 100 : 1;
  return panel(
    `${measure.label} by ${state.by}`,
    `${measure.unit}. A click goes into a ${state.by}, dragging chooses several.${marked.length ? ` Dots are ${count(marked.length)} unusual days.` : ""}`,
    [crumbs(), h("div", { class: "chart" }, picture), details],
    {
      wide: true,
      tools: [
        select("Measure", state.measure, Object.entries(MEASURES).map(([name, { label }]) => [name, label]), (value) => update({ measure: value })),
        select("By", state.by, ["month", "week", "day"].map((by) => [by, by]), (by) => update({ by })),
        h("button", { type: "button", class: "small", "data-key": "time csv", "aria-label": "Save the numbers of the chart as CSV", onclick: () => download(`${state.measure}_by_${state.by}`, ["from", "to", measure.unit === "US dollars" ? `${state.measure}_usd` : state.measure], list.map((bin) => [iso(bin.from), iso(bin.to), bin.value / cents])) }, "CSV"),
      ],
    },
  );
}

const SALES = ["revenue", "change", "tickets", "price", "sellThrough"];
const OFFERS = ["offered", "unsold", "sellThrough", "soldOut", "asked", "price"];
const SELLERS = ["revenue", "change", "tickets", "offered", "unsold", "sellThrough", "grade"];
const PERIOD_NOTE = "Offered, unsold, sell-through and sold out are of the tickets that were listed in the period, up to today. Sold out: listings of which every ticket is sold.";

function lists(selection, columns, sort) {
  const common = { columns, sort };
  return [
    ranking({ ...common, id: "categories", title: "Categories", of: "Category", rows: selection.categories, chosen: state.category, choose: (category) => update({ category }) }, state, update),
    ranking({ ...common, id: "states", title: "States", of: "State", rows: selection.states, chosen: state.state, choose: (value) => update({ state: value }) }, state, update),
    ranking({ ...common, id: "venues", title: "Venues", of: "Venue", rows: selection.venues, chosen: state.venue, choose: (venue) => update({ venue }), names: [["venue_id", (row) => row.key], ["venue", (row) => row.label]], wide: true }, state, update),
    market.hasEvents
      ? ranking(
          {
            ...common, id: "events", title: "Events", of: "Event", rows: selection.events, chosen: state.event, choose: (event) => update({ event }),
            detail: (row) => `${row.category}, ${row.venue}, ${row.date === null || Number.isNaN(row.date) ? "day not known" : iso(row.date)}`,
            names: [["event_id", (row) => row.key], ["event", (row) => row.label], ["category", (row) => row.category], ["venue", (row) => row.venue], ["event_date", (row) => (row.date === null || Number.isNaN(row.date) ? null : iso(row.date))]],
            wide: true,
          },
          state,
          update,
        )
      : topEvents(),
  ];
}

const ofWhole = "Of the whole period: this lake is too large for a page with each event by day. Dates do not apply.";

function topEvents() {
  const events = head.tables.top_events;
  const text = (column, row) => events.values[column]?.[events[column][row]];
  const rows = Array.from({ length: events.rows }, (_, row) => ({
    key: events.event_id[row], label: text("event_name", row) ?? "Name not known", revenue: events.revenue[row], tickets: events.tickets_sold[row],
    category: text("category_name", row) ?? NOT_KNOWN, venueId: events.venue_id[row], venue: market.venueLabel(events.venue_id[row]), date: events.event_date[row],
  })).filter((row) => (state.category === null || row.category === state.category) && (state.venue === null || row.venueId === state.venue) && (state.state === null || row.venue.endsWith(`, ${state.state}`)));
  return ranking(
    { id: "events", title: "The 500 events with most revenue", note: ofWhole, of: "Event", columns: ["revenue", "tickets", "price"], sort: "-revenue", rows: listOf(rows), chosen: null, choose: null, detail: (row) => `${row.category}, ${row.venue}, ${iso(row.date)}`, wide: true },
    state,
    update,
  );
}

function sellers(selection) {
  if (market.hasEvents) {
    return ranking({ id: "sellers", title: "Sellers", note: `${PERIOD_NOTE} Sellers are numbers: nobody is named here.`, of: "Seller", columns: SELLERS, sort: "-revenue", rows: selection.sellers, chosen: null, choose: null, wide: true }, state, update);
  }
  const { top_sellers: found } = head.tables;
  const rows = Array.from({ length: found.rows }, (_, row) => ({
    key: found.seller_id[row], label: `Seller ${found.seller_id[row]}`, revenue: found.revenue[row], offered: found.tickets_offered[row], gone: found.tickets_sold[row],
    listed: found.listing_count[row], soldOut: found.sold_out_count[row], grade: market.grades.get(found.seller_id[row]) ?? null,
  }));
  return ranking({ id: "sellers", title: "The 500 sellers with most tickets unsold", note: `${ofWhole} Nor do the other filters.`, of: "Seller", columns: ["revenue", "offered", "unsold", "sellThrough", "soldOut", "grade"], sort: "-unsold", rows: listOf(rows), chosen: null, choose: null, wide: true }, state, update);
}

function byWeekday(selection) {
  const sums = Array(7).fill(0), counts = Array(7).fill(0);
  for (let day = state.from; day <= state.to; day++) {
    sums[weekday(day)] += selection.days.revenue[day - market.first];
    counts[weekday(day)] += 1;
  }
  return panel("Revenue per day, by weekday", "US dollars, over all days of the period, those without a sale too.", bars("Revenue per day, by weekday", WEEKDAYS.flatMap((name, place) => (counts[place] ? [[name, sums[place] / counts[place]]] : [])), money));
}

function byWeeksLeft({ weeks }) {
  const rows = [...weeks.tickets].map((tickets, left) => [left === weeks.tickets.length - 1 ? `${left} weeks or more` : left === 0 ? "Last 7 days" : left === 1 ? "1 week" : `${left} weeks`, tickets]).reverse();
  if (weeks.after) rows.push(["After the event", weeks.after]);
  if (weeks.unknown) rows.push(["Day of the event not known", weeks.unknown]);
  return panel("Tickets sold by weeks left until the event", "Whole weeks between sale and event.", bars("Tickets sold by weeks left until the event", rows, count));
}

function byPrice({ prices }) {
  const rows = prices.filter((price) => price.listed).map((price) => {
    const at = PRICES.indexOf(price.below);
    const name = at === 0 ? `below ${money(price.below)}` : price.below === Infinity ? `${money(PRICES[at - 1])} or more` : `${money(PRICES[at - 1])} to ${money(price.below)}`;
    return [name, price.gone / price.offered, `${percent(price.soldOut / price.listed)} of ${count(price.listed)} listings sold out`];
  });
  return panel("Sell-through by asked price", "Of the tickets that were listed in the period; price of one ticket.", rows.length ? bars("Sell-through by asked price", rows, percent) : h("p", { class: "empty" }, "Nothing within these filters."));
}

/** Return the panels of the view; `width` is that of a wide one, `half` that of two side by side. */
function content(selection, width, half) {
  if (state.view === "operations") return operations(head.tables);
  const note = (text) => h("p", { class: "note" }, text);
  const hidden = (names) => (names.some((name) => state[name] !== start[name]) ? " Some of the chosen filters do not apply here." : "");
  switch (state.view) {
    case "offers":
      return [note(PERIOD_NOTE), h("div", { class: "panels" }, lists(selection, OFFERS, "-soldOut"), market.hasEvents ? byPrice(selection) : null, priceEffect(head, state))];
    case "people":
      return [h("div", { class: "panels" }, sellers(selection), segments(head), campaigns(head, market, state))];
    case "outlook":
      return [
        note(`Blue is what sold in the last twelve weeks; dashed is the forecast, the band holds a day with a chance of 80 %. By category only: choose a category for it alone.${hidden(["from", "to", "state", "venue", "event", "name"])}`),
        h("div", { class: "panels" }, forecasts(head, market, state, half), anomalyTable(head, state)),
      ];
    default:
      return [
        h("div", { class: "panels" }, overTime(selection, width), lists(selection, SALES, "-revenue"), byWeekday(selection), market.hasEvents ? byWeeksLeft(selection) : null),
      ];
  }
}

function status(selection) {
  const chosen = [state.category, state.state, state.venue === null ? null : market.venueLabel(state.venue), state.event === null ? null : `event ${state.event}`, state.name ? `events named “${state.name}”` : null].filter(Boolean);
  const compared = selection.before ? `Compared with ${periodName(selection.before.from, selection.before.to)}.` : "There is no full period before to compare with.";
  return `${periodName(state.from, state.to)}${chosen.length ? `: ${chosen.join("; ")}` : ""}. ${count(selection.total.sales)} sales. ${compared} Dates are in UTC.`;
}

/** Draw what the state says. */
function show() {
  const width = parts.content.clientWidth;
  // Of a panel: its padding and border.
  const inner = (outer) => Math.max(240, outer - 34);
  const half = inner(width >= 900 ? (width - 16) / 2 : width);
  for (const [name, button] of Object.entries(parts.views)) {
    if (name === state.view) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  }
  parts.filters.hidden = !market || state.view === "operations";
  if (state.view === "operations" || !market) {
    replace(parts.kpis);
    parts.status.textContent = market || head.board === "health" ? "Times are in UTC." : "There is not one sale or listing in the warehouse.";
    replace(parts.content, market || state.view === "operations" ? content(null, inner(width), half) : nothing());
    return;
  }
  setFields();
  const selection = select(market, state);
  parts.status.textContent = status(selection);
  replace(parts.kpis, kpis(selection));
  const isEmpty = !selection.total.sales && !selection.total.listed;
  parts.empty.hidden = !isEmpty;
  replace(parts.content, content(selection, inner(width), half));
}

const nothing = () => h("p", { class: "empty" }, "The marts are empty. Put files into the lake, run `make run`, and make this page again.");

function frame() {
  const tabs = views.map((view) => {
    const button = h("button", { type: "button", "data-key": `view ${view}`, onclick: () => update({ view }) }, VIEWS[view]);
    return [view, button];
  });
  parts.views = Object.fromEntries(tabs);
  const rejected = rejectedCount(head.tables);
  const warning = rejected
    ? h("p", { class: "warning", role: "note" }, `${count(rejected)} rows of the delivered files were rejected and are in no number. `, views.includes("operations") ? h("button", { type: "button", class: "small", onclick: () => update({ view: "operations" }) }, "Which ones") : null)
    : null;
  replace(
    app,
    h("header", {}, h("h1", {}, TITLES[head.board]), (parts.status = h("p", { role: "status", "aria-live": "polite" })), head.board === "sales" ? warning : null),
    h("nav", { class: "views", "aria-label": "Pages", hidden: views.length < 2 }, tabs.map(([, button]) => button)),
    h(
      "main",
      {},
      (parts.filters = market ? filters() : h("div", {})),
      (parts.kpis = h("div", {})),
      (parts.empty = h("p", { class: "empty", hidden: true }, "Nothing was sold or listed within these filters.")),
      (parts.content = h("div", {})),
    ),
    h(
      "footer",
      {},
      h("p", {}, `From the marts in ${head.warehouse}, read on ${head.read_at}, by the queries in dashboards/queries.sql. Revenue is what buyers paid, commission included. A sale of an event that is not known counts in all totals.`),
      h("p", {}, Object.entries(head.links).flatMap(([text, address], place) => [place ? ", " : "", h("a", { href: address }, text)]), " are beside this page, if `make docs` wrote them there."),
    ),
  );
}

async function main() {
  if (!("DecompressionStream" in window)) {
    app.textContent = "This browser is too old for this page: it needs DecompressionStream, which browsers have since 2023.";
    return;
  }
  head = await load(document.getElementById("data").textContent);
  document.title = TITLES[head.board];
  market = head.board === "sales" ? prepare(head.tables) : null;
  views = head.board === "health" ? ["operations"] : Object.keys(VIEWS).filter((view) => view !== "operations" || hasOperations(head.tables));
  start = initial(market, views[0]);
  state = fromHash(location.hash, start, market);
  if (!views.includes(state.view)) state.view = start.view;
  frame();
  show();
  addEventListener("hashchange", () => {
    state = fromHash(location.hash, start, market);
    show();
  });
  let width = innerWidth, waiting;
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    clearTimeout(waiting);
    waiting = setTimeout(show, 100);
  });
  document.documentElement.dataset.ready = "yes";
}

main().catch((error) => {
  app.textContent = `This page cannot show its data: ${error.message}`;
  throw error;
});
