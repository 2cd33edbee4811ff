// Days as whole numbers since 1 January 1970, in UTC: a browser's own time zone must not move a sale to another day.

export const toDate = (day) => new Date(day * 864e5);
export const iso = (day) => toDate(day).toISOString().slice(0, 10);
export const fromIso = (text) => (/^\d{4}-\d\d-\d\d$/.test(text) ? Math.round(Date.parse(text) / 864e5) : NaN);
const fromParts = (year, month, date) => Math.round(Date.UTC(year, month, date) / 864e5);

/** Return the first day of the month that is `offset` months after the month of `day`. */
export function monthStart(day, offset = 0) {
  const date = toDate(day);
  return fromParts(date.getUTCFullYear(), date.getUTCMonth() + offset, 1);
}

/** Return the Monday of the week. */
export const weekStart = (day) => day - ((((day + 3) % 7) + 7) % 7);

/** Return 0 for Monday to 6 for Sunday. */
export const weekday = (day) => (((day + 3) % 7) + 7) % 7;

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
export const monthName = (day) => `${MONTHS[toDate(day).getUTCMonth()]} ${toDate(day).getUTCFullYear()}`;
export const dayName = (day) => `${toDate(day).getUTCDate()} ${monthName(day)}`;

/** Return whether the period is whole months, from a first to a last day of a month. */
export const isWholeMonths = (from, to) => monthStart(from) === from && monthStart(to, 1) === to + 1;

/** Name a period as briefly as it can be. */
export function periodName(from, to) {
  if (from === to) return dayName(from);
  if (isWholeMonths(from, to)) return monthStart(from) === monthStart(to) ? monthName(from) : `${monthName(from)} to ${monthName(to)}`;
  return `${dayName(from)} to ${dayName(to)}`;
}

/** Return the period before: as many whole months before whole months, else as many days; null if the data begins later. */
export function periodBefore(from, to, first) {
  const months = isWholeMonths(from, to) ? monthCount(from, to) : 0;
  const before = { from: months ? monthStart(from, -months) : from - (to - from + 1), to: from - 1 };
  return before.from < first ? null : before;
}

function monthCount(from, to) {
  const [a, b] = [toDate(from), toDate(to)];
  return (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth() + 1;
}

/** Return the months, weeks or days from `first` to `last`, each as {from, to, name}, cut at both ends. */
export function bins(first, last, by) {
  const found = [];
  let from = first;
  while (from <= last) {
    const next = by === "month" ? monthStart(from, 1) : by === "week" ? weekStart(from) + 7 : from + 1;
    const to = Math.min(last, next - 1);
    found.push({ from, to, name: by === "month" ? monthName(from) : by === "week" ? `${iso(from)} to ${iso(to)}` : iso(from) });
    from = next;
  }
  return found;
}
