import { expect, test } from "vitest";
import { addViews } from "../../../../../testing/oracle/add-views.ts";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import { foldEverything } from "../../../../../testing/oracle/fold-everything.ts";

interface PlanNode {
  "Actual Loops": number;
  "Function Name"?: string;
  "Function Call"?: string;
  Plans?: PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

// A plan for one batch alone has the changes of that batch in it, one that is kept has parameters.
test("a connection that folds one change at a time plans none of it anew, and reads no ends of an entity again that nothing was taken from", async () => {
  await using database = await createInstalledDatabase("kept plans");
  const { pool } = database;
  await addViews(pool, 100);
  await foldEverything(pool);
  const client = await pool.connect();
  const foldOne = async (): Promise<void> => {
    await client.query(
      "insert into page_views (entity_type, entity_id, session_id) values ('article', md5('entity 1')::uuid, md5('one')::uuid)",
    );
    await client.query("select fold_page_view_changes()");
  };
  try {
    for (let nth = 0; nth < 10; nth += 1) await foldOne();
    await client.query(`
      load 'auto_explain';
      set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on; set auto_explain.log_verbose = on;
      set auto_explain.log_nested_statements = on; set auto_explain.log_format = json; set auto_explain.log_level = notice`);
    const nodes: PlanNode[] = [];
    client.on("notice", ({ message = "" }) => {
      const json = message.slice(message.indexOf("{"));
      nodes.push(...nodesOf((JSON.parse(json) as { Plan: PlanNode }).Plan));
    });
    await foldOne();
    const calls = nodes.flatMap((node) => node["Function Call"] ?? []);
    expect(calls.filter((call) => call.startsWith("unnest($"))).not.toEqual([]);
    expect(calls.filter((call) => call.startsWith("unnest('"))).toEqual([]);
    expect(
      nodes.filter((node) => node["Function Name"] === "bounds_again" && node["Actual Loops"] > 0),
    ).toEqual([]);
  } finally {
    client.release(true);
  }
});
