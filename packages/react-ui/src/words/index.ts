// What the components say, in the languages that come with them; any other is an object of the same shape.

export { de } from "./de.ts";
export { en } from "./en.ts";
export type { Messages, Name } from "./messages.ts";
