import { useState } from "react";

/** A value that the host keeps, or, where it does not, the component. */
export function useControlled<Value>(
  given: Value | undefined,
  byDefault: Value,
  onChange: ((value: Value) => void) | undefined,
): [Value, (value: Value) => void] {
  const [own, setOwn] = useState(byDefault);
  return [
    given ?? own,
    (value) => {
      setOwn(value);
      onChange?.(value);
    },
  ];
}
