/** Where Headcount's objects are when nothing else is said. */
export const defaultSchema = "headcount";
