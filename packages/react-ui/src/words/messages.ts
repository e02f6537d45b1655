import type { Channel, Dimension, Period } from "@headcount/core/contract";
import type { Measure, RangePreset } from "@headcount/core/present";

/** A name, and the same where there is little room. */
export interface Name {
  label: string;
  short: string;
}

interface Words {
  title: string;
  text: string;
}

type ChartTab = "visits" | "new" | "time" | "bounces";
// what is stored of each view
type FactDimension = Exclude<Dimension, "visitor_kind" | `viewer.${string}`>;

/** Everything that the components say. Dates, numbers and time zones are written by the browser, in the `locale`. */
export interface Messages {
  measures: Readonly<Record<Measure, string>>;
  /** The same on a card where there is little room. */
  shortMeasures: Readonly<Record<Measure, string>>;
  periods: Readonly<Record<Period, string>>;
  range: {
    label: string;
    presets: Readonly<Record<RangePreset | "custom", Name>>;
    /** Behind the name of a range that the plan does not show. */
    locked: string;
    firstDay: string;
    lastDay: string;
    period: string;
  };
  cards: {
    label: string;
    /** Of a rate: percentage points more or less. */
    points: (points: string) => string;
    /** With what totals are compared, and whether until the same hour, as today is not over. */
    comparedWith: (range: string, isCut: boolean) => string;
    /** In its place where the first view ever came later. */
    nothingBefore: (range: string) => string;
    /** Below new and returning visitors, where some who had come last before a date were forgotten. */
    forgotten: (date: string) => string;
  };
  chart: {
    measure: string;
    tabs: Readonly<Record<ChartTab, Name & { caption: string }>>;
    legend: string;
    incomplete: string;
    notOver: Readonly<Record<Period, string>>;
    startsBeforeRange: string;
    endsAfterRange: string;
    showAs: string;
    chart: string;
    table: string;
    allNumbers: string;
    when: string;
    total: string;
    empty: Readonly<Record<ChartTab, Words>>;
    /** What a unique visitor is, by what somebody without an account is. */
    visitorsAre: Readonly<Record<"visitor_id" | "day" | "session", string>>;
  };
  hereNow: {
    text: (count: string) => string;
    /** Within how many minutes a view begins that is now. */
    minutes: (minutes: number) => string;
  };
  whereFrom: {
    title: string;
    by: string;
    dimensions: Readonly<Record<FactDimension, string>>;
    channels: Readonly<Record<Channel, string>>;
    devices: Readonly<Record<"mobile" | "tablet" | "desktop" | "tv", string>>;
    /** Of what had too many values to keep them apart. */
    other: string;
    /** Takes back that only one value is shown. */
    all: string;
    /** Where there is no value: of a channel, a device or a country; of a source; of a campaign. */
    unknown: string;
    direct: string;
    none: string;
    visitors: string;
    share: string;
    /** How many values are not listed. */
    more: (count: string) => string;
    /** Of how many of all views it was recorded. */
    known: (recorded: string, all: string) => string;
    empty: Words;
  };
  heatMap: { title: string; hour: string; visitors: string; views: string };
  visitors: {
    title: string;
    search: string;
    searchHint: string;
    kind: string;
    kinds: Readonly<Record<"all" | "account" | "anonymous", string>>;
    sort: string;
    sorts: Readonly<Record<"last_visit" | "first_visit" | "visit_count", string>>;
    columns: Readonly<Record<"visitor" | "views" | "pages" | "days" | "time" | "lastSeen", string>>;
    /** Of somebody without an account. */
    anonymous: string;
    ref: (ref: string) => string;
    views: (count: string, value: number) => string;
    /** Of how many of the owner's pages, of the type or of the site. */
    pages: (count: string, value: number) => string;
    days: (count: string, value: number) => string;
    time: (duration: string) => string;
    lastSeen: (date: string) => string;
    firstSeen: (date: string) => string;
    earlier: (count: string) => string;
    direct: string;
    elsewhere: string;
    from: (site: string) => string;
    more: string;
    loading: string;
    empty: Words;
    noMatch: (search: string) => Words;
    noneOfKind: Words;
    clear: string;
  };
  export: { label: string; csv: string; print: string };
  pages: {
    title: string;
    page: string;
    /** Beside all of them together. */
    together: string;
    /** Above the lines that say how views went. */
    trend: Readonly<Record<"daily" | "weekly", string>>;
    empty: Words;
  };
  topPages: {
    title: string;
    trending: string;
    /** On which day there were more visitors than usual. */
    trendsOn: (date: string) => string;
    /** Beside a page that trends and is too young to be compared. */
    isNew: string;
    /** Where nothing trends. */
    nothing: Words;
  };
  upgrade: Readonly<Record<"range" | "whereFrom" | "visitors", Words>>;
  trouble: Readonly<Record<"signedOut" | "forbidden" | "refused" | "unavailable", Words>>;
  retry: string;
}
