import { Hono } from "hono";
import { expect, test } from "vitest";
import { answerCsv } from "./answer-csv.ts";

async function csvOf(names: string[], path = "/"): Promise<string> {
  const app = new Hono();
  app.get("/", (c) =>
    answerCsv(c, {
      filename: "names",
      columns: ["display_name", "visit_count"],
      rows: names.map((display_name) => ({ display_name, visit_count: 1 })),
    }),
  );
  const response = await app.request(path);
  return Buffer.from(await response.arrayBuffer()).toString();
}

test("A line break of any kind stays within its field, so that no name begins a row", async () => {
  const names = ["Bob\n=1+1", "Bob\r=1+1", "\n=cmd", "Bob\r\n=1+1", "Bob\r", "Bob"];
  expect(await csvOf(names)).toBe(
    [
      "Name,Views",
      '"Bob\n=1+1",1',
      '"Bob\r=1+1",1',
      '"\n=cmd",1',
      '"Bob\r\n=1+1",1',
      '"Bob\r",1',
      "Bob,1",
      "",
    ].join("\r\n"),
  );
});

test("What a spreadsheet would run is text", async () => {
  const names = ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "a=1"];
  const lines = (await csvOf(names)).split("\r\n").slice(1, -1);
  expect(lines).toEqual(["'=1,1", "'+1,1", "'-1,1", "'@a,1", "'\t=1,1", '"\'\r=1",1', "a=1,1"]);
});

test("Letters of any script arrive as they are, with the mark that Excel needs to read them", async () => {
  expect(await csvOf(["Łukasz", "李", "🦊"], "/?for=excel")).toBe(
    "\uFEFFName,Views\r\nŁukasz,1\r\n李,1\r\n🦊,1\r\n",
  );
});
