// `npm run demo` and its siblings on a bare machine: Node 20 and npm are enough. Installs the locked dependencies
// when they are not there yet, then runs a script of package.json on the Node that came with them.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const windows = process.platform === "win32";
const lock = join(root, ".boot-lock");
const [script, ...scriptArguments] = process.argv.slice(2);

// The demos need no tools and no older PostgreSQL, which are two thirds of the download, and the one in the terminal
// nothing of a page in the browser. Each scope holds those before it. What is bundled into a package is a dependency of
// the root too, since the demos run the packages from their sources, and --prod leaves out what they are built with.
const dashboardFlags = [
  "--prod",
  "--filter=!@headcount/postgres-majors",
  "--filter=!@headcount/docs",
];
const scopes = [
  { name: "demo", flags: [...dashboardFlags, "--filter=!@headcount/dashboard"] },
  { name: "dashboard", flags: dashboardFlags },
  { name: "everything", flags: [] },
];
const scope = scopes.find(({ name }) => `${name}:run` === script) ?? scopes.at(-1);

const failed = isInstalled() ? 0 : await withLock(() => (isInstalled() ? 0 : install()));
process.exit(failed || run());

function isInstalled() {
  const wideEnough = scopes.slice(scopes.indexOf(scope));
  const stamps = wideEnough.map(stampFile).filter((file) => existsSync(file));
  return stamps.some((file) => readFileSync(file, "utf8") === stamp());
}

function stampFile({ name }) {
  return join(root, "node_modules", `.installed-${name}`);
}

function stamp() {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}`);
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml"]) {
    hash.update(readFileSync(join(root, file)));
  }
  return hash.digest("hex");
}

// Of two commands started at once in one checkout, the second waits and then finds everything installed.
async function withLock(work) {
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      if (isAbandoned()) rmSync(lock, { force: true });
      else await sleep(200);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function isAbandoned() {
  try {
    process.kill(Number(readFileSync(lock, "utf8")), 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

async function install() {
  const started = Date.now();
  process.stderr.write("Installing dependencies (only the first time) ");
  const ticks = setInterval(() => process.stderr.write("."), 1000);
  const { status, output } = await runPnpm([
    "install",
    "--frozen-lockfile",
    // what may be locked is decided when the lockfile changes; asking the registry again costs a minute
    "--trust-lockfile",
    ...scope.flags,
  ]);
  clearInterval(ticks);
  if (status === 0) {
    writeFileSync(stampFile(scope), stamp());
    process.stderr.write(` done in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
  } else {
    process.stderr.write(` failed\n${output}\n`);
  }
  return status;
}

async function runPnpm(flags) {
  const workspace = readFileSync(join(root, "pnpm-workspace.yaml"), "utf8");
  const [, version] = /^ {2}pnpm: (\S+)$/m.exec(workspace);
  // without --prefer-offline, a machine without network waits more than a minute for the registry
  const npx = ["--yes", "--prefer-offline", `pnpm@${version}`];
  const child = spawn("npx", [...npx, ...flags], { cwd: root, env: environment(), shell: windows });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  const status = await new Promise((resolve, reject) => {
    child.once("error", reject).once("close", (code) => resolve(code ?? 1));
  });
  return { status, output };
}

// npm hands its own settings to its scripts as npm_config_*, and pnpm would take them for its own.
function environment() {
  const npms = /^npm_(config|package|lifecycle)_/i;
  const kept = /registry|proxy|cafile|^npm_config_(userconfig|cache)$/i;
  const entries = Object.entries(process.env);
  return Object.fromEntries(entries.filter(([name]) => !npms.test(name) || kept.test(name)));
}

function run() {
  const node = newestNode();
  if (node === undefined) {
    process.stderr.write(
      `Headcount's scripts need Node 24, which does not come for ${process.platform}-${process.arch}, and this is ${process.version}: install Node 24 or newer.\n`,
    );
    return 1;
  }
  const flags = ["--run", script];
  if (scriptArguments.length > 0) flags.push("--", ...scriptArguments);
  const options = { cwd: root, env: environment(), stdio: "inherit" };
  return spawnSync(node, flags, options).status ?? 1;
}

function newestNode() {
  const bundled = join(root, "node_modules", ".bin", "node");
  // there is no such file on Windows, and it does not run on a Linux without glibc
  if (spawnSync(bundled, ["--version"]).status === 0) return bundled;
  return Number.parseInt(process.versions.node, 10) >= 24 ? process.execPath : undefined;
}
