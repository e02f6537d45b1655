/** Where Headcount's objects go when nothing else is asked for. */
export const defaultSchema = "headcount";
