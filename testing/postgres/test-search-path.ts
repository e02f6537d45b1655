/** So that tests may write our names without their schema; what they create themselves is in public. */
export const testSearchPath = "public, headcount";
