import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runOn } from "../../testing/postgres/run-on.ts";
import { startPostgres } from "../../testing/postgres/start-postgres.ts";
import type { WrittenExample } from "./example.ts";
import { expectedOutput, isExpected } from "./expected-output.ts";

const maxRunMs = 120_000;

interface ExamplesToRun {
  root: string;
  folder: string;
  examples: readonly WrittenExample[];
}

/**
 * Runs examples, those of each document on an installation of its own, whose address is in DATABASE_URL: the programs,
 * which have to end and to print what they say, and then all the others one after the other.
 *
 * @returns what went wrong, each with its document
 */
export async function runExamples({ root, folder, examples }: ExamplesToRun): Promise<string[]> {
  const failures: string[] = [];
  const server = await startPostgres();
  try {
    install(root, server.url);
    for (const [document, own] of Map.groupBy(examples, (example) => example.document)) {
      const url = new URL(server.url);
      url.pathname = document.toLowerCase().replaceAll(/\W/g, "_");
      await runOn(server.url, `create database ${url.pathname.slice(1)} template postgres`);
      const written = own.map((example) => ({ ...example, module: join(folder, example.module) }));
      const isProgram = ({ module }: WrittenExample): boolean => module.endsWith(".mjs");
      const found = [
        ...written.filter(isProgram).map((program) => runProgram(program, url.href)),
        runModules(
          written.filter((example) => !isProgram(example)),
          url.href,
        ),
      ];
      for (const failure of found)
        if (failure !== undefined) failures.push(`${document}: ${failure}`);
    }
  } finally {
    await server.stop();
  }
  return failures;
}

function install(root: string, url: string): void {
  const cli = join(root, "packages/migrations/src/cli.ts");
  const { status, stderr } = node([cli, "up", "--time-zone", "Europe/Berlin"], url);
  if (status !== 0) throw new Error(`Nothing can be run, since the installation failed: ${stderr}`);
}

function runProgram({ module, code }: WrittenExample, url: string): string | undefined {
  const { status, stdout, stderr } = node([module], url);
  if (status !== 0) return `does not run:\n${stderr}`;
  return isExpected(stdout, expectedOutput(code)) ? undefined : `prints something else:\n${stdout}`;
}

// Modules of an app may leave a server or a pool open.
function runModules(modules: readonly WrittenExample[], url: string): string | undefined {
  const imports = modules.map(({ module }) => `await import("${pathToFileURL(module).href}");`);
  const code = [...imports, "process.exit();"].join("\n");
  const { status, stderr } = node(["--input-type=module", "--eval", code], url);
  return status === 0 ? undefined : `does not run:\n${stderr}`;
}

function node(parameters: readonly string[], url: string) {
  return spawnSync(process.execPath, ["--conditions=@headcount/source", ...parameters], {
    encoding: "utf8",
    env: { ...process.env, DATABASE_URL: url },
    timeout: maxRunMs,
  });
}
