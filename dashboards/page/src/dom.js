// Elements without HTML: whatever a delivered file calls an event, it is shown as text.

/** Make an element; `on...` are listeners, true and false set or leave out an attribute, texts become text. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") for (const [property, text] of Object.entries(value)) element.style.setProperty(property, text);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Replace what is in an element; the focus stays on what has the same data-key. */
export function replace(element, ...children) {
  const key = element.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  element.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined));
  if (key) element.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

/** Return a panel with its title, an explanation and buttons beside it. */
export function panel(title, explanation, body, { wide = false, tools = [] } = {}) {
  return h(
    "section",
    { class: wide ? "panel wide" : "panel" },
    h("div", { class: "head" }, h("h2", {}, title), ...tools),
    explanation ? h("p", { class: "note" }, explanation) : null,
    ...[body].flat(),
  );
}

/** Return a table of rows of texts, which scrolls sideways where it is too wide. */
export function table(caption, columns, rows, empty = "Nothing to show.") {
  if (!rows.length) return h("p", { class: "empty" }, empty);
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, columns.map(({ label, number }) => h("th", { scope: "col", class: number ? "number" : null }, label)))),
      h(
        "tbody",
        {},
        rows.map((row) =>
          h(
            "tr",
            {},
            row.map((cell, place) => h(place ? "td" : "th", { scope: place ? null : "row", class: columns[place].number ? "number" : null }, cell ?? "–")),
          ),
        ),
      ),
    ),
  );
}
