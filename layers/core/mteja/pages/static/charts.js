// Draws the charts of reports. Every number of them stands in a table too, which is all that a page
// without scripts shows.
"use strict";

const BAR_PX = 14;
const GAP_PX = 12;
const AXIS_PX = 34;
const LINES_PX = 260;
const NARROW_PX = 560;
const LABEL_CHARACTERS = { narrow: 16, wide: 36 };
const ALL = document.documentElement;

const numbers = new Intl.NumberFormat(ALL.lang, { maximumFractionDigits: 2 });

const colour = (name) => getComputedStyle(ALL).getPropertyValue(`--${name}`).trim();
const written = (value, unit) => (value === null ? "—" : numbers.format(value) + unit);

function short(text, most) {
  const letters = [...text];
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join("")}…`;
}

const axis = (more) => ({
  stroke: colour("soft"),
  font: `12px ${getComputedStyle(document.body).fontFamily}`,
  grid: { stroke: colour("line"), width: 1 },
  ticks: { show: false },
  ...more,
});

const amounts = (unit, more) =>
  axis({ values: (_, ticks) => ticks.map((tick) => written(tick, unit)), ...more });

// Numbers begin at nothing, or below where they are; one of nothing but zeros still has a height.
const fromNothing = (_, least, most) => [Math.min(0, least * 1.05), most > 0 ? most * 1.05 : 1];

// One point a day.
function lines(told, width) {
  const days = told.labels.map((_, at) => at);
  return {
    data: [days, ...told.series.map((one) => one.values)],
    category: (at) => at,
    options: {
      width,
      height: LINES_PX,
      scales: { x: { time: false }, y: { range: fromNothing } },
      axes: [
        axis({
          grid: { show: false },
          incrs: [1, 2, 7, 14, 28, 56, 112],
          space: 70,
          values: (_, ticks) => ticks.map((tick) => told.labels[tick] ?? ""),
        }),
        amounts(told.unit, { size: 56 }),
      ],
      series: [
        {},
        ...told.series.map((one, at) => ({
          label: one.label,
          stroke: colour(`series-${at + 1}`),
          width: 2,
          dash: [[], [8, 4], [2, 3]][at % 3],
          points: { show: days.length < 2 || undefined, size: 6 },
        })),
      ],
    },
  };
}

// Bars that lie, one group for each label: each series has a slot of its own in the group, and a
// slot is free between groups.
function bars(told, width) {
  const each = told.series.length + 1;
  const slots = Array.from({ length: told.labels.length * each - 1 }, (_, at) => at);
  const middle = (told.series.length - 1) / 2;
  const most = LABEL_CHARACTERS[width < NARROW_PX ? "narrow" : "wide"];
  const labels = told.labels.map((label) => short(label, most));
  const longest = Math.max(...labels.map((label) => [...label].length));
  return {
    data: [
      slots,
      ...told.series.map((one, series) =>
        slots.map((at) => (at % each === series ? one.values[Math.floor(at / each)] : null)),
      ),
    ],
    category: (at) => Math.floor(at / each),
    options: {
      width,
      height: told.labels.length * (told.series.length * BAR_PX + GAP_PX) + AXIS_PX,
      scales: {
        x: { time: false, ori: 1, dir: -1, range: [-0.75, slots.length - 0.25] },
        y: { ori: 0, dir: 1, range: fromNothing },
      },
      axes: [
        axis({
          side: 3,
          size: Math.min(width / 2, longest * 7 + 20),
          grid: { show: false },
          splits: told.labels.map((_, at) => at * each + middle),
          values: () => labels,
        }),
        amounts(told.unit, { side: 2, size: AXIS_PX, space: 70 }),
      ],
      series: [
        {},
        ...told.series.map((one, at) => ({
          label: one.label,
          fill: colour(`series-${at + 1}`),
          width: 0,
          paths: uPlot.paths.bars({ size: [0.85] }),
          points: { show: false },
        })),
      ],
    },
  };
}

const KINDS = { lines, bars };

function draw(figure) {
  const told = JSON.parse(figure.dataset.told);
  const place = figure.querySelector(".drawing");
  const readout = figure.querySelector(".readout");
  for (const one of told.series) {
    one.values = one.values.map((value) => (value === null ? null : value / told.per));
  }
  const made = KINDS[figure.dataset.chart](told, place.clientWidth);
  place.replaceChildren();
  new uPlot(
    {
      ...made.options,
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
      padding: [8, 26, 0, 0],
      hooks: {
        setCursor: [
          (chart) => {
            const at = chart.cursor.idx;
            const of = at === null || at === undefined ? undefined : made.category(at);
            readout.textContent = of === undefined ? "" : said(told, of);
          },
        ],
      },
    },
    made.data,
    place,
  );
}

function said(told, of) {
  const parts = told.series.map((one) => `${one.label} ${written(one.values[of], told.unit)}`);
  return `${told.labels[of]}: ${parts.join(" · ")}`;
}

const figures = [...document.querySelectorAll("figure[data-chart]")];
// All at once, since they share the width.
for (const figure of figures) figure.hidden = false;
const drawAll = () => figures.forEach(draw);
drawAll();

// Drawn anew in the other scheme's colours, and where the window has another width.
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
let waiting = 0;
let drawnAt = innerWidth;
addEventListener("resize", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    if (innerWidth !== drawnAt) drawAll();
    drawnAt = innerWidth;
  }, 150);
});
