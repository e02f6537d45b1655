import { expect, test } from "vitest";
import { upCommand } from "./up-command.ts";

test("the default schema needs no option", () => {
  expect(upCommand("headcount")).toBe("npx @headcount/migrations up");
});

test("another schema reaches the command as it is written, whatever a shell makes of it", () => {
  expect(upCommand("My $HOME's")).toBe(`npx @headcount/migrations up --schema 'My $HOME'\\''s'`);
});
