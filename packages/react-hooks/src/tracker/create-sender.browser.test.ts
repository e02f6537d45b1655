import { expect, test } from "vitest";
import { describeInChromium } from "../../../../testing/browser/describe-in-chromium.ts";
import { goOffline } from "../../../../testing/browser/go-offline.ts";
import {
  serveTrackerSite,
  type TrackerSite,
} from "../../../../testing/tracker-site/serve-tracker-site.ts";

const status = (code: number) => (): Response => new Response(null, { status: code });
// What the tracker waits for takes a fifth of the time: an answer, and the time to send again.
const hurry = `
  const wait = setTimeout;
  window.setTimeout = (act, ms = 0, ...rest) => wait(act, ms / 5, ...rest);
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (ms) => timeout(ms / 5);`;
const entities = (site: TrackerSite) => site.views().map(({ entity_id }) => entity_id);

describeInChromium("What a tracker sends", (chromium) => {
  test("waits while the browser is offline, each view once, and the latest 100 messages of it", async () => {
    await using site = await serveTrackerSite();
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/0`);
    await tab.evaluate(async () => {
      window.view.end();
      await new Promise((resolve) => setTimeout(resolve, 10));
      await window.tracker.flush();
    });
    expect(entities(site)).toEqual(["0"]);
    site.posts.length = 0;
    const goOnline = await goOffline(tab);
    await tab.evaluate(async () => {
      for (let listing = 1; listing <= 60; listing += 1) {
        window.tracker.trackPageView({ entity_type: "listing", entity_id: listing });
      }
      await window.tracker.flush();
    });
    expect(site.posts).toEqual([]);

    await goOnline();
    await expect.poll(() => entities(site).at(-1)).toBe("60");
    const arrived = site.posts.flatMap(({ messages }) => messages);
    expect(site.posts.map(({ messages }) => messages.length)).toEqual([50, 50]);
    expect(new Set(arrived.map((message) => JSON.stringify(message))).size).toBe(100);
    expect(entities(site)).toEqual(Array.from({ length: 50 }, (_, index) => String(index + 11)));
    await tab.close();
  });

  test("is sent by the next page when the server was down until the end of this one", async () => {
    await using site = await serveTrackerSite();
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    await expect.poll(() => entities(site)).toEqual(["1"]);
    // not by goOffline: what a page sends as it closes escapes that
    const comeBack = await site.goDown();
    await tab.evaluate(() => window.go("/listing/2"));
    const id = await tab.evaluate(() => window.view.page_view_id);
    await tab.close({ runBeforeUnload: true });
    await expect.poll(() => tab.isClosed()).toBe(true);
    expect(entities(site)).toEqual(["1"]);
    await comeBack();

    const next = await chromium().window.newPage();
    await next.goto(`${site.origin}/listing/3`);
    await expect.poll(() => new Set(entities(site))).toEqual(new Set(["1", "2", "3"]));
    expect(site.views().find(({ entity_id }) => entity_id === "2")?.id).toBe(id);
    await next.close();
  });

  test("is sent again when the server fails, under the same id", async () => {
    await using site = await serveTrackerSite({ before: hurry });
    site.answerWith(status(500));
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    await expect.poll(() => site.posts.length).toBe(1);
    site.answerWith(status(202));
    await expect.poll(() => site.posts.length).toBe(2);
    expect(site.views()).toHaveLength(1);
    // the server has it before the tab knows: that does once a flush is answered
    await tab.evaluate(() => window.tracker.flush());
    site.posts.length = 0;
    await tab.evaluate(() => window.tracker.flush());
    expect(site.views()).toEqual([]);
    await tab.close();
  });

  test("is not sent again when the server refuses it", async () => {
    await using site = await serveTrackerSite();
    site.answerWith(status(404));
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    await tab.evaluate(() => window.tracker.flush());
    expect(entities(site)).toEqual(["1"]);
    site.posts.length = 0;
    await tab.evaluate(() => window.go("/listing/2"));
    await expect.poll(() => entities(site)).toEqual(["2"]);
    await tab.close();
  });

  test("goes on when the server does not answer, and takes along what nobody confirmed", async () => {
    await using site = await serveTrackerSite({ before: hurry });
    site.answerWith(() => new Promise(() => undefined));
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    await expect.poll(() => site.posts.length).toBe(1);
    await tab.evaluate(() => window.go("/listing/2"));
    await expect.poll(() => site.posts.length).toBe(2);
    const types = site.posts[1]?.messages.map(({ type }) => type);
    expect(types).toEqual(["page_view", "time_on_page", "page_view"]);
    site.answerWith(status(202));
    await expect.poll(() => site.posts.length).toBeGreaterThan(2);
    await tab.close();
  });

  test("is waited for by a flush, also when it is on its way already", async () => {
    await using site = await serveTrackerSite();
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    site.answerWith(() => answered.then(status(202)));
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    const first = await tab.evaluate(() => {
      window.view.end();
      void window.tracker.flush();
      const flushed = window.tracker.flush().then(() => "flushed");
      const waited = new Promise((resolve) => setTimeout(() => resolve("waited"), 100));
      return Promise.race([flushed, waited]);
    });
    expect(first).toBe("waited");
    answer();
    await tab.evaluate(() => window.tracker.flush());
    expect(entities(site)).toEqual(["1"]);
    await tab.close();
  });

  test("is waited for to its end by a flush, also when it is more than one body holds", async () => {
    await using site = await serveTrackerSite();
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/0`);
    await tab.evaluate(() => window.tracker.flush());
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const isFull = () => site.posts.at(-1)?.messages.length === 50;
    site.answerWith(() => (isFull() ? status(202)() : answered.then(status(202))));
    const first = await tab.evaluate(() => {
      for (let listing = 1; listing <= 45; listing += 1) {
        window.tracker.trackPageView({ entity_type: "listing", entity_id: listing });
      }
      // in the same task, so that times travel along: 45 views alone would fit into one body
      const began = performance.now();
      while (performance.now() - began < 5);
      const flushed = window.tracker.flush().then(() => "flushed");
      const waited = new Promise((resolve) => setTimeout(() => resolve("waited"), 500));
      return Promise.race([flushed, waited]);
    });
    expect(first).toBe("waited");
    answer();
    await tab.close();
  });

  test("arrives when the page is closed at once", async () => {
    await using site = await serveTrackerSite();
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/elsewhere`);
    await tab.goto(`${site.origin}/listing/1`, { waitUntil: "commit" });
    await tab.waitForFunction(() => "view" in window);
    await tab.close({ runBeforeUnload: true });
    await expect.poll(() => entities(site)).toEqual(["1"]);
  });

  test("is repaired by the next page when the last of it was lost", async () => {
    await using site = await serveTrackerSite();
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    await tab.evaluate(() => window.tracker.flush());
    const confirmed = site.posts.length;
    // a connection that breaks: what arrives from now on is as good as lost
    site.answerWith(status(503));
    await tab.close({ runBeforeUnload: true });
    await expect.poll(() => site.posts.length).toBe(confirmed + 1);
    const lost = site.posts.splice(confirmed).flatMap(({ messages }) => messages);
    const ofEntity = { entity_type: "listing", entity_id: "1" };
    expect(lost).toMatchObject([{ type: "time_on_page", ...ofEntity }]);

    site.answerWith(status(202));
    const next = await chromium().window.newPage();
    await next.goto(`${site.origin}/listing/2`);
    await expect.poll(() => entities(site)).toEqual(["1", "2"]);
    expect(site.posts.flatMap(({ messages }) => messages)).toContainEqual(lost[0]);
    await next.close();
  });

  test("never breaks the page, whatever the browser refuses", async () => {
    await using site = await serveTrackerSite({
      before: `
        window.errors = [];
        addEventListener("error", ({ message }) => errors.push(message));
        addEventListener("unhandledrejection", ({ reason }) => errors.push(String(reason)));
        const refuse = () => { throw new DOMException("refused", "SecurityError") };
        for (const name of ["getItem", "setItem", "removeItem"]) Storage.prototype[name] = refuse;
        window.fetch = navigator.sendBeacon = refuse;
      `,
    });
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    const errors = await tab.evaluate(async () => {
      window.go("/listing/2");
      dispatchEvent(new Event("blur"));
      dispatchEvent(new Event("pagehide"));
      dispatchEvent(new Event("pageshow"));
      window.tracker.trackPageView(undefined as never).end();
      window.tracker.pause();
      window.tracker.forget();
      window.tracker.resume();
      await window.tracker.flush();
      window.tracker.close();
      await new Promise((resolve) => setTimeout(resolve, 50));
      return Reflect.get(window, "errors") as string[];
    });
    expect(errors).toEqual([]);
    await tab.close();
  });
});
