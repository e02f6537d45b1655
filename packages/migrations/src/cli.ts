#!/usr/bin/env node
import { runCli } from "./cli/run-cli.ts";

const interruption = new AbortController();
// Once: a second Ctrl+C ends the process at once, as it would without us.
process.once("SIGINT", () => interruption.abort());
process.once("SIGTERM", () => interruption.abort());

process.exitCode = await runCli({
  argv: process.argv.slice(2),
  env: process.env,
  print: (line) => process.stdout.write(`${line}\n`),
  note: (line) => process.stderr.write(`${line}\n`),
  signal: interruption.signal,
});
