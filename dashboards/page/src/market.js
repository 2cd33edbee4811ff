// The market: sales and listings as columns, and what they add up to within the filters.
//
// A unit is what all filters but the dates choose among: an event, or a category at a venue where the lake is too large
// for a page with every event. So the rows are added up by unit and day in one pass, and the lists are made of units.

import { periodBefore } from "./days.js";

export const NOT_KNOWN = "Not known";

/** Index sales and listings by unit; return null if there are none. */
export function prepare(tables) {
  const hasEvents = Boolean(tables.sales);
  const sales = hasEvents ? tables.sales : tables.sales_by_place;
  const listings = hasEvents ? tables.listings : tables.listings_by_place;
  if (!sales.rows && !listings.rows) return null;

  const venueLabels = new Map();
  const venueStates = new Map();
  const text = (table, column, row) => table.values[column]?.[table[column][row]] ?? null;
  for (let row = 0; row < tables.venues.rows; row++) {
    const id = tables.venues.venue_id[row];
    const place = [text(tables.venues, "venue_name", row) ?? "Name not known", text(tables.venues, "city", row), text(tables.venues, "state_code", row)];
    venueLabels.set(id, place.filter(Boolean).join(", "));
    venueStates.set(id, place[2] ?? NOT_KNOWN);
  }
  const units = { category: [], venue: [], event: [], name: [], date: [] };
  const add = (category, venue, event = null, name = null, date = null) => {
    units.category.push(category ?? NOT_KNOWN);
    units.venue.push(venueLabels.has(venue) ? venue : -1);
    units.event.push(event);
    units.name.push(name ?? (event === null ? null : "Name not known"));
    units.date.push(date);
    return units.category.length - 1;
  };
  const places = new Map();
  if (hasEvents) {
    const { events } = tables;
    for (let row = 0; row < events.rows; row++) {
      const id = events.event_id[row];
      places.set(id, add(text(events, "category_name", row), events.venue_id[row], id, text(events, "event_name", row), events.event_date[row]));
    }
  }
  const unitsOf = (table) => {
    const found = new Uint32Array(table.rows);
    const seen = new Map();
    for (let row = 0; row < table.rows; row++) {
      const key = hasEvents ? table.event_id[row] : table.category_name[row] * 1e9 + (table.venue_id[row] || 0);
      let place = seen.get(key);
      if (place === undefined) {
        const named = hasEvents ? key : `${text(table, "category_name", row)} at ${table.venue_id[row]}`;
        place = places.get(named);
        if (place === undefined) {
          place = hasEvents ? add(null, null, key, `Event ${key}, not known`) : add(text(table, "category_name", row), table.venue_id[row]);
          places.set(named, place);
        }
        seen.set(key, place);
      }
      found[row] = place;
    }
    return found;
  };
  const sellers = new Map();
  const sellersOf = (table) => {
    if (!hasEvents) return null;
    const found = new Uint32Array(table.rows);
    for (let row = 0; row < table.rows; row++) {
      const id = table.seller_id[row];
      let place = sellers.get(id);
      if (place === undefined) sellers.set(id, (place = sellers.size));
      found[row] = place;
    }
    return found;
  };
  const market = {
    hasEvents,
    units,
    sales: { ...sales, unit: unitsOf(sales), day: sales.sold_date, seller: sellersOf(sales) },
    listings: { ...listings, unit: unitsOf(listings), day: listings.listed_date, seller: sellersOf(listings), ...asked(listings) },
    sellers: [...sellers.keys()],
    venueLabel: (id) => venueLabels.get(id) ?? NOT_KNOWN,
    grades: new Map(),
  };
  const grades = tables.grades;
  for (let row = 0; row < (grades?.rows ?? 0); row++) market.grades.set(grades.seller_id[row], text(grades, "grade", row));

  // An event without a known day has NaN.
  units.date = Float64Array.from(units.date, (date) => date ?? NaN);
  market.lastSale = sales.rows ? market.sales.day.reduce((most, day) => Math.max(most, day)) : null;
  market.first = Infinity;
  market.last = -Infinity;
  for (const { day } of [market.sales, market.listings]) {
    market.first = day.reduce((least, each) => Math.min(least, each), market.first);
    market.last = day.reduce((most, each) => Math.max(most, each), market.last);
  }

  // The places in the lists that the filters choose from.
  const distinct = (values) => [...new Set(values)].sort((a, b) => (a === NOT_KNOWN) - (b === NOT_KNOWN) || String(a).localeCompare(String(b), "en"));
  market.categories = distinct(units.category);
  units.stateName = units.venue.map((venue) => venueStates.get(venue) ?? NOT_KNOWN);
  market.states = distinct(units.stateName);
  market.venues = [...new Set(units.venue)].sort((a, b) => (a === -1) - (b === -1) || market.venueLabel(a).localeCompare(market.venueLabel(b), "en") || a - b);
  const placesOf = (values, keys) => {
    const place = new Map(keys.map((key, at) => [key, at]));
    return Uint16Array.from(values, (value) => place.get(value));
  };
  market.groups = {
    category: placesOf(units.category, market.categories),
    state: placesOf(units.stateName, market.states),
    venue: placesOf(units.venue, market.venues),
  };
  units.lowerName = units.name.map((name) => (name ?? "").toLowerCase());
  return market;
}

