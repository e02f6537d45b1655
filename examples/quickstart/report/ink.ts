import { styleText } from "node:util";

/** How the parts of the report are set apart from each other. */
export interface Ink {
  heading: (text: string) => string;
  faint: (text: string) => string;
  views: (text: string) => string;
  visitors: (text: string) => string;
  account: (text: string) => string;
}

const plain = (text: string): string => text;

/** For files, pipes, and where NO_COLOR is set. */
export const plainInk: Ink = {
  heading: plain,
  faint: plain,
  views: plain,
  visitors: plain,
  account: plain,
};

const colour =
  (format: Parameters<typeof styleText>[0]) =>
  (text: string): string =>
    styleText(format, text, { validateStream: false });

export const colourInk: Ink = {
  heading: colour("bold"),
  faint: colour("dim"),
  views: colour("blue"),
  visitors: colour("greenBright"),
  account: colour("cyan"),
};

/** Colour for a terminal that has it, unless NO_COLOR is set. */
export function inkFor(stream: NodeJS.WriteStream): Ink {
  // hasColors looks at NO_COLOR and TERM
  return stream.isTTY && stream.hasColors() ? colourInk : plainInk;
}
