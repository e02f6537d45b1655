import type { Breakdown } from "@headcount/core/contract";
import { formatCount } from "./format-count.ts";
import type { Ink } from "./ink.ts";
import { table } from "./table.ts";

export interface SourceTableOptions {
  sources: Pick<Breakdown, "data" | "other" | "totals">;
  ink: Ink;
  /** How many characters a line may have. */
  width: number;
}

/** Sets the sites that visitors came from beside how many of them there were, each counted once. */
export function sourceTable({ sources, ink, width }: SourceTableOptions): string[] {
  const { data, other, totals } = sources;
  const others = other && [`${other.values} others`, formatCount(other.views), "", ""];
  return table({
    columns: [
      { title: "Source", width: 32, whenTight: "cut" },
      { title: "Views", align: "right", paint: ink.views },
      { title: "Visitors", align: "right", paint: ink.visitors },
      { title: "Of all visitors", align: "right", paint: ink.faint },
    ],
    rows: [
      ...data.map(({ value, views, unique_visitors, share_of_visitors }) => [
        value ?? "directly, or from this site",
        formatCount(views),
        formatCount(unique_visitors),
        share_of_visitors === null ? "–" : `${share_of_visitors.toFixed(1)} %`,
      ]),
      ...(others === null ? [] : [others]),
    ],
    // who came from two of them is a visitor of both
    summary: ["All", formatCount(totals.views), formatCount(totals.unique_visitors), ""],
    ink,
    width,
  });
}
