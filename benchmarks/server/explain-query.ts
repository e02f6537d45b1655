import { AnalyticsClient } from "@headcount/core";
import { Pool, type PoolConfig } from "pg";

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

/**
 * How Postgres does what a client asks: the plans of its statements with their times, told by auto_explain, so that
 * they are those of the very statements that the client sends. Empty where the server has no auto_explain.
 */
export async function explainCall(
  server: PoolConfig,
  call: (client: AnalyticsClient) => Promise<unknown>,
): Promise<string[]> {
  const options = settings.map((setting) => `-c ${setting}`).join(" ");
  const pool = new Pool({ ...server, options, max: 1 });
  const plans: string[] = [];
  pool.on("error", () => undefined);
  pool.on("connect", (connection) => {
    connection.on("notice", ({ message }) => plans.push(message ?? ""));
  });
  const client = new AnalyticsClient({ pool });
  try {
    await call(client);
    // the second call is warm, and has no questions about the installation
    plans.length = 0;
    await call(client);
  } finally {
    await client.close();
    await pool.end();
  }
  return plans.map(planOf);
}

/** Without the statement's text: `duration: 1 ms  plan:\nQuery Text: …\nLimit …`. */
function planOf(message: string): string {
  const [duration = "", ...lines] = message.split("\n");
  const start = lines.findIndex((line) => /\(cost=/.test(line));
  return [duration.replace(/\s*plan:$/, ""), ...lines.slice(start)].join("\n");
}
