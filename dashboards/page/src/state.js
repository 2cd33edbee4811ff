// What is shown, kept behind the # of the address: a link shows the same.

import { fromIso, iso } from "./days.js";

export const VIEWS = { sales: "Sales", offers: "What sells out", people: "Sellers and buyers", outlook: "Forecast", operations: "Operations" };

export const initial = (market, view) => ({
  view, from: market?.first ?? 0, to: market?.last ?? 0, category: null, state: null, venue: null, event: null, name: "",
  measure: "revenue", by: "month", top: 10, sort: {},
});

/** Return the text behind the #: what differs from the first view of the page. */
export function toHash(state, start) {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(state)) {
    if (name === "sort") for (const [list, by] of Object.entries(value)) words.set(`sort.${list}`, by);
    else if (value !== start[name]) words.set(name, name === "from" || name === "to" ? iso(value) : value);
  }
  return words.toString();
}

/** Read it again. What cannot be is left as it is at the start: a link may be of an older page. */
export function fromHash(hash, start, market) {
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  const state = { ...start, sort: {} };
  const oneOf = (name, values) => {
    const value = values.find((other) => String(other) === words.get(name));
    if (value !== undefined) state[name] = value;
  };
  oneOf("view", Object.keys(VIEWS));
  oneOf("measure", ["revenue", "tickets", "sales", "commission"]);
  oneOf("by", ["month", "week", "day"]);
  oneOf("top", [5, 10, 20, 50, 100, 1000]);
  for (const [name, value] of words) if (/^sort\.\w+$/.test(name) && /^-?\w+$/.test(value)) state.sort[name.slice(5)] = value;
  if (!market) return state;
  oneOf("category", market.categories);
  oneOf("state", market.states);
  oneOf("venue", market.venues);
  oneOf("event", market.units.event.filter((event) => event !== null));
  state.name = words.get("name") ?? "";
  const inside = (name) => {
    const day = fromIso(words.get(name) ?? "");
    if (day >= market.first && day <= market.last) state[name] = day;
  };
  inside("from");
  inside("to");
  if (state.from > state.to) [state.from, state.to] = [start.from, start.to];
  return state;
}