/** Return what all tickets of a listing were offered for, in cents, and the place of their price in PRICES. */
function asked(listings) {
  if (!listings.ticket_price) return {};
  const { rows, ticket_price: prices, tickets_offered: offered } = listings;
  const found = { asked: new Float64Array(rows), band: new Uint8Array(rows) };
  for (let row = 0; row < rows; row++) {
    found.asked[row] = prices[row] * offered[row];
    while (prices[row] >= PRICES[found.band[row]]) found.band[row]++;
  }
  return found;
}

// Which filter leaves a unit out. A list leaves out its own, so that one can choose another of its rows.
const BY_CATEGORY = 1, BY_STATE = 2, BY_VENUE = 4, BY_EVENT = 8;
export const WEEKS = 13;
export const PRICES = [2500, 5000, 10000, 20000, 40000, 80000, Infinity];

/** Sums of a period, of the sales in it and of the listings listed in it: a number for each unit, day or seller. */
class Sums {
  constructor(size) {
    this.revenue = new Float64Array(size);
    this.commission = new Float64Array(size);
    this.tickets = new Float64Array(size);
    this.sales = new Float64Array(size);
    this.listed = new Float64Array(size);
    this.offered = new Float64Array(size);
    this.gone = new Float64Array(size);
    this.soldOut = new Float64Array(size);
    this.asked = new Float64Array(size);
  }

  add(place, other, from) {
    this.revenue[place] += other.revenue[from];
    this.commission[place] += other.commission[from];
    this.tickets[place] += other.tickets[from];
    this.sales[place] += other.sales[from];
    this.listed[place] += other.listed[from];
    this.offered[place] += other.offered[from];
    this.gone[place] += other.gone[from];
    this.soldOut[place] += other.soldOut[from];
    this.asked[place] += other.asked[from];
  }
}

/**
 * The rows of a list, each made when it is asked for: of 8,800 events ten are shown.
 *
 * A row has the sums of the period, those of the period before (`...Before`), and `hasBefore`, whether there is one.
 */
class List {
  constructor(now, then, hasBefore, places, about) {
    Object.assign(this, { now, then, hasBefore, places, about });
    this.length = places.length;
  }

