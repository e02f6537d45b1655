import { expect, test } from "vitest";
import { de } from "./de.ts";
import { en } from "./en.ts";

type Said = string | { [name: string]: Said } | ((...values: unknown[]) => Said);

/** Every text of a language, by its path; what is made of a value is made of an example. */
function texts(words: object, path = ""): [string, string][] {
  return Object.entries(words).flatMap(([name, said]: [string, Said]) => {
    const value = typeof said === "function" ? said("7", 2) : said;
    const place = `${path}${name}`;
    return typeof value === "string" ? [[place, value]] : texts(value, `${place}.`);
  });
}

test("German says everything that English says, and nothing in English", () => {
  const english = texts(en);
  const german = new Map(texts(de));
  expect([...german.keys()]).toEqual(english.map(([path]) => path));
  // names, signs that stand for a word, and words that are the same
  const alike = /locked|presets\.custom\.short|browser|tablet/;
  const untranslated = english.filter(
    ([path, text]) => !alike.test(path) && german.get(path) === text,
  );
  expect(untranslated).toEqual([]);
  expect([...english, ...german].filter(([, text]) => text === "")).toEqual([]);
});

test("what has little room is short", () => {
  for (const { range, chart, shortMeasures } of [en, de]) {
    const named = [...Object.values(range.presets), ...Object.values(chart.tabs)];
    const short = [...named.map((name) => name.short), ...Object.values(shortMeasures)];
    expect(short.filter((name) => name.length > 9)).toEqual([]);
  }
});
