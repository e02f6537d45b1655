import { AnalyticsClient } from "@headcount/core";
import { Pool, type PoolConfig } from "pg";
import type { Explained } from "../results/measurement.ts";

const settings = [
  "session_preload_libraries=auto_explain",
  "auto_explain.log_min_duration=0",
  "auto_explain.log_analyze=on",
  "auto_explain.log_timing=on",
  "auto_explain.log_buffers=on",
  // what a function does is where the time goes
  "auto_explain.log_nested_statements=on",
  "auto_explain.log_level=notice",
];

export type ExplainedStatement = Omit<Explained, "question">;

/**
 * How Postgres does what a client asks: the plans of its statements with their times, from auto_explain, so that
 * they are those of the very statements that the client sends. Empty where the server has no auto_explain.
 */
export async function explainCall(
  server: PoolConfig,
  call: (client: AnalyticsClient) => Promise<unknown>,
): Promise<ExplainedStatement[]> {
  const options = settings.map((setting) => `-c ${setting}`).join(" ");
  const pool = new Pool({ ...server, options, max: 1 });
  const messages: string[] = [];
  pool.on("error", () => undefined);
  pool.on("connect", (connection) => {
    connection.on("notice", ({ message }) => messages.push(message ?? ""));
  });
  const client = new AnalyticsClient({ pool });
  try {
    await call(client);
    // the second call is warm, and has no questions about the installation
    messages.length = 0;
    await call(client);
  } finally {
    await client.close();
    await pool.end();
  }
  return messages.map(explainedStatement);
}

/** Takes `duration: 1 ms  plan:\nQuery Text: …\nLimit …` apart. */
function explainedStatement(message: string): ExplainedStatement {
  const [duration = "", ...lines] = message.split("\n");
  const start = lines.findIndex((line) => /\(cost=/.test(line));
  const statement = lines
    .slice(0, start)
    .join(" ")
    .replace(/^Query Text: /, "");
  return {
    statement: statement.replaceAll(/\s+/g, " ").trim(),
    plan: [duration.replace(/\s*plan:$/, ""), ...lines.slice(start)].join("\n"),
  };
}
