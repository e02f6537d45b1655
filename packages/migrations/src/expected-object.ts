/** Something that an installation has, by the kind and name that its file creates it with. */
export interface ExpectedObject {
  kind: "table" | "view" | "type" | "function" | "index" | "trigger";
  name: string;
  /** The file that creates it, below sql/. */
  file: string;
}
