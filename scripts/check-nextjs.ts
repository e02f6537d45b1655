// Builds, starts and asks examples/nextjs as somebody would who has copied it: with the packed packages, by npm.
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../testing/postgres/free-port.ts";
import { runOn } from "../testing/postgres/run-on.ts";
import { startPostgres } from "../testing/postgres/start-postgres.ts";

const root = join(import.meta.dirname, "..");
const work = mkdtempSync(join(tmpdir(), "headcount-nextjs-"));
const app = join(work, "app");
const listing = "3c6e1c1e-6a0b-4f0e-9d5c-0a1f52c7b001";
const account = "7d0c8a52-3c55-4b0e-8a35-6b2a1f0e9009";
const asOwner = { headers: { cookie: "session=owner" } };
const maxStartMs = 60_000;

try {
  install();
  const built = run("npx", ["next", "build"], app);
  // on a CI server Next.js advises to keep its cache, which is not a fault of the app's
  const saidOfTheApp = built.replace(/^.*No build cache found.*$/m, "");
  assert.doesNotMatch(saidOfTheApp, /⚠|warn/i, "next build warns");
  await using server = await startDatabase();
  await using next = await startNext(server.url);
  await askPage(next.url);
  await askRoutes(next.url);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function install(): void {
  cpSync(join(root, "examples/nextjs"), app, { recursive: true });
  const tarballs = join(work, "tarballs");
  for (const name of ["core", "migrations", "react-hooks", "react-ui"]) {
    run("pnpm", ["pack", "--pack-destination", tarballs], join(root, "packages", name));
  }
  const packed = readdirSync(tarballs).map((file) => join(tarballs, file));
  run("npm", ["install", "--no-audit", "--no-fund", ...packed], app);
}

async function startDatabase() {
  const server = await startPostgres();
  run("npx", ["headcount-migrations", "up"], app, { DATABASE_URL: server.url });
  for (const statement of [
    "create table sessions (token text primary key, account_id uuid not null)",
    "create table listings (id uuid primary key, owner_id uuid not null)",
    `insert into sessions values ('owner', '${account}')`,
    `insert into listings values ('${listing}', '${account}')`,
    `insert into page_views (entity_type, entity_id, session_id) values ('listing', '${listing}', gen_random_uuid())`,
  ]) {
    await runOn(server.url, statement);
  }
  return { url: server.url, [Symbol.asyncDispose]: () => server.stop() };
}

async function startNext(databaseUrl: string) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const bin = join(app, "node_modules/next/dist/bin/next");
  const env = { ...process.env, DATABASE_URL: databaseUrl, CRON_SECRET: "a secret" };
  const server = spawn(process.execPath, [bin, "start", "--port", String(port)], {
    cwd: app,
    env,
    stdio: ["ignore", "inherit", "inherit"],
  });
  await untilItAnswers(url, server);
  return {
    url,
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill();
      await ended;
    },
  };
}

async function untilItAnswers(url: string, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + maxStartMs;
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    assert.equal(server.exitCode, null, "next start ended");
    assert.ok(Date.now() < deadline, `next start does not answer within ${maxStartMs} ms`);
    await sleep(200);
  }
}

async function askPage(url: string): Promise<void> {
  const page = `${url}/listings/${listing}`;
  const owned = await (await fetch(page, asOwner)).text();
  assert.match(owned, /<h1>1.*people viewed this/, "the page has what was prefetched");
  assert.match(owned, /<li>Anonymous/);
  const refused = await (await fetch(page)).text();
  assert.doesNotMatch(refused, /Anonymous/, "nobody sees what is not theirs");
  const panel = await (await fetch(`${page}/stats`, asOwner)).text();
  assert.match(panel, /<div class="headcount">.*Date range/, "the server renders the panel");
  const [, styles = ""] = /<link rel="stylesheet" href="([^"]+)"/.exec(panel) ?? [];
  assert.match(await (await fetch(url + styles)).text(), /@layer headcount/, "and its styles");
}

async function askRoutes(url: string): Promise<void> {
  const query = `entity_type=listing&entity_id=${listing}`;
  const ask = async (path: string, init?: RequestInit) =>
    (await fetch(`${url}/api/${path}`, init)).status;
  assert.equal(await ask(`analytics/time-series?${query}`), 401);
  assert.equal(await ask(`analytics/time-series?${query}`, asOwner), 200);
  assert.equal(await ask(`analytics/visitors?${query}&limit=x`, asOwner), 400);
  assert.equal(await ask("analytics/status", asOwner), 404);
  assert.equal(await ask("analytics/collect", { method: "POST", body: "{}" }), 400);
  assert.equal(await ask("cron/fold"), 401);
  assert.equal(await ask("cron/fold", { headers: { authorization: "Bearer a secret" } }), 200);
}

function run(
  program: string,
  flags: string[],
  cwd: string,
  env: Record<string, string> = {},
): string {
  const { status, stdout, stderr } = spawnSync(program, flags, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", ...env },
    shell: process.platform === "win32",
  });
  if (status === 0) return stdout + stderr;
  throw new Error(`${program} ${flags.join(" ")} failed:\n${stdout}${stderr}`);
}
