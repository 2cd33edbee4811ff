// What is shown, as a file: for Excel with a byte order mark; with an apostrophe before what it would take for a formula.

const cell = (value) => {
  if (value === null || value === undefined || (typeof value === "number" && !Number.isFinite(value))) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

export const toCsv = (names, rows) => `\ufeff${[names, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;

/** Have the browser save rows as a file. */
export function download(name, names, rows) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([toCsv(names, rows)], { type: "text/csv" }));
  link.download = `${name}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
