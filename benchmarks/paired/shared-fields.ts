/** What of an answer is in another one too, field by field: a later checkout may answer more than was asked of an earlier one. */
export function sharedFields(answer: unknown, other: unknown): unknown {
  if (Array.isArray(answer) && Array.isArray(other)) {
    return answer.map((item: unknown, index) => sharedFields(item, other[index]));
  }
  if (!isObject(answer) || !isObject(other)) return answer;
  return Object.fromEntries(
    Object.entries(answer)
      .filter(([name]) => Object.hasOwn(other, name))
      .map(([name, value]) => [name, sharedFields(value, other[name])]),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
