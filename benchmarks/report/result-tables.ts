import { type ContenderName, contenderNames, contenderTitles } from "../results/contender-names.ts";
import { type CellQuery, findCells } from "../results/find-cells.ts";
import { entityNames, type Measurement } from "../results/measurement.ts";
import type { RunResults } from "../results/run-results.ts";
import { checkRow } from "./citus-targets.ts";
import { type Column, numberText, pivot, ratioText, sizeText, type Table } from "./table.ts";

const titles: Readonly<Record<Measurement["part"], string>> = {
  setup: "Setting up",
  size: "Size on disk",
  reads: "Reading",
  owners: "Reading all that an owner has",
  equality: "The same as on one Postgres",
  cold: "Cold start",
  "host-queries": "A host's own queries",
  pending: "Reading while changes are pending",
  writes: "Writing, with capture and without",
  collecting: "Collecting: the client, bare INSERT, and COPY as the limit",
  folding: "Folding",
  levels: "Owners and the site as levels",
  partitions: "With page views in 24 monthly partitions",
  extremes: "Extreme visitors: one change folded",
  folders: "Several folders",
  capture: "Writing, with capture and without",
  refresh: "Until answers are right again",
  freshness: "Freshness",
  soak: "Under a steady load",
  prune: "Erasing somebody, and pruning",
};

type Results = Pick<RunResults, "measurements" | "against" | "workers">;

/** The results of a run as tables, the part's questions about each entity in one of their own. */
export function resultTables({ measurements, against, workers }: Results): Table[] {
  const columns = columnsOf({ against, workers });
  const parts = [...new Set(measurements.map(({ part }) => part))];
  return parts.flatMap((part) =>
    [null, ...entityNames].flatMap((entity) => {
      const cells = measurements.filter((cell) => cell.part === part && cell.entity === entity);
      const title = entity === null ? titles[part] : `${titles[part]}: the ${entity} entity`;
      const rowOf = ({ question, unit }: Measurement): string => `${question}, ${unit}`;
      return cells.length === 0 ? [] : [pivot({ title, cells, rowOf, columns })];
    }),
  );
}

function columnsOf({ against, workers }: Omit<Results, "measurements">): Column<Measurement>[] {
  if (against !== undefined) return pairedColumns(against);
  return workers === undefined ? contenderColumns() : citusColumns(workers);
}

// One Postgres, one worker and all of them, and what is to be reached.
function citusColumns(workers: number): Column<Measurement>[] {
  const names = ["postgres", "one_worker", "workers"] as const;
  return [
    ...names.map((name) => ({
      head: name === "workers" ? `${workers} workers` : contenderTitles[name],
      textOf: (row: readonly Measurement[]) => cellText(cellOf(row, name)),
    })),
    { head: "compared", textOf: (row) => checkRow(row)?.compared ?? "" },
    { head: "target", textOf: (row) => checkRow(row)?.target ?? "" },
  ];
}

// Each compared with the first of its row.
function contenderColumns(): Column<Measurement>[] {
  return contenderNames.map((name) => ({
    head: contenderTitles[name],
    textOf: (row) => cellText(cellOf(row, name), row[0]),
  }));
}

// The other checkout and this one, and how many times as much this one's are: the medians, and the lowest.
function pairedColumns(against: string): Column<Measurement>[] {
  const ratio = (which: "median" | "lowest") => (row: readonly Measurement[]) => {
    const other = cellOf(row, "against")?.spread?.[which] ?? 0;
    const own = cellOf(row, "headcount")?.spread?.[which];
    const compares = own !== undefined && other !== 0 && row[0]?.unit !== "%";
    return !compares ? "" : ratioText(own / other);
  };
  return [
    { head: against, textOf: (row) => cellText(cellOf(row, "against")) },
    { head: "this checkout", textOf: (row) => cellText(cellOf(row, "headcount")) },
    { head: "ratio", textOf: ratio("median") },
    { head: "ratio of the lowest", textOf: ratio("lowest") },
  ];
}

function cellOf(row: readonly Measurement[], name: ContenderName): Measurement | undefined {
  return row.find(({ contender }) => contender === name);
}

/** A median with its spread, and how many times that of the first contender it is: `1,477 (1,401–1,520) 360×`. */
export function cellText(cell: Measurement | undefined, first = cell): string {
  if (cell === undefined) return "";
  const { spread, note = "" } = cell;
  if (spread === null) return note;
  const { median, lowest, highest, runs } = spread;
  const compared = first === cell ? 0 : (first?.spread?.median ?? 0);
  return [
    numberText(median),
    runs > 1 ? `(${numberText(lowest)}–${numberText(highest)})` : "",
    compared > 0 ? ratioText(median / compared) : "",
    note,
  ]
    .filter((part) => part !== "")
    .join(" ");
}

const upkeep: readonly [title: string, query: CellQuery][] = [
  ["folding new views, per s", { part: "folding", question: /new views$/ }],
  ["folding late views, per s", { part: "folding", question: /late views$/ }],
  ["first rebuild, s", { part: "setup", question: /first answer$/ }],
  ["all rollups with indexes, bytes per view", { part: "size", question: /^all tables/ }],
];

/** A cell of one of several runs. */
interface SizedCell {
  row: string;
  size: number;
  contender: ContenderName;
  median: number;
}

/** How answers and upkeep grow with the table, from the smallest run to the largest. */
export function growthTables(results: readonly RunResults[]): Table[] {
  const runs = results.toSorted((a, b) => a.size - b.size);
  const find = (query: CellQuery, row?: string): SizedCell[] =>
    runs.flatMap((run) =>
      findCells(run, query).map(({ question, contender, spread: { median } }) => {
        return { row: row ?? question, size: run.size, contender, median };
      }),
    );
  const columns = (["headcount", "raw"] as const).flatMap((contender) =>
    runs.map(({ size }) => ({
      head: contender === "raw" ? `raw SQL, ${sizeText(size)}` : sizeText(size),
      textOf: (cells: readonly SizedCell[]) => {
        const own = cells.filter((cell) => cell.size === size && cell.contender === contender);
        return own.length === 0 ? "" : numberText(Math.max(...own.map(({ median }) => median)));
      },
    })),
  );
  const rowOf = ({ row }: SizedCell): string => row;
  const big = { part: "reads", question: /./, entity: "big" } as const;
  const ours = find(big);
  const asked = new Set(ours.map(rowOf));
  const raw = find({ ...big, contender: "raw" }).filter(({ row }) => asked.has(row));
  const kept = upkeep.flatMap(([row, query]) => find(query, row));
  return [
    pivot({
      title: "As the table grows: the big entity, median in ms",
      cells: [...ours, ...raw],
      rowOf,
      columns,
    }),
    pivot({ title: "As the table grows: what is kept up", cells: kept, rowOf, columns }),
  ];
}
