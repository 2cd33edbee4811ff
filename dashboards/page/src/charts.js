// The pictures. Each is drawn for the width it has, never scaled, so that its text stays as large as the page's.

import { areaY, axisX, axisY, dot, lineY, plot, pointerX, rectY, ruleX, ruleY, tip } from "@observablehq/plot";
import { bins, monthStart, periodName, toDate } from "./days.js";
import { h, svg } from "./dom.js";
import { MEASURES } from "./format.js";

/** Draw with Plot; name the picture for who does not see it. */
function draw(name, options) {
  const picture = plot({
    marginLeft: 64,
    marginRight: 16,
    marginBottom: 32,
    style: { fontSize: "13px", background: "transparent", color: "inherit", overflow: "visible" },
    ...options,
  });
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", name);
  // Plot names its groups, which are nothing that may have a name.
  for (const part of picture.querySelectorAll("[aria-label], [aria-description]")) {
    part.removeAttribute("aria-label");
    part.removeAttribute("aria-description");
  }
  return picture;
}

/** Return the months, weeks or days that the chart of time shows: of days, the whole months that hold the chosen ones. */
export function shownBins(market, state) {
  if (state.by !== "day") return bins(market.first, market.last, state.by);
  return bins(Math.max(market.first, monthStart(state.from)), Math.min(market.last, monthStart(state.to, 1) - 1), "day");
}

/** Add up days into bins. */
export function binned(market, values, list) {
  return list.map((bin) => {
    let value = 0;
    for (let day = bin.from; day <= bin.to; day++) value += values[day - market.first];
    return { ...bin, value };
  });
}

/** Draw a measure over time; a click on a month, week or day goes into it, and dragging chooses several. */
export function timeChart(market, selection, state, width, anomalies, choose) {
  const measure = MEASURES[state.measure];
  const list = binned(market, selection.days[state.measure], shownBins(market, state)).map((bin) => ({
    ...bin,
    start: toDate(bin.from),
    end: toDate(bin.to + 1),
    middle: new Date((toDate(bin.from).getTime() + toDate(bin.to + 1).getTime()) / 2),
    on: bin.to >= state.from && bin.from <= state.to,
  }));
  const marked = list.flatMap((bin) => (state.by === "day" && anomalies.has(bin.from) ? [{ ...bin, about: anomalies.get(bin.from) }] : []));
  const asLine = list.length > 100;
  const scale = measure.short;
  const title = (bin) => [bin.name, measure.write(bin.value), ...(marked.some((other) => other.from === bin.from) ? [anomalies.get(bin.from)] : [])].join("\n");
  const picture = draw(`${measure.label} by ${state.by}, ${measure.unit}. The table below has the numbers.`, {
    width,
    height: 260,
    x: { type: "utc", label: null, domain: [list[0].start, list.at(-1).end] },
    y: { label: null, zero: true, nice: true },
    marks: [
      axisY({ ticks: 4, tickFormat: scale, tickSize: 0 }),
      ruleY([0], { stroke: "var(--line)" }),
      asLine
        ? [areaY(list.filter((bin) => bin.on), { x: "middle", y: "value", fill: "var(--bar)", fillOpacity: 0.15 }), lineY(list, { x: "middle", y: "value", stroke: "var(--bar)" })]
        : rectY(list, {
            x1: "start",
            x2: "end",
            y: "value",
            insetLeft: 1,
            insetRight: 1,
            fill: (bin) => (bin.on ? "var(--bar)" : "var(--pale)"),
            stroke: (bin) => (bin.on ? "none" : "var(--bar)"),
          }),
      dot(marked, { x: "middle", y: "value", r: 5, fill: "var(--mark)", stroke: "var(--page)" }),
      axisX({ ticks: width < 500 ? 4 : 10, tickSize: 0 }),
      ruleX(list, pointerX({ x: "middle", stroke: "var(--soft)" })),
      tip(list, pointerX({ x: "middle", y: "value", title, fill: "var(--page)", stroke: "var(--line)", fontSize: 13 })),
    ],
  });
  picture.classList.add("choosable");
  const at = (event) => {
    const time = picture.scale("x").invert(Math.max(64, Math.min(width - 17, event.clientX - picture.getBoundingClientRect().left)));
    return list.findLast((bin) => bin.start <= time) ?? list[0];
  };
  let pressed = null;
  // Before Plot's own, which lets no other listener have the event.
  const first = { capture: true };
  picture.addEventListener("pointerdown", (event) => (pressed = { bin: at(event), x: event.clientX }), first);
  picture.addEventListener(
    "pointerup",
    (event) => {
      if (!pressed) return;
      const [one, other] = [pressed.bin, at(event)].sort((a, b) => a.from - b.from);
      const isDrag = Math.abs(event.clientX - pressed.x) > 8 && one !== other;
      pressed = null;
      choose(isDrag ? { from: one.from, to: other.to } : drill(one, state));
    },
    first,
  );
  return { picture, list, marked };
}

