import { expect, test } from "vitest";
import { seededRandom } from "./seeded-random.ts";

test("makes the same choices for the same seed, and others for another", () => {
  const choices = (seed: number): unknown[] => {
    const random = seededRandom(seed);
    return [random.fraction(), random.below(1e6), random.normal(), random.uuid()];
  };
  expect(choices(1)).toEqual(choices(1));
  expect(choices(1)).not.toEqual(choices(2));
});

test("makes version 4 uuids", () => {
  const random = seededRandom(7);
  const uuids = Array.from({ length: 1_000 }, () => random.uuid());
  expect(new Set(uuids).size).toBe(1_000);
  for (const uuid of uuids) {
    expect(uuid).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  }
});

test("picks in proportion to the weights", () => {
  const random = seededRandom(3);
  const choices = [
    { name: "often", weight: 9 },
    { name: "seldom", weight: 1 },
    { name: "never", weight: 0 },
  ];
  const picked = Array.from({ length: 10_000 }, () => random.pickWeighted(choices).name);
  const often = picked.filter((name) => name === "often").length;
  expect(often).toBeGreaterThan(8_800);
  expect(often).toBeLessThan(9_200);
  expect(picked).not.toContain("never");
});

test("says so when there is nothing to pick from", () => {
  expect(() => seededRandom(1).pick([])).toThrow(/nothing to pick from/);
});
