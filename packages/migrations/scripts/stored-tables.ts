/** What a table of ours, or the host's page views, holds, as docs/what-is-stored.md says it. */
export interface StoredTable {
  holds: string;
  /** The columns that are about a person, or stand for one. */
  personal: readonly string[];
  /** When its rows go by themselves, or by a call. */
  until: string;
}

const rollup = "the last view of them is taken away";

/** Every table, by its name. */
export const storedTables: Readonly<Record<string, StoredTable>> = {
  page_views: {
    holds: "a row for each page view",
    personal: ["account_id", "session_id", "visitor_id", "referrer_url"],
    until: "you delete them; `pruneRaw`, `erasePerson`, `eraseEntity`",
  },
  visitor_sessions: {
    holds:
      "each visit: when, how many views, where it began; address and agent where you keep them",
    personal: ["session_id", "account_id", "ip_address", "user_agent"],
    until: "its last view is taken away",
  },
  analytics_entity_visitors: {
    holds: "who viewed what, since when, how often and how long",
    personal: ["kind", "visitor_id"],
    until: rollup,
  },
  analytics_visitor_days: {
    holds: "on which dates, of those who viewed it more than once",
    personal: ["kind", "visitor_id"],
    until: rollup,
  },
  analytics_links: {
    holds: "which sessions and browsers an account had, in page views that were pruned",
    personal: ["account_id", "session_id", "visitor_id"],
    until: "`erasePerson`",
  },
  page_view_changes: {
    holds: "page views that were added or taken away and are not yet counted",
    personal: ["account_id", "session_id", "visitor_id"],
    until: "the next fold, seconds later",
  },
  set_aside_changes: {
    holds: "changes that could not be applied, with the reason",
    personal: ["account_id", "session_id", "visitor_id"],
    until: "`repair`",
  },
  analytics_days: { holds: "numbers of an entity's dates", personal: [], until: rollup },
  analytics_hours: { holds: "numbers of their hours", personal: [], until: rollup },
  analytics_visitor_returns: {
    holds: "how many visitors of a date had been there on which date before",
    personal: [],
    until: rollup,
  },
  analytics_visitor_return_weeks: { holds: "the same by weeks", personal: [], until: rollup },
  analytics_entities: { holds: "totals of all time of an entity", personal: [], until: rollup },
  entry_changes: {
    holds: "entries and bounces that are not yet counted",
    personal: [],
    until: "the next fold, seconds later",
  },
  analytics_milestones: {
    holds: "totals that an entity has reached",
    personal: [],
    until: "`eraseEntity`",
  },
  analytics_sources: {
    holds: "each place that views came from, once: channel, host, campaign",
    personal: [],
    until: "uninstalled",
  },
  analytics_devices: {
    holds: "each combination of device, browser, system and country, once",
    personal: [],
    until: "uninstalled",
  },
  analytics_breakdowns: {
    holds: "of which entities breakdowns are kept",
    personal: [],
    until: "`removeBreakdowns`",
  },
  analytics_breakdown_days: {
    holds:
      "how many views and visitors of their dates had each value, and had it on which date before",
    personal: [],
    until: "`removeBreakdowns`, `pruneRaw`; the last view of them is taken away",
  },
  analytics_breakdown_changes: {
    holds: "which of these dates are to be counted again",
    personal: [],
    until: "they are counted, a minute later",
  },
  analytics_secrets: {
    holds: "the secret that refs of visitors are encrypted with, and those of the daily hash",
    personal: [],
    until: "the daily ones two days later",
  },
  analytics_audit: {
    holds: "what was erased, forgotten or moved, when, and who asked for it",
    personal: ["actor"],
    until: "you delete it",
  },
  analytics_seals: {
    holds: "of each month whose page views were pruned, what its numbers add up to",
    personal: [],
    until: "uninstalled",
  },
  analytics_pruned_bounds: {
    holds:
      "when an entity was viewed first and last by nobody who is known, in page views that were pruned",
    personal: [],
    until: "`eraseEntity`",
  },
  analytics_pruning: {
    holds: "which transaction is pruning",
    personal: [],
    until: "that transaction ends",
  },
  analytics_slots: { holds: "what the latest fold did", personal: [], until: "uninstalled" },
  left_out_page_views: {
    holds: "how many page views could not be counted, by reason",
    personal: [],
    until: "uninstalled",
  },
  collected_page_views: {
    holds: "ids and instants of page views that were collected, where page views are partitioned",
    personal: [],
    until: "seven days later",
  },
  analytics_settings: { holds: "the settings", personal: [], until: "uninstalled" },
  headcount_migrations: { holds: "what is installed", personal: [], until: "uninstalled" },
};

/** The table of docs/what-is-stored.md, which `generate` writes. */
export function storedTablesText(): string {
  const rows = Object.entries(storedTables).map(([name, { holds, personal, until }]) => [
    `\`${name}\``,
    holds,
    personal.length === 0 ? "nobody" : personal.map((column) => `\`${column}\``).join(", "),
    until,
  ]);
  const table = [["table", "holds", "of whom", "until"], ...rows];
  const widths = [0, 1, 2, 3].map((nth) => Math.max(...table.map((row) => row[nth]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, nth) => cell.padEnd(widths[nth] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = table;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}
