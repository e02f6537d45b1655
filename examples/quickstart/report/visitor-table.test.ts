import { expect, test } from "vitest";
import { plainInk } from "./ink.ts";
import { type VisitorTableOptions, visitorTable } from "./visitor-table.ts";

type Visitor = VisitorTableOptions["visitors"][number];

const amara: Visitor = {
  kind: "account",
  account_id: "0b0e7d0c-7d5c-4c39-a8a0-1f3b2c8b1111",
  ref: null,
  username: "amara.okafor",
  display_name: "Amara Okafor",
  viewer: {},
  visit_count: 1234,
  days_visited: 14,
  first_visit: "2026-03-02T08:00:00.000Z",
  last_visit: "2026-03-31T17:42:10.000Z",
  avg_time_on_page: 72.4,
  visits: [
    { viewed_at: "2026-03-31T17:42:10.000Z", referrer_url: null },
    { viewed_at: "2026-03-31T17:40:10.000Z", referrer_url: "https://www.google.com/" },
  ],
};
const stranger: Visitor = {
  ...amara,
  kind: "anonymous",
  account_id: null,
  ref: "3f2a91c4KfL2mGJc",
  username: null,
  display_name: "Anonymous",
  viewer: {},
  visit_count: 3,
  visits: [],
};

test("names visitors, and tells anonymous ones apart by their session", () => {
  const long = "https://a.example/with/a/path/that/is/much/longer/than/the/table";
  const verbose = {
    ...stranger,
    visits: [{ viewed_at: stranger.last_visit, referrer_url: long }],
  };
  expect(
    `\n${visitorTable({ visitors: [amara, stranger, verbose], ink: plainInk, width: 100 }).join("\n")}`,
  ).toMatchInlineSnapshot(`
    "
    #   Visitor              Visits   Days   Last seen           Came from
    1   Amara Okafor          1,234     14   Tue 31 Mar, 17:42   google.com
    2   Anonymous 3f2a91c4        3     14   Tue 31 Mar, 17:42   –
    3   Anonymous 3f2a91c4        3     14   Tue 31 Mar, 17:42   a.example/with/a/path/that/is/m…"
  `);
});

test.each([60, 80, 100])("fits into %i columns with the longest names and referrers", (width) => {
  const endless = {
    ...amara,
    display_name: "N".repeat(300),
    visits: [{ viewed_at: amara.last_visit, referrer_url: `https://${"r".repeat(300)}` }],
  };
  const lines = visitorTable({
    visitors: Array.from({ length: 10 }, () => endless),
    ink: plainInk,
    width,
  });
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
});
