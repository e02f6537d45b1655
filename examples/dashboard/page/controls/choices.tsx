import { type ReactNode, useId } from "react";

export interface ChoicesProps<Value extends string> {
  /** What is chosen, for those who listen. */
  legend: string;
  choices: readonly { value: Value; label: ReactNode }[];
  /** Undefined when none of them is taken. */
  value: Value | undefined;
  onChoose: (value: Value) => void;
}

/** A row of choices of which one is taken; arrow keys move between them. */
export function Choices<Value extends string>(props: ChoicesProps<Value>): ReactNode {
  const { legend, choices, value, onChoose } = props;
  const name = useId();
  return (
    <fieldset className="choices">
      <legend className="visually-hidden">{legend}</legend>
      {choices.map((choice) => (
        <label key={choice.value}>
          <input
            type="radio"
            name={name}
            checked={choice.value === value}
            onChange={() => onChoose(choice.value)}
          />
          {choice.label}
        </label>
      ))}
    </fieldset>
  );
}
