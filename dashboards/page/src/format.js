// Numbers as the reader's browser writes them: 1,234.5 or 1.234,5.

const locale = () => navigator.languages?.[0] ?? navigator.language;
const cache = new Map();
function format(options) {
  const key = JSON.stringify(options);
  if (!cache.has(key)) cache.set(key, new Intl.NumberFormat(locale(), options));
  return cache.get(key);
}
const known = (write) => (value) => (value === null || value === undefined || !Number.isFinite(value) ? "–" : write(value));
const dollars = { style: "currency", currency: "USD", currencyDisplay: "narrowSymbol" };

export const count = known((value) => format({ maximumFractionDigits: 0 }).format(value));
export const decimal = known((value) => format({ maximumFractionDigits: 2 }).format(value));
/** Cents as dollars, whole ones from a thousand dollars. */
export const money = known((cents) =>
  format({ ...dollars, minimumFractionDigits: Math.abs(cents) < 1e5 ? 2 : 0, maximumFractionDigits: Math.abs(cents) < 1e5 ? 2 : 0 }).format(cents / 100),
);
export const moneyShort = known((cents) =>
  format({ ...dollars, notation: "compact", minimumFractionDigits: 0, maximumSignificantDigits: 4 }).format(cents / 100),
);
export const countShort = known((value) => format({ notation: "compact", maximumSignificantDigits: 4 }).format(value));
export const percent = known((share) => format({ style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(share));
export const change = known((share) =>
  format({ style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "exceptZero" }).format(share),
);
export const moneyChange = known((cents) =>
  format({ ...dollars, minimumFractionDigits: 0, maximumFractionDigits: 0, signDisplay: "exceptZero" }).format(cents / 100),
);

/** What can be measured by day: how it is called, and how it is written. */
export const MEASURES = {
  revenue: { label: "Revenue", unit: "US dollars", write: money, short: moneyShort },
  tickets: { label: "Tickets sold", unit: "tickets", write: count, short: countShort },
  sales: { label: "Sales", unit: "sales", write: count, short: countShort },
  commission: { label: "Commission", unit: "US dollars", write: money, short: moneyShort },
};
