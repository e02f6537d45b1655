import { expect, test } from "vitest";
import { pagePath } from "./page-path.ts";

test.each([
  ["/blog/tags/open%20source?page=2#top", "/blog/tags/open source"],
  ["/caf%C3%A9/index.html", "/café/index.html"],
  ["http://example.org/blog?x=1", "/blog"],
  ["https://example.org", "/"],
  ["/?flav=x", "/"],
  ["//double//slash", "//double//slash"],
  ["/a%2Fb%3Fc", "/a%2Fb%3Fc"],
  ["/cp1251/%E8%F1", "/cp1251/%E8%F1"],
  ["/100%", "/100%"],
])("the path of %s is %s", (target, path) => {
  expect(pagePath(target)).toBe(path);
});

test.each(["*", "example.org:443", "blog"])("%s is not a path", (target) => {
  expect(pagePath(target)).toBeUndefined();
});

test("what a terminal or a database stumbles over stays escaped", () => {
  expect(pagePath("/a%00b%1B[31m%E2%80%AEc")).toBe("/a%00b%1B[31m%E2%80%AEc");
  expect(pagePath("/raw\u0000\u001b%")).toBe("/raw%00%1B%");
});
