import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { isAnalyticsError } from "../errors.ts";
import { type CollectBody, collectBody, parseCollectBody } from "./collect.ts";

const view = {
  type: "page_view",
  id: "0b6ad3a4-0a57-4c6b-9c0e-6e6f3f0c1a11",
  entity_type: "listing",
  entity_id: "7",
  session_id: "7d0f8e5c-1f9b-4a55-8d0e-5f1f4d9c2b22",
} as const;
const time = { type: "time_on_page", page_view_id: view.id, seconds: 12.5 } as const;

test("a body is read message by message, and keeps their order", () => {
  const body: CollectBody = {
    messages: [
      view,
      { ...view, entity_id: null, viewed_at: "2026-01-31T10:30:00+01:00", referrer_url: null },
      { ...view, surface: "search", utm_source: "Google", utm_campaign: null, ad_click: "gclid" },
      time,
    ],
  };
  expect(parseCollectBody(body)).toEqual({
    messages: body.messages.map((message, index) => ({ index, message })),
    refused: [],
  });
  expect(z.parse(collectBody, body)).toEqual(body);
});

test("ids of entities and sessions may be whole numbers", () => {
  const { messages } = parseCollectBody({
    messages: [
      { ...view, entity_id: 7, session_id: 8 },
      { ...time, entity_type: "listing", entity_id: 7 },
    ],
  });
  expect(messages[0]?.message).toMatchObject({ entity_id: "7", session_id: "8" });
  expect(messages[1]?.message).toMatchObject({ entity_type: "listing", entity_id: "7" });
});

test("a time says of which entity, unless it is of an older tracker", () => {
  const ofListing = { ...time, entity_type: "listing", entity_id: "7" };
  const ofHome = { ...time, entity_type: "home", entity_id: null };
  const { messages, refused } = parseCollectBody({ messages: [ofListing, ofHome, time] });
  expect(messages.map(({ message }) => message)).toEqual([ofListing, ofHome, time]);
  expect(refused).toEqual([]);
});

test("a message that cannot be read leaves the others as they are", () => {
  const parsed = parseCollectBody({ messages: [null, time, { ...view, id: "7" }] });
  expect(parsed).toEqual({
    messages: [{ index: 1, message: time }],
    refused: [
      {
        index: 0,
        code: "invalid_input",
        message: 'The message is null: give a message of type "page_view" or "time_on_page".',
      },
      { index: 2, code: "invalid_input", message: "id is a text of 1 characters: give a uuid." },
    ],
  });
});

describe("a message is refused", () => {
  test.each<[name: string, message: object, sentence: RegExp]>([
    ["of another type", { ...view, type: "click" }, /^type is a text of 5 characters: give a/],
    ["with an account", { ...view, account_id: "7" }, /has a field that it must not have/],
    ["with a prototype", JSON.parse('{"__proto__":{}}') as object, /^type is missing/],
    ["without a session", { ...view, session_id: null }, /^session_id is null/],
    ["with NUL", { ...view, entity_type: "a\0" }, /^entity_type is a text of 2 characters/],
    [
      "of a day that does not exist",
      { ...view, viewed_at: "2026-02-30T00:00:00Z" },
      /^viewed_at is/,
    ],
    ["with a negative time", { ...time, seconds: -1 }, /^seconds is a number: give seconds, 0/],
    ["with a time of an entity that is not one", { ...time, entity_type: 7 }, /^entity_type is a/],
    ["with endless time", { ...time, seconds: Number.POSITIVE_INFINITY }, /^seconds is a number/],
  ])("%s", (_name, message, sentence) => {
    const { messages, refused } = parseCollectBody({ messages: [message] });
    expect(messages).toEqual([]);
    expect(refused).toEqual([
      { index: 0, code: "invalid_input", message: expect.stringMatching(sentence) },
    ]);
  });
});

const fiftyOne = Array.from({ length: 51 }, () => time);

test.each<[name: string, body: unknown, message: string]>([
  ["null", null, "The body is null: give an object with messages."],
  ["an array", [], "The body is an array: give an object with messages."],
  ["an empty object", {}, "messages is missing: give an array of 1 to 50 messages."],
  ["no message", { messages: [] }, "messages is an array: give an array of 1 to 50 messages."],
  [
    "51 messages",
    { messages: fiftyOne },
    "messages is an array: give an array of 1 to 50 messages.",
  ],
  [
    "an account beside the messages",
    { messages: [time], account_id: "7" },
    "The body has a field that it must not have: leave out what is not part of it.",
  ],
])("%s is not a body", (_name, body, message) => {
  const refused = { name: "AnalyticsError", code: "invalid_input", field: "messages", message };
  expect(() => parseCollectBody(body)).toThrow(expect.objectContaining(refused));
});

test("no sentence repeats what was sent", () => {
  const secret = "ada@example.com";
  const field = fc.constantFrom(...Object.keys({ ...view, ...time }), secret);
  fc.assert(
    fc.property(field, fc.constantFrom(view, time), (name, message) => {
      const { refused } = parseCollectBody({ messages: [{ ...message, [name]: secret }] });
      expect(JSON.stringify(refused)).not.toContain(secret);
    }),
  );
});

test("whatever is sent, every message is read or refused, or it is not a body", () => {
  const value = fc.oneof(fc.anything(), fc.constantFrom(...Object.values({ ...view, ...time })));
  const message = fc.oneof(
    value,
    fc.record(
      { type: value, id: value, entity_type: value, entity_id: value, session_id: value },
      { requiredKeys: [] },
    ),
  );
  const body = fc.oneof(
    fc.anything(),
    fc.record({ messages: fc.array(message, { maxLength: 5 }) }),
  );
  fc.assert(
    fc.property(body, (sent) => {
      const places = placesIn(sent);
      expect(places).toEqual([...places.keys()]);
    }),
  );
});

/** Where the messages are that were read or refused; none in what is not a body. */
function placesIn(sent: unknown): number[] {
  try {
    const { messages, refused } = parseCollectBody(sent);
    return [...messages, ...refused].map(({ index }) => index).toSorted((a, b) => a - b);
  } catch (error) {
    if (isAnalyticsError(error) && error.code === "invalid_input") return [];
    throw error;
  }
}