  /** Fill a row with the numbers of a place; the same object can be used for all of them. */
  fill(row, place) {
    const { now, then } = this;
    row.hasBefore = this.hasBefore;
    row.revenue = now.revenue[place];
    row.commission = now.commission[place];
    row.tickets = now.tickets[place];
    row.sales = now.sales[place];
    row.listed = now.listed[place];
    row.offered = now.offered[place];
    row.gone = now.gone[place];
    row.soldOut = now.soldOut[place];
    row.asked = now.asked[place];
    row.revenueBefore = then.revenue[place];
    row.commissionBefore = then.commission[place];
    row.ticketsBefore = then.tickets[place];
    row.salesBefore = then.sales[place];
    row.offeredBefore = then.offered[place];
    row.goneBefore = then.gone[place];
    row.grade = this.about.grade ? this.about.grade(place) : null;
    return row;
  }

  /** Return the whole row of a place: its numbers, its key and its label, and what else is known of it. */
  row(place) {
    return { ...this.fill({}, place), ...this.about.of(place) };
  }
}

/** Return rows that are there already as a list. */
export const listOf = (rows) => ({ length: rows.length, places: rows.map((_, place) => place), fill: (_, place) => rows[place], row: (place) => rows[place] });

/** Add up what the filters choose. */
export function select(market, filters) {
  const { units, sales, listings, hasEvents, first, last } = market;
  const size = units.category.length;
  const out = new Uint8Array(size);
  const words = filters.name.toLowerCase();
  const { category, state, venue } = market.groups;
  const chosen = (keys, key) => (key === null ? -1 : keys.indexOf(key));
  const [onlyCategory, onlyState, onlyVenue] = [chosen(market.categories, filters.category), chosen(market.states, filters.state), chosen(market.venues, filters.venue)];
  for (let unit = 0; unit < size; unit++) {
    out[unit] =
      (onlyCategory < 0 || category[unit] === onlyCategory ? 0 : BY_CATEGORY) |
      (onlyState < 0 || state[unit] === onlyState ? 0 : BY_STATE) |
      (onlyVenue < 0 || venue[unit] === onlyVenue ? 0 : BY_VENUE) |
      ((filters.event === null || units.event[unit] === filters.event) && (!words || units.lowerName[unit].includes(words)) ? 0 : BY_EVENT);
  }
  const { from, to } = filters;
  const before = periodBefore(from, to, first);
  const now = new Sums(size), then = new Sums(size);
  const days = new Sums(last - first + 1);
  const bySeller = new Sums(market.sellers.length), bySellerBefore = new Sums(market.sellers.length);
  const weeks = { tickets: new Float64Array(WEEKS), after: 0, unknown: 0 };
  const prices = PRICES.map((below) => ({ below, offered: 0, gone: 0, listed: 0, soldOut: 0 }));

  // Read from the objects once: the loops run over hundreds of thousands of rows.
  const { from: thenFrom, to: thenTo } = before ?? { from: 1, to: 0 };
  const dates = units.date;
  {
    const { rows, day: dayOf, unit: unitOf, seller: sellerOf, revenue: revenueOf, tickets_sold: ticketsOf, sale_count: salesOf, commission: commissionOf } = sales;
    for (let row = 0; row < rows; row++) {
      const day = dayOf[row], unit = unitOf[row];
      const isNow = day >= from && day <= to;
      const isThen = !isNow && day >= thenFrom && day <= thenTo;
      const revenue = revenueOf[row], tickets = ticketsOf[row], count = salesOf[row];
      if (isNow || isThen) {
        const sums = isNow ? now : then;
        sums.revenue[unit] += revenue;
        sums.tickets[unit] += tickets;
        sums.sales[unit] += count;
        sums.commission[unit] += commissionOf[row];
      }
      if (out[unit]) continue;
      days.revenue[day - first] += revenue;
      days.tickets[day - first] += tickets;
      days.sales[day - first] += count;
      days.commission[day - first] += commissionOf[row];
      if (!hasEvents) continue;
      const seller = sellerOf[row];
      if (isNow) {
        bySeller.revenue[seller] += revenue;
        bySeller.tickets[seller] += tickets;
        bySeller.sales[seller] += count;
        const left = dates[unit] - day;
        if (left >= 0) weeks.tickets[Math.min(WEEKS - 1, Math.floor(left / 7))] += tickets;
        else if (left < 0) weeks.after += tickets;
        else weeks.unknown += tickets;
      } else if (isThen) bySellerBefore.revenue[seller] += revenue;
    }
  }
  {
    const { rows, day: dayOf, unit: unitOf, seller: sellerOf, band: bandOf, tickets_offered: offeredOf, tickets_sold: goneOf, listing_count: listedOf, sold_out_count: soldOutOf, asked: askedOf } = listings;
    for (let row = 0; row < rows; row++) {
      const day = dayOf[row], unit = unitOf[row];
      const isNow = day >= from && day <= to;
      const isThen = !isNow && day >= thenFrom && day <= thenTo;
      const offered = offeredOf[row], gone = goneOf[row];
      if (isNow || isThen) {
        const sums = isNow ? now : then;
        sums.listed[unit] += listedOf[row];
        sums.offered[unit] += offered;
        sums.gone[unit] += gone;
        sums.soldOut[unit] += soldOutOf[row];
        sums.asked[unit] += askedOf[row];
      }
      if (out[unit]) continue;
      if (day >= first && day <= last) {
        days.offered[day - first] += offered;
        days.gone[day - first] += gone;
      }
      if (!isNow || !hasEvents) continue;
      const seller = sellerOf[row];
      bySeller.listed[seller] += listedOf[row];
      bySeller.offered[seller] += offered;
      bySeller.gone[seller] += gone;
      bySeller.soldOut[seller] += soldOutOf[row];
      bySeller.asked[seller] += askedOf[row];
      const price = prices[bandOf[row]];
      price.offered += offered;
      price.gone += gone;
      price.listed += listedOf[row];
      price.soldOut += soldOutOf[row];
    }
  }
  const hasBefore = before !== null;
  const total = new Sums(1), totalBefore = new Sums(1);
  for (let unit = 0; unit < size; unit++) {
    if (out[unit]) continue;
    total.add(0, now, unit);
    totalBefore.add(0, then, unit);
  }
  const isShown = (sums, sumsBefore, place) => sums.sales[place] || sums.listed[place] || sumsBefore.sales[place];
  const places = (sums, sumsBefore, length, isIn = () => true) => {
    const found = [];
    for (let place = 0; place < length; place++) if (isIn(place) && isShown(sums, sumsBefore, place)) found.push(place);
    return found;
  };
  const group = (keys, placeOf, own, label) => {
    const sums = new Sums(keys.length), sumsBefore = new Sums(keys.length);
    for (let unit = 0; unit < size; unit++) {
      if (out[unit] & ~own) continue;
      sums.add(placeOf[unit], now, unit);
      sumsBefore.add(placeOf[unit], then, unit);
    }
    return new List(sums, sumsBefore, hasBefore, places(sums, sumsBefore, keys.length), { of: (place) => ({ key: keys[place], label: label(keys[place]) }) });
  };
  const { groups } = market;
  return {
    before,
    days,
    weeks,
    prices,
    total: new List(total, totalBefore, hasBefore, [0], { of: () => ({}) }).row(0),
    categories: group(market.categories, groups.category, BY_CATEGORY, String),
    states: group(market.states, groups.state, BY_STATE, String),
    venues: group(market.venues, groups.venue, BY_VENUE, market.venueLabel),
    events: new List(now, then, hasBefore, places(now, then, size, (unit) => !(out[unit] & ~BY_EVENT)), {
      of: (unit) => ({ key: units.event[unit], label: units.name[unit], date: units.date[unit], category: units.category[unit], venue: market.venueLabel(units.venue[unit]) }),
    }),
    sellers: new List(bySeller, bySellerBefore, hasBefore, places(bySeller, bySellerBefore, market.sellers.length), {
      of: (seller) => ({ key: market.sellers[seller], label: `Seller ${market.sellers[seller]}` }),
      grade: (seller) => market.grades.get(market.sellers[seller]) ?? null,
    }),
  };
}
