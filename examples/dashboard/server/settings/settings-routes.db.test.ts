import type { ExportedRecord, ForgottenVisitors } from "@headcount/core/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { totalViews } from "../../page/settings/total-views.ts";
import { users } from "../../testing/demo-pages.ts";
import { signIn } from "../../testing/sign-in.ts";
import { startApp, type TestApp } from "../../testing/start-app.ts";
import type {
  EraseAnswer,
  ForgetAnswer,
  ForgetLine,
  PruneAnswer,
  PruneLine,
  StoredAnswer,
} from "./settings-answers.ts";

let app: TestApp;
let cookies: Record<"pro" | "operator", string>;

beforeAll(async () => {
  app = await startApp({ days: 75, pageViews: 500 });
  cookies = {
    pro: await signIn(app.url, users.pro),
    operator: await signIn(app.url, users.operator),
  };
});
afterAll(() => app[Symbol.asyncDispose]());

interface Setting {
  path: string;
  as?: keyof typeof cookies | "nobody";
  body?: object;
}

function set({ path, as = "operator", body }: Setting): Promise<Response> {
  const headers = new Headers({ "Content-Type": "application/json" });
  if (as !== "nobody") headers.set("Cookie", cookies[as]);
  const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  return fetch(`${app.url}api/settings/${path}`, { headers, ...init });
}

async function readLines<Line>(setting: Setting): Promise<Line[]> {
  const lines = (await (await set(setting)).text()).split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Line);
}

test.each<Setting>([
  { path: "stored" },
  { path: "accounts" },
  { path: "prune?keep_days=35" },
  { path: "prune", body: { keep_days: 35 } },
  { path: "forget?inactive_days=35&kind=all" },
  { path: "forget", body: { inactive_days: 35, kind: "all" } },
  { path: `person?account_id=${users.free}` },
  { path: `person.jsonl?account_id=${users.free}` },
  { path: "erase", body: { account_id: users.free, keep_counts: true } },
])("are for the operator only: $path $body", async (setting) => {
  const nobody = await set({ ...setting, as: "nobody" });
  const owner = await set({ ...setting, as: "pro" });
  expect([nobody.status, owner.status]).toEqual([401, 403]);
  expect(await owner.json()).toMatchObject({ error: { code: "forbidden" } });
});

test.each([
  [{ path: "prune?keep_days=34" }, 'keep_days is "34": give a whole number of days'],
  [{ path: "prune", body: {} }, "keep_days is missing: give a whole number of days"],
  [{ path: "forget?kind=all&inactive_days=6" }, 'inactive_days is "6": give a whole number of'],
  [{ path: "forget", body: { inactive_days: 7 } }, "kind is missing: give one of anonymous, "],
  [{ path: "person" }, "account_id is missing: give the id of an account"],
  [{ path: "person.jsonl?account_id=x" }, 'account_id is "x": give a uuid'],
  [{ path: "erase", body: { account_id: users.free } }, "keep_counts is missing: give true"],
])("refuse %j with 400 and say what to give", async (setting, sentence) => {
  const response = await set(setting);
  expect(response.status).toBe(400);
  const { error } = (await response.json()) as { error: { message: string; field: string } };
  expect(error.message).toContain(sentence);
  expect(sentence.startsWith(error.field)).toBe(true);
});

test.each([true, false])(
  "erase somebody whose data was taken along, with keep_counts %s",
  async (keep_counts) => {
    const { rows } = await app.pool.query<{ account_id: string; views: number }>(
      `select account_id, count(*)::int as views from page_views
         where account_id is not null group by 1 order by 2 desc limit 1`,
    );
    const { account_id = "", views = 0 } = rows[0] ?? {};
    const [dryRun] = await readLines({ path: `person?account_id=${account_id}` });
    expect(dryRun).toMatchObject({ erased_views: views, receipt: null });
    const path = `person.jsonl?account_id=${account_id}`;
    const taken = await readLines<ExportedRecord>({ path });
    expect(taken.filter(({ record }) => record === "page_view")).toHaveLength(views);

    const erase = { path: "erase", body: { account_id, keep_counts } };
    const [answer] = await readLines<EraseAnswer>(erase);
    const { erased, before = [], after = [] } = answer ?? {};
    const [erased_views, anonymised_views] = keep_counts ? [0, views] : [views, 0];
    expect(erased).toMatchObject({ erased_views, anonymised_views });
    expect(totalViews(before) - totalViews(after)).toBe(erased_views);
    expect(await readLines({ path })).toEqual([]);
    const { rows: audit } = await app.pool.query(
      "select actor from headcount.analytics_audit where receipt = $1",
      [erased?.receipt],
    );
    expect(audit).toEqual([{ actor: users.operator }]);
  },
);

test("forget who did not come for long, and every number stays", async () => {
  const asked = { inactive_days: 35, kind: "anonymous" };
  const path = "forget?inactive_days=35&kind=anonymous";
  const [planned] = await readLines<ForgottenVisitors>({ path });
  expect(planned?.sessions).toBeGreaterThan(0);
  const [step, ...rest] = await readLines<ForgetLine>({ path: "forget", body: asked });
  expect(step).toHaveProperty("progress.sessions");
  const { forgotten: done, before, after } = rest.at(-1) as ForgetAnswer;
  const { receipt, new_since, ...forgotten } = done;
  expect({ ...planned, duration_ms: 0 }).toEqual({
    ...forgotten,
    new_since,
    receipt: null,
    duration_ms: 0,
  });
  expect(after).toEqual(before);
  const { rows: audit } = await app.pool.query(
    "select distinct action, actor from headcount.analytics_audit where receipt = $1",
    [receipt],
  );
  expect(audit).toEqual([{ action: "forget_visitors", actor: users.operator }]);
  const [stored] = await readLines<StoredAnswer>({ path: "stored" });
  expect(stored?.retention).toMatchObject({ new_since });
  expect((await readLines<ForgottenVisitors>({ path }))[0]).toMatchObject({ sessions: 0 });
});

test("prune page views line by line, and every number stays", async () => {
  const [stored] = await readLines<StoredAnswer>({ path: "stored" });
  expect(stored?.retention).toMatchObject({ sealed_before: null, sealed_views: 0 });
  expect(stored?.retention.page_view_bytes).toBeGreaterThan(100_000);
  const body = { keep_days: 35 };
  const [step, ...rest] = await readLines<PruneLine>({ path: "prune", body });
  expect(step).toHaveProperty("progress.prunable_views");
  const { pruned, before, after } = rest.at(-1) as PruneAnswer;
  expect([before, after]).toEqual([stored?.pages, stored?.pages]);

  const { rowCount: kept } = await app.pool.query("select from page_views");
  expect(pruned.pruned_views).toBeGreaterThan(0);
  expect(kept).toBe(totalViews(before) - pruned.pruned_views);
  const { sealed_before, pruned_views: sealed_views } = pruned;
  const [left] = await readLines<StoredAnswer>({ path: "stored" });
  expect(left?.retention).toMatchObject({ sealed_before, sealed_views });
});
