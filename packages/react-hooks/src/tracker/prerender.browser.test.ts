import { expect, inject, test } from "vitest";
import { startChromium } from "../../../../testing/browser/start-chromium.ts";
import { serveTrackerSite } from "../../../../testing/tracker-site/serve-tracker-site.ts";

const program = inject("chromium");

// Has the browser render a listing ahead, and goes there as soon as that reports to the server that it runs.
const opener = `
  <script type="speculationrules">
    { "prerender": [{ "urls": ["/listing/1"], "eagerness": "immediate" }] }
  </script>
  <script>
    async function go() {
      const requests = await (await fetch("/requests")).json();
      if (requests.includes("/runs")) location.assign("/listing/1");
      else setTimeout(go, 100);
    }
    go();
  </script>`;

// Reports to the server when the listing runs, half a second later so that a view would have arrived, and when it is seen.
const before = `
  document.addEventListener("prerenderingchange", () => fetch("/activated"));
  if (document.prerendering) setTimeout(() => fetch("/runs"), 500);
`;

// Not driven by Playwright, which forbids browsers to render ahead.
test.skipIf(program === null)(
  "A view of a page rendered ahead begins when the visitor opens it",
  async () => {
    await using site = await serveTrackerSite({ before, pages: { "/opener": opener } });
    const url = `${site.origin}/opener`;
    const chromium = await startChromium(program ?? "", { url });
    try {
      await expect.poll(site.views).toHaveLength(1);
      await expect.poll(() => site.requests).toContain("/activated");
    } finally {
      await chromium.close();
    }
    const { requests } = site;
    expect(requests.indexOf("/collect")).toBeGreaterThan(requests.indexOf("/runs"));
    expect(site.views()).toHaveLength(1);
  },
);
