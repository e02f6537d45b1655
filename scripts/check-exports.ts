// Proves the built packages as their users get them: packed, every entry typed, resolvable and importable.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linkDependency } from "./link-dependency.ts";
import {
  builtFiles,
  commonJsEntries,
  exportedSpecifiers,
  type Manifest,
  moduleOf,
  promisedFiles,
  readManifest,
} from "./package-entries.ts";

const root = join(import.meta.dirname, "..");
const work = mkdtempSync(join(tmpdir(), "headcount-packed-"));
try {
  for (const name of readdirSync(join(root, "packages"))) {
    const folder = join(root, "packages", name);
    await checkEntries(folder);
    const tarball = pack(folder);
    run("publint", ["--strict", tarball]);
    // an entry without CommonJS is one on purpose
    const ignored = ["--ignore-rules", "cjs-resolves-to-esm"];
    run("attw", [tarball, "--profile", "node16", "--no-emoji", ...ignored]);
    checkConsumer(folder, tarball);
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function checkEntries(folder: string): Promise<void> {
  const promised = promisedFiles(readManifest(folder));
  const built = await builtFiles(folder);
  const differing = [
    ...promised.filter((file) => !built.includes(file)),
    ...built.filter((file) => !promised.includes(file)),
  ];
  if (differing.length === 0) return;
  throw new Error(
    `${folder}: package.json and tsup.config.ts disagree on ${differing.join(", ")}.`,
  );
}

function pack(folder: string): string {
  const destination = join(work, "tarballs", readManifest(folder).name);
  mkdirSync(destination, { recursive: true });
  run("pnpm", ["pack", "--pack-destination", destination], folder);
  const [archive = ""] = readdirSync(destination);
  return join(destination, archive);
}

// Imports every entry into a project that has nothing installed but the package and what it declares,
// and checks the package's own declaration files too (no skipLibCheck).
function checkConsumer(folder: string, tarball: string): void {
  const { name } = readManifest(folder);
  const consumer = join(work, "consumers", name);
  const installed = join(consumer, "node_modules", name);
  mkdirSync(installed, { recursive: true });
  run("tar", ["-xzf", tarball, "--strip-components=1", "-C", installed]);

  const manifest = readManifest(installed);
  const { dependencies, peerDependencies } = manifest;
  for (const dependency of Object.keys({ ...dependencies, ...peerDependencies })) {
    linkDependency(consumer, dependency, join(folder, "node_modules", dependency));
  }
  linkDependency(consumer, "@types/node", join(root, "node_modules/@types/node"));

  const imports = exportedSpecifiers(manifest).map(importOf);
  writeFileSync(join(consumer, "package.json"), '{ "type": "module" }\n');
  writeFileSync(join(consumer, "main.ts"), imports.join(""));
  const compiler = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2024"];
  run("tsc", [...compiler, "--types", "node", "main.ts"], consumer);
  run("node", ["main.ts"], consumer);

  checkRequire(consumer, manifest);

  const onServer = exportedSpecifiers(manifest).filter(
    (specifier) => !isForClients({ specifier, folder, installed }),
  );
  writeFileSync(join(consumer, "server.ts"), onServer.map(importOf).join(""));
  run("node", ["--conditions=react-server", "server.ts"], consumer);
}

// As jest and ts-jest load a package: by require alone, where an ES module would be an error.
function checkRequire(consumer: string, manifest: Manifest): void {
  const entries = commonJsEntries(manifest);
  if (entries.length === 0) return;
  const lines = entries.map(
    ({ specifier }, nth) => `import entry${nth} = require("${specifier}");\n`,
  );
  const uses = entries.map(
    (_, nth) => `if (Object.keys(entry${nth}).length === 0) throw entry${nth};\n`,
  );
  writeFileSync(join(consumer, "main.cts"), [...lines, ...uses].join(""));
  const compiler = ["--strict", "--module", "node16", "--target", "es2024", "--types", "node"];
  run("tsc", [...compiler, "main.cts"], consumer);
  run("node", ["--no-experimental-require-module", "main.cjs"], consumer);
}

function importOf(specifier: string): string {
  return `import "${specifier}";\n`;
}

interface PackedEntry {
  specifier: string;
  folder: string;
  installed: string;
}

// Bundlers drop directives: what begins with "use client" has to do so in the package as well, and nothing else.
function isForClients({ specifier, folder, installed }: PackedEntry): boolean {
  const { name, exports } = readManifest(folder);
  const target = exports[`.${specifier.slice(name.length)}`];
  if (typeof target !== "object") throw new Error(`${specifier} has no conditions.`);
  const begins = (file: string): boolean => readFileSync(file, "utf8").startsWith('"use client";');
  const isInSource = begins(join(folder, target["@headcount/source"] ?? ""));
  if (isInSource !== begins(join(installed, moduleOf(target)))) {
    throw new Error(`${specifier}: "use client" is not the same in the package and in its source.`);
  }
  return isInSource;
}

// What the tools say is of interest only when they find something.
function run(program: string, flags: string[], cwd: string = root): void {
  const shell = process.platform === "win32";
  const { status, stdout, stderr } = spawnSync(program, flags, { cwd, encoding: "utf8", shell });
  if (status === 0) return;
  throw new Error(`${program} ${flags.join(" ")} failed:\n${stdout}${stderr}`);
}
