/** Code of a document, as its readers see it. */
export interface Example {
  language: "ts" | "tsx";
  /** The line of the document that the code begins on, from 1. */
  line: number;
  code: string;
}
