import * as fc from "fast-check";
import { expect, test } from "vitest";
import { cleanReferrer } from "./clean-referrer.ts";

const isOwnHost = (host: string): boolean => host === "own.example";

function clean(referrer: string | null | undefined, keepQuery = false, limit?: number) {
  return cleanReferrer({ referrer, isOwnHost, keepQuery, limit });
}

test.each([
  ["https://a.example/b/c?d=e#f", "https://a.example/b/c"],
  ["HTTPS://A.example:443", "https://a.example/"],
  ["http://ada:secret@a.example:8080/", "http://a.example:8080/"],
  ["android-app://com.example.reader/", "android-app://com.example.reader/"],
  ["https://own.example/other", null],
  ["file:///home/ada/page.html", null],
  ["about:client", null],
  ["javascript:alert(1)", null],
  ["data:text/html,hello", null],
  ["/relative", null],
  ["\0", null],
  ["", null],
  [null, null],
  [undefined, null],
])("of %j is kept %j", (referrer, kept) => {
  expect(clean(referrer)).toBe(kept);
});

test("the query and the fragment stay when they are asked for, without credentials", () => {
  expect(clean("https://ada@a.example/b?c=d#e", true)).toBe("https://a.example/b?c=d#e");
});

test("of an address that is too long, its origin stays", () => {
  expect(clean(`https://a.example/${"b".repeat(3000)}`)).toBe("https://a.example/");
  expect(clean("https://a.example/path", false, 20)).toBe("https://a.example/");
  expect(clean("https://a.example/path", false, 10)).toBeNull();
});

test("whatever is given, an address that Postgres can store or nothing is kept", {
  timeout: 60_000,
}, () => {
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.webUrl({ withQueryParameters: true }));
  fc.assert(
    fc.property(text, fc.boolean(), (referrer, keepQuery) => {
      expect(clean(referrer, keepQuery) ?? "").toMatch(/^[!-~]{0,2048}$/);
    }),
  );
});
