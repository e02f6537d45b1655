import { expect, test } from "vitest";
import { ownHost } from "./own-host.ts";

test("is where more than half of the asset requests came from", () => {
  expect(
    ownHost(
      new Map([
        ["hotlinker.example", 49],
        ["blog.example", 51],
      ]),
    ),
  ).toBe("blog.example");
});

test("is not known when no host has more than half, or no request names one", () => {
  expect(
    ownHost(
      new Map([
        ["one.example", 50],
        ["two.example", 50],
      ]),
    ),
  ).toBeUndefined();
  expect(ownHost(new Map())).toBeUndefined();
});
