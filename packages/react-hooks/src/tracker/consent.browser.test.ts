import { expect, test } from "vitest";
import { describeInChromium } from "../../../../testing/browser/describe-in-chromium.ts";
import { followLink } from "../../../../testing/browser/follow-link.ts";
import { goBack } from "../../../../testing/browser/go-back.ts";
import {
  type ArrivedView,
  serveTrackerSite,
  type TrackerSite,
} from "../../../../testing/tracker-site/serve-tracker-site.ts";

function entities(post: TrackerSite["posts"][number] | undefined): unknown[] {
  return (post?.messages ?? []).flatMap((message) =>
    message.type === "page_view" ? [message.entity_id] : [],
  );
}

function expectNothingOf(erased: readonly ArrivedView[], views: readonly ArrivedView[]): void {
  for (const name of ["id", "session_id"] as const) {
    const before = erased.map((view) => view[name]);
    for (const view of views) expect(before).not.toContain(view[name]);
  }
}

describeInChromium("A tracker", (chromium) => {
  test("that is paused stores and sends nothing, and counts what is shown once it may", async () => {
    await using site = await serveTrackerSite({ paused: true });
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    const before = await tab.evaluate(async () => {
      window.go("/listing/2");
      await window.tracker.flush();
      return [window.view.page_view_id, window.tracker.session_id, localStorage.length];
    });
    expect(before).toEqual([null, null, 0]);
    expect(site.posts).toEqual([]);

    await tab.evaluate(() => window.tracker.resume());
    await expect.poll(() => site.views().map(({ entity_id }) => entity_id)).toEqual(["2"]);
    await tab.close();
  });

  test("does not measure while it is paused", async () => {
    await using site = await serveTrackerSite();
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    const { least, most } = await tab.evaluate(async () => {
      const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
      const during = (act: () => void): [before: number, after: number] => {
        const before = performance.now();
        act();
        return [before, performance.now()];
      };
      const [showing, shown] = during(() => window.go("/listing/2"));
      await wait(400);
      const [pausing, paused] = during(() => window.tracker.pause());
      await wait(1500);
      const [resuming, resumed] = during(() => window.tracker.resume());
      await wait(400);
      let sent: Promise<void> | undefined;
      const [reporting, reported] = during(() => {
        sent = window.tracker.flush();
      });
      await sent;
      return {
        least: pausing - shown + (reporting - resumed),
        most: paused - showing + (reported - resuming),
      };
    });
    const ms = (site.views()[1]?.seconds ?? 0) * 1000;
    // a millisecond for what is rounded
    expect(ms).toBeGreaterThan(least - 1);
    expect(ms).toBeLessThan(most + 1);
    await tab.close();
  });

  test("that forgets erases the session and what is unsent, and begins anew when it is resumed", async () => {
    await using site = await serveTrackerSite();
    site.answerWith(() => new Response(null, { status: 503 }));
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    await expect.poll(site.views).toHaveLength(1);
    const stored = await tab.evaluate(async () => {
      dispatchEvent(new Event("pagehide"));
      dispatchEvent(new Event("pageshow"));
      const before = Object.keys(localStorage).toSorted();
      window.tracker.forget();
      await window.tracker.flush();
      return [before, Object.keys(localStorage), window.view.page_view_id];
    });
    expect(stored).toEqual([["headcount:outbox:/collect", "headcount:session"], [], null]);

    site.answerWith(() => new Response(null, { status: 202 }));
    const old = site.views();
    site.posts.length = 0;
    await tab.evaluate(() => window.tracker.resume());
    await expect.poll(site.views).toHaveLength(1);
    const [view] = site.views();
    expect(view?.entity_id).toBe("1");
    expect(old.map(({ id }) => id)).not.toContain(view?.id);
    expect(old.map(({ session_id }) => session_id)).not.toContain(view?.session_id);
    await tab.close();
  });

  test("that forgets stops every tab, and none sends again what was erased", async () => {
    await using site = await serveTrackerSite();
    site.answerWith(() => new Response(null, { status: 503 }));
    const first = await chromium().window.newPage();
    await first.goto(`${site.origin}/listing/1`);
    await expect.poll(site.views).toHaveLength(1);
    const second = await chromium().window.newPage();
    await second.goto(`${site.origin}/listing/2`);
    // what the first tab left is the second one's to send
    await expect.poll(() => entities(site.posts.at(-1))).toEqual(["1", "2"]);

    await first.evaluate(() => window.tracker.forget());
    await expect.poll(() => second.evaluate(() => window.view.page_view_id)).toBeNull();
    const erased = site.views();
    site.posts.length = 0;
    site.answerWith(() => new Response(null, { status: 202 }));
    for (const tab of [second, first]) {
      const stored = await tab.evaluate(async () => {
        window.go("/listing/3");
        dispatchEvent(new Event("online"));
        await window.tracker.flush();
        return Object.keys(localStorage);
      });
      expect(stored).toEqual([]);
    }
    expect(site.posts).toEqual([]);

    await second.evaluate(() => window.tracker.resume());
    await second.bringToFront();
    await expect.poll(site.views).toHaveLength(1);
    expectNothingOf(erased, site.views());
    await Promise.all([first.close(), second.close()]);
  });

  test("that forgets and goes on at once stops the other tabs, and keeps its new session", async () => {
    await using site = await serveTrackerSite();
    const first = await chromium().window.newPage();
    await first.goto(`${site.origin}/listing/1`);
    const second = await chromium().window.newPage();
    await second.goto(`${site.origin}/listing/2`);
    await expect.poll(site.views).toHaveLength(2);
    await first.bringToFront();
    await expect.poll(() => first.evaluate(() => document.visibilityState)).toBe("visible");
    const session = await first.evaluate(() => {
      window.tracker.forget();
      window.tracker.resume();
      return window.tracker.session_id;
    });
    await expect.poll(() => second.evaluate(() => window.view.page_view_id)).toBeNull();
    await expect.poll(site.views).toHaveLength(3);
    expect(site.views().map(({ session_id }) => session_id)).not.toContain(null);
    expect(await first.evaluate(() => window.tracker.session_id)).toBe(session);
    expect(site.views()[2]?.session_id).toBe(session);
    await Promise.all([first.close(), second.close()]);
  });

  test("that forgets is obeyed by a page that comes back from the back/forward cache", async () => {
    await using site = await serveTrackerSite();
    site.answerWith(() => new Response(null, { status: 503 }));
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    await expect.poll(site.views).toHaveLength(1);
    await tab.evaluate(() => {
      document.title = "Kept";
    });
    await followLink(tab, "/listing/2");
    await expect.poll(() => entities(site.posts.at(-1))).toEqual(["1", "2"]);
    await tab.evaluate(() => window.tracker.forget());
    const erased = site.views();
    site.posts.length = 0;
    site.answerWith(() => new Response(null, { status: 202 }));

    await goBack(tab, "/listing/1");
    expect(await tab.title()).toBe("Kept");
    const [view, stored] = await tab.evaluate(async () => {
      await window.tracker.flush();
      return [window.view.page_view_id, Object.keys(localStorage)];
    });
    expect([view, stored, site.posts]).toEqual([null, [], []]);

    await tab.evaluate(() => window.tracker.resume());
    await expect.poll(site.views).toHaveLength(1);
    expectNothingOf(erased, site.views());
    await tab.close();
  });

  test("goes on in a new session when the host empties the storage", async () => {
    await using site = await serveTrackerSite();
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    await expect.poll(site.views).toHaveLength(1);
    await tab.evaluate(() => {
      localStorage.clear();
      dispatchEvent(new Event("focus"));
      window.go("/listing/2");
    });
    await expect.poll(site.views).toHaveLength(2);
    const [before, after] = site.views();
    expect(after?.session_id).not.toBe(before?.session_id);
    await tab.close();
  });

  test("keeps its session when the storage becomes full, and still erases it", async () => {
    await using site = await serveTrackerSite();
    site.answerWith(() => new Response(null, { status: 503 }));
    const tab = await chromium().window.newPage();
    await tab.goto(`${site.origin}/listing/1`);
    const stored = await tab.evaluate(() => {
      const session = window.tracker.session_id;
      let full = "";
      for (let size = 2 ** 22; size >= 1; size /= 2) {
        try {
          localStorage.setItem("full", full + "x".repeat(size));
          full += "x".repeat(size);
        } catch {}
      }
      dispatchEvent(new Event("pagehide"));
      dispatchEvent(new Event("pageshow"));
      const before = Object.keys(localStorage).toSorted();
      const isSame = session !== null && window.tracker.session_id === session;
      window.tracker.forget();
      return [before, isSame, Object.keys(localStorage)];
    });
    expect(stored).toEqual([["full", "headcount:session"], true, ["full"]]);
    await tab.close();
  });
});
