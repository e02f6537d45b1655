import { expect, test } from "vitest";
import { takeTurns } from "./take-turns.ts";

test("lets everybody warm up, and then measures them in turns", async () => {
  const order: string[] = [];
  const runner = (name: string) => ({ name, run: async () => void order.push(name) });
  const spreads = await takeTurns({ runners: [runner("a"), runner("b")], rounds: 2 });

  expect(order.slice(-4)).toEqual(["a", "b", "a", "b"]);
  expect(order.length).toBeGreaterThan(4);
  expect([...spreads.keys()]).toEqual(["a", "b"]);
  expect(spreads.get("a")?.runs).toBe(2);
});

test("times five calls of each warm turn, after one that it does not time", async () => {
  const order: string[] = [];
  const runner = (name: string) => ({ name, run: async () => void order.push(name) });
  const runners = [runner("a"), runner("b")];
  const spreads = await takeTurns({ runners, rounds: 6, warm: true });

  expect(order.slice(-16).join("")).toBe("aaaaaabbbbbbaabb");
  expect(spreads.get("a")?.runs).toBe(6);
});

test("takes the time that somebody gives, in place of that of the call", async () => {
  const spreads = await takeTurns({ runners: [{ name: "a", time: async () => 7 }], rounds: 3 });
  expect(spreads.get("a")).toMatchObject({ median: 7, runs: 3 });
});
