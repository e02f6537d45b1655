import { expect, test } from "vitest";
import { cleanReferrer } from "./clean-referrer.ts";

test("keeps neither query, fragment nor credentials", () => {
  expect(cleanReferrer("https://ada:secret@www.example.org:8080/search?q=me#you")).toEqual({
    url: "https://www.example.org:8080/search",
    host: "example.org:8080",
  });
});

test("takes the address of an app for a referrer", () => {
  expect(cleanReferrer("android-app://com.google.android.gm/")).toEqual({
    url: "android-app://com.google.android.gm/",
    host: "com.google.android.gm",
  });
});

test.each(["-", "", "not an address", "about:blank", "http://"])("%j is not one", (referrer) => {
  expect(cleanReferrer(referrer)).toBeUndefined();
});
