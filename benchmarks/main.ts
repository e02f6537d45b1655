import { type Command, parseCommandLine, usage } from "./command-line.ts";
import { printTables } from "./report/print-tables.ts";
import { writeDocs } from "./report/write-docs.ts";
import { type RunResults, readResults, writeResults } from "./results/run-results.ts";
import { runBenchmarks } from "./run-benchmarks.ts";

const command = readCommand();
if (command === undefined) process.exitCode = 2;
else if (command.help) process.stdout.write(usage);
else if (command.files.length > 0) {
  try {
    await writeDocs(await Promise.all(command.files.map(readResults)));
  } catch (error) {
    process.stderr.write(`${sentenceOf(error)}\n`);
    process.exitCode = 1;
  }
} else {
  const serverUrl = process.env["HEADCOUNT_TEST_DATABASE_URL"];
  const { json } = command;
  const keep = async (results: RunResults): Promise<void> => {
    if (json !== undefined) await writeResults(json, results);
  };
  const results = await runBenchmarks({ ...command, serverUrl, keep });
  printTables(results);
  if (command.write_docs) await writeDocs([results]);
}

function readCommand(): Command | undefined {
  try {
    return parseCommandLine(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${sentenceOf(error)}\n\n${usage}`);
    return undefined;
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
