import { closest } from "fastest-levenshtein";

/** The sentence that ends an error about a name that is not there: which one it could have been. */
export function suggestion(name: string, names: readonly string[]): string {
  return names.length === 0 ? "" : ` Did you mean ${closest(name, names)}?`;
}