/** Return what a click on a month, a week or a day chooses. */
export function drill(bin, state) {
  const isChosen = state.from === bin.from && state.to === bin.to;
  if (state.by === "day" && isChosen) return { from: monthStart(bin.from), to: monthStart(bin.from, 1) - 1 };
  return { from: bin.from, to: bin.to, by: "day" };
}

/** Draw the course of a number as a line without axes. */
export function sparkline(values) {
  const width = 120, height = 28;
  const most = Math.max(...values, 1e-9);
  const step = width / Math.max(1, values.length - 1);
  const points = values.map((value, place) => `${(place * step).toFixed(1)},${(height - 2 - ((height - 4) * value) / most).toFixed(1)}`).join(" ");
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", class: "spark", "aria-hidden": "true" }, svg("polyline", { points, fill: "none", stroke: "var(--bar)", "stroke-width": "1.5", "vector-effect": "non-scaling-stroke" }));
}

/** Draw horizontal bars as a list: what, how much, and how large that is beside the largest. */
export function bars(label, rows, write) {
  const most = Math.max(...rows.map(([, value]) => value ?? 0), 1e-9);
  return h(
    "ul",
    { class: "bars", "aria-label": label },
    rows.map(([name, value, detail]) =>
      h(
        "li",
        { style: { "--share": `${((100 * (value ?? 0)) / most).toFixed(1)}%` } },
        h("span", { class: "label" }, name),
        h("span", { class: "value" }, write(value)),
        detail ? h("span", { class: "detail" }, detail) : null,
      ),
    ),
  );
}

/** Draw what sold, what was forecast of it, and what is forecast from now on, with the interval. */
export function forecastChart(name, measure, sold, tested, ahead, width) {
  const { short, write } = measure;
  const at = (day) => toDate(day);
  const band = (rows) => areaY(rows, { x: (row) => at(row.day), y1: "lower", y2: "upper", fill: "var(--mark)", fillOpacity: 0.22 });
  const line = (rows) => lineY(rows, { x: (row) => at(row.day), y: "forecast", stroke: "var(--mark)", strokeDasharray: "4 3", strokeWidth: 2 });
  return draw(`${name}: sold, and forecast with its interval of 80 %`, {
    width,
    height: 200,
    x: { type: "utc", label: null },
    y: { label: null, zero: true, nice: true },
    marks: [
      axisY({ ticks: 4, tickFormat: short, tickSize: 0 }),
      axisX({ ticks: width < 420 ? 3 : 5, tickSize: 0 }),
      ruleY([0], { stroke: "var(--line)" }),
      band(tested),
      band(ahead),
      lineY(sold, { x: (row) => at(row.day), y: "value", stroke: "var(--bar)" }),
      line(tested),
      line(ahead),
      tip(
        [...sold.map((row) => ({ day: row.day, y: row.value, text: `${periodName(row.day, row.day)}\nsold ${write(row.value)}` })), ...ahead.map((row) => ({ day: row.day, y: row.forecast, text: `${periodName(row.day, row.day)}\nforecast ${write(row.forecast)}\n${write(row.lower)} to ${write(row.upper)}` }))],
        pointerX({ x: (row) => at(row.day), y: "y", title: "text", fill: "var(--page)", stroke: "var(--line)", fontSize: 13 }),
      ),
    ],
  });
}

