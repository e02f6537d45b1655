import { type Ink, inkFor } from "./report/ink.ts";

/** Shows what is being done, a line per step, and how long each took. */
export interface Progress {
  /**
   * Runs a step, which may report by `update` how far it is; its last report stays on its line.
   *
   * @example
   * await progress.step("Writing page views", async (update) => update("2,000"));
   */
  step<T>(label: string, work: (update: (detail: string) => void) => Promise<T>): Promise<T>;
}

/** Writes progress to a stream: in place on a terminal, else a line when a step is done, or takes long. */
export function progressOn(stream: NodeJS.WriteStream, ink: Ink = inkFor(stream)): Progress {
  const inPlace = stream.isTTY;
  const updateInterval = inPlace ? 100 : 5_000;
  return {
    async step(label, work) {
      const started = performance.now();
      let shown = started;
      let detail = "";
      const show = (mark: string, ending: string): void => {
        const text = [mark, label, detail].filter((part) => part !== "").join(" ");
        stream.write(`${inPlace ? "\r\u001b[K" : ""}${text}${ending}`);
        shown = performance.now();
      };
      const ongoing = (): void => show("·", inPlace ? "" : "\n");
      if (inPlace) ongoing();
      try {
        const result = await work((text) => {
          detail = text;
          if (performance.now() - shown > updateInterval) ongoing();
        });
        const seconds = ((performance.now() - started) / 1000).toFixed(1);
        show(ink.visitors("✓"), `${ink.faint(`  ${seconds} s`)}\n`);
        return result;
      } catch (error) {
        show("✗", "\n");
        throw error;
      }
    },
  };
}
