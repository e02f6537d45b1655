import { readFileSync } from "node:fs";
import type { Chromium } from "../../../testing/browser/launch-chromium.ts";

export interface Picture {
  name: string;
  file: string;
}

export interface ContactSheetOptions {
  chromium: Chromium;
  pictures: readonly Picture[];
  /** Where to. */
  file: string;
}

/** Puts pictures beside each other, each below its name, into one. */
export async function drawContactSheet(options: ContactSheetOptions): Promise<void> {
  const { chromium, pictures, file } = options;
  const window = await chromium.browser.newContext({ viewport: { width: 1_600, height: 900 } });
  try {
    const tab = await window.newPage();
    const figures = pictures.map(({ name, file: picture }) => {
      const data = readFileSync(picture).toString("base64");
      return `<figure><figcaption>${name}</figcaption><img src="data:image/png;base64,${data}"></figure>`;
    });
    await tab.setContent(`<style>${style}</style>${figures.join("")}`);
    await tab.screenshot({ path: file, fullPage: true });
  } finally {
    await window.close();
  }
}

const style = `
  body { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px; background: #999; font: 14px sans-serif }
  figure { margin: 0 }
  img { width: 100% }`;
