import type { AnalyticsRequestError } from "@headcount/react-hooks";
import type { ReactNode } from "react";
import { en } from "../words/en.ts";
import type { Messages } from "../words/messages.ts";
import { type ClassNames, classesOf, type StyledPart } from "./class-names.ts";
import { useReaderLocale } from "./use-reader-locale.ts";

/** What a host shows in the place of what it does not have. */
export interface Slots {
  /** Where the plan does not show a range, where visitors came from, or who they are. */
  upgrade?: ((about: "range" | "whereFrom" | "visitors") => ReactNode) | undefined;
  /** Where there is no answer. */
  trouble?: ((trouble: Trouble) => ReactNode) | undefined;
  /** Where nobody came, or no page is listed. */
  empty?:
    | ((about: "chart" | "whereFrom" | "heatMap" | "visitors" | "pages" | "topPages") => ReactNode)
    | undefined;
}

export interface Trouble {
  error: AnalyticsRequestError;
  /** Asks again. */
  retry: () => void;
}

/** How components speak and look, as hosts say it. */
export interface CustomizationOptions {
  /**
   * The words, from `@headcount/react-ui/messages` or of your own.
   *
   * @default English
   */
  messages?: Messages | undefined;
  /** The language of dates and numbers, like `"de"`: by default the reader's own, and English while a server renders. */
  locale?: string | undefined;
  /** Class names of your own, by part. */
  classNames?: ClassNames | undefined;
  /** What is shown in the place of upgrades, trouble and emptiness. */
  slots?: Slots | undefined;
}

/** How components speak and look. */
export interface Customization {
  messages: Messages;
  locale: string | undefined;
  slots: Slots;
  /** The class names of a part. */
  classes: (part: StyledPart) => string;
}

const none: ClassNames = {};

/** What a host says of how components speak and look, with what it left out. */
export function useCustomization(options: CustomizationOptions): Customization {
  const { messages = en, slots = {}, classNames = none } = options;
  const readerLocale = useReaderLocale();
  const locale = options.locale ?? readerLocale;
  return { messages, locale, slots, classes: (part) => classesOf(part, classNames) };
}
