import { type ReactNode, useEffect, useId, useRef } from "react";
import { Icon, type IconName } from "./icon.tsx";
import { Words } from "./words.tsx";

export interface Choice<Value extends string> {
  value: Value;
  label: string;
  /** What stands there where there is little room; the label is still what it is called. */
  short?: ReactNode;
  /** Beside the label, for example a lock, and what it says to screen readers. */
  mark?: { icon: IconName; label: string };
}

export interface ChoicesProps<Value extends string> {
  /** What is chosen, for screen readers. */
  legend: string;
  className: string;
  choices: readonly Choice<Value>[];
  value: Value;
  onChoose: (value: Value) => void;
}

/** A row of choices of which one is taken; arrow keys move between them. */
export function Choices<Value extends string>(props: ChoicesProps<Value>): ReactNode {
  const { legend, className, choices, value, onChoose } = props;
  const name = useId();
  const row = useRef<HTMLFieldSetElement>(null);
  // where not all of them have room, the one that is taken is in sight
  useEffect(() => {
    const { current } = row;
    const taken = current?.querySelector<HTMLElement>("label:has(:checked)");
    if (!current || !taken || current.scrollWidth <= current.clientWidth) return;
    current.scrollTo({ left: taken.offsetLeft + (taken.offsetWidth - current.clientWidth) / 2 });
  }, [value]);
  return (
    <fieldset ref={row} className={className}>
      <legend className="headcount-hidden">{legend}</legend>
      {choices.map((choice) => (
        <label key={choice.value}>
          <input
            type="radio"
            name={name}
            aria-label={[choice.label, choice.mark?.label].filter(Boolean).join(" ")}
            checked={choice.value === value}
            onChange={() => onChoose(choice.value)}
          />
          <Words {...choice} />
          {choice.mark && <Icon name={choice.mark.icon} />}
        </label>
      ))}
    </fieldset>
  );
}
