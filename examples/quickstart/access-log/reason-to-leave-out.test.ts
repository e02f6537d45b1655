import { expect, test } from "vitest";
import type { LoggedRequest } from "./parse-combined-line.ts";
import { reasonToLeaveOut } from "./reason-to-leave-out.ts";

const page: LoggedRequest = {
  address: "192.0.2.1",
  at: new Date("2015-05-17T10:05:03Z"),
  method: "GET",
  target: "/",
  status: 200,
  referrer: "-",
  userAgent: "Mozilla/5.0 (Windows NT 6.1; WOW64; rv:27.0) Gecko/20100101 Firefox/27.0",
};

test.each([
  "/",
  "/blog/geekery/ssl-latency.html",
  "/index.php?download=report.pdf",
  "/projects/xdotool/xdotool.xhtml#top",
  "/blog/geekery/xdotool-2.20110530",
  "/search?q=rss",
  "/feedback",
])("%s is a page", (target) => {
  expect(reasonToLeaveOut({ ...page, target })).toBeUndefined();
});

test("a page that the browser had already was viewed", () => {
  expect(reasonToLeaveOut({ ...page, status: 304 })).toBeUndefined();
});

test.each(["HEAD", "POST", "OPTIONS"])("%s asks for no page", (method) => {
  expect(reasonToLeaveOut({ ...page, method })).toBe("method");
});

test.each([
  [301, "redirect"],
  [404, "error"],
  [416, "error"],
  [500, "error"],
  [204, "partial"],
  [206, "partial"],
] as const)("status %i is left out as %s", (status, reason) => {
  expect(reasonToLeaveOut({ ...page, status })).toBe(reason);
});

test.each([
  "/favicon.ico",
  "/robots.txt",
  "/style2.css?v=3",
  "/images/Banner.PNG",
  "/files/logstash/logstash-1.3.2-monolithic.jar",
  "/images/logstash_OSCON.pdf",
  "/backup.tar.gz",
])("%s is an asset", (target) => {
  expect(reasonToLeaveOut({ ...page, target })).toBe("asset");
});

test.each([
  "/?flav=rss20",
  "/blog/tags/puppet?flav=atom",
  "/feed/",
  "/blog/index.rdf",
  "/atom.xml",
])("%s is a feed", (target) => {
  expect(reasonToLeaveOut({ ...page, target })).toBe("feed");
});

test.each([
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  "Tiny Tiny RSS/1.11 (http://tt-rss.org/)",
  "Wget/1.14 (linux-gnu)",
  "-",
])("%s is not a browser", (userAgent) => {
  expect(reasonToLeaveOut({ ...page, userAgent })).toBe("crawler");
});

test("a request is left out for the first reason that applies", () => {
  const crawler = { ...page, userAgent: "Googlebot/2.1", target: "/robots.txt" };
  expect(reasonToLeaveOut(crawler)).toBe("asset");
  expect(reasonToLeaveOut({ ...crawler, status: 301 })).toBe("redirect");
  expect(reasonToLeaveOut({ ...crawler, status: 301, method: "HEAD" })).toBe("method");
});
