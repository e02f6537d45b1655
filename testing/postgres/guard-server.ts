// Stands between a server and its owner, connected by a channel. The channel closes when the owner wants the server
// stopped, and also when the owner was killed and can want nothing any more: neither server nor folder is left behind.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import type { LaunchOptions, LaunchOutcome } from "./server-process.ts";

const options = JSON.parse(process.argv[2] ?? "") as LaunchOptions;
const { program, user, workDirectory, dataDirectory, settings } = options;

const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
const server = spawn(program, ["-D", dataDirectory, ...flags], {
  ...user,
  cwd: workDirectory,
  env: { ...process.env, TZ: "UTC" },
  stdio: ["ignore", "ignore", "pipe"],
});
const { pid } = server;

let log = "";
let ready = false;
server.stderr.setEncoding("utf8").on("data", (text: string) => {
  // goes on reading after the start: a full pipe would block the server
  if (ready) return;
  log += text;
  ready = log.includes("ready to accept connections");
  if (ready && pid !== undefined) tellOwner({ pid });
});

process.once("disconnect", () => {
  // Smart first: pg's pool.end() resolves before its sockets are closed, and a fast shutdown just then
  // raises an error (57P01) in a pool that nobody listens to any more.
  server.kill("SIGTERM");
  setTimeout(() => server.kill("SIGINT"), 1_000).unref();
  setTimeout(() => server.kill("SIGQUIT"), 5_000).unref();
});

try {
  const [code] = (await once(server, "exit")) as [number | null];
  if (!ready)
    tellOwner({ problem: `PostgreSQL ended with exit code ${code} at its start:\n${log}` });
} catch (error) {
  tellOwner({ problem: `PostgreSQL did not start: ${String(error)}` });
} finally {
  rmSync(workDirectory, { recursive: true, force: true, maxRetries: 20, retryDelay: 25 });
  if (process.connected) process.disconnect();
}

function tellOwner(outcome: LaunchOutcome): void {
  if (process.connected) process.send?.(outcome);
}
