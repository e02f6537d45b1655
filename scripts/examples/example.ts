/** Code of a document, as its readers see it. */
export interface Example {
  language: "js" | "ts" | "tsx";
  /** The line of the document that the code begins on, from 1. */
  line: number;
  code: string;
}

/** An example that was written to a file of its own. */
export interface WrittenExample extends Example {
  document: string;
  /** The name that its first line gives, as `lib/analytics.ts`. */
  fileName: string | undefined;
  /** The file, relative to the folder of all examples. */
  module: string;
  /** Whether it uses names without saying where they are from: it can be compiled, and not run. */
  isExcerpt: boolean;
}
