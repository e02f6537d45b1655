import type { Visitor } from "@headcount/core/contract";
import { formatInstant, formatRange, todayIn } from "@headcount/core/present";

interface VisitToFormat {
  kind: Visitor["kind"];
  instant: string;
  timeZone: string;
  locale: string | undefined;
}

/** Writes when a visitor came; of one who is listed without a name only the date is known. */
export function formatVisit({ kind, instant, timeZone, locale }: VisitToFormat): string {
  if (kind !== "attributes") return formatInstant(instant, { timeZone, locale });
  const date = todayIn(timeZone, new Date(instant));
  return formatRange({ date_from: date, date_to: date }, { locale });
}
