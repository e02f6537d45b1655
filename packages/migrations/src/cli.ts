#!/usr/bin/env node
import { createInterface } from "node:readline/promises";
import { runCli } from "./cli/run-cli.ts";

const maxEndMs = 2000;

// A timer that the process does not wait for: it has a say only where something else keeps the process.
function endSoon(end: () => void): void {
  setTimeout(end, maxEndMs).unref();
}

const interruption = new AbortController();
function interrupt(): void {
  interruption.abort();
  // A server that does not answer has nothing to be cancelled.
  endSoon(() => {
    process.stderr.write("Interrupted: the server did not answer within 2 s.\n");
    process.exit(130);
  });
}
// Once: a second Ctrl+C ends the process at once, as it would without us.
process.once("SIGINT", interrupt);
process.once("SIGTERM", interrupt);
// Who reads the answer has read enough, as `head` does: what is not needed any more is not asked for, and nothing has failed.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  interruption.abort();
});

async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal: interruption.signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

const exitCode = await runCli({
  argv: process.argv.slice(2),
  env: process.env,
  print: (line) => process.stdout.write(`${line}\n`),
  note: (line) => process.stderr.write(`${line}\n`),
  confirm: process.stdin.isTTY && process.stderr.isTTY ? confirm : undefined,
  signal: interruption.signal,
});
process.exitCode = exitCode;
// A connection that the server refused may stay open for a minute.
if (exitCode !== 0) endSoon(() => process.exit(exitCode));
