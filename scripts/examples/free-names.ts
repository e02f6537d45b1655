/** What examples may use without making it, and its type. */
export const freeNames: Readonly<Record<string, string>> = {
  analytics: 'import("@headcount/core").AnalyticsClient',
  app: `{
    get(path: string, handler: (
      request: { query: Record<string, unknown> },
      response: { json(body: unknown): void; status(code: number): { json(body: unknown): void } },
    ) => Promise<void>): void;
    post(path: string, handler: (
      request: { body: unknown; headers: Record<string, string | string[] | undefined>; ip: string | undefined },
      response: { status(code: number): { json(body: unknown): void } },
    ) => Promise<void>): void;
  }`,
  db: 'import("kysely").Kysely<unknown>',
  error: "unknown",
  kysely: 'import("kysely").Kysely<unknown>',
  pglite: 'import("@electric-sql/pglite").PGlite',
  pool: 'import("pg").Pool',
  query: 'import("@headcount/core").TimeSeriesQuery',
  request: "Request",
  respond: "(status: number, message: string) => void",
  requireOwner:
    "(request: Request, entity: import('@headcount/core/contract').Entity) => Promise<string>",
  ownerOf: "(entity: import('@headcount/core/contract').Entity) => Promise<string | null>",
  series: 'import("@headcount/core/contract").TimeSeries',
  signedInAccount: "(request: unknown) => Promise<string | null>",
  tracker: 'import("@headcount/react-hooks/tracker").Tracker',
};
