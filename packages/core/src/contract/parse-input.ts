import * as z from "zod/mini";
import { AnalyticsError } from "../errors.ts";

interface InputToParse<Schema extends z.core.$ZodType> {
  schema: Schema;
  input: unknown;
  /** What the input is called in the sentences. */
  name?: "query" | "options object";
}

/**
 * The input as its schema describes it.
 *
 * @throws {AnalyticsError} `invalid_input`, with a sentence for every field that is wrong
 */
export function parseInput<Schema extends z.core.$ZodType>({
  schema,
  input,
  name = "query",
}: InputToParse<Schema>): z.output<Schema> {
  const result = z.safeParse(schema, input);
  if (result.success) return result.data;
  const { issues } = result.error;
  throw new AnalyticsError(
    "invalid_input",
    issues.map((issue) => sentence({ issue, input, name })).join(" "),
    { field: issues.map(fieldOf).find((field) => field !== undefined) },
  );
}

function fieldOf(issue: z.core.$ZodIssue): string | undefined {
  return issue.code === "unrecognized_keys" ? issue.keys[0] : issue.path[0]?.toString();
}

interface WrongInput extends Required<Pick<InputToParse<z.core.$ZodType>, "input" | "name">> {
  issue: z.core.$ZodIssue;
}

function sentence({ issue, input, name }: WrongInput): string {
  if (issue.code === "unrecognized_keys") {
    const keys = issue.keys.slice(0, 3).map(show).join(", ");
    return `${keys} ${issue.keys.length === 1 ? "is not a field" : "are not fields"} of this ${name}: leave out what it does not know.`;
  }
  if (issue.path.length === 0) return `The ${name} is ${show(input)}: give an object.`;
  const value = issue.path.reduce<unknown>((of, key) => Reflect.get(Object(of), key), input);
  return `${issue.path.join(".")} is ${show(value)}: ${issue.message}.`;
}

const maxShownLength = 60;

function show(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "string") {
    return value.length <= maxShownLength
      ? JSON.stringify(value)
      : `${JSON.stringify(value.slice(0, maxShownLength))}… (${value.length} characters)`;
  }
  if (value === null || typeof value === "number" || typeof value === "boolean") return `${value}`;
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
