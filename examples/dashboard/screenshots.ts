// Pictures of every state of the dashboard, at three widths and in both colour schemes: one each, and a sheet for each look.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { AnalyticsClient } from "@headcount/core";
import { findChromium } from "../../testing/browser/find-chromium.ts";
import { launchChromium } from "../../testing/browser/launch-chromium.ts";
import { startPostgres } from "../../testing/postgres/start-postgres.ts";
import { progressOn } from "../quickstart/progress.ts";
import { createApp } from "./server/create-app.ts";
import { buildPage } from "./start/build-page.ts";
import { listen } from "./start/listen.ts";
import { openDatabase } from "./start/open-database.ts";
import { prepareDatabase } from "./start/prepare-database.ts";
import { drawContactSheet, type Picture } from "./testing/draw-contact-sheet.ts";
import { openDashboard } from "./testing/open-dashboard.ts";
import { type Situation, situations } from "./testing/situations.ts";

const folder = join(import.meta.dirname, "screenshots");
const looks = [375, 768, 1440].flatMap((width) =>
  (["light", "dark"] as const).map((colorScheme) => ({ width, colorScheme })),
);
type Look = (typeof looks)[number];

const program = findChromium();
if (program === undefined) {
  throw new Error(
    "There is no Chromium on PATH: install one, or name it in HEADCOUNT_TEST_CHROMIUM.",
  );
}
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);

const progress = progressOn(process.stderr);
const server = await startPostgres();
try {
  await using database = await openDatabase({ url: server.url, directory: folder });
  const { pool } = database;
  await using analytics = new AnalyticsClient({ pool });
  await prepareDatabase({ pool, analytics, progress });
  const { directory } = await progress.step("Building the page", () => buildPage());
  await using app = await listen({
    app: createApp({ analytics, pool, pageDirectory: directory }),
    port: 0,
  });
  await using chromium = await launchChromium(program);
  for (const look of looks) {
    const label = `${look.width} ${look.colorScheme}`;
    await progress.step(`Taking pictures, ${label}`, async () => {
      const pictures: Picture[] = [];
      for (const situation of situations) pictures.push(await photograph(situation, look));
      await drawContactSheet({ chromium, pictures, file: join(folder, `sheet ${label}.png`) });
    });
  }

  async function photograph(situation: Situation, { width, colorScheme }: Look): Promise<Picture> {
    const { name, sign, act, userId, path, prepare } = situation;
    const isPhone = width < 600;
    await using dashboard = await openDashboard({
      chromium,
      app,
      ...(userId !== undefined && { userId }),
      ...(path !== undefined && { path }),
      ...(prepare !== undefined && { prepare }),
      window: {
        viewport: { width, height: isPhone ? 812 : 900 },
        colorScheme,
        hasTouch: isPhone,
        isMobile: isPhone,
        // nothing is caught halfway
        reducedMotion: "reduce",
      },
    });
    const { tab } = dashboard;
    await tab.locator(sign).first().waitFor();
    await act?.(tab);
    // what acting has scrolled to leaves the bar of the page in its middle
    await tab.evaluate(() => scrollTo(0, 0));
    await tab.evaluate(() => document.fonts.ready);
    const file = join(folder, `${name} ${width} ${colorScheme}.png`);
    const height = await tab.evaluate(() => document.documentElement.scrollHeight);
    const clip = { x: 0, y: 0, width, height: Math.min(height, 2_400) };
    await tab.screenshot({ path: file, fullPage: true, clip });
    return { name, file };
  }
} finally {
  await server.stop();
}
process.stdout.write(`Look at ${folder}\n`);
