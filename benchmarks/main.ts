import { runCitus } from "./citus/run-citus.ts";
import { type Command, parseCommandLine, usage } from "./command-line.ts";
import { checkOut, ownDriver, shortNameOf } from "./paired/checkout.ts";
import { runPaired } from "./paired/run-paired.ts";
import { writeDocs } from "./report/compose-docs.ts";
import { printResults } from "./report/print-results.ts";
import { type RunResults, readResults, writeResults } from "./results/run-results.ts";
import { runBenchmarks } from "./run-benchmarks.ts";

const noCoordinator =
  "HEADCOUNT_CITUS_URL names no coordinator: give it the address of one as a superuser, as in HEADCOUNT_CITUS_URL=postgres://postgres@host:5432/postgres, and have its workers reachable too.";

const asked = readCommand();
if (asked === undefined) process.exitCode = 2;
else if (asked.help) process.stdout.write(usage);
else await run(asked);

async function run(command: Command): Promise<void> {
  if (command.files.length > 0) {
    await Promise.all(command.files.map(readResults)).then(writeDocs).catch(refuse);
    return;
  }
  const serverUrl = process.env["HEADCOUNT_TEST_DATABASE_URL"];
  const { json, against } = command;
  const keep = async (results: RunResults): Promise<void> => {
    if (json !== undefined) await writeResults(json, results);
  };
  if (command.citus) {
    const coordinatorUrl = process.env["HEADCOUNT_CITUS_URL"];
    if (coordinatorUrl === undefined) return refuse(new Error(noCoordinator));
    printResults(await runCitus({ ...command, coordinatorUrl, parts: command.citusParts, keep }));
    return;
  }
  const options = { ...command, serverUrl, keep };
  if (against === undefined) {
    const results = await runBenchmarks(options);
    printResults(results);
    if (command.write_docs) await writeDocs([results]);
    return;
  }
  const commit = await shortNameOf(against).catch(refuse);
  if (commit === undefined) return;
  await using other = await checkOut(commit);
  const drivers = { against: other.driver, headcount: ownDriver };
  const parts = command.pairedParts;
  printResults(await runPaired({ ...options, parts, drivers, against: commit }));
}

function readCommand(): Command | undefined {
  try {
    return parseCommandLine(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${sentenceOf(error)}\n\n${usage}`);
    return undefined;
  }
}

/** Says what is wrong with what was given. */
function refuse(error: unknown): undefined {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exitCode = 2;
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
