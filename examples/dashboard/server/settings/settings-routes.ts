import type { ForgetProgress, PruneProgress } from "@headcount/core";
import { type Context, Hono } from "hono";
import { stream } from "hono/streaming";
import { listAccounts } from "../../host/accounts.ts";
import type { AnalyticsRoutesOptions } from "../analytics-routes.ts";
import { answerAnyError } from "../answer-error.ts";
import type { AppEnvironment } from "../app-environment.ts";
import { requireOperator } from "../check-access.ts";
import { requireUser } from "../session.ts";
import {
  readAccountId,
  readBody,
  readInactiveDays,
  readKeepCounts,
  readKeepDays,
  readKind,
} from "./read-asked.ts";
import { readFigures } from "./read-figures.ts";
import type { EraseAnswer, ForgetLine, PruneLine, StoredAnswer } from "./settings-answers.ts";

// no type that is compressed: a line is sent when it is written
const jsonLines = "application/jsonl";
// others write at the same time, and a database as small as this one can be watched
const rowsPerSecond = 10_000;

/** What only the operator of the host may do. In a real app the client has a pool of the role that erases. */
export function settingsRoutes({ analytics, pool }: AnalyticsRoutesOptions): Hono<AppEnvironment> {
  const routes = new Hono<AppEnvironment>();
  const figures = (signal: AbortSignal) => readFigures({ analytics, pool, signal });

  routes.use(async (c, next) => {
    requireOperator(requireUser(c.get("user")));
    await next();
  });

  routes.get("/stored", async (c) => {
    const { signal } = c.req.raw;
    const { pending_changes, retention } = await analytics.getStatus({ signal });
    const answer: StoredAnswer = { pending_changes, retention, pages: await figures(signal) };
    return c.json(answer);
  });

  routes.get("/accounts", async (c) => c.json(await listAccounts(pool)));

  routes.get("/prune", async (c) => {
    const keepDays = readKeepDays(c.req.query("keep_days"));
    return c.json(await analytics.pruneRaw({ keepDays, dryRun: true, signal: c.req.raw.signal }));
  });

  routes.post("/prune", async (c) => {
    const keepDays = readKeepDays((await readBody(c))["keep_days"]);
    const { signal } = c.req.raw;
    const before = await figures(signal);
    return answerSteps<PruneLine>(c, async (write) => {
      const onProgress = (progress: PruneProgress): void => void write({ progress });
      const pruned = await analytics.pruneRaw({ keepDays, rowsPerSecond, onProgress, signal });
      await write({ pruned, before, after: await figures(signal) });
    });
  });

  routes.get("/forget", async (c) => {
    const inactiveDays = readInactiveDays(c.req.query("inactive_days"));
    const kind = readKind(c.req.query("kind"));
    const { signal } = c.req.raw;
    return c.json(await analytics.forgetVisitors({ inactiveDays, kind, dryRun: true, signal }));
  });

  routes.post("/forget", async (c) => {
    const { inactive_days, kind: given } = await readBody(c);
    const inactiveDays = readInactiveDays(inactive_days);
    const kind = readKind(given);
    const { signal } = c.req.raw;
    const before = await figures(signal);
    const actor = requireUser(c.get("user")).id;
    const asked = { inactiveDays, kind, actor, signal };
    return answerSteps<ForgetLine>(c, async (write) => {
      const onProgress = (progress: ForgetProgress): void => void write({ progress });
      const forgotten = await analytics.forgetVisitors({ ...asked, onProgress });
      await write({ forgotten, before, after: await figures(signal) });
    });
  });

  routes.get("/person", async (c) => {
    const person = { account_id: readAccountId(c.req.query("account_id")) };
    const { signal } = c.req.raw;
    return c.json(await analytics.erasePerson(person, { dryRun: true, signal }));
  });

  routes.get("/person.jsonl", async (c) => {
    const person = { account_id: readAccountId(c.req.query("account_id")) };
    const records = analytics.exportPerson(person, { signal: c.req.raw.signal });
    // what fails, fails before there is an answer
    const first = await records.next();
    c.header("Content-Type", jsonLines);
    c.header("Content-Disposition", 'attachment; filename="person.jsonl"');
    return stream(c, async (lines) => {
      for (let next = first; !next.done; next = await records.next()) {
        await lines.writeln(JSON.stringify(next.value));
      }
    });
  });

  routes.post("/erase", async (c) => {
    const { account_id, keep_counts } = await readBody(c);
    const person = { account_id: readAccountId(account_id) };
    const keepCounts = readKeepCounts(keep_counts);
    const { signal } = c.req.raw;
    const before = await figures(signal);
    const actor = requireUser(c.get("user")).id;
    const erased = await analytics.erasePerson(person, { keepCounts, actor, signal });
    const answer: EraseAnswer = { erased, before, after: await figures(signal) };
    return c.json(answer);
  });

  return routes;
}

type Write<Line> = (line: Line) => Promise<unknown>;

// a line for each step, and one in the end for what was done or went wrong
function answerSteps<Line>(c: Context, work: (write: Write<Line>) => Promise<void>): Response {
  c.header("Content-Type", jsonLines);
  return stream(c, async (lines) => {
    try {
      await work((line) => lines.writeln(JSON.stringify(line)));
    } catch (error) {
      // who went away reads no more; the next call goes on where this one was stopped
      if (!c.req.raw.signal.aborted) await lines.writeln(await explain(error, c));
    }
  });
}

async function explain(error: unknown, c: Context): Promise<string> {
  return answerAnyError(error instanceof Error ? error : new Error(String(error)), c).text();
}
