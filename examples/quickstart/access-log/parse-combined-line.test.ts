import { describe, expect, test } from "vitest";
import { parseCombinedLine } from "./parse-combined-line.ts";

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:27.0) Gecko/20100101 Firefox/27.0";

function line(
  parts: { time?: string; request?: string; status?: string; tail?: string } = {},
): string {
  const { time = "17/May/2015:10:05:03 +0000", request = "GET / HTTP/1.1", status = "200" } = parts;
  const { tail = `"http://example.org/" "${firefox}"` } = parts;
  return `192.0.2.1 - - [${time}] "${request}" ${status} 512 ${tail}`;
}

test("reads every field of a combined line", () => {
  expect(parseCombinedLine(line({ request: "GET /blog?page=2 HTTP/1.1", status: "304" }))).toEqual({
    address: "192.0.2.1",
    at: new Date("2015-05-17T10:05:03Z"),
    method: "GET",
    target: "/blog?page=2",
    status: 304,
    referrer: "http://example.org/",
    userAgent: firefox,
  });
});

test.each(["shop.example:443", "shop.example", "localhost:8080"])(
  "the virtual host %s in front is not taken for the client",
  (host) => {
    for (const client of ["192.0.2.1", "2001:db8::1"]) {
      const logged = line().replace(/^\S+/, client);
      expect(parseCombinedLine(`${host} ${logged}`)).toEqual(parseCombinedLine(logged));
      expect(parseCombinedLine(logged)).toMatchObject({ address: client });
    }
    const named = line().replace(/^\S+/, "dsl-7.isp.example");
    expect(parseCombinedLine(named)).toMatchObject({ address: "dsl-7.isp.example" });
  },
);

test.each([
  [`192.0.2.9 ${line()}`, "has two addresses, of which one is the client's"],
  ['{"remote_addr":"192.0.2.1","port":1 }', "is JSON, and not of the combined format"],
])("%s is odd, and nobody's visit", (logged, oddity) => {
  expect(parseCombinedLine(logged)).toEqual({ oddity });
});

test.each([
  ["17/May/2015:23:30:00 -0730", "2015-05-18T07:00:00Z"],
  ["01/Jan/2016:00:15:00 +0545", "2015-12-31T18:30:00Z"],
  ["29/Feb/2016:12:00:00 +0000", "2016-02-29T12:00:00Z"],
])("takes the offset of %s away", (time, instant) => {
  expect(parseCombinedLine(line({ time }))).toMatchObject({ at: new Date(instant) });
});

test("keeps quotes inside a user agent and a referrer, as Apache and as nginx escape them", () => {
  const tail = String.raw`"http://example.org/\"q\"" "Odd \x22Agent\x22 \\ 1.0"`;
  expect(parseCombinedLine(line({ tail }))).toMatchObject({
    referrer: 'http://example.org/"q"',
    userAgent: String.raw`Odd "Agent" \ 1.0`,
  });
});

test("leaves escaped control characters escaped", () => {
  expect(parseCombinedLine(line({ tail: String.raw`"-" "a\x00b\x1b[31m\x7f\n"` }))).toMatchObject({
    userAgent: String.raw`a\x00b\x1b[31m\x7f\n`,
  });
});

test("reads an IPv6 address, a user name with a space, a size of - and fields after the user agent", () => {
  const text = `2001:db8::8a2e - ada lovelace [17/May/2015:10:05:03 +0000] "GET / HTTP/2.0" 200 - "-" "-" 0.003 "10.0.0.1"`;
  expect(parseCombinedLine(text)).toMatchObject({ address: "2001:db8::8a2e", userAgent: "-" });
});

test("keeps spaces in a target", () => {
  expect(parseCombinedLine(line({ request: "GET /a b HTTP/1.1" }))).toMatchObject({
    target: "/a b",
  });
});

describe("an odd line is described, not thrown", () => {
  test.each([
    ["an empty line", "", "has no client address"],
    ["a stack trace", "\tat java.lang.Thread.run", "has no client address"],
    ["prose", "The server was started.", "has no time such as [17/May/2015:10:05:03 +0000]"],
    [
      "another time format",
      line({ time: "2015-05-17T10:05:03Z" }),
      "has no time such as [17/May/2015:10:05:03 +0000]",
    ],
    [
      "a 30 February",
      line({ time: "30/Feb/2015:10:05:03 +0000" }),
      "has a date that does not exist, 30/Feb/2015",
    ],
    [
      "a month nobody knows",
      line({ time: "17/Mai/2015:10:05:03 +0000" }),
      "has a date that does not exist, 17/Mai/2015",
    ],
    [
      "a request that never came",
      line({ request: "-", status: "408" }),
      'has a request that is not HTTP, "-"',
    ],
    [
      "a TLS handshake",
      line({ request: String.raw`\x16\x03\x01\x02`, status: "400" }),
      String.raw`has a request that is not HTTP, "\\x16\\x03\\x01\\x02"`,
    ],
    ["a status that is not one", line({ status: "OK" }), "has no status of three digits"],
    ["the common format", line({ tail: "" }), "has no referrer in quotes"],
    ["no user agent", line({ tail: '"-"' }), "has no user agent in quotes"],
    [
      "a user agent cut off",
      line({ tail: '"-" "Mozilla/5.0 (compat' }),
      "has no user agent in quotes",
    ],
  ])("%s", (_, text, oddity) => {
    expect(parseCombinedLine(text)).toEqual({ oddity });
  });

  test("a long line made to slow the parser down", () => {
    const started = performance.now();
    expect(parseCombinedLine(`x - ${" [".repeat(30_000)}`)).toHaveProperty("oddity");
    expect(parseCombinedLine(line({ tail: `"${String.raw`\"`.repeat(30_000)}` }))).toHaveProperty(
      "oddity",
    );
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
