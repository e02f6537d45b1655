// vitest 5 no longer looks for vitest.workspace.ts by name
export { default } from "./vitest.workspace.ts";
